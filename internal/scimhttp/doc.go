// Package scimhttp serves SCIM 2.0 (RFC 7644) over HTTP: it finds out what a
// request wants, who sends it and whether it can be read, calls one method of
// provision, and writes the answer in the form that the client takes.
//
// It holds no rules about users and groups and runs no SQL. What it refuses
// itself leaves one entry in the directory's troubleshooting log like every
// other refusal (rule nothing-silent). Start with [Handler].
package scimhttp
