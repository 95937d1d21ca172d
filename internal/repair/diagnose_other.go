package repair

import (
	"errors"
	"fmt"

	"roster/internal/identity"
	"roster/internal/store"
)

// unlinkedPages reads the records without an account: those that are held, or
// the others.
func unlinkedPages(kind FindingKind) func(*store.Tx, identity.OrgID, store.Page) ([]keyed, string, error) {
	return func(tx *store.Tx, org identity.OrgID, p store.Page) (found []keyed, next string, err error) {
		records, next, err := tx.UnlinkedSCIMUsers(org, "", p)
		if err != nil {
			return nil, "", err
		}
		b, views, err := unlinkedViews(tx, org, records)
		if err != nil {
			return nil, "", err
		}
		for _, u := range views {
			f, err := unlinkedFinding(b, u)
			if err != nil {
				return nil, "", err
			}
			if f.Kind == kind {
				found = append(found, keyed{string(u.DirectoryID) + "/" + string(u.ID), f})
			}
		}
		return found, next, nil
	}
}

func unlinkedOne(kind FindingKind) func(*store.Tx, identity.OrgID, []string) (Finding, error) {
	return func(tx *store.Tx, org identity.OrgID, subject []string) (Finding, error) {
		if len(subject) != 2 {
			return Finding{}, store.ErrNotFound
		}
		_, u, err := findRecord(tx, org, Record{identity.DirectoryID(subject[0]), identity.SCIMUserID(subject[1])}, tx.SCIMUser)
		if identity.CodeOf(err) == identity.CodeNotFound {
			return Finding{}, store.ErrNotFound
		}
		if err != nil {
			return Finding{}, err
		}
		if u.AccountID != "" {
			return Finding{}, store.ErrNotFound
		}
		b, views, err := unlinkedViews(tx, org, []store.SCIMUser{u})
		if err != nil {
			return Finding{}, err
		}
		f, err := unlinkedFinding(b, views[0])
		if err == nil && f.Kind != kind {
			err = store.ErrNotFound
		}
		return f, err
	}
}

// unlinkedViews reads in sets what unlinkedFinding asks about.
func unlinkedViews(tx *store.Tx, org identity.OrgID, records []store.SCIMUser) (*book, []RecordView, error) {
	b, err := openBook(tx, org)
	if err != nil {
		return nil, nil, err
	}
	views, err := withHolds(tx, records)
	if err != nil {
		return nil, nil, err
	}
	var keys []string
	for _, u := range records {
		if u.Email.Key != "" {
			keys = append(keys, u.Email.Key)
		}
	}
	if err := b.lookAddresses(keys); err != nil {
		return nil, nil, err
	}
	var holders []identity.AccountID
	for _, key := range keys {
		holders = append(holders, b.addresses[key].ID)
	}
	return b, views, b.look(holders...)
}

func unlinkedFinding(b *book, u RecordView) (Finding, error) {
	f := Finding{
		Kind: KindUnlinked, DirectoryID: u.DirectoryID, Record: Record{u.DirectoryID, u.ID}, NewEmail: u.Email.Address,
		Title:       u.UserName + " has no account",
		Explanation: "The identity provider pushed this person, and Roster could not link the record to an account: " + u.UnlinkedReason + ".",
		Evidence:    []Evidence{{Fact: u.UnlinkedReason, Weight: maxConfidence}},
		Confidence:  maxConfidence, FirstSeen: u.ModifiedAt, LastSeen: u.ModifiedAt,
	}
	if len(u.Holds) > 0 {
		f.Kind, f.WrongAccount = KindHeld, u.Holds[0].AccountID
		f.Title = u.UserName + " is held apart from its account"
		f.FirstSeen = u.Holds[0].CreatedAt
	}
	f.ID = findingID(f.Kind, string(u.DirectoryID), string(u.ID))
	err := f.offerAccount(b, u.SCIMUser)
	return f, err
}

// offerAccount names the account that a push would link the record to.
func (f *Finding) offerAccount(b *book, u store.SCIMUser) error {
	if u.Email.Key == "" {
		f.Next = "map an email address for this person in the identity provider"
		return nil
	}
	holder, err := b.holder(u.Email.Key)
	if errors.Is(err, store.ErrNotFound) {
		f.Next = "push the person again from the identity provider: a new account is made"
		return nil
	}
	if err != nil {
		return err
	}
	target, err := b.party(holder.ID)
	if err != nil {
		return err
	}
	for _, l := range target.links {
		if l.DirectoryID == u.DirectoryID {
			f.Next = fmt.Sprintf("account %s has another record of this directory: roster links %s", target.ID, target.ID)
			return nil
		}
	}
	if !target.managed {
		f.Next = "push the person again from the identity provider"
		return nil
	}
	f.RightAccount, f.OldEmail = target.ID, target.Email.Address
	f.Strategies = []Strategy{StrategyAtomic}
	f.Next = "roster repair plan " + f.ID
	return nil
}
