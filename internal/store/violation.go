package store

import "strings"

// Constraint names a rule that the database itself enforces.
type Constraint string

// The constraints that a caller turns into an answer. Each is the name of a
// unique index in the migrations.
const (
	ConstraintAccountEmail   Constraint = "account_email"
	ConstraintDomainVerifier Constraint = "domain_verifier"
	ConstraintDomainName     Constraint = "domain_name"
	ConstraintDirectoryName  Constraint = "directory_name"
	ConstraintUserName       Constraint = "scim_user_user_name"
	ConstraintUserEmail      Constraint = "scim_user_email"
	ConstraintLinkAccount    Constraint = "link_account"
	ConstraintGroupName      Constraint = "scim_group_display_name"
	ConstraintOrgGroupName   Constraint = "org_group_name"
	ConstraintValue          Constraint = "scim_value_scope"
)

// uniqueColumns gives each constraint's columns as SQLite reports them.
var uniqueColumns = map[string]Constraint{
	"account.email_key":                                    ConstraintAccountEmail,
	"domain.name":                                          ConstraintDomainVerifier,
	"domain.org_id, domain.name":                           ConstraintDomainName,
	"directory.org_id, directory.name_key":                 ConstraintDirectoryName,
	"scim_user.directory_id, scim_user.user_name_key":      ConstraintUserName,
	"scim_user.directory_id, scim_user.email_key":          ConstraintUserEmail,
	"link.directory_id, link.account_id":                   ConstraintLinkAccount,
	"scim_group.directory_id, scim_group.display_name_key": ConstraintGroupName,
	"org_group.org_id, org_group.name_key":                 ConstraintOrgGroupName,
	"scim_value.scope, scim_value.name, scim_value.digest": ConstraintValue,
}

// UniqueError means that another row holds what a write asked for. The
// transaction that met it cannot go on.
type UniqueError struct {
	Constraint Constraint
	Cause      error
}

// Error names the constraint.
func (e *UniqueError) Error() string {
	return "already taken (" + string(e.Constraint) + "): " + e.Cause.Error()
}

// Unwrap gives the driver's error.
func (e *UniqueError) Unwrap() error { return e.Cause }

// constraintOfColumns reads SQLite's "UNIQUE constraint failed: a.x, a.y (2067)".
func constraintOfColumns(message string) Constraint {
	_, columns, found := strings.Cut(message, "UNIQUE constraint failed: ")
	if !found {
		return ""
	}
	columns, _, _ = strings.Cut(columns, " (")
	return uniqueColumns[columns]
}
