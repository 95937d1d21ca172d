package provision_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"roster/internal/accounts"
	"roster/internal/identity"
	"roster/internal/store"
	"roster/internal/tenanttest"
)

func TestRule_tombstone_restores_memberships_of_who_is_created_again(t *testing.T) {
	t.Parallel()
	on, off := true, false
	cases := []struct {
		name      string
		behaviour identity.Behaviour
		setting   *bool
		again     string
		wait      time.Duration
		restored  bool
	}{
		{"by userName", identity.BehaviourSafe, nil, tenanttest.Person("ANN@acme.example"), 0, true},
		{"not by a userName that passed to another person", identity.BehaviourSafe, nil, tenanttest.Person("ann@acme.example", `"externalId":"2"`), 0, false},
		{"by externalId", identity.BehaviourSafe, nil, tenanttest.Person("ann.b@acme.example", `"externalId":"1"`), 0, true},
		{"nobody else's", identity.BehaviourSafe, nil, tenanttest.Person("bob@acme.example", `"externalId":"2"`), 0, false},
		{"not after 30 days", identity.BehaviourSafe, nil, tenanttest.Person("ann@acme.example"), 30 * 24 * time.Hour, false},
		{"just before", identity.BehaviourSafe, nil, tenanttest.Person("ann@acme.example"), 29 * 24 * time.Hour, true},
		{"not where the directory has it off", identity.BehaviourSafe, &off, tenanttest.Person("ann@acme.example"), 0, false},
		{"off by default under atlassian", identity.BehaviourAtlassian, nil, tenanttest.Person("ann@acme.example"), 0, false},
		{"on under atlassian where set", identity.BehaviourAtlassian, &on, tenanttest.Person("ann@acme.example"), 0, true},
	}
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		acme := d.Org("acme.example")
		for _, c := range cases {
			t.Run(c.name, func(t *testing.T) {
				acme.Behave(c.behaviour)
				entra := acme.Directory("Entra " + c.name)
				if c.setting != nil {
					_, err := d.Accounts.UpdateDirectory(t.Context(), tenanttest.Admin, acme.ID, entra.ID, accounts.DirectoryUpdate{Restore: c.setting})
					tenanttest.Accepted(t, err)
				}
				u := entra.Push("ann@acme.example", `"externalId":"1"`)
				kept, gone := entra.PushGroup("Kept "+c.name, u.ID), entra.PushGroup("Gone "+c.name, u.ID)
				tenanttest.Accepted(t, entra.Delete(u.ID))
				tenanttest.Accepted(t, entra.DeleteGroup(gone.ID))
				d.Clock.Skip(c.wait)

				again, err := entra.Create(c.again)
				tenanttest.Accepted(t, err)
				want := []store.GroupRef{{UserID: again.ID, GroupID: kept.ID, Display: kept.DisplayName}}
				if !c.restored {
					want = nil
				}
				if diff := cmp.Diff(want, again.Groups); diff != "" {
					t.Errorf("groups (-want +got):\n%s", diff)
				}
				if said := strings.Contains(acme.LastLog().Message, "restored"); said != c.restored {
					t.Errorf("log: %q", acme.LastLog().Message)
				}
			})
		}
		d.Check()
	})
}

// One deleted record gives its memberships to one new one.
func TestRule_tombstone_once(t *testing.T) {
	t.Parallel()
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		entra := d.Org("acme.example").Directory("Entra")
		u := entra.Push("ann@acme.example")
		entra.PushGroup("Payroll", u.ID)
		tenanttest.Accepted(t, entra.Delete(u.ID))
		for i, want := range []int{1, 0} {
			again, err := entra.Create(tenanttest.Person("ann@acme.example"))
			tenanttest.Accepted(t, err)
			if len(again.Groups) != want {
				t.Errorf("create %d: %d groups, want %d", i+1, len(again.Groups), want)
			}
			_, err = entra.Replace(again.ID, tenanttest.Person(fmt.Sprintf("was.ann.%d@acme.example", i)))
			tenanttest.Accepted(t, err)
		}
		d.Check()
	})
}

