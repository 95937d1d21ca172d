package remote_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"roster/internal/identity"
	"roster/internal/repair/remote"
)

// TestPlan decides for each state of two accounts what is to be done.
func TestPlan(t *testing.T) {
	t.Parallel()
	ada := remote.Pair{Old: "ada@old.example", New: "ada@new.example"}
	synced := func(w *world, directory identity.DirectoryID, address string) { w.create(directory, address, "Ada L") }
	unsynced := func(w *world, address string) { w.account(address, "Ada L") }
	noRefused := func(p *remote.Planner) { p.NoUpdateRefused = true }
	tests := []struct {
		name  string
		world func(w *world)
		pairs []remote.Pair
		adapt func(*remote.Planner)
		want  string // the steps, or the reason
	}{
		{
			"A in one directory", func(w *world) { synced(w, okta, ada.Old); synced(w, okta, ada.New) },
			nil, nil, "delete-records acct_4, set-email acct_4 parked-acct_4@new.example, await-push acct_2 okta",
		},
		{
			"A in two directories", func(w *world) { synced(w, okta, ada.Old); synced(w, entra, ada.New) },
			nil, nil, "delete-records acct_4, set-email acct_4 parked-acct_4@new.example, await-push acct_2 okta, await-push acct_2 entra",
		},
		{
			"both synced, and no update was refused", func(w *world) { synced(w, okta, ada.Old); synced(w, okta, ada.New) },
			nil, noRefused, "delete-records acct_4, delete-records acct_2, set-email acct_4 parked-acct_4@new.example, set-email acct_2 ada@new.example, await-push acct_2 okta",
		},
		{
			"only the right one is synced", func(w *world) { synced(w, okta, ada.Old); unsynced(w, ada.New) },
			nil, nil, "set-email acct_3 parked-acct_3@new.example, await-push acct_2 okta",
		},
		{
			"B in one directory", func(w *world) { unsynced(w, ada.Old); synced(w, okta, ada.New) },
			nil, nil, "delete-records acct_3, set-email acct_3 parked-acct_3@new.example, set-email acct_1 ada@new.example, await-push acct_1 okta",
		},
		{
			"B in two directories", func(w *world) { unsynced(w, ada.Old); synced(w, okta, ada.New); synced(w, entra, ada.New) },
			nil, nil, "delete-records acct_3, set-email acct_3 parked-acct_3@new.example, set-email acct_1 ada@new.example, await-push acct_1 okta, await-push acct_1 entra",
		},
		{"neither is synced", func(w *world) { unsynced(w, ada.Old); unsynced(w, ada.New) }, nil, nil, "neither account is synced"},
		{"nothing is in the way", func(w *world) { synced(w, okta, ada.Old) }, nil, nil, "nothing is in the way: push the person"},
		{"the new one is free and the old one not synced", func(w *world) { unsynced(w, ada.Old) }, nil, nil, "roster email set acct_1 ada@new.example"},
		{"repaired already", func(w *world) { synced(w, okta, ada.New) }, nil, nil, "it is repaired already, or the mapping is wrong"},
		{"nobody", func(*world) {}, nil, nil, "manages no account with either address"},
		{"the same address", func(w *world) { synced(w, okta, ada.Old) }, []remote.Pair{{Old: ada.Old, New: "ADA@OLD.example"}}, nil, "both addresses are the same"},
		{"no address", func(*world) {}, []remote.Pair{{Old: "ada@", New: ada.New}}, nil, "ada@"},
		{
			"in two lines", func(w *world) { synced(w, okta, ada.Old); synced(w, okta, ada.New) },
			[]remote.Pair{ada, ada},
			nil, "in another line of the mapping as well",
		},
		{
			"foreign domain", func(w *world) { synced(w, okta, ada.Old); w.account("ada@other.example", "") },
			[]remote.Pair{{Old: ada.Old, New: "ada@other.example"}},
			nil, "has not verified the domain other.example",
		},
		{
			"parked on a foreign domain", func(w *world) { unsynced(w, ada.Old); synced(w, okta, ada.New) },
			nil, func(p *remote.Planner) { p.Parking = "{id}@parked.example" }, "is not on a verified domain: give a template",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld()
			test.world(w)
			pairs := test.pairs
			if pairs == nil {
				pairs = []remote.Pair{ada}
			}
			adapt := test.adapt
			if adapt == nil {
				adapt = func(*remote.Planner) {}
			}
			_, cases := plan(t, w, pairs, adapt)
			got := cases[0].Reason
			if got == "" {
				got = drawn(cases[0])
			}
			if !strings.Contains(got, test.want) || cases[0].Reason == "" && got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
			if len(w.writes) > 0 {
				t.Errorf("planning wrote %q", w.writes)
			}
		})
	}
}

