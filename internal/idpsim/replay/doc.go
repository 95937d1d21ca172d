// Package replay sends what identity providers are documented to send, request
// by request, and checks the answers that they need: `roster idp replay` proves
// a deployment with it, and the tests replay every provider against Roster.
//
// A provider is a text file in the folder clients: its headers, its sources,
// and scenarios of steps with the expected answers. Bodies, headers and queries
// stand there as they go over the wire. The grammar is at [Parse]. Nothing here
// knows how Roster works inside; any SCIM server can be judged.
//
// Start with [Scripts], then [Runner].
package replay
