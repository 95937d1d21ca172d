package scim

// enterpriseSchema is the enterprise User extension of RFC 7643 §4.3.
func enterpriseSchema() *Schema {
	managerID := text("value", "The identifier of the manager.")
	managerID.CaseExact = true
	return &Schema{
		ID: EnterpriseUserURN, Name: "EnterpriseUser", Description: "Enterprise User",
		Attributes: []*Attribute{
			text("employeeNumber", "The number assigned to the person by the organization."),
			text("costCenter", "The name of a cost center."),
			text("organization", "The name of an organization."),
			text("division", "The name of a division."),
			text("department", "The name of a department."),
			complexAttr("manager", "The user's manager.",
				managerID,
				reference("$ref", "The URI of the manager.", "User"),
				readOnly(text("displayName", "The manager's name.")),
			),
		},
	}
}

// accountSchema carries the linked account's id to the client; nobody writes it.
func accountSchema() *Schema {
	accountID := readOnly(text("atlassianAccountId", "The identifier of the account that the user is linked to."))
	accountID.CaseExact = true
	return &Schema{
		ID: AccountURN, Name: "AtlassianExternal", Description: "Linked account",
		Attributes: []*Attribute{accountID},
	}
}
