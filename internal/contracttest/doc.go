// Package contracttest holds the answers that tests get against openapi.json,
// the contract of the admin API: status, media type and body of each, and
// which answers of the contract the tests have got at all.
//
// It knows nothing of the server. Start with [Load].
package contracttest
