package store

import "roster/internal/scim"

// dialect is the little SQL on which the engines differ.
type dialect interface {
	name() string
	// violation turns a driver's unique violation into a *UniqueError and
	// leaves other errors alone.
	violation(err error) error
	// isFull tells whether an error means that there is no room to write.
	isFull(err error) bool
	// forUpdate is the clause that locks the rows read by a query. SQLite
	// needs none: it has one writer.
	forUpdate() string
	// skipLocked is forUpdate that leaves out the rows that others have locked.
	skipLocked() string
	// forShare is the clause that keeps the rows of one table from being
	// changed by others while they may still read and share them.
	forShare(table string) string
	// indexedBy is the clause behind a table by which it must be read by an
	// index. SQLite needs it where an index and the primary key order alike: it
	// knows nothing of what a table holds and takes the key.
	indexedBy(index string) string
	// elements is a table expression over the texts of a JSON array
	// parameter; its one column is called value.
	elements(param string) string
	// objects is a table expression over the objects of a JSON array parameter;
	// its one column is called value, of which ->> takes a member as text.
	objects(param string) string
	// probe is FROM and WHERE of a query that looks rows of a table, called
	// alias, up by an index, for one element e.value of a JSON array parameter
	// after the other: those for which on holds. Where PostgreSQL is free to
	// choose, it reads a whole directory or group instead as soon as its
	// statistics say, or do not say otherwise, that most are small.
	probe(param, table, alias, on string) string
	// found is the condition on a row of a table, whose key is given, that
	// probe finds it.
	found(key, param, table, alias, on string) string
	// exact is an expression of a text that compares by code point.
	exact(expr string) string
	// jsonText is the text at a path of names in JSON, compared by code point;
	// NULL where there is none. Without names it is that of an element of
	// jsonEach which is no object.
	jsonText(json string, names ...string) string
	// jsonBool is the SQL boolean of the JSON boolean at a path.
	jsonBool(json string, names ...string) string
	// jsonEach is a table expression, called alias, over the elements of the
	// array at a path; an absent array has none. Its column value is the
	// element: JSON, where it is an object. Its column key counts them.
	jsonEach(json, alias string, names ...string) string
	// textPart is the condition that a text contains (co), begins with (sw) or
	// ends with (ew) the text of a parameter, which is not empty.
	textPart(op scim.CompareOp, expr, param string) string
	// countShards is over how many rows a directory's counts are spread.
	countShards() int
}
