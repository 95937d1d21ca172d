package auth_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"roster/internal/auth"
	"roster/internal/identity"
	"roster/internal/tenanttest"
)

// arrive signs whoever the provider says in.
func arrive(t *testing.T, d *tenanttest.Deployment, o *auth.OIDC) (auth.Arrival, error) {
	t.Helper()
	location, cookie, err := o.Start(t.Context(), callback, "/console/accounts")
	tenanttest.Accepted(t, err)
	who, to, err := o.Finish(t.Context(), walk(t, location), cookie)
	tenanttest.Accepted(t, err)
	if to != "/console/accounts" {
		t.Errorf("the person is sent on to %q", to)
	}
	return d.Sessions.Arrive(t.Context(), who, laptop)
}

// grant lets people of a group in.
func grant(t *testing.T, o *tenanttest.Org, n auth.NewGrant) auth.Grant {
	t.Helper()
	g, _, err := o.Sessions.Grant(t.Context(), admin, o.ID, n)
	tenanttest.Accepted(t, err)
	return g
}

func TestSignInThroughAProvider(t *testing.T) {
	t.Parallel()
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		p := serveProvider(t)
		o := auth.NewOIDC(settings(p.server.URL), d.Sessions, nil)
		acme, other := d.Org("acme.example"), d.Org("other.example")

		p.is("ann", "engineers")
		_, err := arrive(t, d, o)
		e, ok := errors.AsType[*identity.Error](err)
		if !ok || e.Code != identity.CodeForbidden || !strings.Contains(e.Message, "Ann@acme.example") || !strings.Contains(e.Hint, "engineers") {
			t.Fatalf("nobody lets Ann in, and yet: %v", err)
		}

		viewer := grant(t, acme, auth.NewGrant{Email: "ann@ACME.example", Role: auth.RoleViewer})
		at, err := arrive(t, d, o)
		tenanttest.Accepted(t, err)
		want := auth.Session{
			ID: at.Session.ID, OrgID: acme.ID, Person: "Ann@acme.example", Method: auth.MethodOIDC, Role: auth.RoleViewer, UserAgent: "Firefox", Address: "192.0.2.7",
			CreatedAt: at.Session.CreatedAt, SeenAt: at.Session.CreatedAt, ExpiresAt: at.Session.CreatedAt.Add(auth.SessionLife),
		}
		if diff := cmp.Diff(want, at.Session); diff != "" {
			t.Errorf("session (-want +got):\n%s", diff)
		}

		t.Run("the strongest of several grants counts, and each change at once", func(t *testing.T) {
			operators := grant(t, acme, auth.NewGrant{Claim: "engineers", Role: auth.RoleOperator})
			at, err := arrive(t, d, o)
			tenanttest.Accepted(t, err)
			role := func() auth.Role {
				t.Helper()
				x, err := d.Sessions.Find(t.Context(), at.Secret)
				tenanttest.Accepted(t, err)
				return x.Role
			}
			if got := role(); got != auth.RoleOperator {
				t.Errorf("Ann is %s", got)
			}
			tenanttest.Accepted(t, d.Sessions.RemoveGrant(t.Context(), admin, acme.ID, operators.ID))
			if got := role(); got != auth.RoleViewer {
				t.Errorf("after a grant was taken back Ann is %s", got)
			}
			tenanttest.Accepted(t, d.Sessions.RemoveGrant(t.Context(), admin, acme.ID, viewer.ID))
			gone(t, d, at.Secret)
			live, err := d.Sessions.Of(t.Context(), acme.ID)
			if err != nil || len(live) > 0 {
				t.Errorf("sessions live on without a grant: %+v, %v", live, err)
			}
		})

		t.Run("an email that is not verified is nobody's", func(t *testing.T) {
			grant(t, acme, auth.NewGrant{Email: "ann@acme.example", Role: auth.RoleAdmin})
			p.is("bob", "visitors")
			_, err := arrive(t, d, o)
			if identity.CodeOf(err) != identity.CodeForbidden || !strings.Contains(err.Error(), "(subject bob)") {
				t.Errorf("Bob, who calls himself Ann: %v", err)
			}
		})

		t.Run("several organizations are chosen among", func(t *testing.T) {
			grant(t, other, auth.NewGrant{Claim: "visitors", Role: auth.RoleViewer})
			grant(t, acme, auth.NewGrant{Claim: "visitors", Role: auth.RoleOperator})
			third := d.Org("third.example")
			p.is("bob", "visitors")
			at, err := arrive(t, d, o)
			tenanttest.Accepted(t, err)
			if at.Secret != "" || len(at.Choices) != 2 {
				t.Fatalf("Bob arrives at %+v", at)
			}
			among, err := d.Sessions.Choices(t.Context(), at.Choice)
			tenanttest.Accepted(t, err)
			if diff := cmp.Diff(at.Choices, among); diff != "" {
				t.Errorf("choices (-shown +again):\n%s", diff)
			}
			if _, _, err := d.Sessions.Choose(t.Context(), at.Choice, third.ID, laptop); identity.CodeOf(err) != identity.CodeNotFound {
				t.Errorf("an organization that does not let him in: %v", err)
			}
			x, secret, err := d.Sessions.Choose(t.Context(), at.Choice, other.ID, laptop)
			if err != nil || x.OrgID != other.ID || x.Role != auth.RoleViewer || secret == "" {
				t.Errorf("the choice leads to %+v, %v", x, err)
			}
			if _, _, err := d.Sessions.Choose(t.Context(), at.Choice, acme.ID, laptop); !errors.Is(err, auth.ErrNoSession) {
				t.Errorf("a choice is made twice: %v", err)
			}
		})

		t.Run("a group that the person left lets nobody in", func(t *testing.T) {
			p.is("bob")
			if _, err := arrive(t, d, o); identity.CodeOf(err) != identity.CodeForbidden {
				t.Errorf("Bob without a group: %v", err)
			}
		})
	})
}

