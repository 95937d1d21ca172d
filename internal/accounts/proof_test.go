package accounts_test

import (
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"roster/internal/accounts"
	"roster/internal/dnstest"
	"roster/internal/identity"
	"roster/internal/outbound"
	"roster/internal/store"
	"roster/internal/tenanttest"
)

// zoned is a deployment whose domain checks ask a DNS server of the test.
type zoned struct {
	*tenanttest.Deployment
	zone   *dnstest.Server
	proofs *accounts.Proofs
}

func forEachZone(t *testing.T, test func(t *testing.T, z *zoned)) {
	t.Helper()
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		zone := dnstest.Serve(t)
		test(t, &zoned{d, zone, accounts.NewProofs(d.Store, outbound.New(outbound.Options{Resolver: zone.Addr, Port: "1"}))})
	})
}

// add adds a domain to an org, without a proof.
func (z *zoned) add(t *testing.T, o *tenanttest.Org, name string) store.Domain {
	t.Helper()
	d, err := z.Accounts.AddDomain(t.Context(), admin, o.ID, name)
	tenanttest.Accepted(t, err)
	return d
}

// publish puts the proofs of domains of one name into DNS; none takes them away.
func (z *zoned) publish(name string, domains ...store.Domain) {
	texts := []string{"v=spf1 -all"}
	for _, d := range domains {
		texts = append(texts, accounts.ProofOf(d).Text)
	}
	z.zone.SetTXT(name, texts...)
}

func (z *zoned) check(t *testing.T, d store.Domain) error {
	t.Helper()
	_, err := z.proofs.Check(t.Context(), admin, d.OrgID, d.ID, "")
	return err
}

// now gives a domain as stored.
func (z *zoned) now(t *testing.T, d store.Domain) store.Domain {
	t.Helper()
	got, err := z.Accounts.Domain(t.Context(), d.OrgID, d.ID)
	tenanttest.Accepted(t, err)
	return got
}

func TestCheckByDNS(t *testing.T) {
	t.Parallel()
	forEachZone(t, func(t *testing.T, z *zoned) {
		acme := z.Org()
		d := z.add(t, acme, "acme.example")
		audited := len(acme.Audit())
		for _, publish := range []func(){
			func() {},
			func() { z.publish("acme.example") },
			func() { z.zone.SetTXT("acme.example", "roster-domain-verification="+strings.ToLower(d.Token)) },
			func() { z.zone.SetTXT("sub.acme.example", accounts.ProofOf(d).Text) },
			func() { z.zone.Break(true) },
		} {
			publish()
			err := z.check(t, d)
			tenanttest.RefusedBy(t, err, identity.RuleOneVerifierPerDomain, identity.CodeConflict)
		}
		z.zone.Break(false)
		if diff := cmp.Diff(d, z.now(t, d)); diff != "" || len(acme.Audit()) != audited {
			t.Errorf("a refused check changed the domain (-before +after):\n%s", diff)
		}
		for _, name := range []string{"_roster-challenge.acme.example", "acme.example"} {
			z.publish("acme.example")
			z.publish("_roster-challenge.acme.example")
			z.publish(name, d)
			tenanttest.Accepted(t, z.check(t, d))
			got := z.now(t, d)
			if got.Status != identity.DomainVerified || got.Method != identity.ProofDNS || !got.NextCheckAt.After(got.CheckedAt) {
				t.Errorf("verified at %s: %+v", name, got)
			}
		}
		if e := acme.LastAudit(); e.Action != string(accounts.ActionDomainVerified) || !strings.Contains(e.After, `"dns"`) {
			t.Errorf("audit entry: %+v", e)
		}
	})
}

