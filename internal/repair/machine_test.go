package repair_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"pgregory.net/rapid"

	"roster/internal/accounts"
	"roster/internal/identity"
	"roster/internal/provision"
	"roster/internal/repair"
	"roster/internal/store"
	"roster/internal/tenanttest"
)

// The pools are small, so that steps collide, and hold variants of one text.
var (
	poolDomains   = []string{"a.example", "b.example", "c.example"}
	poolLocals    = []string{"ann", "ANN", "ａｎｎ", "jürgen", "ju\u0308rgen", "bob", "cy", "dan", "eve", "fay"}
	poolUserNames = []string{"ann", "Ann", "bob", "zoë", "ZOË", "eve@a.example", "cy", "dan", "fay"}
	poolExternal  = []string{"", "1", "2"}
	poolGroups    = []string{"Staff", "STAFF", "Straße", "straße", "Sales"}
	poolBehaviour = []identity.Behaviour{identity.BehaviourSafe, identity.BehaviourAtlassian}
)

// step is one request, of an identity provider or an administrator. Its
// numbers choose from what exists when it runs, so that two deployments with
// the same history do the same.
type step struct {
	op string
	n  [6]int
}

// drawSteps gives a function that draws one step after the other. rapid prefers
// small numbers, with which most steps would be about the first user and the
// first org; so its numbers are seeds only.
func drawSteps(t *rapid.T) func(*rapid.T) step {
	run, count := rapid.Uint64().Draw(t, "run"), uint64(0)
	return func(t *rapid.T) step {
		count++
		random := rand.New(rand.NewPCG(run+rapid.Uint64().Draw(t, "step")<<1, count))
		s := step{op: pick(opNames, random.IntN(len(opNames)))}
		for i := range s.n {
			s.n[i] = random.IntN(60)
		}
		return s
	}
}

func pick[T any](from []T, n int) (v T) {
	if len(from) == 0 {
		return v
	}
	return from[n%len(from)]
}

type member struct {
	directory int
	id        identity.SCIMUserID
}

type pushedGroup struct {
	directory int
	id        identity.SCIMGroupID
}

// machine is a deployment with what steps choose from: all that was ever made,
// deleted or not.
type machine struct {
	*tenanttest.Deployment
	db          database
	orgs        []*tenanttest.Org
	directories []*tenanttest.Directory
	users       []member
	groups      []pushedGroup
	accounts    []identity.AccountID
}

// reset empties the deployment and makes two organizations, with two
// directories and a domain each.
func (m *machine) reset() error {
	if err := m.db.wipe(); err != nil {
		return err
	}
	m.orgs, m.directories, m.users, m.groups, m.accounts = nil, nil, nil, nil, nil
	for i := range 2 {
		org := m.Org(poolDomains[i])
		m.orgs = append(m.orgs, org)
		m.directories = append(m.directories, org.Directory("Entra"), org.Directory("Okta"))
	}
	return nil
}

func (s step) org(m *machine) *tenanttest.Org             { return pick(m.orgs, s.n[0]) }
func (s step) directory(m *machine) *tenanttest.Directory { return pick(m.directories, s.n[0]) }
func (s step) email() string                              { return pick(poolLocals, s.n[1]) + "@" + pick(poolDomains, s.n[2]) }
func (s step) account(m *machine) identity.AccountID      { return pick(m.accounts, s.n[3]) }

// user is any user that ever was, by way of its own directory.
func (s step) user(m *machine) (*tenanttest.Directory, identity.SCIMUserID) {
	if len(m.users) == 0 {
		return m.directories[0], "none"
	}
	u := pick(m.users, s.n[4])
	return m.directories[u.directory], u.id
}

func (s step) group(m *machine) (*tenanttest.Directory, identity.SCIMGroupID) {
	if len(m.groups) == 0 {
		return m.directories[0], "none"
	}
	g := pick(m.groups, s.n[5])
	return m.directories[g.directory], g.id
}