// drawn is a case's steps in short.
func drawn(c remote.Case) string {
	var steps []string
	for _, s := range c.Plan.Steps {
		text := string(s.Kind) + " " + string(s.AccountID)
		if d := s.Record.DirectoryID; d != "" {
			text += " " + string(d)
		} else if s.Email != "" {
			text += " " + s.Email
		}
		steps = append(steps, text)
	}
	return strings.Join(steps, ", ")
}

// TestDiagnosis finds each planted problem once, says which account is the
// right one where something tells, and reports nothing else.
func TestDiagnosis(t *testing.T) {
	t.Parallel()
	w := newPeople()
	for i := range 5 {
		w.create(okta, fmt.Sprintf("other%d@new.example", i), "Somebody Else") // the company is at new.example
	}
	lookalikes(w)
	alias := w.create(okta, "new.name@new.example", "New Name")
	w.records[alias].Aliases = []string{"maiden.name@old.example"}
	w.account("maiden.name@old.example", "Maiden Name")
	lost := w.create(okta, "lost@new.example", "Lost")
	w.records[lost].AccountID = ""

	d := remote.Diagnosis{Server: w, Lanes: 3}
	found, seen, err := d.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, f := range found {
		got[f.Title] = fmt.Sprint(f.Kind, " ", f.Old, " -> ", f.New, " ", f.Planned())
	}
	want := map[string]string{
		"two accounts of one person are synced: ada@old.example and ada@new.example":   "email-conflict ada@old.example -> ada@new.example true",
		"two accounts of one person are synced: mary@old.example and mary@new.example": "email-conflict mary@old.example -> mary@new.example true",
		"grace@new.example is synced into the wrong account":                           "wrong-account grace@old.example -> grace@new.example true",
		"joan@new.example is synced into the wrong account":                            "wrong-account joan@old.example -> joan@new.example true",
		"held@new.example is held by an account that nobody syncs":                     "email-held held@old.example -> held@new.example true",
		"new.name@new.example is synced into the wrong account":                        "wrong-account maiden.name@old.example -> new.name@new.example true",
		"SCIM user lost@new.example has no account":                                    "unlinked  -> lost@new.example false",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
	if seen.Accounts != len(w.accounts) || seen.SCIMUsers != len(w.records) || len(w.writes) > 0 {
		t.Errorf("it saw %+v and wrote %q", seen, w.writes)
	}
}

// lookalikes are pairs of accounts that are no one person's.
func lookalikes(w *world) {
	w.account("info@old.example", "Info")
	w.create(okta, "info@new.example", "Info") // a role
	w.account("smith@old.example", "Smith")
	w.create(okta, "smith@new.example", "Smith") // no more than the address
	w.account("j.doe@old.example", "Jane Doe")
	w.create(okta, "j.doe@new.example", "John Doe")
	w.account("kim.old@old.example", "Kim Lee")
	w.create(okta, "kim.new@new.example", "Kim Lee") // the name alone
	w.account("both@old.example", "Not Synced")
	w.account("both@new.example", "Not Synced")
	for i, domain := range []string{"old", "new"} {
		id := w.create(okta, fmt.Sprintf("number%d@%s.example", i, domain), "")
		w.records[id].ExternalID = "1001" // of one directory: two people's
	}
}

// TestDiagnosisCannotTell: where nothing tells which account is the right one,
// the finding says so and is not for a plan.
func TestDiagnosisCannotTell(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.create(okta, "eve@old.example", "Eve M")
	w.create(okta, "eve@new.example", "Eve M")
	for _, u := range w.records {
		u.Created = w.records["scim-1"].Created
	}
	d := remote.Diagnosis{Server: w, Lanes: 1}
	found, _, err := d.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(found) != 1 || found[0].Planned() || !strings.Contains(found[0].Unknown, "nothing tells which of") {
		t.Errorf("findings: %+v", found)
	}
	for _, a := range w.accounts {
		if a.Email == "eve@new.example" {
			a.LastActive = "2026-01-02" // now there is a fact
		}
	}
	found, _, err = (&remote.Diagnosis{Server: w, Lanes: 1}).Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(found) != 1 || found[0].Old != "eve@new.example" {
		t.Errorf("findings: %+v", found)
	}
}
