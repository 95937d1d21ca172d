package accounts_test

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"roster/internal/accounts"
	"roster/internal/identity"
	"roster/internal/store"
	"roster/internal/tenanttest"
)

var admin = tenanttest.Admin

func TestRule_one_account_per_email(t *testing.T) {
	t.Parallel()
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		ctx := t.Context()
		acme := d.Org("acme.example", "xn--bcher-kva.example")
		ann, bob := acme.Account("Ann@acme.example"), acme.Account("bob@acme.example")
		acme.Account("jürgen@bücher.example")

		for name, address := range map[string]string{
			"the same":            "Ann@acme.example",
			"other letter case":   "aNN@ACME.example",
			"full-width letters":  "ａｎｎ＠ａｃｍｅ.example",
			"spaces around":       "  ann@acme.example ",
			"a dot behind":        "ann@acme.example.",
			"an ideographic one":  "ann@acme.example。",
			"decomposed":          "ju\u0308rgen@bücher.example",
			"punycode":            "JÜRGEN@XN--BCHER-KVA.example",
			"an ideographic stop": "ann@acme。example",
		} {
			t.Run(name, func(t *testing.T) {
				_, err := d.Accounts.Create(ctx, admin, acme.ID, accounts.NewAccount{Email: address, Origin: identity.OriginInvited})
				tenanttest.RefusedBy(t, err, identity.RuleOneAccountPerEmail, identity.CodeConflict)
			})
		}
		t.Run("look-alikes are other people", func(*testing.T) {
			acme.Account("аnn@acme.example") // Cyrillic а
			acme.Account("ann0@acme.example")
			acme.Account("jurgen@bücher.example")
		})
		t.Run("a change of email meets it too", func(t *testing.T) {
			err := d.Accounts.SetEmail(ctx, admin, acme.ID, bob.ID, "ANN@acme.example")
			tenanttest.RefusedBy(t, err, identity.RuleOneAccountPerEmail, identity.CodeConflict)
			if got := acme.AccountNow(bob.ID); got.Email != bob.Email {
				t.Errorf("the account holds %s", got.Email.Address)
			}
		})
		t.Run("letter case may change", func(t *testing.T) {
			tenanttest.Accepted(t, d.Accounts.SetEmail(ctx, admin, acme.ID, ann.ID, "ANN@acme.example"))
			if got := acme.AccountNow(ann.ID).Email.Address; got != "ANN@acme.example" {
				t.Errorf("the account holds %s", got)
			}
		})
		t.Run("a closed account keeps its address", func(t *testing.T) {
			tenanttest.Accepted(t, d.Accounts.Delete(ctx, admin, acme.ID, bob.ID))
			_, err := d.Accounts.Create(ctx, admin, acme.ID, accounts.NewAccount{Email: "bob@acme.example"})
			tenanttest.RefusedBy(t, err, identity.RuleOneAccountPerEmail, identity.CodeConflict)
		})
		d.Check()
	})
}

