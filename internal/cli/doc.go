// Package cli is the roster command: it reads arguments, asks a server over
// HTTP through the generated client, and prints tables or JSON.
//
// It knows no rules and opens no database; whatever it can do, a script can do
// with the same API. Only "serve" starts anything. Start with [Main] and [Env].
package cli
