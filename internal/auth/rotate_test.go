package auth_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"roster/internal/auth"
	"roster/internal/identity"
	"roster/internal/store"
	"roster/internal/tenanttest"
)

func TestRotation(t *testing.T) {
	t.Parallel()
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		ctx := t.Context()
		s := issueAll(t, d)
		opens := func(i auth.Issued) error {
			_, err := d.Keys.Authenticate(ctx, "Bearer "+i.Secret, i.Kind)
			return err
		}
		for name, c := range map[string]struct {
			old    auth.Issued
			rotate func(context.Context, auth.Rotation) (auth.Rotated, error)
			action string
		}{
			"key": {s.org, func(ctx context.Context, r auth.Rotation) (auth.Rotated, error) {
				return d.Keys.RotateOrgKey(ctx, admin, auth.Principal{Credential: s.org.Credential}, s.acme.ID, s.org.ID, r)
			}, "api_key"},
			"token": {s.scim, func(ctx context.Context, r auth.Rotation) (auth.Rotated, error) {
				return d.Keys.RotateToken(ctx, admin, s.acme.ID, s.entra.ID, s.scim.ID, r)
			}, "scim_token"},
		} {
			t.Run(name, func(t *testing.T) {
				tenanttest.Accepted(t, opens(c.old)) // it is remembered now, with no end
				done, err := c.rotate(ctx, auth.Rotation{Overlap: time.Hour})
				tenanttest.Accepted(t, err)
				if diff := cmp.Diff(c.old.Scopes, done.New.Scopes); diff != "" || done.New.Name != c.old.Name || done.New.DirectoryID != c.old.DirectoryID {
					t.Errorf("the new one is %+v; scopes (-old +new):\n%s", done.New.Credential, diff)
				}
				audited := s.acme.Audit()
				if got := []string{audited[len(audited)-2].Action, audited[len(audited)-1].Action}; !slices.Equal(got, []string{c.action + "_rotated", c.action + "_created"}) {
					t.Errorf("audited %q", got)
				}
				tenanttest.Accepted(t, opens(c.old))
				tenanttest.Accepted(t, opens(done.New))
				d.Clock.Skip(time.Hour)
				unauthenticated(t, opens(c.old), "expired on")
				tenanttest.Accepted(t, opens(done.New))
				_, err = c.rotate(ctx, auth.Rotation{})
				tenanttest.RefusedBy(t, err, "", identity.CodeConflict)
				_, err = c.rotate(ctx, auth.Rotation{Overlap: auth.MaxOverlap + 1})
				tenanttest.RefusedBy(t, err, "", identity.CodeInvalid)
			})
		}
	})
}

func TestRotationEnds(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	tests := []struct {
		name               string
		lifetime           time.Duration // of the old key; 0 for ever
		after              time.Duration // when it is rotated
		rotation           auth.Rotation
		oldLives, newLives time.Duration // from then on; 0 for ever
		oldIsDead          bool
		expiresIn          time.Duration // given for the new one
	}{
		{name: "usual", rotation: auth.Rotation{Overlap: day}, oldLives: day},
		{name: "at once", rotation: auth.Rotation{}, oldIsDead: true},
		{name: "keeps its lifetime", lifetime: 90 * day, after: 80 * day, rotation: auth.Rotation{Overlap: day}, oldLives: day, newLives: 90 * day},
		{name: "ends before the overlap does", lifetime: 2 * day, after: day, rotation: auth.Rotation{Overlap: 7 * day}, oldLives: day, newLives: 2 * day},
		{name: "with an end of its own", rotation: auth.Rotation{Overlap: day}, expiresIn: 5 * day, oldLives: day, newLives: 5 * day},
	}
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		acme := d.Org("acme.example")
		for _, tt := range tests {
			t.Run(tt.name, func(t *testing.T) {
				var expires time.Time
				if tt.lifetime > 0 {
					expires = d.Clock.Now().Add(tt.lifetime)
				}
				old, err := d.Keys.CreateOrgKey(t.Context(), admin, acme.ID, tt.name, expires)
				tenanttest.Accepted(t, err)
				d.Clock.Skip(tt.after)
				now := d.Clock.Now()
				if tt.expiresIn > 0 {
					tt.rotation.Expires = now.Add(tt.expiresIn)
				}
				done, err := d.Keys.RotateOrgKey(t.Context(), admin, auth.Principal{Credential: old.Credential}, acme.ID, old.ID, tt.rotation)
				tenanttest.Accepted(t, err)
				end := func(lives time.Duration) time.Time {
					if lives == 0 {
						return time.Time{}
					}
					return now.Add(lives)
				}
				wantOld := end(tt.oldLives)
				if tt.oldIsDead {
					wantOld = now
				}
				want := []time.Time{wantOld, end(tt.newLives)}
				near := cmp.Comparer(func(a, b time.Time) bool { return a.Sub(b).Abs() < time.Minute })
				if diff := cmp.Diff(want, []time.Time{done.Old.ExpiresAt, done.New.ExpiresAt}, near); diff != "" {
					t.Errorf("ends of the old and the new (-want +got):\n%s", diff)
				}
				if done.Old.IsLive(d.Clock.Now()) == tt.oldIsDead {
					t.Errorf("the old one is live: %t", !tt.oldIsDead)
				}
			})
		}
	})
}

