package accounts

import (
	"context"

	"roster/internal/identity"
	"roster/internal/journal"
	"roster/internal/store"
)

// CreateOrg makes an organization. Only a holder of the site key may.
func (s *Service) CreateOrg(ctx context.Context, c identity.Caller, name string, behaviour identity.Behaviour) (store.Org, error) {
	name, err := checkName(name)
	if err != nil {
		return store.Org{}, err
	}
	return update(ctx, s, func(tx *store.Tx) (store.Org, error) {
		org, err := tx.InsertOrg(store.Org{ID: identity.OrgID(identity.NewUUID()), Name: name, Behaviour: behaviour})
		if err != nil {
			return org, err
		}
		return org, journal.Audit(tx, c, org.ID, ActionOrgCreated, string(org.ID), nil, describeOrg(org))
	})
}

// Org gives one organization.
func (s *Service) Org(ctx context.Context, id identity.OrgID) (store.Org, error) {
	return view(ctx, s, func(tx *store.Tx) (store.Org, error) {
		org, err := tx.Org(id)
		return org, missingOrg(err, id)
	})
}

// checkOrg refuses an organization that does not exist; a holder of the site
// key can name one.
func checkOrg(tx *store.Tx, id identity.OrgID) error {
	_, err := tx.Org(id)
	return missingOrg(err, id)
}

// Orgs lists the deployment's organizations, for a holder of the site key.
func (s *Service) Orgs(ctx context.Context, p store.Page) (orgs []store.Org, next string, err error) {
	err = s.store.View(ctx, func(tx *store.Tx) error {
		orgs, next, err = tx.Orgs(p)
		return err
	})
	return orgs, next, err
}

// OrgUpdate says what of an org is to change; nil fields stay.
type OrgUpdate struct {
	Name      *string
	Behaviour *identity.Behaviour
}

// UpdateOrg changes an org's name and settings.
func (s *Service) UpdateOrg(ctx context.Context, c identity.Caller, id identity.OrgID, u OrgUpdate) (store.Org, error) {
	return update(ctx, s, func(tx *store.Tx) (store.Org, error) {
		org, err := tx.LockOrg(id)
		if err != nil {
			return org, missingOrg(err, id)
		}
		before := describeOrg(org)
		if u.Name != nil {
			if org.Name, err = checkName(*u.Name); err != nil {
				return org, err
			}
		}
		if u.Behaviour != nil {
			org.Behaviour = *u.Behaviour
		}
		if err := tx.UpdateOrg(org); err != nil {
			return org, err
		}
		return org, journal.Audit(tx, c, id, ActionOrgUpdated, string(id), before, describeOrg(org))
	})
}

func describeOrg(o store.Org) map[string]any {
	return map[string]any{"name": o.Name, "behaviour": o.Behaviour}
}