func TestRule_nothing_silent(t *testing.T) {
	t.Parallel()
	long := incompressible(4000)
	cases := []struct {
		name    string
		status  int
		request func(*tenanttest.Directory, identity.SCIMUserID, identity.SCIMGroupID) error
	}{
		{"a body that is no user", 400, func(d *tenanttest.Directory, _ identity.SCIMUserID, _ identity.SCIMGroupID) error {
			_, err := d.Create(`{"displayName":"no userName"}`)
			return err
		}},
		{"a value of the wrong type", 400, func(d *tenanttest.Directory, u identity.SCIMUserID, _ identity.SCIMGroupID) error {
			_, err := d.Set(u, "active", `"perhaps"`)
			return err
		}},
		{"a replacement without userName", 400, func(d *tenanttest.Directory, u identity.SCIMUserID, _ identity.SCIMGroupID) error {
			_, err := d.Replace(u, `{}`)
			return err
		}},
		{"an unknown user", 404, func(d *tenanttest.Directory, _ identity.SCIMUserID, _ identity.SCIMGroupID) error {
			return d.Delete("nobody")
		}},
		{"an unknown group", 404, func(d *tenanttest.Directory, _ identity.SCIMUserID, _ identity.SCIMGroupID) error {
			return d.DeleteGroup("nothing")
		}},
		{"a group without a name", 400, func(d *tenanttest.Directory, _ identity.SCIMUserID, _ identity.SCIMGroupID) error {
			_, err := d.CreateGroup("")
			return err
		}},
		{"an unknown member", 400, func(d *tenanttest.Directory, _ identity.SCIMUserID, g identity.SCIMGroupID) error {
			_, err := d.AddMember(g, "nobody")
			return err
		}},
		{"a group name too long for an index", 400, func(d *tenanttest.Directory, _ identity.SCIMUserID, _ identity.SCIMGroupID) error {
			_, err := d.CreateGroup(long)
			return err
		}},
		{"the same by PATCH", 400, func(d *tenanttest.Directory, _ identity.SCIMUserID, g identity.SCIMGroupID) error {
			_, err := d.PatchGroup(g, "replace", "displayName", `"`+long+`"`)
			return err
		}},
		{"a userName too long for an index", 400, func(d *tenanttest.Directory, _ identity.SCIMUserID, _ identity.SCIMGroupID) error {
			_, err := d.Create(tenanttest.Person("x@acme.example", `"userName":"`+long+`"`))
			return err
		}},
		{"an externalId too long for an index", 400, func(d *tenanttest.Directory, u identity.SCIMUserID, _ identity.SCIMGroupID) error {
			_, err := d.Set(u, "externalId", `"`+long+`"`)
			return err
		}},
		{"a taken name with a long text", 409, func(d *tenanttest.Directory, _ identity.SCIMUserID, _ identity.SCIMGroupID) error {
			name := `"userName":"` + long[:1024] + `"`
			if _, err := d.Create(tenanttest.Person("x@acme.example", name)); err != nil {
				return err
			}
			_, err := d.Create(tenanttest.Person("y@acme.example", name))
			return err
		}},
	}
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		acme := d.Org("acme.example")
		entra := acme.Directory("Entra")
		u := entra.Push("ann@acme.example")
		g := entra.PushGroup("Staff", u.ID)
		for _, c := range cases {
			t.Run(c.name, func(t *testing.T) {
				before := problems(acme)
				tenanttest.Refused(t, c.request(entra, u.ID, g.ID), c.status, "")
				if got := problems(acme) - before; got != 1 {
					t.Fatalf("%d entries of a problem, want 1", got)
				}
				e := acme.LastLog()
				if e.HTTPStatus != c.status || e.Message == "" || e.Hint == "" || e.Operation == "" || e.RequestID == "" || e.Actor == "" || e.DirectoryID != entra.ID {
					t.Errorf("the entry does not say what, who, why and what next: %+v", e)
				}
				if len(e.Message) > 1100 {
					t.Errorf("the message has %d bytes", len(e.Message))
				}
			})
		}
		d.Check()
	})
}

// incompressible is a text that a database cannot shrink to fit an index.
func incompressible(n int) string {
	random := rand.New(rand.NewPCG(1, 2))
	text := make([]byte, n)
	for i := range text {
		text[i] = byte('a' + random.IntN(26))
	}
	return string(text)
}

// problems counts the entries that are not of success.
func problems(o *tenanttest.Org) (n int) {
	for _, e := range o.Log() {
		if e.HTTPStatus >= 400 {
			n++
		}
	}
	return n
}

// A refusal at the last step of a request takes everything before it back:
// record, memberships, account, counts.
func TestRule_all_or_nothing(t *testing.T) {
	t.Parallel()
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		acme := d.Org("acme.example")
		entra := acme.Directory("Entra")
		u := entra.Push("ann@acme.example")
		g := entra.PushGroup("Staff", u.ID)
		before := acme.Log()

		t.Run("a PATCH whose second operation fails", func(t *testing.T) {
			ops := append(tenanttest.Operations("replace", "displayName", `"Crew"`), tenanttest.Operations("add", "members", `[{"value":"nobody"}]`)...)
			ops = append(ops, tenanttest.Operations("remove", "members", `[{"value":"`+string(u.ID)+`"}]`)...)
			_, _, err := d.Provision.PatchGroup(t.Context(), entra.Request(), g.ID, ops, wholeGroup)
			tenanttest.Refused(t, err, 400, "nobody")
			got, err := d.Provision.GetGroup(t.Context(), entra.Request(), g.ID, true)
			tenanttest.Accepted(t, err)
			got.Folded = g.Folded // never read back
			if diff := cmp.Diff(g, got); diff != "" {
				t.Errorf("the group changed (-before +after):\n%s", diff)
			}
		})
		t.Run("a create whose link fails", func(t *testing.T) {
			held := acme.Account("held@acme.example")
			_, err := d.Repair.Relink(t.Context(), tenanttest.Admin, acme.ID, relinkTo(entra, u.ID, held.ID))
			tenanttest.Accepted(t, err)
			_, err = entra.Create(tenanttest.Person("held@acme.example"))
			tenanttest.Refused(t, err, 409, "held@acme.example")
			dir, err := d.Accounts.Directory(t.Context(), acme.ID, entra.ID)
			tenanttest.Accepted(t, err)
			if dir.Users != 1 || dir.Unlinked != 0 {
				t.Errorf("the directory counts %d users, %d unlinked", dir.Users, dir.Unlinked)
			}
		})
		t.Run("an accepted request has its entry", func(t *testing.T) {
			if got := len(before); got != 2 {
				t.Errorf("two requests left %d entries", got)
			}
		})
		d.Check()
	})
}
