package accounts

import "roster/internal/identity"

// Setup is how the administrator of one kind of identity provider wires it to
// a directory. The texts name the base URL and the SCIM token, not their values.
type Setup struct {
	Provider string // such as "Microsoft Entra ID"
	Steps    []SetupStep
	Traps    []string // what people fall into
}

// SetupStep is one thing to enter or to choose in the provider's console.
type SetupStep struct {
	Enter string // the field, by the provider's label where it has one
	Where string // the menu
	What  string // the value or the choice
}

// SetupFor gives the steps of a kind. docs/reference/idps.md holds the same
// steps for reading and the sources; a test keeps the two alike.
func SetupFor(kind identity.DirectoryKind) Setup {
	if s, ok := setups[kind]; ok {
		return s
	}
	return setups[identity.KindGeneric]
}

var setups = map[identity.DirectoryKind]Setup{
	identity.KindEntra: {
		Provider: "Microsoft Entra ID",
		Steps: []SetupStep{
			{"Tenant URL", "Enterprise application → Provisioning → Admin credentials", "the base URL, as it is. `?aadOptscim062020` behind it is welcome and not needed: both dialects work at the same time"},
			{"Secret Token", "Enterprise application → Provisioning → Admin credentials", "the SCIM token"},
			{"test", "Enterprise application → Provisioning → Admin credentials", "*Test Connection*, then save"},
			{"matching", "Provisioning → Mappings → Users", "`userName` = userPrincipalName, match precedence 1"},
			{"externalId", "Provisioning → Mappings → Users", "change its source from `mailNickname` to `objectId`: mailNickname is not unique over domains"},
			{"`emails[type eq \"work\"].value`", "Provisioning → Mappings → Users", "`mail`; the address that links. Where it is empty, userName links"},
			{"groups", "Provisioning → Mappings → Groups", "on; `displayName` matches, `externalId` = objectId"},
			{"scope", "Provisioning → Settings", "assigned users and groups"},
			{"first person", "Provisioning → Provision on demand", "one person, then `roster log`; *Start provisioning* when that is right"},
		},
		Traps: []string{
			"Nested groups are not sent: assign the inner groups.",
			"A person whom Roster deleted is pushed to the old id and gets 404: Restart provisioning makes Entra ID match again.",
		},
	},
	identity.KindOkta: {
		Provider: "Okta",
		Steps: []SetupStep{
			{"SCIM connector base URL", "App → Provisioning → Integration", "the base URL"},
			{"Unique identifier field for users", "App → Provisioning → Integration", "`userName`"},
			{"Supported provisioning actions", "App → Provisioning → Integration", "all of: import new users, push new users, push profile updates, push groups"},
			{"Authentication mode", "App → Provisioning → Integration", "HTTP Header, with the SCIM token"},
			{"test", "App → Provisioning → Integration", "*Test Connector Configuration*, then save"},
			{"To App", "App → Provisioning", "create users, update attributes, deactivate users"},
			{"people", "App → Assignments", "one person first, then `roster log`"},
			{"groups", "App → Push Groups", "by name or rule. People must be assigned to the app *and* be in the pushed group"},
		},
		Traps: []string{
			"Assign people by another group than the one that is pushed, else the push may name people who are not there yet.",
			"Updates of a person whom Roster deleted get 404: unassign and assign the person again, or restore the record.",
		},
	},
	identity.KindGoogle: {
		Provider: "Google Workspace",
		Steps: []SetupStep{
			{"Access token", "SAML app → Auto-provisioning", "the SCIM token"},
			{"Endpoint URL", "SAML app → Auto-provisioning", "the base URL. Google offers it to catalogue apps only: take one that lets the URL be set"},
			{"mapping", "SAML app → Auto-provisioning", "primary e-mail → `userName`; add `emails.value` where the app has it"},
			{"scope", "SAML app → Auto-provisioning", "groups limit who is provisioned"},
			{"test", "SAML app → Auto-provisioning", "switch it on for a group of one person, then `roster log`"},
		},
		Traps: []string{"Google pushes no groups: use local groups in Roster."},
	},
	identity.KindOneLogin: {
		Provider: "OneLogin",
		Steps: []SetupStep{
			{"app", "Catalogue", "*SCIM Provisioner with SAML (SCIM v2 Core)*, or *v2 Enterprise* for department and manager"},
			{"SCIM Base URL", "Configuration", "the base URL"},
			{"SCIM JSON template", "Configuration", "the default, with `\"userName\": \"{$parameters.scimusername}\"`"},
			{"SCIM Bearer Token", "Configuration", "the SCIM token"},
			{"test", "Configuration → API Connection", "enable it: OneLogin asks Roster at once"},
			{"groups", "Parameters → Groups → include in user provisioning; Rules", "by rule"},
			{"when users are deleted", "Provisioning", "*suspend* keeps record and link; *delete* ends them"},
		},
		Traps: []string{"The admin approval queue lets hours lie between steps.", "A template that says \"\" for an unknown value of a boolean gets 400 with the attribute's name."},
	},
	identity.KindJumpCloud: {
		Provider: "JumpCloud",
		Steps: []SetupStep{
			{"Base URL, Token Key", "SSO application → Identity Management, Custom SCIM 2.0", "base URL, SCIM token"},
			{"Test user email", "SSO application → Identity Management", "an address on a domain that the organization has verified"},
			{"group management", "SSO application → Identity Management", "on"},
			{"test", "SSO application → Identity Management", "*Test Connection*, then *Activate*"},
		},
		Traps: []string{"The test user leaves an inactive account behind."},
	},
	identity.KindPing: {
		Provider: "PingOne and PingFederate",
		Steps: []SetupStep{
			{"SCIM base URL, OAuth 2 bearer token", "PingOne: Integrations → Provisioning → Outbound → SCIM; PingFederate: SCIM connector", "base URL, SCIM token"},
			{"user filter expression", "PingOne", "`userName Eq \"%s\"`"},
			{"unique user identifier", "PingFederate", "userName, or workEmail, which filters by `emails eq`"},
			{"*SCIM SP supports patch*", "PingFederate", "ticked"},
			{"*remove action*", "both", "disable rather than delete"},
			{"test", "PingOne: *Test Connection*", "then one person by a user filter, and `roster log`"},
		},
		Traps: []string{"Two e-mails that are both primary get 400: map one as primary."},
	},
	identity.KindGeneric: {
		Provider: "Others",
		Steps: []SetupStep{
			{"base URL", "the client's SCIM 2.0 settings", "the base URL"},
			{"authentication", "the client's SCIM 2.0 settings", "bearer token (OAuth bearer, HTTP header): the SCIM token"},
			{"matching", "the client's mapping of users", "`userName`; the client's own stable id as `externalId`"},
			{"`emails[type eq \"work\"].value`", "the client's mapping of users", "the address that links, as the only or primary one. Without it, a userName that is an address links"},
			{"groups", "the client's mapping of groups", "`displayName`, and members by SCIM id"},
			{"test", "the command line", "`roster idp replay --kind generic`, which only reads; then one person and `roster log`"},
		},
		Traps: []string{"Who leaves should become inactive (`active` false) rather than be deleted: record, link and memberships stay."},
	},
}
