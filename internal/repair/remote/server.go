package remote

import (
	"context"
	"encoding/json"
	"iter"
	"time"

	"roster/internal/identity"
	"roster/internal/repair"
)

// Server is another server, as far as the hosted calls show it. An error that
// is a [RefusedError] is about the person at hand; any other ends the run, which can
// be gone on with later.
type Server interface {
	// Accounts are the managed accounts of the organization, in any order.
	Accounts(ctx context.Context) iter.Seq2[Account, error]
	// VerifiedDomains are the organization's, in lower case.
	VerifiedDomains(ctx context.Context) ([]string, error)
	// Links are the SCIM users that are linked to an account.
	Links(ctx context.Context, id identity.AccountID) ([]Link, error)
	// LinksOfEmail are the SCIM users that have an address, linked or not.
	LinksOfEmail(ctx context.Context, address string) ([]Link, error)
	// Profile is an account as it is now.
	Profile(ctx context.Context, id identity.AccountID) (Account, error)
	// SCIMUsers are all SCIM users of the directories whose SCIM token was given,
	// in any order; none without tokens.
	SCIMUsers(ctx context.Context) iter.Seq2[SCIMUser, error]
	// Document is a SCIM user as its directory shows it; nil where no SCIM token
	// of that directory was given.
	Document(ctx context.Context, r repair.Record) (json.RawMessage, error)
	// DeleteRecords deletes the SCIM users of an account in all directories.
	DeleteRecords(ctx context.Context, id identity.AccountID) error
	// SetEmail gives an account an address.
	SetEmail(ctx context.Context, id identity.AccountID, address string) error
	// SetActive lets an account sign in, or keeps it from it.
	SetActive(ctx context.Context, id identity.AccountID, active bool) error
}

// Account is a managed account.
type Account struct {
	ID     identity.AccountID
	Email  string
	Name   string
	Status identity.AccountStatus

	// LastActive is when a product last saw it, as the list of accounts has it;
	// "" where none did, or where nobody told.
	LastActive string
}

// SCIMUser is what a SCIM list shows of a record.
type SCIMUser struct {
	Link

	UserName   string
	ExternalID string
	Email      string   // the one that links
	Aliases    []string // its other addresses
	Created    time.Time
}

// Link is a SCIM user and the account that it is linked to, or "".
type Link struct {
	repair.Record

	AccountID identity.AccountID
}

// RefusedError is an answer that concerns one person only.
type RefusedError struct{ Cause error }

func (e *RefusedError) Error() string { return e.Cause.Error() }
func (e *RefusedError) Unwrap() error { return e.Cause }
