package auth

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"roster/internal/identity"
	"roster/internal/journal"
	"roster/internal/store"
)

// Actions of the audit log.
const (
	ActionConsoleLinkCreated    journal.Action = "console_link_created"
	ActionConsoleSignedIn       journal.Action = "console_signed_in"
	ActionConsoleSignedOut      journal.Action = "console_signed_out"
	ActionConsoleSessionRevoked journal.Action = "console_session_revoked"
)

// How long a session lives.
const (
	SessionLife = 7 * 24 * time.Hour // at most, however much it is used
	SessionIdle = 12 * time.Hour     // without being used
)

// MaxSessionsListed is how many sessions of an organization are listed at most:
// the latest.
const MaxSessionsListed = 500

// The ways in which people sign in.
const (
	MethodLink = "link"
	MethodOIDC = "oidc"
)

// ErrNoSession means that a secret belongs to no live session: the person has
// to sign in.
var ErrNoSession = errors.New("not signed in")

// Sessions signs people in to the console of one organization. It is safe for
// concurrent use.
type Sessions struct {
	store *store.Store
	now   func() time.Time
	uses  *uses
}

// NewSessions makes a Sessions; now is the clock, nil for time.Now. When
// sessions were last used is remembered in memory until [Sessions.WriteSeen].
func NewSessions(st *store.Store, now func() time.Time) *Sessions {
	if now == nil {
		now = time.Now
	}
	return &Sessions{store: st, now: now, uses: newUses()}
}

// Client is where somebody signs in from.
type Client struct {
	UserAgent string
	Address   string // IP address
	RequestID string
}

// Session is a person who is signed in to the console of an organization.
type Session struct {
	ID        identity.SessionID
	OrgID     identity.OrgID
	Person    string // name or email, to be shown
	Method    string // [MethodLink] or [MethodOIDC]
	Role      Role
	CreatedAt time.Time
	SeenAt    time.Time // up to a minute before the last use
	ExpiresAt time.Time
	UserAgent string
	Address   string // that the person signed in from
}

func sessionOf(s store.ConsoleSession) Session {
	return Session{
		ID: s.ID, OrgID: s.OrgID, Person: s.Person, Method: s.Method, Role: Role(s.Role),
		CreatedAt: s.CreatedAt, SeenAt: s.SeenAt, ExpiresAt: s.ExpiresAt, UserAgent: s.UserAgent, Address: s.Address,
	}
}

// Allows tells whether the session's role has a scope.
func (x Session) Allows(scope identity.Scope) bool { return slices.Contains(x.Role.Scopes(), scope) }

// Caller is the person's name for the logs.
func (x Session) Caller(requestID string) identity.Caller {
	return identity.Caller{Actor: "console user " + x.Person, ActorID: x.Person, IP: x.Address, RequestID: requestID}
}

// Find gives the session of a cookie's secret, and notes that it is used. A
// session that has ended in any way is [ErrNoSession]; so is one whose person
// no grant of the organization covers any more.
func (s *Sessions) Find(ctx context.Context, secret string) (found Session, err error) {
	var stored store.ConsoleSession
	err = s.store.View(ctx, func(tx *store.Tx) error {
		if stored, err = tx.ConsoleSessionByHash(hashOf(secret)); err != nil {
			return err
		}
		found, err = present(tx, stored)
		return err
	})
	if errors.Is(err, store.ErrNotFound) {
		return Session{}, ErrNoSession
	}
	if err != nil {
		return Session{}, err
	}
	now := s.now()
	if found.SeenAt = s.uses.latest(found); !now.Before(found.ExpiresAt) || now.Sub(found.SeenAt) >= SessionIdle {
		return Session{}, ErrNoSession
	}
	s.uses.note(found, now)
	return found, nil
}

