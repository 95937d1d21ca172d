package auth

import (
	"cmp"
	"context"
	"strings"
	"time"

	"roster/internal/identity"
	"roster/internal/journal"
	"roster/internal/store"
)

// Actions of the audit log.
const (
	ActionConsoleGrantCreated journal.Action = "console_grant_created"
	ActionConsoleGrantChanged journal.Action = "console_grant_changed"
	ActionConsoleGrantRemoved journal.Action = "console_grant_removed"
)

// MaxGrants bounds the grants of an organization.
const MaxGrants = 1000

// maxClaim bounds a value of the groups claim, in characters.
const maxClaim = 500

// Grant lets people of the deployment's identity provider sign in to the console
// of an organization: one person by a verified email, or everybody whose groups
// claim has a value.
type Grant struct {
	ID        identity.GrantID
	Email     string // as written; "" for a grant by claim
	Claim     string // value of the groups claim; "" for a grant by email
	Role      Role
	CreatedAt time.Time
}

func grantOf(g store.ConsoleGrant) Grant {
	out := Grant{ID: g.ID, Role: Role(g.Role), CreatedAt: g.CreatedAt}
	if g.Claim.IsEmail() {
		out.Email = g.Value
	} else {
		out.Claim = g.Value
	}
	return out
}

// NewGrant says whom to let in, by an email or by a value of the groups claim,
// and as what.
type NewGrant struct {
	Email string
	Claim string
	Role  Role
}

// Grants gives all grants of an organization, the oldest first.
func (s *Sessions) Grants(ctx context.Context, org identity.OrgID) (grants []Grant, err error) {
	err = s.store.View(ctx, func(tx *store.Tx) error {
		grants = nil
		if _, err := tx.Org(org); err != nil {
			return store.MissingOrg(err, org)
		}
		stored, err := tx.ConsoleGrants(org)
		for _, g := range stored {
			grants = append(grants, grantOf(g))
		}
		return err
	})
	return grants, err
}

// Grant lets people in, or changes as what it does: an organization has one
// grant of each email and claim. Sessions of theirs have the new role from
// their next request on. isNew tells whether there was none before. Whether
// the caller may give the role is for [Principal.AllowsGranting] to say.
func (s *Sessions) Grant(ctx context.Context, c identity.Caller, org identity.OrgID, n NewGrant) (grant Grant, isNew bool, err error) {
	claim, err := n.check()
	if err != nil {
		return Grant{}, false, err
	}
	err = s.store.Update(ctx, func(tx *store.Tx) error {
		if _, err := tx.LockOrg(org); err != nil {
			return store.MissingOrg(err, org)
		}
		was, err := tx.ConsoleGrantsFor(org, []store.ClaimKey{claim})
		if err != nil {
			return err
		}
		isNew = len(was) == 0
		if isNew {
			grant, err = addGrant(tx, c, org, claim, n)
		} else {
			grant, err = changeGrant(tx, c, was[0], n.Role)
		}
		return err
	})
	return grant, isNew, err
}

func addGrant(tx *store.Tx, c identity.Caller, org identity.OrgID, claim store.ClaimKey, n NewGrant) (Grant, error) {
	all, err := tx.ConsoleGrants(org)
	if err != nil {
		return Grant{}, err
	}
	if len(all) >= MaxGrants {
		return Grant{}, identity.Errorf(identity.CodeConflict, "the organization has %d grants already", len(all)).
			WithHint("let people in by a group of the identity provider instead of one by one")
	}
	stored, err := tx.InsertConsoleGrant(store.ConsoleGrant{
		OrgID: org, ID: identity.GrantID(identity.NewUUID()), Claim: claim, Value: strings.TrimSpace(cmp.Or(n.Email, n.Claim)), Role: string(n.Role),
	})
	if err != nil {
		return Grant{}, err
	}
	g := grantOf(stored)
	return g, journal.Audit(tx, c, org, ActionConsoleGrantCreated, string(g.ID), nil, g.described())
}

func changeGrant(tx *store.Tx, c identity.Caller, was store.ConsoleGrant, role Role) (Grant, error) {
	if was.Role == string(role) {
		return grantOf(was), nil
	}
	stored, err := tx.SetConsoleGrantRole(was.OrgID, was.ID, string(role))
	if err != nil {
		return Grant{}, err
	}
	g := grantOf(stored)
	return g, journal.Audit(tx, c, was.OrgID, ActionConsoleGrantChanged, string(g.ID), grantOf(was).described(), g.described())
}

// RemoveGrant takes a grant back. Sessions that nothing else lets in end with
// it. One that is not there, or not in this organization, is
// [identity.CodeNotFound].
func (s *Sessions) RemoveGrant(ctx context.Context, c identity.Caller, org identity.OrgID, id identity.GrantID) error {
	return s.store.Update(ctx, func(tx *store.Tx) error {
		was, err := tx.DeleteConsoleGrant(org, id)
		if err != nil {
			return store.Missing(err, "grant", string(id))
		}
		return journal.Audit(tx, c, org, ActionConsoleGrantRemoved, string(id), grantOf(was).described(), nil)
	})
}

// check gives the key of whom the grant is for.
func (n NewGrant) check() (store.ClaimKey, error) {
	if _, err := ParseRole(string(n.Role)); err != nil {
		return "", err
	}
	if (n.Email == "") == (n.Claim == "") {
		return "", identity.Errorf(identity.CodeInvalid, "a grant is for an email or for a value of the groups claim: give one of them").WithField("claim")
	}
	if n.Email != "" {
		email, err := identity.ParseEmail(n.Email)
		if err != nil {
			return "", err
		}
		return store.EmailClaim(email), nil
	}
	claim := strings.TrimSpace(n.Claim)
	if claim == "" {
		return "", identity.Errorf(identity.CodeInvalid, "claim is empty").WithField("claim")
	}
	return store.ValueClaim(claim), identity.CheckText("claim", claim, maxClaim)
}

// described is what the audit log shows of a grant.
func (g Grant) described() map[string]any {
	d := map[string]any{"role": g.Role}
	if g.Email != "" {
		d["email"] = g.Email
	} else {
		d["claim"] = g.Claim
	}
	return d
}
