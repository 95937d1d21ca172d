package repair_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"sync"
	"testing"

	"roster/internal/identity"
	"roster/internal/journal"
	"roster/internal/repair"
	"roster/internal/scim"
	"roster/internal/store"
	"roster/internal/tenanttest"
)

// together runs a function n times at once and gives what each answered.
func together(n int, call func(i int) error) []error {
	answers := make([]error, n)
	start := make(chan struct{})
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			<-start
			answers[i] = call(i)
		})
	}
	close(start)
	wg.Wait()
	return answers
}

// accepted counts the answers that are no refusal, and fails the test for one
// that is the server's fault.
func accepted(t *testing.T, answers []error) (n int) {
	t.Helper()
	for i, err := range answers {
		if err == nil {
			n++
		} else if isFault(err) {
			t.Errorf("call %d: %v", i, err)
		}
	}
	return n
}

func isFault(err error) bool {
	if e, ok := errors.AsType[*scim.Error](err); ok {
		return e.Status >= 500
	}
	return identity.CodeOf(err) == identity.CodeInternal
}

func TestConcurrentWritesAboutTheSamePeople(t *testing.T) {
	t.Parallel()
	const writers, each = 32, 12
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		acme := d.Org("acme.example")
		directories := []*tenanttest.Directory{acme.Directory("Entra"), acme.Directory("Okta")}
		addresses := []string{"ann@acme.example", "bob@acme.example", "cy@acme.example", "guest@gmail.example"}
		people := &people{}
		for _, dir := range directories {
			for _, a := range addresses[:2] {
				people.add(dir, dir.Push(a).ID)
			}
			people.groups = append(people.groups, dir.PushGroup("Staff of "+string(dir.ID)).ID)
		}
		for _, a := range []string{"spare1@acme.example", "spare2@acme.example"} {
			people.accounts = append(people.accounts, acme.Account(a).ID)
		}
		for _, u := range people.users {
			people.accounts = append(people.accounts, u.directory.User(u.id).AccountID)
		}
		answers := together(writers, func(i int) error {
			random := rand.New(rand.NewPCG(1, uint64(i)))
			for range each {
				if err := people.write(random, directories, addresses); err != nil && isFault(err) {
					return err
				}
			}
			return nil
		})
		if got := accepted(t, answers); got != writers {
			t.Errorf("%d of %d writers met no fault", got, writers)
		}
		d.Check()
	})
}

// people are what concurrent writers write about.
type people struct {
	mu       sync.Mutex
	users    []someone
	accounts []identity.AccountID
	groups   []identity.SCIMGroupID // of the directories, in their order
}

type someone struct {
	directory *tenanttest.Directory
	id        identity.SCIMUserID
}

func (p *people) add(d *tenanttest.Directory, id identity.SCIMUserID) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.users = append(p.users, someone{d, id})
}

func (p *people) any(random *rand.Rand) someone {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.users[random.IntN(len(p.users))]
}

// write does one thing at random.
func (p *people) write(random *rand.Rand, directories []*tenanttest.Directory, addresses []string) error {
	ctx := context.Background()
	u, address, account := p.any(random), pick(addresses, random.IntN(100)), pick(p.accounts, random.IntN(100))
	d := u.directory
	switch random.IntN(10) {
	case 0, 1:
		dir := pick(directories, random.IntN(100))
		made, err := dir.Create(tenanttest.Person(address))
		if err == nil {
			p.add(dir, made.ID)
		}
		return err
	case 2:
		_, err := d.SetEmail(u.id, address)
		return err
	case 3:
		_, err := d.Set(u.id, "active", strconv.FormatBool(random.IntN(2) == 0))
		return err
	case 4:
		return d.Delete(u.id)
	case 5:
		_, err := d.Repair.DeleteByAccount(ctx, admin, d.Org.ID, account)
		return err
	case 6:
		_, err := d.Repair.Relink(ctx, admin, d.Org.ID, repair.Relink{Record: d.Record(u.id), AccountID: account, TakeEmail: random.IntN(2) == 0})
		return err
	case 7:
		return d.Accounts.SetEmail(ctx, admin, d.Org.ID, account, address)
	case 8:
		return d.Repair.Unlink(ctx, admin, d.Org.ID, d.Record(u.id))
	default:
		for i, dir := range directories {
			if dir.ID == d.ID {
				_, err := d.AddMember(p.groups[i], u.id)
				return err
			}
		}
		return nil
	}
}

