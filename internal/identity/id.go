package identity

import (
	"regexp"
	"strings"

	"github.com/google/uuid"
)

// The ids are opaque, made by Roster, never change and are never reused. All
// but account ids and credential ids are UUIDs (version 7, so they sort by
// creation).
type (
	// OrgID names an organization.
	OrgID string
	// DomainID names a domain of an organization.
	DomainID string
	// DirectoryID names a directory.
	DirectoryID string
	// AccountID is the AAID; see ParseAccountID.
	AccountID string
	// SCIMUserID is the `id` of a User in a directory.
	SCIMUserID string
	// SCIMGroupID is the `id` of a Group in a directory.
	SCIMGroupID string
	// OrgGroupID names a group that applications see.
	OrgGroupID string
	// CredentialID names an API key or a SCIM token.
	CredentialID string
	// EntryID names a log entry.
	EntryID string
	// JobID names work that is done bit by bit.
	JobID string
	// RepairID names a repair.
	RepairID string
	// SessionID names a person's session in the console.
	SessionID string
	// LinkID names a one-time link to the console.
	LinkID string
	// GrantID names a grant of access to the console.
	GrantID string
)

// NewUUID gives a fresh UUIDv7 in its usual text form.
func NewUUID() string { return uuid.Must(uuid.NewV7()).String() }

// NewAccountID gives a fresh account ID, such as acct_0193f0c2a7e87c5e9d0b6f1a2b3c4d5e.
func NewAccountID() AccountID {
	return AccountID("acct_" + strings.ReplaceAll(NewUUID(), "-", ""))
}

var accountIDPattern = regexp.MustCompile(`^[a-zA-Z0-9_|:-]{1,128}$`)

// ParseAccountID checks the form of an account ID, [a-zA-Z0-9_|:-]{1,128}
// (the pattern of the hosted user management API).
func ParseAccountID(s string) (AccountID, error) {
	if !accountIDPattern.MatchString(s) {
		return "", Errorf(CodeInvalid, "%.40q is not an account ID", s).
			WithHint("an account ID has 1 to 128 characters out of letters, digits, _ | : and -")
	}
	return AccountID(s), nil
}
