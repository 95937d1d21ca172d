package accounts_test

import (
	"context"
	"testing"
	"time"

	"roster/internal/accounts"
	"roster/internal/identity"
	"roster/internal/provision"
	"roster/internal/store"
	"roster/internal/tenanttest"
)

// Several servers count for one directory; what they store adds up by hour and
// by day, and reaches no further than asked.
func TestHealth(t *testing.T) {
	t.Parallel()
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		ctx := t.Context()
		acme, globex := d.Org("acme.example"), d.Org()
		okta, quiet := acme.Directory("Okta"), acme.Directory("Quiet")
		okta.Push("ann@acme.example")
		here, there := provision.New(d.Store), provision.New(d.Store)
		send := func(s *provision.Service, outcomes ...provision.Outcome) {
			t.Helper()
			for _, o := range outcomes {
				s.Count(okta.ID, o)
			}
		}
		keep := func() {
			t.Helper()
			tenanttest.Accepted(t, here.StoreActivity(ctx))
			tenanttest.Accepted(t, there.StoreActivity(ctx))
		}
		health := func(days int) accounts.Health {
			t.Helper()
			h, err := d.Accounts.Health(ctx, acme.ID, okta.ID, days)
			tenanttest.Accepted(t, err)
			return h
		}

		send(here, provision.Wrote, provision.Refused) // the day before yesterday
		d.Clock.Skip(25 * time.Hour)
		send(here, provision.Wrote)
		d.Clock.Skip(23 * time.Hour)
		send(here, provision.Wrote, provision.Wrote, provision.Unauthenticated)
		send(there, provision.Wrote, provision.Refused)
		keep()
		keep() // nothing is counted twice

		h := health(2)
		if len(h.Hours) != 25 || h.Users != 1 || h.Name != "Okta" {
			t.Errorf("%d hours of %+v", len(h.Hours), h.Directory)
		}
		if got := h.Hours[24]; got.Writes != 3 || got.Refusals != 1 || got.Unauthenticated != 1 {
			t.Errorf("present hour: %+v", got)
		}
		if rate, ok := h.Day.ErrorRate(); h.Day.Writes != 4 || h.Day.Refusals != 1 || !ok || rate != 0.2 {
			t.Errorf("24 hours: %+v, rate %v", h.Day, rate)
		}
		days := health(3).Days()
		if len(days) != 3 || days[0].Writes != 1 || days[0].Refusals != 1 || days[1].Writes != 1 || days[2].Writes != 3 {
			t.Errorf("days: %+v", days)
		}
		if last := h.Last; last.RefusalAt.Before(last.WriteAt) || last.UnauthenticatedAt.Before(days[2].Start) {
			t.Errorf("last: %+v", last)
		}
		send(here, provision.Wrote)
		last := h.Last
		keep()
		if now := health(1).Last; !now.WriteAt.After(last.WriteAt) || now.RefusalAt != last.RefusalAt {
			t.Errorf("last: %+v after %+v", now, last)
		}

		h, err := d.Accounts.Health(ctx, acme.ID, quiet.ID, accounts.MaxHealthDays)
		if _, ok := h.Day.ErrorRate(); err != nil || ok || !h.Last.WriteAt.IsZero() || len(h.Days()) != accounts.MaxHealthDays {
			t.Errorf("quiet directory: %+v, %v", h.Day, err)
		}
		for _, days := range []int{0, accounts.MaxHealthDays + 1} {
			if _, err := d.Accounts.Health(ctx, acme.ID, okta.ID, days); identity.CodeOf(err) != identity.CodeInvalid {
				t.Errorf("%d days: %v", days, err)
			}
		}
		if _, err := d.Accounts.Health(ctx, globex.ID, okta.ID, 1); identity.CodeOf(err) != identity.CodeNotFound {
			t.Errorf("another org's directory: %v", err)
		}
		all, next, err := d.Accounts.HealthOfAll(ctx, acme.ID, 1, store.Page{})
		if err != nil || next != "" || len(all) != 2 || all[0].Day.Writes+all[1].Day.Writes != 5 {
			t.Errorf("all: %+v, %v", all, err)
		}
	})
}

// What cannot be stored now is stored later.
func TestHealthSurvivesAFailure(t *testing.T) {
	t.Parallel()
	d := tenanttest.OnSQLite(t)
	okta := d.Org("acme.example").Directory("Okta")
	d.Provision.Count(okta.ID, provision.Wrote)
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if err := d.Provision.StoreActivity(gone); err == nil {
		t.Fatal("it was stored with a context that had ended")
	}
	d.Provision.Count(okta.ID, provision.Wrote)
	d.Provision.Count("never-was", provision.Wrote) // its directory was deleted meanwhile
	tenanttest.Accepted(t, d.Provision.StoreActivity(t.Context()))
	if h, err := d.Accounts.Health(t.Context(), okta.Org.ID, okta.ID, 1); err != nil || h.Day.Writes != 2 {
		t.Errorf("%+v, %v", h.Day, err)
	}
}