func TestRule_one_verifier_per_domain(t *testing.T) {
	t.Parallel()
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		ctx := t.Context()
		acme, other := d.Org("acme.example"), d.Org()
		mine, err := d.Accounts.AddDomain(ctx, admin, other.ID, "Acme.Example")
		tenanttest.Accepted(t, err)

		t.Run("another org may add but not verify it", func(t *testing.T) {
			_, err := d.Accounts.VerifyDomain(ctx, admin, other.ID, mine.ID)
			tenanttest.RefusedBy(t, err, identity.RuleOneVerifierPerDomain, identity.CodeConflict)
			if got := other.Domain("acme.example").Status; got != identity.DomainUnverified {
				t.Errorf("the domain is %s", got)
			}
		})
		t.Run("an org adds a domain once", func(t *testing.T) {
			_, err := d.Accounts.AddDomain(ctx, admin, acme.ID, "ACME.EXAMPLE.")
			tenanttest.RefusedBy(t, err, "", identity.CodeConflict)
		})
		t.Run("subdomains are their own domains", func(*testing.T) { other.Verify("sub.acme.example") })
		t.Run("verifying again keeps the day", func(t *testing.T) {
			first := acme.Domain("acme.example")
			again, err := d.Accounts.VerifyDomain(ctx, admin, acme.ID, first.ID)
			if err != nil || !again.VerifiedAt.Equal(first.VerifiedAt) {
				t.Errorf("verified at %s, %v; was %s", again.VerifiedAt, err, first.VerifiedAt)
			}
		})
		t.Run("one org does not touch another's", func(t *testing.T) {
			tenanttest.RefusedBy(t, d.Accounts.RemoveDomain(ctx, admin, other.ID, acme.Domain("acme.example").ID), "", identity.CodeNotFound)
		})
		t.Run("removed, it is free for the other", func(t *testing.T) {
			tenanttest.Accepted(t, d.Accounts.RemoveDomain(ctx, admin, acme.ID, acme.Domain("acme.example").ID))
			_, err := d.Accounts.VerifyDomain(ctx, admin, other.ID, mine.ID)
			tenanttest.Accepted(t, err)
		})
		d.Check()
	})
}

func TestRule_managed(t *testing.T) {
	t.Parallel()
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		ctx := t.Context()
		acme, other := d.Org(), d.Org("other.example")
		guest := other.Directory("Entra").Push("ann@acme.example")

		t.Run("nobody manages accounts of a domain that nobody verified", func(t *testing.T) {
			_, err := d.Accounts.Get(ctx, acme.ID, guest.AccountID)
			tenanttest.RefusedBy(t, err, "", identity.CodeNotFound)
			_, err = d.Accounts.Get(ctx, other.ID, guest.AccountID)
			tenanttest.RefusedBy(t, err, identity.RuleManaged, identity.CodeForbidden)
		})
		t.Run("verifying it takes present and future accounts", func(t *testing.T) {
			acme.Verify("acme.example")
			later := other.Directory("Okta").Push("bob@acme.example")
			found, total, _, err := d.Accounts.Managed(ctx, acme.ID, "", store.Page{})
			tenanttest.Accepted(t, err)
			var ids []identity.AccountID
			for _, a := range found {
				ids = append(ids, a.ID)
			}
			if diff := cmp.Diff([]identity.AccountID{guest.AccountID, later.AccountID}, ids); diff != "" || total != 2 {
				t.Errorf("managed %d (-want +got):\n%s", total, diff)
			}
		})
		t.Run("another org's links show and lock nothing", func(t *testing.T) {
			a, err := d.Accounts.Get(ctx, acme.ID, guest.AccountID)
			if err != nil || a.IsLocked() {
				t.Errorf("locked by %+v, %v", a.Links, err)
			}
			tenanttest.Accepted(t, d.Accounts.SetEmail(ctx, admin, acme.ID, guest.AccountID, "ann.b@acme.example"))
		})
		t.Run("by email", func(t *testing.T) {
			found, total, _, err := d.Accounts.Managed(ctx, acme.ID, "BOB@acme.example", store.Page{})
			if err != nil || total != 1 || len(found) != 1 {
				t.Errorf("found %d of %d, %v", len(found), total, err)
			}
			found, total, _, err = d.Accounts.Managed(ctx, other.ID, "bob@acme.example", store.Page{})
			if err != nil || total != 0 || len(found) != 0 {
				t.Errorf("another org found %d of %d, %v", len(found), total, err)
			}
		})
		t.Run("removing the domain ends it", func(t *testing.T) {
			tenanttest.Accepted(t, d.Accounts.RemoveDomain(ctx, admin, acme.ID, acme.Domain("acme.example").ID))
			_, err := d.Accounts.Get(ctx, acme.ID, guest.AccountID)
			tenanttest.RefusedBy(t, err, "", identity.CodeNotFound)
		})
		d.Check()
	})
}

