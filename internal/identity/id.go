package identity

import (
	"regexp"
	"strings"

	"github.com/google/uuid"
)

// The ids. They are opaque, made by Roster, never change and are never reused.
// All but account ids are UUIDs (version 7, so they sort by creation).
type (
	OrgID        string
	DomainID     string
	DirectoryID  string
	AccountID    string // the AAID; see ParseAccountID
	SCIMUserID   string // `id` of a User in a directory
	SCIMGroupID  string // `id` of a Group in a directory
	OrgGroupID   string
	CredentialID string
	EntryID      string // of a log entry
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