// present gives a session with the role that its person has now;
// [store.ErrNotFound] when that is none.
func present(tx *store.Tx, stored store.ConsoleSession) (Session, error) {
	x := sessionOf(stored)
	if x.Method != MethodOIDC {
		return x, nil
	}
	grants, err := tx.ConsoleGrantsFor(x.OrgID, stored.Claims)
	if err != nil {
		return x, err
	}
	if x.Role = highest(grants); x.Role == "" {
		return x, store.ErrNotFound
	}
	return x, nil
}

// highest gives the strongest role among grants, "" when there are none.
func highest(grants []store.ConsoleGrant) (role Role) {
	for _, g := range grants {
		if slices.Index(Roles(), Role(g.Role)) > slices.Index(Roles(), role) {
			role = Role(g.Role)
		}
	}
	return role
}

// Of gives an organization's live sessions, the latest first and at most
// [MaxSessionsListed] of them.
func (s *Sessions) Of(ctx context.Context, org identity.OrgID) (live []Session, err error) {
	err = s.store.View(ctx, func(tx *store.Tx) error {
		live = nil
		if _, err := tx.Org(org); err != nil {
			return store.MissingOrg(err, org)
		}
		stored, err := tx.ConsoleSessions(org, s.now().Add(-SessionIdle), MaxSessionsListed)
		if err != nil {
			return err
		}
		for _, one := range stored {
			x, err := present(tx, one)
			if errors.Is(err, store.ErrNotFound) {
				continue
			}
			if err != nil {
				return err
			}
			x.SeenAt = s.uses.latest(x)
			live = append(live, x)
		}
		return nil
	})
	return live, err
}

// Revoke ends a session of an organization at once. One that is not there, or
// not in this organization, is [identity.CodeNotFound].
func (s *Sessions) Revoke(ctx context.Context, c identity.Caller, org identity.OrgID, id identity.SessionID) error {
	return s.store.Update(ctx, func(tx *store.Tx) error {
		ended, err := tx.DeleteConsoleSession(org, id)
		if err != nil {
			return store.Missing(err, "session", string(id))
		}
		return journal.Audit(tx, c, org, ActionConsoleSessionRevoked, string(id), sessionOf(ended).described(), nil)
	})
}

// End signs out. A secret without a session is signed out already.
func (s *Sessions) End(ctx context.Context, secret string) error {
	return s.store.Update(ctx, func(tx *store.Tx) error {
		stored, err := tx.ConsoleSessionByHash(hashOf(secret))
		if errors.Is(err, store.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		_, err = tx.DeleteConsoleSession(stored.OrgID, stored.ID)
		if errors.Is(err, store.ErrNotFound) {
			return nil // revoked a moment ago
		}
		if err != nil {
			return err
		}
		x := sessionOf(stored)
		return journal.Audit(tx, x.Caller(""), x.OrgID, ActionConsoleSignedOut, string(x.ID), x.described(), nil)
	})
}

// begin stores a session and gives the secret for its cookie.
func begin(tx *store.Tx, from Client, x store.ConsoleSession) (Session, string, error) {
	secret := newSecret(kindSession)
	x.ID, x.Hash = identity.SessionID(identity.NewUUID()), hashOf(secret)
	x.UserAgent, x.Address = clip(from.UserAgent), from.Address
	x.ExpiresAt = tx.Now().Add(SessionLife)
	stored, err := tx.InsertConsoleSession(x)
	if err != nil {
		return Session{}, "", err
	}
	begun := sessionOf(stored)
	return begun, secret, journal.Audit(tx, begun.Caller(from.RequestID), begun.OrgID, ActionConsoleSignedIn, string(begun.ID), nil, begun.described())
}

// described is what the audit log shows of a session.
func (x Session) described() map[string]any {
	return map[string]any{"person": x.Person, "method": x.Method, "role": x.Role, "userAgent": x.UserAgent, "address": x.Address}
}

// maxUserAgent bounds what is kept of a browser's name, in bytes.
const maxUserAgent = 400

// clip makes a text that a client sent safe to store and to show.
func clip(text string) string {
	return strings.ToValidUTF8(strings.ReplaceAll(text[:min(len(text), maxUserAgent)], "\x00", ""), "")
}
