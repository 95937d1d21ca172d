// Package identity holds the nouns that every other package speaks of and the
// invariants that need no database: typed ids, canonical email addresses and
// domains, the closed sets of states, and the one domain error type.
//
// It does no I/O. Start with [Email] and [Error].
package identity
