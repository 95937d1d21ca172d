// Package jobs does the work that is too much for one request: what follows for
// many accounts or groups from a change of a domain or a directory.
//
// A job is a row that the change itself stores, in its own transaction. It is
// done in steps, a small transaction each, which also store how far it is: a
// server that dies loses nothing and repeats nothing, and another goes on. The
// package decides nothing; what a step does to an account or a group is said by
// provision and accounts. Start with [Runner].
package jobs
