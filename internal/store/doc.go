// Package store keeps everything that outlives a request, on SQLite or on
// PostgreSQL, behind one concrete type. It runs SQL and nothing else: rules
// live in provision, accounts and repair; what two concurrent writers could
// break is a constraint in migrations.
//
// Start with [Store]: View and Update run a function in one transaction, and
// the methods of [Tx], one file per noun, are the statements. Every method
// that reads an organization's data takes the organization's or the
// directory's id, so a query that forgets its tenant cannot be written.
//
// Lists of SCIM resources take any bound filter: filter.go turns it into a
// condition that means what scim.Match means, with an index for what identity
// providers look up. They page by key underneath; see position.go.
//
// On SQLite, concurrent updates share one durable commit; see groupcommit.go.
// A database file has one server.
//
// The same SQL text runs on both engines; the few differences are methods of
// dialect. Parameters are written $1, $2, … first appearing in ascending
// order, as SQLite drivers disagree on any other order.
package store
