package journal

import "slices"

// ActionInfo describes an action of the audit log to people.
type ActionInfo struct {
	ID     Action
	Name   string // such as "Added user to group"
	Group  string // of actions, such as "Groups"
	Target string // kind of thing that it changes, such as "groups"
}

// The kinds of things that actions change, as the organizations API types them.
const (
	TargetOrg       = "orgs"
	TargetDomain    = "domains"
	TargetDirectory = "directories"
	TargetAccount   = "users"
	TargetGroup     = "groups"
	TargetKey       = "keys"
	TargetToken     = "tokens"
	TargetSCIMUser  = "scimUsers"
	TargetRepair    = "repairs"
	TargetLink      = "consoleLinks"
	TargetSession   = "consoleSessions"
	TargetGrant     = "consoleGrants"
)

// actions are all that there are. The packages that act name theirs as
// constants; a test holds this list against them.
var actions = []ActionInfo{
	{"organization_created", "Created organization", "Organization", TargetOrg},
	{"organization_updated", "Changed organization", "Organization", TargetOrg},
	{"api_key_created", "Created API key", "Keys and tokens", TargetKey},
	{"api_key_rotated", "Rotated API key", "Keys and tokens", TargetKey},
	{"api_key_revoked", "Revoked API key", "Keys and tokens", TargetKey},
	{"scim_token_created", "Created SCIM token", "Keys and tokens", TargetToken},
	{"scim_token_rotated", "Rotated SCIM token", "Keys and tokens", TargetToken},
	{"scim_token_revoked", "Revoked SCIM token", "Keys and tokens", TargetToken},
	{"console_link_created", "Created sign-in link", "Console", TargetLink},
	{"console_signed_in", "Signed in", "Console", TargetSession},
	{"console_signed_out", "Signed out", "Console", TargetSession},
	{"console_session_revoked", "Revoked session", "Console", TargetSession},
	{"console_grant_created", "Let people in", "Console", TargetGrant},
	{"console_grant_changed", "Changed role of people", "Console", TargetGrant},
	{"console_grant_removed", "Let people in no longer", "Console", TargetGrant},
	{"domain_added", "Added domain", "Domains", TargetDomain},
	{"domain_verified", "Verified domain", "Domains", TargetDomain},
	{"domain_assigned", "Assigned domain to directory", "Domains", TargetDomain},
	{"domain_claim_mode_changed", "Changed claim mode of domain", "Domains", TargetDomain},
	{"domain_proof_found", "Found proof of domain", "Domains", TargetDomain},
	{"domain_proof_missing", "Missed proof of domain", "Domains", TargetDomain},
	{"domain_lost", "Lost domain", "Domains", TargetDomain},
	{"domain_superseded", "Lost domain to another organization", "Domains", TargetDomain},
	{"domain_transferred", "Gave domain to another organization", "Domains", TargetDomain},
	{"domain_removed", "Removed domain", "Domains", TargetDomain},
	{"directory_created", "Created directory", "Directories", TargetDirectory},
	{"directory_updated", "Changed directory", "Directories", TargetDirectory},
	{"directory_deleted", "Deleted directory", "Directories", TargetDirectory},
	{"directory_disconnected", "Disconnected directory", "Directories", TargetDirectory},
	{"scim_schemas_loaded", "Loaded SCIM schemas", "Directories", TargetDirectory},
	{"scim_schemas_removed", "Removed SCIM schema", "Directories", TargetDirectory},
	{"directory_reconnected", "Reconnected directory", "Directories", TargetDirectory},
	{"account_created", "Created account", "Accounts", TargetAccount},
	{"account_claimed", "Claimed account", "Accounts", TargetAccount},
	{"account_unclaimed", "Gave up account", "Accounts", TargetAccount},
	{"account_profile_updated", "Changed profile", "Accounts", TargetAccount},
	{"account_email_changed", "Changed email", "Accounts", TargetAccount},
	{"account_email_parked", "Parked email", "Accounts", TargetAccount},
	{"account_deactivated", "Deactivated account", "Accounts", TargetAccount},
	{"account_activated", "Activated account", "Accounts", TargetAccount},
	{"account_deletion_scheduled", "Scheduled deletion of account", "Accounts", TargetAccount},
	{"account_deletion_cancelled", "Cancelled deletion of account", "Accounts", TargetAccount},
	{"account_access_suspended", "Suspended access", "Accounts", TargetAccount},
	{"account_access_restored", "Restored access", "Accounts", TargetAccount},
	{"account_removed_from_groups", "Removed account from all groups", "Accounts", TargetAccount},
	{"group_created", "Created group", "Groups", TargetGroup},
	{"group_deleted", "Deleted group", "Groups", TargetGroup},
	{"group_adopted", "Handed group over to directory", "Groups", TargetGroup},
	{"user_added_to_group", "Added user to group", "Groups", TargetGroup},
	{"user_removed_from_group", "Removed user from group", "Groups", TargetGroup},
	{"scim_users_deleted_by_account", "Deleted SCIM users of account", "Links and repair", TargetAccount},
	{"scim_user_unlinked", "Unlinked SCIM user", "Links and repair", TargetSCIMUser},
	{"scim_user_relinked", "Relinked SCIM user", "Links and repair", TargetSCIMUser},
	{"scim_user_hold_lifted", "Lifted hold on SCIM user", "Links and repair", TargetSCIMUser},
	{"scim_user_restored", "Restored SCIM user", "Links and repair", TargetSCIMUser},
	{"scim_user_memberships_given_back", "Gave memberships back", "Links and repair", TargetSCIMUser},
	{"repair_planned", "Planned repair", "Links and repair", TargetRepair},
	{"repair_cases_added", "Added cases to repair", "Links and repair", TargetRepair},
	{"repair_sealed", "Completed plan of repair", "Links and repair", TargetRepair},
	{"repair_discarded", "Discarded plan of repair", "Links and repair", TargetRepair},
	{"repair_applied", "Applied repair", "Links and repair", TargetRepair},
	{"repair_undone", "Undid repair", "Links and repair", TargetRepair},
}

// Actions gives all actions of the audit log, those of a group together.
func Actions() []ActionInfo { return slices.Clone(actions) }

// Describe gives what is known of an action; one from a later version is
// described by its id.
func Describe(id Action) ActionInfo {
	for _, a := range actions {
		if a.ID == id {
			return a
		}
	}
	return ActionInfo{ID: id, Name: string(id), Group: "Other", Target: "other"}
}
