package scim

// Change is one attribute that two versions of a resource have differently. A side that has none is null.
type Change struct {
	Path          string // as a PATCH names it: userName, name.givenName, URN:department
	Before, After Value
}

// hidden stands for a value that is never returned (RFC 7643 §7).
var hidden = String("(not shown)")

// Changes compares two documents of the type, attribute by attribute; of a complex attribute with one value, by
// sub-attribute. Values that are never returned are left out, not the fact that they changed.
func (rt *ResourceType) Changes(before, after Value) []Change {
	d := differ{}
	d.attributes("", rt.Core.Attributes, before, after)
	for _, x := range rt.Extensions {
		was, _ := before.Get(x.Schema.ID)
		is, _ := after.Get(x.Schema.ID)
		d.attributes(x.Schema.ID+":", x.Schema.Attributes, was, is)
	}
	return d.changes
}

type differ struct{ changes []Change }

func (d *differ) attributes(prefix string, attrs []*Attribute, before, after Value) {
	for _, a := range attrs {
		was, _ := before.Get(a.Name)
		is, _ := after.Get(a.Name)
		switch {
		case was.Equal(is):
		case a.Returned == ReturnedNever:
			d.add(prefix+a.Name, concealed(was), concealed(is))
		case a.Type == AttrComplex && !a.MultiValued:
			d.attributes(prefix+a.Name+".", a.Sub, was, is)
		default:
			d.add(prefix+a.Name, was, is)
		}
	}
}

func (d *differ) add(path string, before, after Value) {
	d.changes = append(d.changes, Change{Path: path, Before: before, After: after})
}

func concealed(v Value) Value {
	if v.IsUnassigned() {
		return Null()
	}
	return hidden
}
