package auth

import (
	"context"
	"errors"
	"slices"
	"time"

	"roster/internal/identity"
	"roster/internal/store"
)

// ChoiceLife is how long a person may take to choose an organization.
const ChoiceLife = 10 * time.Minute

// Choice is an organization that lets a person in.
type Choice struct {
	OrgID identity.OrgID
	Name  string
	Role  Role
}

// Arrival is where a person got to: into the one organization that lets them in,
// or before the choice among several.
type Arrival struct {
	Session Session
	Secret  string // for the session's cookie; "" where there is a choice
	Choices []Choice
	Choice  string // secret for the cookie of the choice
}

// Arrive signs a person of the identity provider in. Somebody whom no grant
// covers is [identity.CodeForbidden], with a text that names what the provider
// said.
func (s *Sessions) Arrive(ctx context.Context, who Identity, from Client) (at Arrival, err error) {
	err = s.store.Update(ctx, func(tx *store.Tx) error {
		at = Arrival{}
		if at.Choices, err = choices(tx, who.claims); err != nil {
			return err
		}
		switch len(at.Choices) {
		case 0:
			return who.stranger()
		case 1:
			at.Session, at.Secret, err = enter(tx, at.Choices[0], who.Person, who.claims, from)
			at.Choices = nil
			return err
		}
		at.Choice = newSecret(kindChoice)
		matching, err := matching(tx, "", who.claims)
		if err != nil {
			return err
		}
		return tx.InsertConsoleChoice(store.ConsoleChoice{Hash: hashOf(at.Choice), Person: who.Person, Claims: matching, ExpiresAt: tx.Now().Add(ChoiceLife)})
	})
	return at, err
}

// Choices gives the organizations among which the holder of a secret chooses;
// [ErrNoSession] when the choice is over.
func (s *Sessions) Choices(ctx context.Context, secret string) (among []Choice, err error) {
	err = s.store.View(ctx, func(tx *store.Tx) error {
		c, err := tx.ConsoleChoice(hashOf(secret))
		if err != nil {
			return err
		}
		among, err = choices(tx, c.Claims)
		return err
	})
	if errors.Is(err, store.ErrNotFound) {
		return nil, ErrNoSession
	}
	return among, err
}

// Choose signs the holder of a secret in to one of the organizations, once. One
// that does not let them in is [identity.CodeNotFound].
func (s *Sessions) Choose(ctx context.Context, secret string, org identity.OrgID, from Client) (begun Session, cookie string, err error) {
	err = s.store.Update(ctx, func(tx *store.Tx) error {
		c, err := tx.TakeConsoleChoice(hashOf(secret))
		if errors.Is(err, store.ErrNotFound) {
			return ErrNoSession
		}
		if err != nil {
			return err
		}
		among, err := choices(tx, c.Claims)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(among, func(one Choice) bool { return one.OrgID == org })
		if i < 0 {
			return store.MissingOrg(store.ErrNotFound, org)
		}
		begun, cookie, err = enter(tx, among[i], c.Person, c.Claims, from)
		return err
	})
	if err != nil {
		return Session{}, "", err
	}
	return begun, cookie, nil
}

// choices gives the organizations that let a person of some claims in.
func choices(tx *store.Tx, claims []store.ClaimKey) (among []Choice, err error) {
	grants, err := tx.ConsoleGrantsAnywhere(claims)
	if err != nil {
		return nil, err
	}
	for len(grants) > 0 {
		org := grants[0].OrgID
		n := slices.IndexFunc(grants, func(g store.ConsoleGrant) bool { return g.OrgID != org })
		if n < 0 {
			n = len(grants)
		}
		o, err := tx.Org(org)
		if err != nil {
			return nil, err
		}
		among = append(among, Choice{OrgID: org, Name: o.Name, Role: highest(grants[:n])})
		grants = grants[n:]
	}
	return among, nil
}

// enter begins a session that lasts while a grant covers the claims.
func enter(tx *store.Tx, into Choice, person string, claims []store.ClaimKey, from Client) (Session, string, error) {
	kept, err := matching(tx, into.OrgID, claims)
	if err != nil {
		return Session{}, "", err
	}
	return begin(tx, from, store.ConsoleSession{OrgID: into.OrgID, Person: person, Method: MethodOIDC, Role: string(into.Role), Claims: kept})
}

// matching leaves of a person's claims those that a grant names, of an
// organization or ("") of any: nothing else about the person is stored.
func matching(tx *store.Tx, org identity.OrgID, claims []store.ClaimKey) (kept []store.ClaimKey, err error) {
	grants, err := tx.ConsoleGrantsAnywhere(claims)
	for _, g := range grants {
		if (org == "" || g.OrgID == org) && !slices.Contains(kept, g.Claim) {
			kept = append(kept, g.Claim)
		}
	}
	return kept, err
}