// A cookie and a code are good for the one sign-in that they were made for.
func TestSignInIsBegunAndEndedOnce(t *testing.T) {
	t.Parallel()
	d, p := tenanttest.OnSQLite(t), serveProvider(t)
	o := auth.NewOIDC(settings(p.server.URL), d.Sessions, nil)
	ctx := t.Context()
	start := func() (string, string) {
		t.Helper()
		location, cookie, err := o.Start(ctx, callback, "")
		tenanttest.Accepted(t, err)
		return location, cookie
	}
	location, cookie := start()
	_, otherCookie := start()
	back := walk(t, location)
	for name, c := range map[string]string{"no cookie": "", "the cookie of another sign-in": otherCookie, "a forged cookie": cookie[:len(cookie)-4] + "AAAA", "no base64": "ä"} {
		_, _, err := o.Finish(ctx, back, c)
		unauthenticated(t, err, "begun in another browser")
		if err == nil {
			t.Errorf("%s: taken", name)
		}
	}
	replica := auth.NewOIDC(settings(p.server.URL), d.Sessions, nil)
	_, _, err := replica.Finish(ctx, back, cookie)
	tenanttest.Accepted(t, err)
	_, _, err = o.Finish(ctx, back, cookie)
	unauthenticated(t, err, "is over already")
	back = walk(t, location)
	back.Del("code")
	back.Set("error", "access_denied")
	back.Set("error_description", "not today")
	_, _, err = o.Finish(ctx, back, cookie)
	unauthenticated(t, err, "access_denied not today")
}

// A provider that is down holds up nobody but those who want to sign in by it,
// and is asked again when it is back.
func TestProviderThatIsDown(t *testing.T) {
	t.Parallel()
	d := tenanttest.OnSQLite(t)
	p := serveProvider(t)
	gone := settings(p.server.URL + "/elsewhere")
	for name, s := range map[string]auth.OIDCSettings{"no discovery": gone, "nobody listens": settings("http://127.0.0.1:1")} {
		_, _, err := auth.NewOIDC(s, d.Sessions, nil).Start(context.Background(), callback, "")
		if identity.CodeOf(err) != identity.CodeConflict || !strings.Contains(err.Error(), "does not answer as it should") {
			t.Errorf("%s: %v", name, err)
		}
	}

	var later time.Duration
	grant(t, d.Org("acme.example"), auth.NewGrant{Email: "ann@acme.example", Role: auth.RoleViewer})
	o := auth.NewOIDC(settings(p.server.URL), d.Sessions, func() time.Time { return time.Now().Add(later) })
	p.isDown.Store(true)
	if _, _, err := o.Start(t.Context(), callback, ""); identity.CodeOf(err) != identity.CodeConflict {
		t.Errorf("the provider is down: %v", err)
	}
	p.isDown.Store(false)
	later = 6 * time.Second
	at, err := arrive(t, d, o)
	if err != nil || at.Secret == "" {
		t.Errorf("the provider is back, and yet: %v", err)
	}
}

func TestOIDCSettings(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, issuer, client string
		ok                   bool
	}{
		{"https", "https://id.example.com/tenant", "roster", true},
		{"loopback", "http://127.0.0.1:5556/dex", "roster", true},
		{"localhost", "http://localhost:5556", "roster", true},
		{"http elsewhere", "http://id.example.com", "roster", false},
		{"no scheme", "id.example.com", "roster", false},
		{"query", "https://id.example.com/?a=b", "roster", false},
		{"no client", "https://id.example.com", "", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if err := (auth.OIDCSettings{Issuer: test.issuer, ClientID: test.client}).Check(); (err == nil) != test.ok {
				t.Errorf("error %v, want none: %t", err, test.ok)
			}
		})
	}
}
