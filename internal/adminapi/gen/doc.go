// Command gen makes what is derived from openapi.yaml, besides the Go client:
// "gen json" writes openapi.json, which the server serves; "gen sums" writes
// generated.sum, by which a test tells that somebody forgot to generate. It
// never runs in the server. Start with main.
package main