func TestRotationIsRefused(t *testing.T) {
	t.Parallel()
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		ctx := t.Context()
		s := issueAll(t, d)
		other := d.Org("other.example")
		day := auth.Rotation{Overlap: auth.DefaultOverlap}
		full := auth.Principal{Credential: s.org.Credential}
		minter, err := d.Keys.CreateOrgKey(ctx, admin, s.acme.ID, "minter", time.Time{}, identity.ScopeKeys)
		tenanttest.Accepted(t, err)
		rotateKey := func(p auth.Principal, org identity.OrgID, id identity.CredentialID) error {
			_, err := d.Keys.RotateOrgKey(ctx, admin, p, org, id, day)
			return err
		}
		rotateToken := func(org identity.OrgID, dir identity.DirectoryID, id identity.CredentialID) error {
			_, err := d.Keys.RotateToken(ctx, admin, org, dir, id, day)
			return err
		}
		audited := len(s.acme.Audit())
		tenanttest.RefusedBy(t, rotateKey(auth.Principal{Credential: minter.Credential}, s.acme.ID, s.org.ID), identity.RuleKeyScopes, identity.CodeForbidden)
		for name, err := range map[string]error{
			"another org's key": rotateKey(full, other.ID, s.org.ID), "a token as a key": rotateKey(full, s.acme.ID, s.scim.ID),
			"another org's token": rotateToken(other.ID, s.entra.ID, s.scim.ID), "another directory's": rotateToken(s.acme.ID, s.acme.Directory("Okta").ID, s.scim.ID),
			"a key as a token": rotateToken(s.acme.ID, s.entra.ID, s.org.ID),
		} {
			if identity.CodeOf(err) != identity.CodeNotFound {
				t.Errorf("%s: %v", name, err)
			}
		}
		if got := s.acme.Audit()[audited:]; slices.ContainsFunc(got, func(e store.AuditEntry) bool { return e.Action != "directory_created" }) {
			t.Errorf("refusals left %+v", got)
		}
		keys, err := d.Keys.OrgKeys(ctx, s.acme.ID)
		tenanttest.Accepted(t, err)
		if !slices.ContainsFunc(keys, func(k store.Credential) bool { return k.ID == s.org.ID && k.ExpiresAt.IsZero() }) {
			t.Errorf("a refusal gave the key an end: %+v", keys)
		}

		t.Run("a third live token", func(t *testing.T) {
			tenanttest.Accepted(t, rotateToken(s.acme.ID, s.entra.ID, s.scim.ID))
			tenanttest.RefusedBy(t, rotateToken(s.acme.ID, s.entra.ID, s.scim.ID), "", identity.CodeConflict)
			_, err := d.Keys.RotateToken(ctx, admin, s.acme.ID, s.entra.ID, s.scim.ID, auth.Rotation{})
			tenanttest.Accepted(t, err) // it ends at once, so there are two
		})
	})
}
