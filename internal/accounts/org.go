package accounts

import (
	"context"

	"roster/internal/identity"
	"roster/internal/journal"
	"roster/internal/store"
)

// CreateOrg makes an organization. Only a holder of the site key may.
func (s *Service) CreateOrg(ctx context.Context, c identity.Caller, name string, behaviour identity.Behaviour) (store.Org, error) {
	name, err := identity.CheckName(name)
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
		return org, store.MissingOrg(err, id)
	})
}

// checkOrg refuses an organization that does not exist; a holder of the site
// key can name one.
func checkOrg(tx *store.Tx, id identity.OrgID) error {
	_, err := tx.Org(id)
	return store.MissingOrg(err, id)
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
	Name            *string
	Behaviour       *identity.Behaviour
	TombstoneDays   *int
	LogDays         *int
	AuditDays       *int
	ParkingTemplate *string
	DefaultClaim    *identity.ClaimMode
}

// UpdateOrg changes an org's name and settings.
func (s *Service) UpdateOrg(ctx context.Context, c identity.Caller, id identity.OrgID, u OrgUpdate) (store.Org, error) {
	return update(ctx, s, func(tx *store.Tx) (store.Org, error) {
		org, err := tx.LockOrg(id)
		if err != nil {
			return org, store.MissingOrg(err, id)
		}
		before := describeOrg(org)
		if err := u.apply(&org); err != nil {
			return org, err
		}
		if err := tx.UpdateOrg(org); err != nil {
			return org, err
		}
		return org, journal.Audit(tx, c, id, ActionOrgUpdated, string(id), before, describeOrg(org))
	})
}

func (u OrgUpdate) apply(org *store.Org) (err error) {
	if u.Name != nil {
		if org.Name, err = identity.CheckName(*u.Name); err != nil {
			return err
		}
	}
	if u.ParkingTemplate != nil {
		if err := checkParkingTemplate(*u.ParkingTemplate); err != nil {
			return err
		}
	}
	set(&org.Behaviour, u.Behaviour)
	set(&org.Settings.ParkingTemplate, u.ParkingTemplate)
	set(&org.Settings.DefaultClaim, u.DefaultClaim)
	for _, r := range []struct {
		field string
		days  *int
		dest  *int
	}{
		{"tombstoneDays", u.TombstoneDays, &org.Settings.TombstoneDays},
		{"logDays", u.LogDays, &org.Settings.LogDays},
		{"auditDays", u.AuditDays, &org.Settings.AuditDays},
	} {
		if err := checkDays(r.field, r.days); err != nil {
			return err
		}
		set(r.dest, r.days)
	}
	return nil
}

// set stores what is given.
func set[T any](dest, given *T) {
	if given != nil {
		*dest = *given
	}
}

const maxDays = 3650

func checkDays(field string, days *int) error {
	if days == nil || (*days >= 1 && *days <= maxDays) {
		return nil
	}
	return identity.Errorf(identity.CodeInvalid, "%s is %d; it must be from 1 to %d", field, *days, maxDays).WithField(field)
}

func describeOrg(o store.Org) map[string]any {
	s := o.Settings
	return map[string]any{
		"name": o.Name, "behaviour": o.Behaviour, "tombstoneDays": s.TombstoneDays, "logDays": s.LogDays, "auditDays": s.AuditDays,
		"parkingAddress": s.ParkingTemplate, "defaultClaim": s.DefaultClaim,
	}
}
