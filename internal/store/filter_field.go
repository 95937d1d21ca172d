package store

import (
	"fmt"
	"time"

	"roster/internal/scim"
)

// field is the SQL expression of one single-valued attribute. It is NULL where
// the attribute has no value.
type field struct {
	expr string
	kind fieldKind
}

type fieldKind uint8

const (
	textField   fieldKind = iota // folded as the attribute's comparisons are
	boolField                    // an SQL boolean
	numberField                  // a JSON number or its text
	timeField                    // microseconds
	hiddenField                  // has a value, which only the HTTP layer knows: it can be present and not compared
)

// content is the condition, possibly NULL, that the field has a non-empty
// value. Documents hold neither empty objects nor empty arrays, so an empty
// text is all there is to leave out.
func (f field) content() string {
	if f.kind == textField {
		return f.expr + " <> ''"
	}
	return f.expr + " IS NOT NULL"
}

var operators = map[scim.CompareOp]string{
	scim.Eq: " = ", scim.Ne: " <> ", scim.Gt: " > ", scim.Ge: " >= ", scim.Lt: " < ", scim.Le: " <= ",
}

// compareField adds a comparison of a field with a filter's value.
func (fw filterWriter) compareField(f field, c scim.Compare) error {
	operator, isOrder := operators[c.Op]
	switch {
	case f.kind == hiddenField:
		return scim.Errorf(400, scim.TypeInvalidFilter, "%q cannot be searched.", c.Path)
	case f.kind == timeField:
		t, err := time.Parse(time.RFC3339Nano, c.Value.Str())
		if err != nil {
			return fmt.Errorf("compare %s: %w", c.Path, err)
		}
		fw.add(f.expr+operator+"?", micros(t))
	case f.kind == boolField:
		fw.add(f.expr+operator+"?", c.Value.Truth())
	case f.kind == numberField:
		fw.add("CAST("+f.expr+" AS NUMERIC)"+operator+"CAST(? AS NUMERIC)", c.Value.NumberText())
	case isOrder:
		fw.add(f.expr+operator+"?", c.Value.Str())
	case c.Value.Str() == "":
		fw.add(f.expr + " IS NOT NULL") // every text contains the empty one
	default:
		fw.add(fw.dialect.textPart(c.Op, f.expr, fw.param(c.Value.Str())))
	}
	return nil
}
