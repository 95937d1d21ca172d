package repair

import (
	"errors"
	"fmt"

	"roster/internal/accounts"
	"roster/internal/identity"
	"roster/internal/provision"
	"roster/internal/store"
)

// StepKind names what a step does.
type StepKind string

// The kinds of step. All but the last are Roster's.
const (
	StepDeleteRecords StepKind = "delete-records" // of an account, in all directories (rule delete-by-aaid)
	StepDeleteRecord  StepKind = "delete-record"  // one, keeping it restorable (rule tombstone)
	StepUnlink        StepKind = "unlink"         // a record (rule unlink-keeps-record)
	StepSetEmail      StepKind = "set-email"      // of an account that nothing locks
	StepReplay        StepKind = "replay-update"  // the update of a record that was refused
	StepRelink        StepKind = "relink"         // a record to an account (rule relink)
	StepRestore       StepKind = "restore-record" // a deleted one (rule tombstone)
	StepGiveBack      StepKind = "give-back"      // to a record the groups of a deleted one (rule tombstone)
	StepClaim         StepKind = "claim"          // an account (rule managed)
	StepAwait         StepKind = "await-push"     // of the identity provider
)

// Who takes a step.
const (
	ActorRoster = "roster"
	ActorIDP    = "identity provider"
)

// Step is one typed step of a plan.
type Step struct {
	Kind      StepKind           `json:"kind"`
	Actor     string             `json:"actor"`
	Text      string             `json:"text"` // for people
	AccountID identity.AccountID `json:"accountId,omitempty"`
	Record    Record             `json:"record,omitzero"`
	Email     string             `json:"email,omitempty"`     // that the account gets, or that is waited for
	TakeEmail bool               `json:"takeEmail,omitempty"` // of a relink
	ParkEmail string             `json:"parkEmail,omitempty"` // of a relink

	Formerly identity.SCIMUserID `json:"formerly,omitempty"` // whose groups are given back
}

// taking is one step's transaction.
type taking struct {
	*store.Tx
	caller identity.Caller
	org    identity.OrgID
}

// take does a step of Roster's.
func (t taking) take(s Step) error {
	switch s.Kind {
	case StepDeleteRecords:
		_, err := deleteByAccount(t.Tx, t.caller, t.org, s.AccountID)
		return err
	case StepDeleteRecord:
		return t.deleteRecord(s.Record)
	case StepUnlink:
		return t.unlink(s.Record)
	case StepSetEmail:
		return t.setEmail(s.AccountID, s.Email)
	case StepReplay:
		return t.replay(s.Record)
	case StepRelink:
		m := &relinking{Tx: t.Tx, caller: t.caller, org: t.org, want: Relink{Record: s.Record, AccountID: s.AccountID, TakeEmail: s.TakeEmail, ParkEmail: s.ParkEmail}}
		return m.run()
	case StepRestore:
		_, err := restore(t.Tx, t.caller, t.org, s.Record)
		return err
	case StepGiveBack:
		return giveBack(t.Tx, t.caller, t.org, s.Record, s.Formerly)
	case StepClaim:
		return t.claim(s.AccountID)
	default:
		return fmt.Errorf("step %s is not Roster's to take", s.Kind)
	}
}

func (t taking) deleteRecord(r Record) error {
	_, u, err := findRecord(t.Tx, t.org, r, t.LockSCIMUser)
	if err != nil {
		return err
	}
	return deleteRecord(t.Tx, t.caller, t.org, u)
}

func (t taking) unlink(r Record) error {
	d, u, err := findRecord(t.Tx, t.org, r, t.LockSCIMUser)
	if err != nil || u.AccountID == "" {
		return err
	}
	return unlink(t.Tx, t.caller, d, u)
}

// claim lets an account follow its record from now on, as when it is claimed
// by hand.
func (t taking) claim(account identity.AccountID) error {
	if err := accounts.ClaimNow(t.Tx, t.caller, t.org, account); err != nil {
		return err
	}
	return provision.Follow(t.Tx, t.caller, t.org, account)
}

func (t taking) setEmail(account identity.AccountID, address string) error {
	email, err := identity.ParseEmail(address)
	if err != nil {
		return err
	}
	return accounts.ChangeEmail(t.Tx, t.caller, t.org, account, email)
}

func (t taking) replay(r Record) error {
	refused, err := t.RefusedWrite(t.org, r.DirectoryID, string(r.SCIMUserID))
	if err != nil {
		return store.Missing(err, "refused update of SCIM user", string(r.SCIMUserID))
	}
	_, err = provision.Replay(t.Tx, provision.Request{OrgID: t.org, DirectoryID: r.DirectoryID, Caller: t.caller}, refused)
	return replayRefused(err, r)
}

// replayRefused says of a replay that cannot be made what a conflict is about.
func replayRefused(err error, r Record) error {
	if _, taken := errors.AsType[*store.UniqueError](err); taken {
		return identity.Errorf(identity.CodeConflict, "the update of SCIM user %s cannot be made: what it wants has passed to another since", r.SCIMUserID).
			WithHint("diagnose again: roster diagnose")
	}
	return err
}

// await tells whether the identity provider has done its part of a step.
func (t taking) await(s Step) (done bool, err error) {
	a, err := accounts.FindManaged(t.Tx, t.org, s.AccountID, t.Account)
	if err != nil {
		return false, err
	}
	email, err := identity.ParseEmail(s.Email)
	if err != nil {
		return false, err
	}
	for _, l := range a.Links {
		u, err := t.SCIMUser(l.DirectoryID, l.SCIMUserID)
		if err != nil {
			return false, err
		}
		if l.DirectoryID == s.Record.DirectoryID && u.Email.Key == email.Key && a.Email.Key == email.Key {
			return true, nil
		}
	}
	return false, nil
}
