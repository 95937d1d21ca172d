package scim

// UserType is the User resource of RFC 7643 §4.1 with the enterprise extension (§4.3), the top-level department,
// organization and timezone of the hosted service, and the read-only account extension. It is shared: do not change
// it.
func UserType() *ResourceType { return userType }

var userType = &ResourceType{
	ID: "User", Name: "User", Endpoint: "/Users", Description: "User Account",
	Core: userSchema(),
	Extensions: []Extension{
		{Schema: enterpriseSchema()},
		{Schema: accountSchema()},
	},
}

func userSchema() *Schema {
	return &Schema{
		ID: CoreUserURN, Name: "User", Description: "User Account",
		Attributes: append(userSingular(), userPlural()...),
	}
}

func userSingular() []*Attribute {
	userName := text("userName", "Unique identifier for the user, typically used to sign in. Letter case is kept and not compared.")
	userName.Required = true
	userName.Uniqueness = UniqueServer
	password := text("password", "The user's cleartext password. Accepted and not kept.")
	password.Mutability = WriteOnly
	password.Returned = ReturnedNever
	password.CaseExact = true
	password.detached = true
	return []*Attribute{
		userName,
		complexAttr("name", "The components of the user's name.",
			text("formatted", "The full name, formatted for display."),
			text("familyName", "The family name, or last name."),
			text("givenName", "The given name, or first name."),
			text("middleName", "The middle name(s)."),
			text("honorificPrefix", "The honorific prefix(es), or title."),
			text("honorificSuffix", "The honorific suffix(es)."),
		),
		text("displayName", "The name of the user, suitable for display."),
		text("nickName", "The casual way to address the user."),
		reference("profileUrl", "A URL of the user's online profile.", "external"),
		text("title", "The user's title, such as \"Vice President\"."),
		text("userType", "The relationship between the organization and the user."),
		text("preferredLanguage", "The user's preferred language, as in an Accept-Language header."),
		text("locale", "The user's default location for localizing currency, dates and numbers."),
		text("timezone", "The user's time zone, in the form of the IANA time zone database."),
		text("organization", "The user's organization."),
		text("department", "The user's department."),
		typed(AttrBoolean, "active", "The user's administrative status."),
		password,
	}
}

func userPlural() []*Attribute {
	photo := reference("value", "URL of a photo of the user.", "external")
	certificate := typed(AttrBinary, "value", "A DER-encoded X.509 certificate in base64.")
	certificate.CaseExact = true
	groups := readOnly(multi(complexAttr("groups", "The groups that the user belongs to. Change them through the groups.",
		text("value", "The identifier of the group."),
		reference("$ref", "The URI of the group.", "User", "Group"),
		text("display", "The group's name."),
		canonical(text("type", "Whether the membership is direct or by a nested group."), "direct", "indirect"),
	)))
	groups.SubAttribute("value").CaseExact = true
	return []*Attribute{
		plural("emails", "Email addresses of the user.", text("value", "An email address."), "work", "home", "other"),
		plural("phoneNumbers", "Phone numbers of the user.", text("value", "A phone number."), "work", "home", "mobile", "fax", "pager", "other"),
		plural("ims", "Instant messaging addresses of the user.", text("value", "An instant messaging address."),
			"aim", "gtalk", "icq", "xmpp", "msn", "skype", "qq", "yahoo"),
		plural("photos", "URLs of photos of the user.", photo, "photo", "thumbnail"),
		addresses(),
		groups,
		plural("entitlements", "Things that the user has.", text("value", "The value of an entitlement.")),
		plural("roles", "Roles of the user.", text("value", "The value of a role.")),
		plural("x509Certificates", "Certificates issued to the user.", certificate),
	}
}

func addresses() *Attribute {
	return multi(complexAttr("addresses", "Physical mailing addresses of the user.",
		text("formatted", "The full address, formatted for display."),
		text("streetAddress", "The street, house number and the like."),
		text("locality", "The city."),
		text("region", "The state or region."),
		text("postalCode", "The postal code."),
		text("country", "The country, as an ISO 3166-1 alpha-2 code."),
		canonical(text("type", "A label indicating the attribute's function."), "work", "home", "other"),
		typed(AttrBoolean, "primary", "Whether this is the preferred address; true for one address at most."),
	))
}

func canonical(a *Attribute, values ...string) *Attribute {
	a.CanonicalValues = values
	return a
}
