// Package idpsim simulates identity providers from the client's side: each type
// sends over plain HTTP what that provider really sends, with its headers, its
// PATCH dialect and its order of calls. The demo, the tests and `roster idp`
// use it against any SCIM server.
//
// It knows nothing of how Roster works inside, keeps no state between calls and
// retries nothing: whoever scripts a story sees each answer as it came. Start
// with [Client], then [Entra], [Okta] or [Generic]. Package replay beside it
// replays the documented traffic of many more, as fixed sequences.
package idpsim
