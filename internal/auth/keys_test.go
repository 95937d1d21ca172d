package auth_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // registers the "pgx" driver
	_ "modernc.org/sqlite"             // registers the "sqlite" driver

	"roster/internal/auth"
	"roster/internal/identity"
	"roster/internal/store"
	"roster/internal/tenanttest"
)

var admin = tenanttest.Admin

// secrets are one of each kind.
type secrets struct {
	site, org, scim auth.Issued
	acme            *tenanttest.Org
	entra           *tenanttest.Directory
}

func issueAll(t *testing.T, d *tenanttest.Deployment) (s secrets) {
	t.Helper()
	s.acme = d.Org("acme.example")
	s.entra = s.acme.Directory("Entra")
	var errs [3]error
	s.site, errs[0] = d.Keys.EnsureSiteKey(t.Context())
	s.org, errs[1] = d.Keys.CreateOrgKey(t.Context(), admin, s.acme.ID, "ops", time.Time{})
	s.scim, errs[2] = d.Keys.CreateToken(t.Context(), admin, s.acme.ID, s.entra.ID, "first", time.Time{})
	tenanttest.Accepted(t, errors.Join(errs[:]...))
	return s
}

// unauthenticated checks a 401 whose text holds all parts.
func unauthenticated(t *testing.T, err error, parts ...string) {
	t.Helper()
	e, ok := errors.AsType[*identity.Error](err)
	if !ok || e.Code != identity.CodeUnauthenticated {
		t.Fatalf("got %v, want a 401", err)
	}
	for _, p := range parts {
		if !strings.Contains(e.Message, p) {
			t.Errorf("%q does not say %q", e.Message, p)
		}
	}
	if e.Hint == "" {
		t.Errorf("%q has no hint", e.Message)
	}
}

func TestKindsAreNeverInterchangeable(t *testing.T) {
	t.Parallel()
	names := map[store.CredentialKind]string{
		store.CredentialSite: "the site key", store.CredentialOrg: "an organization API key", store.CredentialSCIM: "a directory's SCIM token",
	}
	prefixes := map[store.CredentialKind]string{store.CredentialSite: "roster_site_", store.CredentialOrg: "roster_org_", store.CredentialSCIM: "roster_scim_"}
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		s := issueAll(t, d)
		for kind, issued := range map[store.CredentialKind]auth.Issued{store.CredentialSite: s.site, store.CredentialOrg: s.org, store.CredentialSCIM: s.scim} {
			if !strings.HasPrefix(issued.Secret, prefixes[kind]) || len(issued.Secret) < 60 {
				t.Errorf("the secret of kind %s is not recognisable", kind)
			}
			for due, name := range names {
				t.Run(fmt.Sprintf("%s for %s", kind, due), func(t *testing.T) {
					p, err := d.Keys.Authenticate(t.Context(), "bearer "+issued.Secret, due)
					if kind == due {
						if err != nil || p.ID != issued.ID || p.Kind != kind {
							t.Errorf("got %+v, %v", p, err)
						}
						return
					}
					unauthenticated(t, err, "this is "+names[kind], "needs "+name)
				})
			}
		}
		t.Run("an endpoint may take two kinds", func(t *testing.T) {
			_, err := d.Keys.Authenticate(t.Context(), "Bearer "+s.site.Secret, store.CredentialOrg, store.CredentialSite)
			tenanttest.Accepted(t, err)
			_, err = d.Keys.Authenticate(t.Context(), "Bearer "+s.scim.Secret, store.CredentialOrg, store.CredentialSite)
			unauthenticated(t, err, "an organization API key or the site key")
		})
		t.Run("a principal opens what is its own", func(t *testing.T) {
			other := d.Org("other.example")
			org, scim := auth.Principal{Credential: s.org.Credential}, auth.Principal{Credential: s.scim.Credential}
			tenanttest.Accepted(t, org.OpensOrg(s.acme.ID))
			tenanttest.Accepted(t, scim.OpensDirectory(s.entra.ID))
			refusals := map[string]error{
				"another org": org.OpensOrg(other.ID), "a token on its org": scim.OpensOrg(s.acme.ID),
				"another directory": scim.OpensDirectory(s.acme.Directory("Okta").ID), "a key on a directory": org.OpensDirectory(s.entra.ID),
			}
			for name, err := range refusals {
				if identity.CodeOf(err) != identity.CodeForbidden {
					t.Errorf("%s: %v", name, err)
				}
			}
			known, unknown := org.OpensOrg(other.ID), org.OpensOrg("none")
			if strings.ReplaceAll(known.Error(), string(other.ID), "none") != unknown.Error() {
				t.Errorf("the answers tell orgs from none: %v, %v", known, unknown)
			}
		})
	})
}

