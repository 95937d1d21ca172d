// Package server turns the parts into one process: configuration, wiring,
// middleware, health, background work, the demo, and a graceful stop.
//
// It knows no rules. Start with [Run].
package server
