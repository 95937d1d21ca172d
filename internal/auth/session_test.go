package auth_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"roster/internal/auth"
	"roster/internal/identity"
	"roster/internal/store"
	"roster/internal/tenanttest"
)

// laptop is where people of the tests sign in from.
var laptop = auth.Client{UserAgent: "Firefox", Address: "192.0.2.7", RequestID: "req-sign-in"}

// signedIn signs somebody in by link and gives the cookie's secret.
func signedIn(t *testing.T, d *tenanttest.Deployment, org identity.OrgID, person string, role auth.Role) (auth.Session, string) {
	t.Helper()
	link, _, err := d.Sessions.NewLink(t.Context(), admin, org, person, role, 0)
	tenanttest.Accepted(t, err)
	x, cookie, err := d.Sessions.RedeemLink(t.Context(), link, laptop)
	tenanttest.Accepted(t, err)
	return x, cookie
}

// gone checks that a cookie opens nothing.
func gone(t *testing.T, d *tenanttest.Deployment, cookie string) {
	t.Helper()
	if x, err := d.Sessions.Find(t.Context(), cookie); !errors.Is(err, auth.ErrNoSession) {
		t.Errorf("the session is %+v, %v; want none", x, err)
	}
}

func TestSignInByLink(t *testing.T) {
	t.Parallel()
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		acme := d.Org("acme.example")
		begun, cookie := signedIn(t, d, acme.ID, " Ann ", auth.RoleOperator)
		found, err := d.Sessions.Find(t.Context(), cookie)
		tenanttest.Accepted(t, err)
		if diff := cmp.Diff(begun, found); diff != "" {
			t.Errorf("session (-begun +found):\n%s", diff)
		}
		want := auth.Session{
			ID: begun.ID, OrgID: acme.ID, Person: "Ann", Method: auth.MethodLink, Role: auth.RoleOperator, UserAgent: "Firefox", Address: "192.0.2.7",
			CreatedAt: begun.CreatedAt, SeenAt: begun.CreatedAt, ExpiresAt: begun.CreatedAt.Add(auth.SessionLife),
		}
		if diff := cmp.Diff(want, begun); diff != "" {
			t.Errorf("session (-want +got):\n%s", diff)
		}
		for scope, allowed := range map[identity.Scope]bool{identity.ScopeRead: true, identity.ScopeRepair: true, identity.ScopeManage: false, identity.ScopeKeys: false} {
			if found.Allows(scope) != allowed {
				t.Errorf("an operator is allowed %s: %t", scope, !allowed)
			}
		}
		tenanttest.Accepted(t, d.Sessions.End(t.Context(), cookie))
		gone(t, d, cookie)
		tenanttest.Accepted(t, d.Sessions.End(t.Context(), cookie))
		var actions []string
		for _, e := range acme.Audit() {
			if strings.HasPrefix(e.Action, "console") {
				actions = append(actions, e.Action+" by "+e.Actor+" from "+e.IP)
			}
		}
		wanted := []string{
			"console_link_created by " + admin.Actor + " from ",
			"console_signed_in by console user Ann from 192.0.2.7", "console_signed_out by console user Ann from 192.0.2.7",
		}
		if diff := cmp.Diff(wanted, actions); diff != "" {
			t.Errorf("audit log (-want +got):\n%s", diff)
		}
	})
}