func TestHeadersThatOpenNothing(t *testing.T) {
	t.Parallel()
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		s := issueAll(t, d)
		for name, header := range map[string]string{
			"none": "", "no scheme": s.org.Secret, "another scheme": "Basic " + s.org.Secret, "no secret": "Bearer ", "spaces": "Bearer    ",
			"unknown": "Bearer roster_org_" + strings.Repeat("a", 52), "cut": "Bearer " + s.org.Secret[:len(s.org.Secret)-1],
			"longer": "Bearer " + s.org.Secret + "a", "upper case": "Bearer " + strings.ToUpper(s.org.Secret), "the hash": "Bearer " + s.org.Hash,
			"NUL": "Bearer a\x00b", "not UTF-8": "Bearer \xff", "huge": "Bearer " + strings.Repeat("a", 1<<20),
		} {
			t.Run(name, func(t *testing.T) {
				_, err := d.Keys.Authenticate(t.Context(), header, store.CredentialOrg)
				unauthenticated(t, err, "needs an organization API key")
				if _, err := d.Keys.Whose(t.Context(), header); !errors.Is(err, store.ErrNotFound) {
					t.Errorf("it is somebody's: %v", err)
				}
			})
		}
	})
}

func TestExpiry(t *testing.T) {
	t.Parallel()
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		s := issueAll(t, d)
		now := d.Clock.Now()
		_, err := d.Keys.CreateOrgKey(t.Context(), admin, s.acme.ID, "late", now.Add(-time.Hour))
		if identity.CodeOf(err) != identity.CodeInvalid {
			t.Errorf("a key that has expired already: %v", err)
		}
		issued, err := d.Keys.CreateToken(t.Context(), admin, s.acme.ID, s.entra.ID, "short", now.Add(time.Hour))
		tenanttest.Accepted(t, err)
		_, err = d.Keys.Authenticate(t.Context(), "Bearer "+issued.Secret, store.CredentialSCIM)
		tenanttest.Accepted(t, err)
		d.Clock.Skip(time.Hour)
		_, err = d.Keys.Authenticate(t.Context(), "Bearer "+issued.Secret, store.CredentialSCIM)
		unauthenticated(t, err, "expired on")
		_, err = d.Keys.CreateToken(t.Context(), admin, s.acme.ID, s.entra.ID, "third, the second having expired", time.Time{})
		tenanttest.Accepted(t, err)
	})
}

func TestRevocation(t *testing.T) {
	t.Parallel()
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		ctx := t.Context()
		s := issueAll(t, d)
		other := d.Org("other.example")
		okta := s.acme.Directory("Okta")

		t.Run("not by another org, nor by way of another directory", func(t *testing.T) {
			for name, err := range map[string]error{
				"key":              d.Keys.RevokeOrgKey(ctx, admin, other.ID, s.org.ID),
				"token":            d.Keys.RevokeToken(ctx, admin, other.ID, s.entra.ID, s.scim.ID),
				"other directory":  d.Keys.RevokeToken(ctx, admin, s.acme.ID, okta.ID, s.scim.ID),
				"a token as a key": d.Keys.RevokeOrgKey(ctx, admin, s.acme.ID, s.scim.ID),
				"a key as a token": d.Keys.RevokeToken(ctx, admin, s.acme.ID, s.entra.ID, s.org.ID),
			} {
				if identity.CodeOf(err) != identity.CodeNotFound {
					t.Errorf("%s: %v", name, err)
				}
			}
		})
		for name, c := range map[string]struct {
			issued auth.Issued
			revoke func() error
		}{
			"key":   {s.org, func() error { return d.Keys.RevokeOrgKey(ctx, admin, s.acme.ID, s.org.ID) }},
			"token": {s.scim, func() error { return d.Keys.RevokeToken(ctx, admin, s.acme.ID, s.entra.ID, s.scim.ID) }},
		} {
			t.Run(name+" ends at once, whatever is remembered of it", func(t *testing.T) {
				header := "Bearer " + c.issued.Secret
				_, err := d.Keys.Authenticate(ctx, header, c.issued.Kind)
				tenanttest.Accepted(t, err)
				tenanttest.Accepted(t, c.revoke())
				_, err = d.Keys.Authenticate(ctx, header, c.issued.Kind)
				unauthenticated(t, err, "revoked on")
				if p, err := d.Keys.Whose(ctx, header); err != nil || p.ID != c.issued.ID {
					t.Errorf("it is not known whose it was: %+v, %v", p, err)
				}
				audited := len(s.acme.Audit())
				tenanttest.Accepted(t, c.revoke())
				if got := len(s.acme.Audit()); got != audited {
					t.Errorf("revoking twice left %d audit entries", got-audited)
				}
			})
		}
	})
}

