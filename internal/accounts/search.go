package accounts

import (
	"context"

	"roster/internal/identity"
	"roster/internal/store"
)

// Found is an account as a search gives it: one that the org manages, or
// (External) one that it links, as its own records say.
type Found struct {
	store.FoundAccount
	Activity []store.Activity // as the org's applications told it, the latest first
}

// Search lists accounts of an org. A page may be short and still have a next
// one: it looks at a bounded number of accounts, however many there are.
func (s *Service) Search(ctx context.Context, org identity.OrgID, q store.AccountSearch, p store.Page) (found []Found, next string, err error) {
	err = s.store.View(ctx, func(tx *store.Tx) error {
		var accounts []store.FoundAccount
		if accounts, next, err = tx.SearchAccounts(org, q, p); err != nil {
			return err
		}
		found, err = withActivity(tx, org, accounts)
		return err
	})
	return found, next, err
}

func withActivity(tx *store.Tx, org identity.OrgID, accounts []store.FoundAccount) ([]Found, error) {
	ids := make([]identity.AccountID, len(accounts))
	for i, a := range accounts {
		ids[i] = a.ID
	}
	activity, err := tx.ActivityOf(org, ids)
	found := make([]Found, len(accounts))
	for i, a := range accounts {
		found[i] = Found{a, activity[a.ID]}
	}
	return found, err
}

// Find gives one account of an org, managed or external.
func (s *Service) Find(ctx context.Context, org identity.OrgID, id identity.AccountID) (Found, error) {
	return view(ctx, s, func(tx *store.Tx) (Found, error) { return find(tx, org, id) })
}

func find(tx *store.Tx, org identity.OrgID, id identity.AccountID) (Found, error) {
	found, _, err := tx.SearchAccounts(org, store.AccountSearch{ID: id}, store.Page{})
	if err == nil && len(found) == 0 {
		found, err = tx.ExternalAccount(org, id)
	}
	if err != nil {
		return Found{}, err
	}
	if len(found) == 0 {
		return Found{}, unknownAccount(id)
	}
	with, err := withActivity(tx, org, found[:1])
	if err != nil {
		return Found{}, err
	}
	return with[0], nil
}

func unknownAccount(id identity.AccountID) *identity.Error {
	return identity.Errorf(identity.CodeNotFound, "there is no account %.128s in this organization", id).WithField("accountId")
}

// Timeline lists what happened to an account in the org's name, newest first:
// what other orgs did with it is not for this one to know.
func (s *Service) Timeline(ctx context.Context, org identity.OrgID, id identity.AccountID, p store.Page) (events []store.AccountEvent, next string, err error) {
	err = s.store.View(ctx, func(tx *store.Tx) error {
		if events, next, err = tx.AccountEvents(org, id, p); err != nil || len(events) > 0 {
			return err
		}
		_, err = find(tx, org, id) // an account that nothing has happened to yet has an empty timeline
		return err
	})
	return events, next, err
}
