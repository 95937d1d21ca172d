package accounts

import (
	"context"
	"slices"

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
	found, err := s.glance(ctx, func(tx *store.Tx) ([]store.SeenAccount, error) { return tx.SeenByID(org, id) })
	if err == nil && found == nil {
		found, err = view(ctx, s, func(tx *store.Tx) (*Seen, error) { return seen(tx, org, id) })
	}
	if err == nil && found == nil {
		err = unknownAccount(id)
	}
	if err != nil {
		return Seen{}, err
	}
	return *found, nil
}

// SeeByEmail gives the account that has an address: its own, or for an external
// one that of the org's record. Nil where there is none.
func (s *Service) SeeByEmail(ctx context.Context, org identity.OrgID, address string) (*Seen, error) {
	email, err := identity.ParseEmail(address)
	if err != nil {
		return nil, err
	}
	found, err := s.glance(ctx, func(tx *store.Tx) ([]store.SeenAccount, error) { return tx.SeenByEmail(org, email) })
	if err != nil || found != nil {
		return found, err
	}
	return view(ctx, s, func(tx *store.Tx) (*Seen, error) { return seenByEmail(tx, org, email) })
}

// glance gives the account that one query finds if the org manages it, which
// most do: nil leaves the question open.
func (s *Service) glance(ctx context.Context, query func(*store.Tx) ([]store.SeenAccount, error)) (found *Seen, err error) {
	err = s.store.Glance(ctx, func(tx *store.Tx) error {
		accounts, err := query(tx)
		if err == nil && len(accounts) > 0 && accounts[0].Managed {
			found = seenOf(accounts[0])
		}
		return err
	})
	return found, err
}

// seenOf shows a managed account.
func seenOf(a store.SeenAccount) *Seen { return &Seen{Account: a.Account, Suspended: a.Suspended} }

// Lookup is what a batch asks for, and what there is none of.
type Lookup struct {
	Found         []Seen // each once
	MissingIDs    []identity.AccountID
	MissingEmails []string
}

func (l *Lookup) add(found *Seen) {
	if !slices.ContainsFunc(l.Found, func(other Seen) bool { return other.ID == found.ID }) {
		l.Found = append(l.Found, *found)
	}
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
		managed, err := managedAmong(tx, org, ids, emails)
		if err != nil {
			return l, err
		}
		for _, id := range ids {
			found, err := managed.orElse(string(id), func() (*Seen, error) { return seen(tx, org, id) })
			if err != nil {
				return l, err
			}
			if found == nil {
				l.MissingIDs = append(l.MissingIDs, id)
			} else {
				l.add(found)
			}
		}
		for i, email := range emails {
			found, err := managed.orElse(email.Key, func() (*Seen, error) { return seenByEmail(tx, org, email) })
			if err != nil {
				return l, err
			}
			if found == nil {
				l.MissingEmails = append(l.MissingEmails, addresses[i])
			} else {
				l.add(found)
			}
		}
		return l, nil
	})
}

// managedByKey are managed accounts by their ids and their addresses.
type managedByKey map[string]*Seen

// managedAmong finds those that an org manages of many accounts, by one query
// for the ids and one for the addresses.
func managedAmong(tx *store.Tx, org identity.OrgID, ids []identity.AccountID, emails []identity.Email) (managedByKey, error) {
	byID, err := tx.SeenByIDs(org, ids)
	if err != nil {
		return nil, err
	}
	byEmail, err := tx.SeenByEmails(org, emails)
	if err != nil {
		return nil, err
	}
	managed := managedByKey{}
	for _, a := range slices.Concat(byID, byEmail) {
		if a.Managed {
			managed[string(a.ID)] = seenOf(a)
			managed[a.Email.Key] = managed[string(a.ID)]
		}
	}
	return managed, nil
}

func (m managedByKey) orElse(key string, look func() (*Seen, error)) (*Seen, error) {
	if found := m[key]; found != nil {
		return found, nil
	}
	return look()
}

// seen gives nil for an account that is none of the org's.
func seen(tx *store.Tx, org identity.OrgID, id identity.AccountID) (*Seen, error) {
	found, err := tx.SeenByID(org, id)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	if found[0].Managed {
		return seenOf(found[0]), nil
	}
	external, err := tx.ExternalAccount(org, id)
	if err != nil || len(external) == 0 {
		return nil, err
	}
	return &Seen{Account: external[0].Account, External: true, Suspended: found[0].Suspended}, nil
}

func seenByEmail(tx *store.Tx, org identity.OrgID, email identity.Email) (*Seen, error) {
	own, err := tx.SeenByEmail(org, email)
	if err != nil {
		return nil, err
	}
	if len(own) > 0 && own[0].Managed {
		return seenOf(own[0]), nil
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
		ids := make([]identity.AccountID, len(accounts))
		for i, a := range accounts {
			ids[i] = a.ID
		}
		suspended, err := tx.SuspendedAmong(org, ids)
		found = make([]Seen, len(accounts))
		for i, a := range accounts {
			found[i] = Seen{Account: a, Suspended: suspended[a.ID]}
		}
		return err
	})
	return found, next, err
}

// SeeGroups lists the groups of the org that an account is in, as GroupsOf does,
// and looks at no more of the account than whether it is the org's.
func (s *Service) SeeGroups(ctx context.Context, org identity.OrgID, id identity.AccountID, p store.Page) (groups []store.AccountGroup, next string, err error) {
	err = s.store.View(ctx, func(tx *store.Tx) error {
		found, err := seen(tx, org, id)
		if err == nil && found == nil {
			err = unknownAccount(id)
		}
		if err != nil {
			return err
		}
		groups, next, err = tx.GroupsOfAccount(org, id, p)
		return err
	})
	return groups, next, err
}