func TestRule_email_within_verified(t *testing.T) {
	t.Parallel()
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		ctx := t.Context()
		acme := d.Org("acme.example")
		d.Org("other.example")
		_, err := d.Accounts.AddDomain(ctx, admin, acme.ID, "added.example")
		tenanttest.Accepted(t, err)
		ann := acme.Account("ann@acme.example")

		for _, address := range []string{"ann@added.example", "ann@other.example", "ann@sub.acme.example", "ann@gmail.example"} {
			t.Run(address, func(t *testing.T) {
				err := d.Accounts.SetEmail(ctx, admin, acme.ID, ann.ID, address)
				tenanttest.RefusedBy(t, err, identity.RuleEmailWithinVerified, identity.CodeForbidden)
				_, err = d.Accounts.Create(ctx, admin, acme.ID, accounts.NewAccount{Email: address})
				tenanttest.RefusedBy(t, err, identity.RuleEmailWithinVerified, identity.CodeForbidden)
				if got := acme.AccountNow(ann.ID).Email; got != ann.Email {
					t.Errorf("the account holds %s", got.Address)
				}
			})
		}
		t.Run("a verified one is taken, with an audit entry", func(t *testing.T) {
			tenanttest.Accepted(t, d.Accounts.SetEmail(ctx, admin, acme.ID, ann.ID, "ann.b@acme.example"))
			e := acme.LastAudit()
			if e.Action != string(accounts.ActionEmailChanged) || e.Target != string(ann.ID) || !strings.Contains(e.Before, "ann@acme.example") || !strings.Contains(e.After, "ann.b@acme.example") {
				t.Errorf("audit entry: %+v", e)
			}
		})
		d.Check()
	})
}

func TestRule_locked_while_linked(t *testing.T) {
	t.Parallel()
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		ctx := t.Context()
		acme := d.Org("acme.example")
		entra := acme.Directory("Entra")
		u := entra.Push("ann@acme.example")
		id := u.AccountID
		profile := func(f accounts.Field, v string) error {
			_, err := d.Accounts.UpdateProfile(ctx, admin, acme.ID, id, map[accounts.Field]string{f: v})
			return err
		}
		calls := map[string]func() error{
			"email":      func() error { return d.Accounts.SetEmail(ctx, admin, acme.ID, id, "x@acme.example") },
			"disable":    func() error { return d.Accounts.Disable(ctx, admin, acme.ID, id, "") },
			"enable":     func() error { return d.Accounts.Enable(ctx, admin, acme.ID, id) },
			"delete":     func() error { return d.Accounts.Delete(ctx, admin, acme.ID, id) },
			"name":       func() error { return profile(accounts.FieldName, "Ann") },
			"nickname":   func() error { return profile(accounts.FieldNickname, "A") },
			"zoneinfo":   func() error { return profile(accounts.FieldZoneinfo, "UTC") },
			"locale":     func() error { return profile(accounts.FieldLocale, "de") },
			"job title":  func() error { return profile(accounts.FieldJobTitle, "Chief") },
			"department": func() error { return profile(accounts.FieldDepartment, "D") },
			"org":        func() error { return profile(accounts.FieldOrganization, "O") },
		}
		before := acme.AccountNow(id)
		for name, call := range calls {
			t.Run(name, func(t *testing.T) {
				err := call()
				tenanttest.RefusedBy(t, err, identity.RuleLockedWhileLinked, identity.CodeForbidden)
				e, _ := errors.AsType[*identity.Error](err)
				if !strings.Contains(e.Hint, "unlink") || !strings.Contains(e.Hint, string(id)) {
					t.Errorf("the hint does not say how to unlink: %q", e.Hint)
				}
				if fields, ok := errors.AsType[*accounts.FieldsError](err); ok {
					for _, reason := range fields.Fields {
						if reason != accounts.LockedReason {
							t.Errorf("reason %q", reason)
						}
					}
				}
				if diff := cmp.Diff(before, acme.AccountNow(id)); diff != "" {
					t.Errorf("the account changed (-before +after):\n%s", diff)
				}
			})
		}
		t.Run("the location is nobody else's", func(t *testing.T) {
			tenanttest.Accepted(t, profile(accounts.FieldLocation, "Berlin"))
			_, err := entra.Set(u.ID, "title", `"Boss"`)
			tenanttest.Accepted(t, err)
			if got := acme.AccountNow(id).Profile; got.Location != "Berlin" || got.JobTitle != "Boss" {
				t.Errorf("profile: %+v", got)
			}
		})
		t.Run("unlinked, all of it can change", func(t *testing.T) {
			_, err := d.Repair.DeleteByAccount(ctx, admin, acme.ID, id)
			tenanttest.Accepted(t, err)
			for _, name := range []string{"email", "disable", "enable", "name", "nickname", "zoneinfo", "locale", "job title", "department", "org", "delete"} {
				audited := len(acme.Audit())
				if err := calls[name](); err != nil {
					t.Errorf("%s: %v", name, err)
				}
				if got := len(acme.Audit()) - audited; got != 1 {
					t.Errorf("%s left %d audit entries", name, got)
				}
			}
		})
		d.Check()
	})
}

