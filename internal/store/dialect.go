package store

// dialect is the little SQL on which the engines differ.
type dialect interface {
	name() string
	// violation turns a driver's unique violation into a *UniqueError and
	// leaves other errors alone.
	violation(err error) error
	// forUpdate is the clause that locks the rows read by a query. SQLite
	// needs none: it has one writer.
	forUpdate() string
	// elements is a table expression over the texts of a JSON array
	// parameter; its one column is called value.
	elements(param string) string
	// jsonText is the text of the member at a path of names in a JSON column.
	jsonText(column string, names ...string) string
	// jsonEach is a table expression, called alias, over the elements of the
	// array at a path of names; an absent array has none.
	jsonEach(column, alias string, names ...string) string
	// jsonElement is the JSON value that a row of jsonEach stands for.
	jsonElement(alias string) string
	// countShards is over how many rows a directory's counts are spread.
	countShards() int
}
