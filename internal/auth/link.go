package auth

import (
	"cmp"
	"context"
	"errors"
	"strings"
	"time"

	"roster/internal/identity"
	"roster/internal/journal"
	"roster/internal/store"
)

// How long a sign-in link can be used.
const (
	DefaultLinkLife = 15 * time.Minute
	MaxLinkLife     = 24 * time.Hour
)

// LinksKept is how long a link that has expired is known, so that whoever opens
// it is told so.
const LinksKept = 7 * 24 * time.Hour

// defaultPerson is who signs in by a link that names nobody.
const defaultPerson = "administrator"

// NewLink makes a one-time link that signs a person in to the console of an
// organization, and gives its secret. person may be "", and life 0 for
// [DefaultLinkLife]. Whether the caller may give the role is for
// [Principal.AllowsGranting] to say.
func (s *Sessions) NewLink(ctx context.Context, c identity.Caller, org identity.OrgID, person string, role Role, life time.Duration) (secret string, expires time.Time, err error) {
	person, err = checkLink(person, role, life)
	if err != nil {
		return "", time.Time{}, err
	}
	secret = newSecret(kindLink)
	err = s.store.Update(ctx, func(tx *store.Tx) error {
		if _, err := tx.Org(org); err != nil {
			return store.MissingOrg(err, org)
		}
		expires = tx.Now().Add(cmp.Or(life, DefaultLinkLife))
		id := identity.LinkID(identity.NewUUID())
		err := tx.InsertConsoleLink(store.ConsoleLink{
			OrgID: org, ID: id, Hash: hashOf(secret), Person: person, Role: string(role), CreatedBy: c.ActorID, ExpiresAt: expires,
		})
		if err != nil {
			return err
		}
		return journal.Audit(tx, c, org, ActionConsoleLinkCreated, string(id), nil, map[string]any{"person": person, "role": role, "expiresAt": expires})
	})
	if err != nil {
		return "", time.Time{}, err
	}
	return secret, expires, nil
}

// LinkURL is what a person opens to sign in by a link's secret, on the server
// at a base URL.
func LinkURL(base, secret string) string { return base + "/console/sign-in?link=" + secret }

func checkLink(person string, role Role, life time.Duration) (string, error) {
	if _, err := ParseRole(string(role)); err != nil {
		return "", err
	}
	if life < 0 || life > MaxLinkLife {
		return "", identity.Errorf(identity.CodeInvalid, "a sign-in link cannot be used for %s", life).WithField("seconds").
			WithHint("choose at most %s", MaxLinkLife)
	}
	person = strings.TrimSpace(person)
	return cmp.Or(person, defaultPerson), identity.CheckText("person", person, identity.MaxName)
}

// RedeemLink signs in by a link's secret, once, and gives the secret for the
// session's cookie. All refusals are [identity.CodeUnauthenticated].
func (s *Sessions) RedeemLink(ctx context.Context, secret string, from Client) (begun Session, cookie string, err error) {
	err = s.store.Update(ctx, func(tx *store.Tx) error {
		link, err := tx.UseConsoleLink(hashOf(secret))
		if errors.Is(err, store.ErrNotFound) {
			return unusable(tx, secret)
		}
		if err != nil {
			return err
		}
		begun, cookie, err = begin(tx, from, store.ConsoleSession{OrgID: link.OrgID, Person: link.Person, Method: MethodLink, Role: link.Role})
		return err
	})
	if err != nil {
		return Session{}, "", err
	}
	return begun, cookie, nil
}

// unusable says why a secret does not sign anybody in.
func unusable(tx *store.Tx, secret string) error {
	why := "this sign-in link is not known here"
	if name := nameOf(secret); name != "" && name != names[kindLink] {
		why = "this is " + name + ", not " + names[kindLink]
	}
	link, err := tx.ConsoleLinkByHash(hashOf(secret))
	switch {
	case err == nil && !link.UsedAt.IsZero():
		why = "this sign-in link was used already, on " + link.UsedAt.Format(time.DateTime) + " UTC"
	case err == nil:
		why = "this sign-in link expired on " + link.ExpiresAt.Format(time.DateTime) + " UTC"
	case !errors.Is(err, store.ErrNotFound):
		return err
	}
	return identity.Errorf(identity.CodeUnauthenticated, "%s", why).
		WithHint("ask an administrator for another, or make one: roster console-link")
}
