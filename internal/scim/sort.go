package scim

import "strings"

// Sort is the attribute by which the resources of one type are ordered (RFC 7644 §3.4.2.3), bound as in [Compare]: a
// complex attribute means its "value". Of a multi-valued attribute the primary element counts, else the first. The
// zero Sort is that of a type which lacks the attribute: all its resources are unassigned.
type Sort struct {
	Path      AttrPath
	Attr, Sub *Attribute
}

// IsZero tells whether there is nothing to sort by.
func (s Sort) IsZero() bool { return s.Attr == nil }

// bindSort resolves sortBy against each resource type. Errors are *[Error] 400 invalidValue: a name that none of the
// types has, an attribute that is never returned, or a complex one without a value.
func bindSort(types []*ResourceType, sortBy string) ([]Sort, error) {
	path, err := ParsePath(sortBy)
	if err != nil || path.Filter != nil {
		return nil, refuse(TypeInvalidValue, "sortBy must be the name of an attribute; got %q.", excerpt(sortBy))
	}
	sorts := make([]Sort, len(types))
	known := false
	for i, rt := range types {
		t, ok := rt.resolve(path.Attr)
		if !ok || t.attr == nil {
			continue
		}
		if sorts[i], err = sortOn(t); err != nil {
			return nil, err
		}
		known = true
	}
	if !known {
		return nil, refuse(TypeInvalidValue, "sortBy names %q, which %s does not have.", sortBy, namesOfTypes(types))
	}
	return sorts, nil
}

func sortOn(t target) (Sort, error) {
	if t.attr.Returned == ReturnedNever || t.leaf().Returned == ReturnedNever {
		return Sort{}, refuse(TypeInvalidValue, "Lists cannot be sorted by %q.", t.name())
	}
	if t.leaf().Type == AttrComplex {
		if t.sub = t.attr.SubAttribute("value"); t.sub == nil {
			return Sort{}, refuse(TypeInvalidValue, "sortBy must name one of the sub-attributes of %q.", t.name())
		}
	}
	return Sort{Path: t.path(), Attr: t.attr, Sub: t.sub}, nil
}

// parseSortOrder reads sortOrder, whose default is ascending.
func parseSortOrder(s string) (descending bool, err error) {
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "", "ascending":
		return false, nil
	case "descending":
		return true, nil
	default:
		return false, refuse(TypeInvalidValue, "sortOrder must be ascending or descending; got %q.", excerpt(s))
	}
}

// namesOfTypes lists resource types for error texts.
func namesOfTypes(types []*ResourceType) string {
	names := make([]string, len(types))
	for i, rt := range types {
		names[i] = rt.Name
	}
	return strings.Join(names, " or ")
}