func TestLinksThatSignNobodyIn(t *testing.T) {
	t.Parallel()
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		ctx, s := t.Context(), issueAll(t, d)
		link := func(life time.Duration) string {
			t.Helper()
			secret, _, err := d.Sessions.NewLink(ctx, admin, s.acme.ID, "", auth.RoleViewer, life)
			tenanttest.Accepted(t, err)
			return secret
		}
		_, cookie := signedIn(t, d, s.acme.ID, "", auth.RoleAdmin)
		used, short, long := link(0), link(time.Minute), link(time.Hour)
		_, _, err := d.Sessions.RedeemLink(ctx, used, laptop)
		tenanttest.Accepted(t, err)
		d.Clock.Skip(2 * time.Minute)
		for name, c := range map[string]struct{ secret, says string }{
			"used":            {used, "was used already, on 2030-01-01"},
			"expired":         {short, "expired on 2030-01-01"},
			"unknown":         {"roster_link_" + strings.Repeat("a", 52), "not known here"},
			"none":            {"", "not known here"},
			"cut":             {long[:len(long)-1], "not known here"},
			"an API key":      {s.org.Secret, "this is an organization API key, not a sign-in link"},
			"a SCIM token":    {s.scim.Secret, "this is a directory's SCIM token, not a sign-in link"},
			"a session":       {cookie, "this is a session of the console, not a sign-in link"},
			"NUL":             {"roster_link_\x00", "not known here"},
			"not even UTF-8":  {"\xff", "not known here"},
			"a link's letter": {strings.ToUpper(long), "not known here"},
		} {
			t.Run(name, func(t *testing.T) {
				_, cookie, err := d.Sessions.RedeemLink(ctx, c.secret, laptop)
				unauthenticated(t, err, c.says)
				if cookie != "" {
					t.Error("there is a cookie")
				}
			})
		}
		for name, secret := range map[string]string{"a sign-in link": long, "a session": cookie} {
			_, err := d.Keys.Authenticate(ctx, "Bearer "+secret, store.CredentialOrg)
			unauthenticated(t, err, "this is "+name+" of the console; this endpoint needs an organization API key")
			gone(t, d, s.org.Secret)
			gone(t, d, long)
		}
	})
}

func TestBadLinks(t *testing.T) {
	t.Parallel()
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		acme := d.Org("acme.example")
		for name, c := range map[string]struct {
			org    identity.OrgID
			person string
			role   auth.Role
			life   time.Duration
			code   identity.Code
		}{
			"another role":   {acme.ID, "Ann", "owner", 0, identity.CodeInvalid},
			"no role":        {acme.ID, "Ann", "", 0, identity.CodeInvalid},
			"too long":       {acme.ID, "Ann", auth.RoleViewer, auth.MaxLinkLife + 1, identity.CodeInvalid},
			"before it was":  {acme.ID, "Ann", auth.RoleViewer, -1, identity.CodeInvalid},
			"no person":      {acme.ID, "\x00", auth.RoleViewer, 0, identity.CodeInvalid},
			"a long person":  {acme.ID, strings.Repeat("a", identity.MaxName+1), auth.RoleViewer, 0, identity.CodeInvalid},
			"no such tenant": {"none", "Ann", auth.RoleViewer, 0, identity.CodeNotFound},
		} {
			t.Run(name, func(t *testing.T) {
				audited := len(acme.Audit())
				secret, _, err := d.Sessions.NewLink(t.Context(), admin, c.org, c.person, c.role, c.life)
				if identity.CodeOf(err) != c.code || secret != "" || len(acme.Audit()) != audited {
					t.Errorf("got %q, %v, %d audit entries; want code %s", secret, err, len(acme.Audit())-audited, c.code)
				}
			})
		}
	})
}

// However many open a link at the same moment, one is signed in.
func TestLinkIsUsedOnce(t *testing.T) {
	t.Parallel()
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		acme := d.Org("acme.example")
		link, _, err := d.Sessions.NewLink(t.Context(), admin, acme.ID, "", auth.RoleAdmin, 0)
		tenanttest.Accepted(t, err)
		var in atomic.Int32
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				if _, _, err := d.Sessions.RedeemLink(context.Background(), link, laptop); err == nil {
					in.Add(1)
				}
			})
		}
		wg.Wait()
		live, err := d.Sessions.Of(t.Context(), acme.ID)
		tenanttest.Accepted(t, err)
		if in.Load() != 1 || len(live) != 1 {
			t.Errorf("%d were signed in, %d sessions live", in.Load(), len(live))
		}
	})
}

