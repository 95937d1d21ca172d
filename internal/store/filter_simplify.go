package store

import "roster/internal/scim"

// simplified is a filter without what a resource type decides for all its
// resources: meta.resourceType, and attributes that the type lacks. nil holds
// for all. A list of several types that asks for one of them so costs what that
// type's own list costs.
func simplified(f scim.Filter, rt *scim.ResourceType) scim.Filter {
	switch f := f.(type) {
	case scim.And:
		return simplifiedAnd(simplified(f.Left, rt), simplified(f.Right, rt))
	case scim.Or:
		return simplifiedOr(simplified(f.Left, rt), simplified(f.Right, rt))
	case scim.Not:
		switch inner := simplified(f.Filter, rt); {
		case inner == nil:
			return scim.None{}
		case isNone(inner):
			return nil
		default:
			return scim.Not{Filter: inner}
		}
	case scim.Compare:
		if f.Path != resourceTypePath {
			return f
		}
		name := scim.Object(scim.Member{Name: "resourceType", Value: scim.String(rt.Name)})
		if scim.Match(f, scim.Object(scim.Member{Name: "meta", Value: name})) {
			return nil
		}
		return scim.None{}
	default:
		return f
	}
}

var resourceTypePath = scim.AttrPath{Attr: "meta", Sub: "resourceType"}

func simplifiedAnd(left, right scim.Filter) scim.Filter {
	switch {
	case left == nil || isNone(right):
		return right
	case right == nil || isNone(left):
		return left
	default:
		return scim.And{Left: left, Right: right}
	}
}

func simplifiedOr(left, right scim.Filter) scim.Filter {
	switch {
	case left == nil || right == nil:
		return nil
	case isNone(left):
		return right
	case isNone(right):
		return left
	default:
		return scim.Or{Left: left, Right: right}
	}
}

func isNone(f scim.Filter) bool {
	_, none := f.(scim.None)
	return none
}
