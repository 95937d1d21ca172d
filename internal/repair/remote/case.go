package remote

import (
	"fmt"
	"slices"

	"roster/internal/identity"
	"roster/internal/repair"
)

// Case is what is to be done for one person. A case without steps has a reason
// instead.
type Case struct {
	N      int                `json:"case"` // from 1, in the order of the mapping
	Old    string             `json:"old"`
	New    string             `json:"new"`
	Right  identity.AccountID `json:"rightAccount,omitempty"` // had the old address when the plan was made
	Wrong  identity.AccountID `json:"wrongAccount,omitempty"` // had the new one
	Plan   repair.Plan        `json:"plan,omitzero"`
	Reason string             `json:"reason,omitempty"` // why there is nothing to do
}

// Pair is a line of the mapping: a person's old and new address.
type Pair struct{ Old, New string }

// Story names the repair: A (right account, wrong email), B (wrong account
// synced) or "".
func (c Case) Story() string {
	switch {
	case len(c.Plan.Steps) == 0:
		return ""
	case c.Plan.Kind == repair.KindWrongAccount:
		return "B"
	default:
		return "A"
	}
}

// Parked is the address that the wrong account gets, or "".
func (c Case) Parked() string {
	for _, s := range c.Plan.Steps {
		if s.Kind == repair.StepSetEmail && s.AccountID == c.Wrong {
			return s.Email
		}
	}
	return ""
}

// Irrevocable says what hosted calls cannot take back; "" where they can take
// back everything.
func (c Case) Irrevocable() string {
	deleted := 0
	for _, s := range c.Plan.Steps {
		if s.Kind == repair.StepDeleteRecords {
			deleted += len(recordsIn(c.Plan.Expect, s.AccountID))
		}
	}
	if deleted == 0 {
		return ""
	}
	return fmt.Sprintf("no hosted call brings back the %d deleted SCIM user(s): their ids are gone and the synced groups end, until the identity provider creates them again", deleted)
}

// accountIn is an account's part of a picture.
func accountIn(picture repair.State, id identity.AccountID) repair.AccountState {
	i := slices.IndexFunc(picture.Accounts, func(a repair.AccountState) bool { return a.ID == id })
	if i < 0 {
		return repair.AccountState{}
	}
	return picture.Accounts[i]
}

// recordsIn are the SCIM users that a picture links to an account.
func recordsIn(picture repair.State, id identity.AccountID) []repair.Record {
	var records []repair.Record
	for _, r := range picture.Records {
		if r.AccountID == id {
			records = append(records, repair.Record{DirectoryID: r.DirectoryID, SCIMUserID: r.SCIMUserID})
		}
	}
	return records
}

// sameEmail compares addresses as accounts do.
func sameEmail(a, b string) bool {
	x, errX := identity.ParseEmail(a)
	y, errY := identity.ParseEmail(b)
	return errX == nil && errY == nil && x.Key == y.Key
}
