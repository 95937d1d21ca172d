package repair_test

import (
	"context"
	"math/rand/v2"
	"testing"

	"roster/internal/identity"
	"roster/internal/store"
	"roster/internal/tenanttest"
)

// Two orgs fight for a domain while its accounts swap their emails and two
// directories push the same people: no rule breaks, nobody waits for ever, and
// every change of an email that was answered is in the chain from the first to
// the present one.
func TestConcurrentClaimsSwapsAndPushes(t *testing.T) {
	t.Parallel()
	const writers, each = 32, 8
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		acme, rival := d.Org("acme.example", "fought.example"), d.Org("rival.example")
		f := &fight{acme: acme, rival: rival, directories: []*tenanttest.Directory{acme.Directory("Entra"), rival.Directory("Okta")}}
		f.addresses = []string{"a@acme.example", "b@acme.example", "c@fought.example", "d@fought.example", "spare@acme.example", "spare@fought.example"}
		first := map[identity.AccountID]string{}
		for _, address := range f.addresses[:4] {
			a := acme.Account(address)
			f.accounts, first[a.ID] = append(f.accounts, a.ID), a.Email.Address
		}
		answers := together(writers, func(i int) error {
			random := rand.New(rand.NewPCG(7, uint64(i)))
			for range each {
				if err := f.write(random); err != nil && isFault(err) {
					return err
				}
			}
			return nil
		})
		if got := accepted(t, answers); got != writers {
			t.Errorf("%d of %d writers met no fault", got, writers)
		}
		d.Check()
		f.checkChains(t, first)
	})
}

// fight is what the writers of TestConcurrentClaimsSwapsAndPushes write about.
type fight struct {
	acme, rival *tenanttest.Org
	directories []*tenanttest.Directory
	addresses   []string
	accounts    []identity.AccountID
}

// write does one thing at random.
func (f *fight) write(random *rand.Rand) error {
	ctx := context.Background()
	org := []*tenanttest.Org{f.acme, f.rival}[random.IntN(2)]
	account := f.accounts[random.IntN(len(f.accounts))]
	address := f.addresses[random.IntN(len(f.addresses))]
	directory := f.directories[random.IntN(2)]
	switch random.IntN(8) {
	case 0:
		return f.claim(ctx, org)
	case 1:
		return f.release(ctx, org)
	case 2, 3:
		return org.Accounts.SetEmail(ctx, admin, org.ID, account, address)
	case 4:
		return org.Accounts.Disable(ctx, admin, org.ID, account, "")
	case 5:
		_, err := org.Repair.DeleteByAccount(ctx, admin, org.ID, account)
		return err
	default:
		u, err := directory.Create(tenanttest.Person(address))
		if err != nil {
			return err
		}
		_, err = directory.SetEmail(u.ID, f.addresses[random.IntN(len(f.addresses))])
		return err
	}
}

func (f *fight) claim(ctx context.Context, org *tenanttest.Org) error {
	domain, err := org.Accounts.AddDomain(ctx, admin, org.ID, "fought.example")
	if err != nil {
		return err
	}
	_, err = org.Accounts.VerifyDomain(ctx, admin, org.ID, domain.ID)
	return err
}

func (f *fight) release(ctx context.Context, org *tenanttest.Org) error {
	domains, _, err := org.Accounts.Domains(ctx, org.ID, store.Page{})
	if err != nil {
		return err
	}
	for _, domain := range domains {
		if domain.Name == "fought.example" {
			return org.Accounts.RemoveDomain(ctx, admin, org.ID, domain.ID)
		}
	}
	return nil
}

// checkChains compares each account's changes of email with its first and its
// present address: an update that was lost would leave an end without a beginning.
func (f *fight) checkChains(t *testing.T, first map[identity.AccountID]string) {
	t.Helper()
	for _, id := range f.accounts {
		balance := map[string]int{first[id]: 1}
		for _, org := range []*tenanttest.Org{f.acme, f.rival} {
			for _, e := range eventsOf(t, org, id) {
				if e.Kind == store.EventEmailChanged {
					balance[e.Before]--
					balance[e.After]++
				}
			}
		}
		balance[f.acme.AccountNow(id).Email.Address]--
		for address, n := range balance {
			if n != 0 {
				t.Errorf("the changes of account %s do not join at %s: %d", id, address, n)
			}
		}
	}
}

func eventsOf(t *testing.T, o *tenanttest.Org, id identity.AccountID) (events []store.AccountEvent) {
	t.Helper()
	page := store.Page{}
	for {
		var found []store.AccountEvent
		err := o.Store.View(t.Context(), func(tx *store.Tx) (err error) {
			found, page.After, err = tx.AccountEvents(o.ID, id, page)
			return err
		})
		tenanttest.Accepted(t, err)
		if events = append(events, found...); page.After == "" {
			return events
		}
	}
}