// A verified domain is looked at daily, and lost after the grace period.
func TestRecheckAndLoss(t *testing.T) {
	t.Parallel()
	forEachZone(t, func(t *testing.T, z *zoned) {
		ctx := t.Context()
		acme := z.Org()
		d := z.add(t, acme, "acme.example")
		z.publish("acme.example", d)
		tenanttest.Accepted(t, z.check(t, d))
		byHand := acme.Verify("byhand.example")
		ann := acme.Account("ann@acme.example")
		dir := acme.Directory("Okta")
		linked := dir.Push("bob@acme.example")
		recheck := func(after time.Duration) int {
			t.Helper()
			z.Clock.Skip(after)
			n, err := z.proofs.Recheck(ctx)
			tenanttest.Accepted(t, err)
			return n
		}
		if n := recheck(time.Hour); n != 0 {
			t.Errorf("%d checked after an hour", n)
		}
		if n := recheck(24 * time.Hour); n != 1 {
			t.Errorf("%d checked after a day, want 1: the operator's word is not looked at", n)
		}
		if n := recheck(time.Hour); n != 0 {
			t.Errorf("%d checked twice", n)
		}
		z.publish("acme.example")
		recheck(24 * time.Hour)
		failing := z.now(t, d)
		if failing.Status != identity.DomainVerified || failing.FailingSince.IsZero() || failing.CheckError == "" {
			t.Errorf("failing: %+v", failing)
		}
		if e := acme.LastAudit(); e.Action != string(accounts.ActionDomainProofMissing) {
			t.Errorf("audit entry: %+v", e)
		}
		if _, err := z.Accounts.Get(ctx, acme.ID, ann.ID); err != nil {
			t.Errorf("within the grace period: %v", err)
		}
		z.publish("acme.example", d)
		recheck(24 * time.Hour)
		if got := z.now(t, d); !got.FailingSince.IsZero() || got.CheckError != "" {
			t.Errorf("found again: %+v", got)
		}

		z.zone.Break(true)
		recheck(24 * time.Hour)
		recheck(accounts.GraceAbsent)
		if got := z.now(t, d); got.Status != identity.DomainVerified {
			t.Errorf("lost because our own resolver was down for a week: %+v", got)
		}
		z.zone.Break(false)
		z.publish("acme.example", d)
		recheck(24 * time.Hour)

		z.publish("acme.example")
		recheck(24 * time.Hour)
		recheck(accounts.GraceAbsent)
		lost := z.now(t, d)
		if lost.Status != identity.DomainUnverified || lost.LostAt.IsZero() || !lost.NextCheckAt.IsZero() {
			t.Errorf("after the grace period: %+v", lost)
		}
		if e := acme.LastAudit(); e.Action != string(accounts.ActionDomainLost) {
			t.Errorf("audit entry: %+v", e)
		}
		if _, err := z.Accounts.Get(ctx, acme.ID, ann.ID); identity.CodeOf(err) != identity.CodeNotFound {
			t.Errorf("an account of the lost domain: %v", err)
		}
		if got := dir.User(linked.ID); got.AccountID != linked.AccountID {
			t.Errorf("the link is gone: %+v", got)
		}
		if got := z.now(t, byHand); got.Status != identity.DomainVerified {
			t.Errorf("the operator's word is gone: %+v", got)
		}
		z.publish("acme.example", d)
		tenanttest.Accepted(t, z.check(t, d))
		if _, err := z.Accounts.Get(ctx, acme.ID, ann.ID); err != nil {
			t.Errorf("proved anew: %v", err)
		}
		z.Check()
	})
}

// A proof takes the domain from an org whose own proof is gone, and from no other.
func TestProofAgainstAnotherOrg(t *testing.T) {
	t.Parallel()
	forEachZone(t, func(t *testing.T, z *zoned) {
		acme, globex := z.Org(), z.Org()
		theirs, ours := z.add(t, acme, "acme.example"), z.add(t, globex, "acme.example")
		z.publish("acme.example", theirs, ours)
		tenanttest.Accepted(t, z.check(t, theirs))
		tenanttest.RefusedBy(t, z.check(t, ours), identity.RuleOneVerifierPerDomain, identity.CodeConflict)

		z.publish("acme.example", ours)
		tenanttest.Accepted(t, z.check(t, ours))
		if got := z.now(t, theirs); got.Status != identity.DomainUnverified || got.LostAt.IsZero() {
			t.Errorf("the org that gave way: %+v", got)
		}
		if e := acme.LastAudit(); e.Action != string(accounts.ActionDomainSuperseded) || strings.Contains(e.After+e.Before, string(globex.ID)) {
			t.Errorf("audit entry: %+v", e)
		}

		t.Run("the operator's word stands", func(t *testing.T) {
			byHand := acme.Verify("hand.example")
			rival := z.add(t, globex, "hand.example")
			z.publish("hand.example", rival)
			tenanttest.RefusedBy(t, z.check(t, rival), identity.RuleOneVerifierPerDomain, identity.CodeConflict)
			if got := z.now(t, byHand); got.Status != identity.DomainVerified {
				t.Errorf("now %+v", got)
			}
		})
		z.Check()
	})
}