func TestLifecycle(t *testing.T) {
	t.Parallel()
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		ctx := t.Context()
		acme := d.Org("acme.example")
		id := acme.Account("ann@acme.example").ID
		steps := []struct {
			name   string
			call   func() error
			code   identity.Code // "" where it is accepted
			status identity.AccountStatus
			audit  int
		}{
			{"cancel without a deletion", func() error { return d.Accounts.CancelDelete(ctx, admin, acme.ID, id) }, identity.CodeConflict, identity.AccountActive, 0},
			{"enable an active one", func() error { return d.Accounts.Enable(ctx, admin, acme.ID, id) }, "", identity.AccountActive, 0},
			{"disable", func() error { return d.Accounts.Disable(ctx, admin, acme.ID, id, "left") }, "", identity.AccountInactive, 1},
			{"disable again", func() error { return d.Accounts.Disable(ctx, admin, acme.ID, id, "left") }, "", identity.AccountInactive, 0},
			{"delete", func() error { return d.Accounts.Delete(ctx, admin, acme.ID, id) }, "", identity.AccountClosed, 1},
			{"delete again", func() error { return d.Accounts.Delete(ctx, admin, acme.ID, id) }, "", identity.AccountClosed, 0},
			{"enable a closed one", func() error { return d.Accounts.Enable(ctx, admin, acme.ID, id) }, identity.CodeConflict, identity.AccountClosed, 0},
			{"disable a closed one", func() error { return d.Accounts.Disable(ctx, admin, acme.ID, id, "") }, identity.CodeConflict, identity.AccountClosed, 0},
			{"cancel the deletion", func() error { return d.Accounts.CancelDelete(ctx, admin, acme.ID, id) }, "", identity.AccountActive, 1},
		}
		for _, s := range steps {
			audited := len(acme.Audit())
			err := s.call()
			if s.code == "" {
				tenanttest.Accepted(t, err)
			} else if got := identity.CodeOf(err); got != s.code {
				t.Errorf("%s: %v, want code %s", s.name, err, s.code)
			}
			if got := acme.AccountNow(id); got.Status != s.status || got.DeleteAt.IsZero() == (s.status == identity.AccountClosed) {
				t.Errorf("after %s the account is %s, to be deleted %s", s.name, got.Status, got.DeleteAt)
			}
			if got := len(acme.Audit()) - audited; got != s.audit {
				t.Errorf("%s left %d audit entries, want %d", s.name, got, s.audit)
			}
		}
		d.Check()
	})
}