// memberFor is mostly a user of the group's own directory.
func (s step) memberFor(m *machine, d *tenanttest.Directory) identity.SCIMUserID {
	var own []member
	for _, u := range m.users {
		if m.directories[u.directory].ID == d.ID {
			own = append(own, u)
		}
	}
	if len(own) == 0 || s.n[0]%8 == 7 {
		_, u := s.user(m)
		return u
	}
	return pick(own, s.n[4]).id
}

func (s step) record(m *machine) repair.Record {
	d, u := s.user(m)
	return d.Record(u)
}

// owner is the org of the step's user, and now and then another.
func (s step) owner(m *machine) *tenanttest.Org {
	if s.n[0]%8 == 7 {
		return s.org(m)
	}
	d, _ := s.user(m)
	return d.Org
}

// body is a user's; one in six has no emails.
func (s step) body() string {
	more := fmt.Sprintf(`"userName":%q,"externalId":%q,"displayName":"Name %d","active":%t`, pick(poolUserNames, s.n[4]), pick(poolExternal, s.n[5]), s.n[3]%3, s.n[3]%4 != 0)
	if s.n[3]%6 == 5 {
		return "{" + more + "}"
	}
	return fmt.Sprintf(`{%s,"emails":[{"value":%q,"primary":true}]}`, more, s.email())
}

func (m *machine) indexOf(d *tenanttest.Directory) int {
	for i, known := range m.directories {
		if known.ID == d.ID {
			return i
		}
	}
	panic("unknown directory")
}

func (m *machine) keepUser(d *tenanttest.Directory, u provision.User, err error) error {
	if err == nil {
		m.users = append(m.users, member{m.indexOf(d), u.ID})
	}
	return err
}

// orgGroup is any group of the step's org.
func (s step) orgGroup(m *machine) (id identity.OrgGroupID) {
	groups := m.orgGroups(s.org(m).ID)
	return pick(groups, s.n[5]).ID
}

func (m *machine) orgGroups(org identity.OrgID) (groups []store.OrgGroup) {
	err := m.Store.View(context.Background(), func(tx *store.Tx) (err error) {
		groups, _, err = tx.OrgGroups(org, store.Page{})
		return err
	})
	if err != nil {
		panic(err)
	}
	return groups
}

func (s step) domain(m *machine) identity.DomainID {
	domains, _, err := m.Accounts.Domains(context.Background(), s.org(m).ID, store.Page{})
	if err != nil {
		panic(err)
	}
	return pick(domains, s.n[2]).ID
}

// passTime is the one step that nobody asks for.
func passTime(m *machine) error {
	m.Clock.Skip(11 * 24 * time.Hour)
	return nil
}

func relinkOf(s step, m *machine) error {
	r := repair.Relink{Record: s.record(m), AccountID: s.account(m), TakeEmail: s.n[1]%2 == 0, DryRun: s.n[2]%5 == 4}
	if s.n[5]%3 == 0 {
		r.ParkEmail = s.email()
	}
	_, err := m.Repair.Relink(context.Background(), admin, s.owner(m).ID, r)
	return err
}

func updateBehaviour(s step, m *machine) error {
	b := pick(poolBehaviour, s.n[1])
	_, err := m.Accounts.UpdateOrg(context.Background(), admin, s.org(m).ID, accounts.OrgUpdate{Behaviour: &b})
	return err
}

// newDirectory makes up for those that were disconnected; six an org suffice.
func newDirectory(s step, m *machine) error {
	if len(m.directories) >= 12 {
		return nil
	}
	d, err := m.Accounts.CreateDirectory(context.Background(), admin, s.org(m).ID, accounts.NewDirectory{Name: fmt.Sprintf("Directory %d", s.n[1]), Kind: identity.KindGeneric})
	if err == nil {
		m.directories = append(m.directories, &tenanttest.Directory{Org: s.org(m), ID: d.ID})
	}
	return err
}
