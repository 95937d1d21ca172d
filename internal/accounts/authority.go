package accounts

import (
	"context"

	"roster/internal/identity"
	"roster/internal/store"
)

// Authority gives the link of a managed account whose directory decides its
// profile and status (rule authority): that of the directory to which the domain
// is assigned, else the oldest one; zero where no connected directory links it.
func (s *Service) Authority(ctx context.Context, org identity.OrgID, id identity.AccountID) (store.Link, error) {
	return view(ctx, s, func(tx *store.Tx) (store.Link, error) {
		a, err := FindManaged(tx, org, id, tx.Account)
		if err != nil {
			return store.Link{}, err
		}
		return authority(tx, org, a)
	})
}

func authority(tx *store.Tx, org identity.OrgID, a Account) (store.Link, error) {
	links, err := tx.LiveLinksOfAccount(org, a.ID)
	if err != nil || len(links) == 0 {
		return store.Link{}, err
	}
	domain, err := tx.Verifier(a.Email.Domain)
	if err != nil {
		return store.Link{}, err
	}
	for _, l := range links {
		if l.DirectoryID == domain.DirectoryID {
			return l, nil
		}
	}
	return links[0], nil
}
