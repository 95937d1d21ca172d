package scim

import "strconv"

// MemberRef is one member of a group as a client names it. Value is the SCIM id; Type is "User", "Group" or empty,
// as sent: whether nested groups are taken is the caller's rule.
type MemberRef struct{ Value, Type, Display string }

// Members reads the members of a Group body of POST or PUT; present is false where the body does not speak of
// members, or by null only: that is absent (RFC 7643 §2.5), and templates write it for what they do not know. An empty
// array does speak of them. A member may be a bare id. One without a value is *[Error] 400 invalidValue. Repeated members
// count once.
func Members(in Value) (refs []MemberRef, present bool, err error) {
	for _, m := range in.Members() {
		if namesMembers(m.Name) && m.Value.Kind() != KindNull {
			refs, err = memberRefs(m.Value)
			return refs, true, err
		}
	}
	return nil, false, nil
}

// namesMembers tells whether a body's key is members, with or without the schema's URN.
func namesMembers(key string) bool {
	return equalName(key, "members") || equalName(key, CoreGroupURN+":members")
}

// memberRefs reads an array of members, or a single one.
func memberRefs(v Value) ([]MemberRef, error) {
	if v.IsUnassigned() && v.Kind() != KindObject {
		return nil, nil
	}
	items := v.Items()
	if v.Kind() != KindArray {
		items = []Value{v}
	}
	refs := make([]MemberRef, 0, len(items))
	seen := make(map[string]bool, len(items))
	for i, item := range items {
		ref, err := memberRef(item)
		if err != nil {
			return nil, within("members["+strconv.Itoa(i)+"]", err)
		}
		if seen[ref.Value] {
			continue
		}
		seen[ref.Value] = true
		refs = append(refs, ref)
	}
	return refs, nil
}

func memberRef(v Value) (MemberRef, error) {
	id := v
	var ref MemberRef
	if v.Kind() == KindObject {
		id, _ = v.Get("value")
		kind, _ := v.Get("type")
		display, _ := v.Get("display")
		ref.Type, ref.Display = kind.Str(), display.Str()
	}
	ref.Value = id.Str() + id.NumberText()
	switch {
	case ref.Value == "":
		return ref, refuse(TypeInvalidValue, `A member needs a "value": the id of a user.`)
	case len(ref.Value) > MaxTextBytes, len(ref.Display) > MaxTextBytes:
		return ref, refuse(TypeInvalidValue, "A member's texts may have at most %d bytes.", MaxTextBytes)
	default:
		return ref, nil
	}
}
