package scim

// MemberChangeKind is what a [MemberChange] does.
type MemberChangeKind uint8

// The kinds of member changes.
const (
	AddMembers         MemberChangeKind = iota + 1 // Members join; those who are members stay so
	RemoveMembers                                  // Members leave; those who are no members do not matter
	ReplaceMembers                                 // Members are all members from then on
	RemoveMembersWhere                             // members that Where matches leave
)

// MemberChange is one change of a group's membership. Where is bound, relative to a member: its names are value,
// type, display and $ref.
type MemberChange struct {
	Kind    MemberChangeKind
	Members []MemberRef
	Where   Filter
}

// SplitMembers takes what concerns members out of a Group PATCH, in order, so that a change of k members costs k
// whatever the group's size. rest is for [ResourceType.Patch]; ops does not change.
//
// A remove of members that lists some (Entra ID, JumpCloud, authentik) removes those only; one without value removes
// all, as RFC 7644 §3.5.2.2 has it; one with an empty list removes nobody. Errors are *[Error] 400 as Patch gives
// them.
func SplitMembers(ops []Operation) (changes []MemberChange, rest []Operation, err error) {
	for i, op := range ops {
		var change *MemberChange
		switch {
		case !op.HasPath:
			change, op, err = splitPathless(op)
		case isMembersPath(op.Path.Attr):
			change, err = memberChange(op)
			op.Op = "" // nothing of it remains
		}
		if err != nil {
			return nil, nil, within(operationName(i), err)
		}
		if change != nil {
			changes = append(changes, *change)
		}
		if op.Op != "" {
			rest = append(rest, op)
		}
	}
	return changes, rest, nil
}

func isMembersPath(p AttrPath) bool {
	return equalName(p.Attr, "members") && (p.URN == "" || equalName(p.URN, CoreGroupURN))
}

// splitPathless takes the members key out of an operation without path. The operation that remains has no Op when
// members was all there was.
func splitPathless(op Operation) (*MemberChange, Operation, error) {
	if op.Op == OpRemove || op.Value.Kind() != KindObject {
		return nil, op, nil // for Patch to refuse
	}
	var change *MemberChange
	others := make([]Member, 0, len(op.Value.Members()))
	for _, m := range op.Value.Members() {
		if !namesMembers(m.Name) {
			others = append(others, m)
			continue
		}
		if m.Value.Kind() == KindNull {
			continue // absent, as in Members: nobody empties a group by it
		}
		refs, err := memberRefs(m.Value)
		if err != nil {
			return nil, op, err
		}
		change = addOrReplace(op.Op, refs)
	}
	if change != nil && len(others) == 0 {
		return change, Operation{}, nil
	}
	op.Value = Object(others...)
	return change, op, nil
}

// addOrReplace is nil where there is nobody to add.
func addOrReplace(op Op, refs []MemberRef) *MemberChange {
	switch {
	case op == OpReplace:
		return &MemberChange{Kind: ReplaceMembers, Members: refs}
	case len(refs) == 0:
		return nil
	default:
		return &MemberChange{Kind: AddMembers, Members: refs}
	}
}

// memberChange reads an operation whose path is members, members.value or members[…].
func memberChange(op Operation) (*MemberChange, error) {
	if sub := op.Path.Attr.Sub; sub != "" && (!equalName(sub, "value") || op.Path.Filter != nil) {
		return nil, memberIsFixed(op)
	}
	if op.Path.Filter != nil {
		return selectedMembers(op)
	}
	refs, err := memberRefs(op.Value)
	if err != nil {
		return nil, err
	}
	switch {
	case op.Op != OpRemove:
		return addOrReplace(op.Op, refs), nil
	case op.Value.Kind() == KindNull:
		return &MemberChange{Kind: ReplaceMembers}, nil
	case len(refs) == 0:
		return nil, nil //nolint:nilnil // an empty list removes nobody: no change is a good answer
	default:
		return &MemberChange{Kind: RemoveMembers, Members: refs}, nil
	}
}

func memberIsFixed(op Operation) error {
	path := op.Path.Attr
	return refuse(TypeMutability, "%q cannot be changed (RFC 7643 §4.2); remove the member and add another.", path)
}

// selectedMembers reads members[filter]: Okta and Entra ID remove one member so.
func selectedMembers(op Operation) (*MemberChange, error) {
	where, err := bindElement(groupType.Core.Attribute("members"), op.Path.Filter)
	if err != nil {
		return nil, err
	}
	refs, simple := memberIDs(where, nil)
	switch {
	case op.Op == OpRemove && simple:
		return &MemberChange{Kind: RemoveMembers, Members: refs}, nil
	case op.Op == OpRemove:
		return &MemberChange{Kind: RemoveMembersWhere, Where: where}, nil
	case op.Op == OpAdd && simple:
		return &MemberChange{Kind: AddMembers, Members: refs}, nil
	default:
		return nil, memberIsFixed(op)
	}
}

// memberIDs collects the ids of value eq "a" or value eq "b" or …; simple is false for any other filter.
func memberIDs(f Filter, refs []MemberRef) (ids []MemberRef, simple bool) {
	switch f := f.(type) {
	case Or:
		if refs, simple = memberIDs(f.Left, refs); !simple {
			return nil, false
		}
		return memberIDs(f.Right, refs)
	case Compare:
		if f.Op != Eq || f.Attr.Name != "value" || f.Value.Kind() != KindString {
			return nil, false
		}
		return append(refs, MemberRef{Value: f.Value.Str()}), true
	default:
		return nil, false
	}
}
