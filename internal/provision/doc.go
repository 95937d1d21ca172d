// Package provision says what a directory's write means: how a pushed user
// finds its account, what follows when its address, its profile or its active
// flag changes, when it is refused, and what becomes of groups.
//
// It knows the rules of links and nothing of HTTP. Every method is one
// transaction, and every refusal leaves one entry in the troubleshooting log
// (rule nothing-silent). Start with [Service].
package provision