func TestSessionsEnd(t *testing.T) {
	t.Parallel()
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		acme := d.Org("acme.example")
		_, idle := signedIn(t, d, acme.ID, "idle", auth.RoleViewer)
		busy, cookie := signedIn(t, d, acme.ID, "busy", auth.RoleViewer)
		for range 15 { // 6 days and 21 hours
			d.Clock.Skip(11 * time.Hour)
			_, err := d.Sessions.Find(t.Context(), cookie)
			tenanttest.Accepted(t, err)
			tenanttest.Accepted(t, d.Sessions.WriteSeen(t.Context()))
		}
		gone(t, d, idle)
		restarted := auth.NewSessions(d.Store, d.Clock.Now)
		found, err := restarted.Find(t.Context(), cookie)
		tenanttest.Accepted(t, err)
		if found.SeenAt.Sub(busy.CreatedAt) < 6*24*time.Hour {
			t.Errorf("the last use is noted as %s, long after %s", found.SeenAt, busy.CreatedAt)
		}
		live, err := d.Sessions.Of(t.Context(), acme.ID)
		tenanttest.Accepted(t, err)
		if len(live) != 1 || live[0].ID != busy.ID {
			t.Errorf("live are %+v", live)
		}
		d.Clock.Skip(11 * time.Hour)
		gone(t, d, cookie)
	})
}

// A use is remembered at once, and written down once a minute.
func TestUsesAreWrittenLater(t *testing.T) {
	t.Parallel()
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		acme := d.Org("acme.example")
		x, cookie := signedIn(t, d, acme.ID, "", auth.RoleViewer)
		stored := func() time.Time {
			t.Helper()
			found, err := auth.NewSessions(d.Store, d.Clock.Now).Find(t.Context(), cookie)
			tenanttest.Accepted(t, err)
			return found.SeenAt
		}
		use := func() {
			t.Helper()
			_, err := d.Sessions.Find(t.Context(), cookie)
			tenanttest.Accepted(t, err)
		}
		use()
		tenanttest.Accepted(t, d.Sessions.WriteSeen(t.Context()))
		if got := stored(); !got.Equal(x.SeenAt) {
			t.Errorf("a use in the first minute was written: %s", got)
		}
		d.Clock.Skip(time.Minute)
		use()
		if got := stored(); !got.Equal(x.SeenAt) {
			t.Errorf("a request wrote: %s", got)
		}
		tenanttest.Accepted(t, d.Sessions.WriteSeen(t.Context()))
		if got := stored(); !got.After(x.SeenAt) {
			t.Errorf("the use was not written: %s", got)
		}
	})
}

func TestRevokeSession(t *testing.T) {
	t.Parallel()
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		acme, other := d.Org("acme.example"), d.Org("other.example")
		x, cookie := signedIn(t, d, acme.ID, "Ann", auth.RoleAdmin)
		_, kept := signedIn(t, d, acme.ID, "Bob", auth.RoleAdmin)
		if err := d.Sessions.Revoke(t.Context(), admin, other.ID, x.ID); identity.CodeOf(err) != identity.CodeNotFound {
			t.Errorf("another organization revokes: %v", err)
		}
		foreign, err := d.Sessions.Of(t.Context(), other.ID)
		tenanttest.Accepted(t, err)
		if len(foreign) > 0 {
			t.Errorf("another organization sees %+v", foreign)
		}
		tenanttest.Accepted(t, d.Sessions.Revoke(t.Context(), admin, acme.ID, x.ID))
		gone(t, d, cookie)
		_, err = d.Sessions.Find(t.Context(), kept)
		tenanttest.Accepted(t, err)
		if err := d.Sessions.Revoke(t.Context(), admin, acme.ID, x.ID); identity.CodeOf(err) != identity.CodeNotFound {
			t.Errorf("revoked twice: %v", err)
		}
		if got := acme.LastAudit(); got.Action != "console_session_revoked" || got.Target != string(x.ID) || !strings.Contains(got.Before, `"Ann"`) {
			t.Errorf("the audit log says %+v", got)
		}
		_, err = d.Sessions.Of(t.Context(), "none")
		if identity.CodeOf(err) != identity.CodeNotFound {
			t.Errorf("sessions of no organization: %v", err)
		}
	})
}
