package scim

// GroupType is the Group resource of RFC 7643 §4.2. Its members are never part of the stored document (see [Members]
// and [SplitMembers]). It is shared: do not change it.
func GroupType() *ResourceType { return groupType }

var groupType = &ResourceType{
	ID: "Group", Name: "Group", Endpoint: "/Groups", Description: "Group",
	Core: groupSchema(),
}

func groupSchema() *Schema {
	displayName := text("displayName", "A human-readable name for the group.")
	displayName.Required = true
	return &Schema{
		ID: CoreGroupURN, Name: "Group", Description: "Group",
		Attributes: []*Attribute{displayName, membersAttribute()},
	}
}

func membersAttribute() *Attribute {
	members := multi(complexAttr("members", "The members of the group.",
		text("value", "The identifier of the member."),
		reference("$ref", "The URI of the member.", "User", "Group"),
		canonical(text("type", "The kind of the member."), "User", "Group"),
		text("display", "The member's name."),
	))
	for _, sub := range members.Sub {
		sub.Mutability = Immutable
	}
	members.SubAttribute("value").CaseExact = true
	members.SubAttribute("value").Required = true
	members.SubAttribute("display").Mutability = ReadOnly
	members.detached = true
	return members
}