// Of many orgs that verify a domain at once, one wins.
func TestRule_one_verifier_per_domain_concurrently(t *testing.T) {
	t.Parallel()
	forEachZone(t, func(t *testing.T, z *zoned) {
		const orgs, each = 8, 4
		domains := make([]store.Domain, orgs)
		for i := range domains {
			domains[i] = z.add(t, z.Org(), "acme.example")
		}
		z.publish("acme.example", domains...)
		var all sync.WaitGroup
		var won [orgs]atomic.Bool
		for i := range orgs * each {
			d := domains[i%orgs]
			all.Go(func() {
				_, err := z.proofs.Check(t.Context(), admin, d.OrgID, d.ID, identity.ProofDNS)
				if err == nil {
					won[i%orgs].Store(true)
				} else if identity.CodeOf(err) != identity.CodeConflict {
					t.Error(err)
				}
			})
		}
		all.Wait()
		winners, verified := 0, 0
		for i, d := range domains {
			if won[i].Load() {
				winners++
			}
			if z.now(t, d).Status == identity.DomainVerified {
				verified++
			}
		}
		if winners != 1 || verified != 1 {
			t.Errorf("%d orgs were told that they won, %d have it", winners, verified)
		}
		z.Check()
	})
}

func TestTransferDomain(t *testing.T) {
	t.Parallel()
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		ctx := t.Context()
		acme, globex := d.Org("acme.example"), d.Org()
		dir := acme.Directory("Okta")
		acme.Assign("acme.example", dir)
		u := dir.Push("ann@acme.example", `"title":"Chief"`)
		id := acme.Domain("acme.example").ID

		for name, call := range map[string]func() error{
			"to itself": func() error { _, err := d.Accounts.TransferDomain(ctx, admin, acme.ID, id, acme.ID); return err },
			"to nobody": func() error { _, err := d.Accounts.TransferDomain(ctx, admin, acme.ID, id, "none"); return err },
			"of another org": func() error {
				_, err := d.Accounts.TransferDomain(ctx, admin, globex.ID, id, acme.ID)
				return err
			},
		} {
			if err := call(); err == nil || identity.CodeOf(err) == identity.CodeInternal {
				t.Errorf("%s: %v", name, err)
			}
		}
		got, err := d.Accounts.TransferDomain(ctx, admin, acme.ID, id, globex.ID)
		tenanttest.Accepted(t, err)
		if got.OrgID != globex.ID || got.Status != identity.DomainVerified || got.DirectoryID != "" || got.Token == "" {
			t.Errorf("transferred: %+v", got)
		}
		if _, err := d.Accounts.Domain(ctx, acme.ID, id); identity.CodeOf(err) != identity.CodeNotFound {
			t.Errorf("the old org has it still: %v", err)
		}
		if _, err := d.Accounts.Get(ctx, globex.ID, u.AccountID); err != nil {
			t.Errorf("the new org does not manage the account: %v", err)
		}
		_, err = dir.Set(u.ID, "title", `"Taken over"`)
		tenanttest.Accepted(t, err)
		if a := d.AccountNow(u.AccountID); a.Profile.JobTitle != "Chief" {
			t.Errorf("the old org's directory changed the account: %+v", a)
		}
		if e := acme.LastLog(); !strings.Contains(e.Message, "not managed") && e.AccountID != u.AccountID {
			t.Errorf("log entry: %+v", e)
		}
		d.Check()
	})
}
