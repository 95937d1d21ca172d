package accounts

import (
	"context"
	"errors"

	"roster/internal/identity"
	"roster/internal/store"
)

// Seen is an account as the applications of an org see it: one that the org
// manages, or (External) one that it links, as its own record says. Each is
// found by keys alone, however many there are.
type Seen struct {
	store.Account
	External  bool
	Suspended bool // its access to the org, see SuspendAccess
}

// See gives one account of an org, as applications see it.
func (s *Service) See(ctx context.Context, org identity.OrgID, id identity.AccountID) (Seen, error) {
	return view(ctx, s, func(tx *store.Tx) (Seen, error) {
		found, err := seen(tx, org, id)
		if err == nil && found == nil {
			err = unknownAccount(id)
		}
		if err != nil {
			return Seen{}, err
		}
		return *found, nil
	})
}

// SeeByEmail gives the account that has an address: its own, or for an external
// one that of the org's record. Nil where there is none.
func (s *Service) SeeByEmail(ctx context.Context, org identity.OrgID, address string) (*Seen, error) {
	email, err := identity.ParseEmail(address)
	if err != nil {
		return nil, err
	}
	return view(ctx, s, func(tx *store.Tx) (*Seen, error) { return seenByEmail(tx, org, email) })
}

// Lookup is what a batch asks for, and what there is none of.
type Lookup struct {
	Found         []Seen // each once
	MissingIDs    []identity.AccountID
	MissingEmails []string
}

// SeeAll gives many accounts of one moment.
func (s *Service) SeeAll(ctx context.Context, org identity.OrgID, ids []identity.AccountID, addresses []string) (Lookup, error) {
	emails := make([]identity.Email, len(addresses))
	for i, address := range addresses {
		var err error
		if emails[i], err = identity.ParseEmail(address); err != nil {
			return Lookup{}, err
		}
	}
	return view(ctx, s, func(tx *store.Tx) (l Lookup, err error) {
		known := map[identity.AccountID]bool{}
		add := func(found *Seen) {
			if !known[found.ID] {
				known[found.ID] = true
				l.Found = append(l.Found, *found)
			}
		}
		for _, id := range ids {
			switch found, err := seen(tx, org, id); {
			case err != nil:
				return l, err
			case found == nil:
				l.MissingIDs = append(l.MissingIDs, id)
			default:
				add(found)
			}
		}
		for i, email := range emails {
			switch found, err := seenByEmail(tx, org, email); {
			case err != nil:
				return l, err
			case found == nil:
				l.MissingEmails = append(l.MissingEmails, addresses[i])
			default:
				add(found)
			}
		}
		return l, nil
	})
}

// seen gives nil for an account that is none of the org's.
func seen(tx *store.Tx, org identity.OrgID, id identity.AccountID) (*Seen, error) {
	a, err := tx.Account(id)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil //nolint:nilnil // there is none
	}
	if err != nil {
		return nil, err
	}
	if managed, err := tx.Manages(org, a); err != nil || managed {
		return withAccess(tx, org, Seen{Account: a}, err)
	}
	external, err := tx.ExternalAccount(org, id)
	if err != nil || len(external) == 0 {
		return nil, err
	}
	return withAccess(tx, org, Seen{Account: external[0].Account, External: true}, nil)
}

func withAccess(tx *store.Tx, org identity.OrgID, a Seen, err error) (*Seen, error) {
	if err != nil {
		return nil, err
	}
	a.Suspended, err = tx.IsSuspended(org, a.ID)
	return &a, err
}

func seenByEmail(tx *store.Tx, org identity.OrgID, email identity.Email) (*Seen, error) {
	a, err := tx.AccountByEmail(email)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return nil, err
	}
	if err == nil {
		if managed, err := tx.Manages(org, a); err != nil || managed {
			return withAccess(tx, org, Seen{Account: a}, err)
		}
	}
	records, err := tx.SCIMUsersByEmail(org, email)
	if err != nil {
		return nil, err
	}
	for _, r := range records {
		if r.AccountID == "" {
			continue
		}
		if found, err := seen(tx, org, r.AccountID); err != nil || (found != nil && found.Email.Key == email.Key) {
			return found, err
		}
	}
	return nil, nil //nolint:nilnil // there is none
}

// SeeManaged lists the accounts that an org manages, as applications see them.
func (s *Service) SeeManaged(ctx context.Context, org identity.OrgID, p store.Page) (found []Seen, next string, err error) {
	err = s.store.View(ctx, func(tx *store.Tx) error {
		var accounts []store.Account
		if accounts, next, err = tx.ManagedAccounts(org, identity.Email{}, p); err != nil {
			return err
		}
		found = make([]Seen, len(accounts))
		for i, a := range accounts {
			suspended, err := tx.IsSuspended(org, a.ID)
			if err != nil {
				return err
			}
			found[i] = Seen{Account: a, Suspended: suspended}
		}
		return nil
	})
	return found, next, err
}