func TestTwoTokensLive(t *testing.T) {
	t.Parallel()
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		ctx := t.Context()
		s := issueAll(t, d)
		second, err := d.Keys.CreateToken(ctx, admin, s.acme.ID, s.entra.ID, "second", time.Time{})
		tenanttest.Accepted(t, err)
		for _, secret := range []string{s.scim.Secret, second.Secret} {
			_, err := d.Keys.Authenticate(ctx, "Bearer "+secret, store.CredentialSCIM)
			tenanttest.Accepted(t, err)
		}
		_, err = d.Keys.CreateToken(ctx, admin, s.acme.ID, s.entra.ID, "third", time.Time{})
		tenanttest.RefusedBy(t, err, "", identity.CodeConflict)
		tenanttest.Accepted(t, d.Keys.RevokeToken(ctx, admin, s.acme.ID, s.entra.ID, s.scim.ID))
		_, err = d.Keys.CreateToken(ctx, admin, s.acme.ID, s.entra.ID, "third", time.Time{})
		tenanttest.Accepted(t, err)

		t.Run("also of many asked for at once", func(t *testing.T) {
			okta := s.acme.Directory("Okta")
			made := countMade(8, func() (auth.Issued, error) {
				return d.Keys.CreateToken(context.Background(), admin, s.acme.ID, okta.ID, "token", time.Time{})
			})
			if made != 2 {
				t.Errorf("%d tokens live", made)
			}
		})
		t.Run("not for another org's directory", func(t *testing.T) {
			_, err := d.Keys.CreateToken(ctx, admin, d.Org("other.example").ID, s.entra.ID, "stolen", time.Time{})
			tenanttest.RefusedBy(t, err, "", identity.CodeNotFound)
		})
	})
}

// Replicas that start together on one database make one site key.
func TestSiteKeyIsMadeOnce(t *testing.T) {
	t.Parallel()
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		made := countMade(8, func() (auth.Issued, error) {
			return auth.NewKeys(d.Store, d.Clock.Now).EnsureSiteKey(context.Background())
		})
		if made != 1 {
			t.Errorf("%d site keys were made", made)
		}
	})
}

// countMade calls a function n times at once and counts the secrets.
func countMade(n int, call func() (auth.Issued, error)) (made int) {
	issued := make([]auth.Issued, n)
	start := make(chan struct{})
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			<-start
			issued[i], _ = call() // a refusal has no secret
		})
	}
	close(start)
	wg.Wait()
	for _, i := range issued {
		if i.Secret != "" {
			made++
		}
	}
	return made
}

// The database holds hashes only, in no table and column a secret.
func TestSecretsAreNotStored(t *testing.T) {
	t.Parallel()
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		s := issueAll(t, d)
		tenanttest.Accepted(t, d.Keys.RevokeOrgKey(t.Context(), admin, s.acme.ID, s.org.ID))
		stored := everything(t, d)
		if !strings.Contains(stored, s.org.Hash) {
			t.Fatal("the scan does not see the credentials")
		}
		for _, issued := range []auth.Issued{s.site, s.org, s.scim} {
			random := issued.Secret[strings.LastIndex(issued.Secret, "_")+1:]
			for part := 0; part+12 <= len(random); part += 8 {
				if strings.Contains(stored, random[part:part+12]) {
					t.Errorf("a part of the secret of kind %s is stored", issued.Kind)
				}
			}
		}
	})
}

// everything gives all that a database's tables hold.
func everything(t *testing.T, d *tenanttest.Deployment) string {
	t.Helper()
	driver, list := "sqlite", `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'`
	if store.IsPostgres(d.DSN) {
		driver, list = "pgx", `SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'`
	}
	db, err := sql.Open(driver, d.DSN)
	tenanttest.Accepted(t, err)
	t.Cleanup(func() { tenanttest.Accepted(t, db.Close()) })
	var out strings.Builder
	for _, table := range texts(t, db, list) {
		for _, row := range texts(t, db, "SELECT * FROM "+table) { //nolint:unqueryvet // whatever columns there are
			out.WriteString(row + "\n")
		}
	}
	return out.String()
}

// texts gives the rows of a query, each as one text.
func texts(t *testing.T, db *sql.DB, query string) (out []string) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query)
	tenanttest.Accepted(t, err)
	defer rows.Close()
	columns, err := rows.Columns()
	tenanttest.Accepted(t, err)
	for rows.Next() {
		values, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		tenanttest.Accepted(t, rows.Scan(into...))
		parts := make([]string, len(values))
		for i, v := range values {
			if b, ok := v.([]byte); ok {
				v = string(b)
			}
			parts[i] = fmt.Sprint(v)
		}
		out = append(out, strings.Join(parts, " "))
	}
	tenanttest.Accepted(t, rows.Err())
	return out
}