// What no text can hold is the caller's fault on either engine.
func TestTextsThatAreNotText(t *testing.T) {
	t.Parallel()
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		ctx := t.Context()
		acme := d.Org("acme.example")
		ann := acme.Account("ann@acme.example")
		for name, text := range map[string]string{"NUL": "a\x00b", "invalid UTF-8": "a\xffb", "too long": strings.Repeat("é", 5000)} {
			calls := map[string]func() error{
				"org": func() error { _, err := d.Accounts.CreateOrg(ctx, admin, text, identity.BehaviourSafe); return err },
				"directory": func() error {
					_, err := d.Accounts.CreateDirectory(ctx, admin, acme.ID, accounts.NewDirectory{Name: text, Kind: identity.KindOkta})
					return err
				},
				"group": func() error { _, err := d.Accounts.CreateGroup(ctx, admin, acme.ID, text, ""); return err },
				"group description": func() error {
					_, err := d.Accounts.CreateGroup(ctx, admin, acme.ID, "G", text)
					return err
				},
				"reason": func() error { return d.Accounts.Disable(ctx, admin, acme.ID, ann.ID, text) },
				"email":  func() error { return d.Accounts.SetEmail(ctx, admin, acme.ID, ann.ID, text+"@acme.example") },
				"domain": func() error { _, err := d.Accounts.AddDomain(ctx, admin, acme.ID, text+".example"); return err },
				"account name": func() error {
					_, err := d.Accounts.Create(ctx, admin, acme.ID, accounts.NewAccount{Email: "x@acme.example", Name: text})
					return err
				},
				"profile name": func() error {
					_, err := d.Accounts.UpdateProfile(ctx, admin, acme.ID, ann.ID, map[accounts.Field]string{accounts.FieldName: text})
					return err
				},
				"nickname": func() error {
					_, err := d.Accounts.UpdateProfile(ctx, admin, acme.ID, ann.ID, map[accounts.Field]string{accounts.FieldNickname: text})
					return err
				},
			}
			for what, call := range calls {
				if err := call(); identity.CodeOf(err) != identity.CodeInvalid {
					t.Errorf("%s with %s: %v", what, name, err)
				}
			}
		}
		if diff := cmp.Diff(ann, acme.AccountNow(ann.ID)); diff != "" {
			t.Errorf("the account changed (-before +after):\n%s", diff)
		}
	})
}

// The site key opens endpoints of orgs that may not exist.
func TestUnknownOrg(t *testing.T) {
	t.Parallel()
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		ctx, none := t.Context(), identity.OrgID("none")
		calls := map[string]func() error{
			"add domain": func() error { _, err := d.Accounts.AddDomain(ctx, admin, none, "x.example"); return err },
			"create directory": func() error {
				_, err := d.Accounts.CreateDirectory(ctx, admin, none, accounts.NewDirectory{Name: "D", Kind: identity.KindOkta})
				return err
			},
			"create group": func() error { _, err := d.Accounts.CreateGroup(ctx, admin, none, "G", ""); return err },
			"update org":   func() error { _, err := d.Accounts.UpdateOrg(ctx, admin, none, accounts.OrgUpdate{}); return err },
		}
		for name, call := range calls {
			if err := call(); identity.CodeOf(err) != identity.CodeNotFound {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

// Every rule of the design has a test that bears its name.
func TestEveryRuleHasATest(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("../identity/error.go")
	if err != nil {
		t.Fatal(err)
	}
	var tests strings.Builder
	for _, dir := range []string{"accounts", "provision", "repair", "adminapi"} {
		files, err := filepath.Glob("../" + dir + "/*_test.go")
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			text, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			tests.Write(text)
		}
	}
	rules := regexp.MustCompile(`Rule = "([a-z-]+)"`).FindAllStringSubmatch(string(source), -1)
	if len(rules) < 20 {
		t.Fatalf("found %d rules in identity/error.go", len(rules))
	}
	for _, rule := range rules {
		name := "func TestRule_" + strings.ReplaceAll(rule[1], "-", "_")
		if !strings.Contains(tests.String(), name) {
			t.Errorf("rule %s has no %s", rule[1], name)
		}
	}
}