func TestConcurrentClaims(t *testing.T) {
	t.Parallel()
	const callers = 16
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		acme, other := d.Org("acme.example"), d.Org()
		entra, okta := acme.Directory("Entra"), acme.Directory("Okta")

		t.Run("one of many creates of a user", func(t *testing.T) {
			answers := together(callers, func(int) error {
				_, err := entra.Create(tenanttest.Person("ann@acme.example"))
				return err
			})
			if got := accepted(t, answers); got != 1 {
				t.Errorf("%d were accepted", got)
			}
			refusals := 0
			for _, e := range acme.Log() {
				if e.Message == journal.UserNameTaken("ann@acme.example") {
					refusals++
				}
			}
			if refusals != callers-1 {
				t.Errorf("%d refusals were logged", refusals)
			}
		})
		t.Run("one of many creates of an email", func(t *testing.T) {
			answers := together(callers, func(i int) error {
				_, err := entra.Create(tenanttest.Person("bob@acme.example", fmt.Sprintf(`"userName":"bob%d"`, i)))
				return err
			})
			if got := accepted(t, answers); got != 1 {
				t.Errorf("%d were accepted", got)
			}
		})
		t.Run("one account for an email that many directories push", func(t *testing.T) {
			directories := []*tenanttest.Directory{entra, okta, other.Directory("Entra"), other.Directory("Okta")}
			answers := together(len(directories), func(i int) error {
				_, err := directories[i].Create(tenanttest.Person("cy@acme.example"))
				return err
			})
			if got := accepted(t, answers); got != len(directories) {
				t.Errorf("%d were accepted: %v", got, errors.Join(answers...))
			}
		})
		t.Run("one of two directories gets a group name", func(t *testing.T) {
			answers := together(callers, func(i int) error {
				_, err := []*tenanttest.Directory{entra, okta}[i%2].CreateGroup("Staff")
				return err
			})
			if got := accepted(t, answers); got != 1 {
				t.Errorf("%d were accepted", got)
			}
		})
		t.Run("one of two orgs verifies a domain", func(t *testing.T) {
			orgs, domains := []*tenanttest.Org{acme, other}, []store.Domain{}
			for _, o := range orgs {
				added, err := d.Accounts.AddDomain(t.Context(), admin, o.ID, "new.example")
				tenanttest.Accepted(t, err)
				domains = append(domains, added)
			}
			answers := together(2, func(i int) error {
				_, err := d.Accounts.VerifyDomain(context.Background(), admin, orgs[i].ID, domains[i].ID)
				return err
			})
			if got := accepted(t, answers); got != 1 {
				t.Errorf("%d were accepted", got)
			}
		})
		t.Run("one of many accounts gets an address", func(t *testing.T) {
			ids := make([]identity.AccountID, callers)
			for i := range ids {
				ids[i] = acme.Account(fmt.Sprintf("p%d@acme.example", i)).ID
			}
			answers := together(callers, func(i int) error {
				return d.Accounts.SetEmail(context.Background(), admin, acme.ID, ids[i], "prize@acme.example")
			})
			if got := accepted(t, answers); got != 1 {
				t.Errorf("%d were accepted", got)
			}
		})
		d.Check()
	})
}

func TestConcurrentMembers(t *testing.T) {
	t.Parallel()
	const n = 200
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		entra := d.Org("acme.example").Directory("Entra")
		g := entra.PushGroup("Staff")
		users := make([]identity.SCIMUserID, n)
		for i := range users {
			users[i] = entra.Push(fmt.Sprintf("p%d@acme.example", i)).ID
		}
		t.Run("200 added at once are all there", func(t *testing.T) {
			answers := together(n, func(i int) error {
				_, err := entra.AddMember(g.ID, users[i])
				return err
			})
			if got := accepted(t, answers); got != n {
				t.Errorf("%d were accepted", got)
			}
			if got := len(entra.Members("Staff")); got != n {
				t.Errorf("%d members", got)
			}
		})
		t.Run("members that are added and deleted at once are no fault", func(t *testing.T) {
			second := entra.PushGroup("Second")
			answers := together(n, func(i int) error {
				if i%2 == 0 {
					return entra.Delete(users[i/2])
				}
				_, err := entra.AddMember(second.ID, users[i/2])
				return err
			})
			if got := accepted(t, answers); got < n/2 {
				t.Errorf("%d were accepted", got)
			}
			if got := len(entra.Members("Second")); got != 0 {
				t.Errorf("%d members are left of a group whose users were all deleted", got)
			}
		})
		t.Run("groups that are deleted while their members are", func(t *testing.T) {
			groups := make([]identity.SCIMGroupID, 20)
			for i := range groups {
				groups[i] = entra.PushGroup(fmt.Sprintf("G%d", i), users[n/2:n/2+20]...).ID
			}
			answers := together(40, func(i int) error {
				if i%2 == 0 {
					return entra.DeleteGroup(groups[i/2])
				}
				return entra.Delete(users[n/2+i/2])
			})
			if got := accepted(t, answers); got != 40 {
				t.Errorf("%d were accepted: %v", got, errors.Join(answers...))
			}
		})
		d.Check()
	})
}
