package provision_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"roster/internal/scim"
	"roster/internal/tenanttest"
)

// A manager is answered with its place and name, whatever the client says
// they are, and alone while it is not in the directory.
func TestManagerIsCompleted(t *testing.T) {
	t.Parallel()
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		acme := d.Org("acme.example")
		entra, okta := acme.Directory("Entra"), acme.Directory("Okta")
		boss, theirs := entra.Push("boss@acme.example", `"displayName":"The Boss"`), okta.Push("other@acme.example")
		manager := func(doc []byte) string {
			v, err := scim.Decode(doc, scim.DefaultLimits)
			tenanttest.Accepted(t, err)
			extension, _ := v.Get(scim.EnterpriseUserURN)
			m, _ := extension.Get("manager")
			return string(m.AppendJSON(nil))
		}
		extension := func(manager string) string { return `"` + scim.EnterpriseUserURN + `":{"manager":` + manager + `}` }
		whole := `{"value":"` + string(boss.ID) + `","$ref":"../Users/` + string(boss.ID) + `","displayName":"The Boss"}`
		cases := []struct{ name, given, want string }{
			{"one of the directory", `{"value":"` + string(boss.ID) + `","displayName":"Nobody"}`, whole},
			{"a bare id", `"` + string(boss.ID) + `"`, whole},
			{"one not there yet", `{"value":"later","displayName":"Nobody"}`, `{"value":"later"}`},
			{"one of another directory", `"` + string(theirs.ID) + `"`, `{"value":"` + string(theirs.ID) + `"}`},
		}
		for i, c := range cases {
			t.Run(c.name, func(t *testing.T) {
				made := entra.Push("ann"+string(rune('a'+i))+"@acme.example", extension(c.given))
				if diff := cmp.Diff(c.want, manager(entra.User(made.ID).Doc)); diff != "" {
					t.Errorf("created (-want +got):\n%s", diff)
				}
				later := entra.Push("bob" + string(rune('a'+i)) + "@acme.example")
				_, err := entra.Set(later.ID, scim.EnterpriseUserURN+":manager", c.given)
				tenanttest.Accepted(t, err)
				if diff := cmp.Diff(c.want, manager(entra.User(later.ID).Doc)); diff != "" {
					t.Errorf("patched (-want +got):\n%s", diff)
				}
				version := entra.User(later.ID).Version
				_, err = entra.Set(later.ID, scim.EnterpriseUserURN+":manager", c.given)
				tenanttest.Accepted(t, err)
				if got := entra.User(later.ID).Version; got != version {
					t.Errorf("the same manager again made version %d of %d", got, version)
				}
			})
		}
	})
}
