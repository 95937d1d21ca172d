package remote_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"roster/internal/identity"
	"roster/internal/repair/remote"
)

func repeated(status string) []string {
	return slices.Repeat([]string{status}, len(people))
}

// repaired is the picture of a repair that nothing disturbed.
func repaired(t *testing.T) map[identity.AccountID]string {
	t.Helper()
	w := newPeople()
	name, _ := plan(t, w, people)
	for range 2 {
		if err := apply(t, w, name, 1); err != nil {
			t.Fatal(err)
		}
		w.pushAll()
	}
	if err := apply(t, w, name, 1); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(repeated("done"), statuses(t, name)); diff != "" {
		t.Fatalf("statuses (-want +got):\n%s", diff)
	}
	return w.picture()
}

// TestApplyCutAnywhere cuts applying at each call in turn, with and without its
// effect, in one lane and in several; going on from the journal ends the same.
func TestApplyCutAnywhere(t *testing.T) {
	t.Parallel()
	want := repaired(t)
	for lanes, happens := range map[int]bool{1: false, 3: true} {
		cuts := 0
		for at := 1; ; at++ {
			w := newPeople()
			name, _ := plan(t, w, people)
			w.calls, w.failAt, w.happens = 0, at, happens
			err := apply(t, w, name, lanes)
			if err == nil {
				break
			}
			if !errors.Is(err, errCut) {
				t.Fatal(err)
			}
			cuts++
			goOn(t, w, name, lanes)
			if diff := cmp.Diff(want, w.picture()); diff != "" {
				t.Fatalf("cut at call %d, happening %v, in %d lane(s) (-want +got):\n%s", at, happens, lanes, diff)
			}
			made := map[string]int{}
			for _, write := range w.writes {
				if made[write]++; made[write] > 1 {
					t.Fatalf("cut at call %d, happening %v: %q was made twice", at, happens, write)
				}
			}
		}
		if cuts < 20 {
			t.Errorf("applying was cut at %d calls only", cuts)
		}
	}
}

// goOn applies until all is done.
func goOn(t *testing.T, w *world, name string, lanes int) {
	t.Helper()
	w.failAt = 0
	for range 3 {
		if err := apply(t, w, name, lanes); err != nil {
			t.Fatal(err)
		}
		w.pushAll()
	}
	if diff := cmp.Diff(repeated("done"), statuses(t, name)); diff != "" {
		t.Fatalf("statuses (-want +got):\n%s", diff)
	}
}

// TestUndoAnywhere cuts applying at every other call, before and after the
// identity provider has done its part, and undoes what was done until then: all
// is as it was, but for the ids of SCIM users.
func TestUndoAnywhere(t *testing.T) {
	t.Parallel()
	want := newPeople().picture()
	for _, pushed := range []bool{false, true} {
		for at := 1; ; at += 2 {
			w := newPeople()
			name, _ := plan(t, w, people)
			w.calls, w.failAt, w.happens = 0, at, at%4 == 1
			cut := apply(t, w, name, 2)
			w.failAt = 0
			if pushed {
				w.pushAll()
			}
			undoAll(t, w, name)
			if diff := cmp.Diff(want, w.picture()); diff != "" {
				t.Fatalf("cut at call %d, pushed %v (-want +got):\n%s", at, pushed, diff)
			}
			if cut == nil {
				break
			}
		}
	}
}

// TestUndoCutAnywhere cuts the undoing of a whole repair at each call in turn.
func TestUndoCutAnywhere(t *testing.T) {
	t.Parallel()
	want := newPeople().picture()
	for at := 1; ; at++ {
		w := newPeople()
		name, _ := plan(t, w, people)
		goOn(t, w, name, 1)
		w.calls, w.failAt, w.happens = 0, at, at%2 == 0
		cut := undo(t, w, name, 2)
		w.failAt = 0
		undoAll(t, w, name)
		if diff := cmp.Diff(want, w.picture()); diff != "" {
			t.Fatalf("cut at call %d (-want +got):\n%s", at, diff)
		}
		if cut == nil {
			break
		}
	}
}

// undoAll undoes until all that was begun is undone.
func undoAll(t *testing.T, w *world, name string) {
	t.Helper()
	for range 3 {
		if err := undo(t, w, name, 2); err != nil {
			t.Fatal(err)
		}
		w.takeBack()
		if err := undo(t, w, name, 2); err != nil {
			t.Fatal(err)
		}
		w.assignAgain()
	}
	j, err := remote.ReadJournal(name)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range j.Cases {
		if c.Undoable() {
			t.Fatalf("case %d is %s: %s", c.N, c.Status, c.Note)
		}
	}
}

// TestStops: what others changed stops a case with the reason, and nothing of
// it is done.
func TestStops(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		change func(w *world)
		note   string
	}{
		{"address of the right account", func(w *world) { w.accounts[w.holder("grace@old.example")].Email = "g@old.example" }, "has the address g@old.example by now"},
		{"address of the wrong account", func(w *world) { w.accounts[w.holder("grace@new.example")].Email = "g@new.example" }, "has the address g@new.example by now"},
		{"another SCIM user", func(w *world) { w.create(entra, "grace@new.example", "") }, "was linked to account"},
		{"a SCIM user less", func(w *world) { w.unassign(okta, "grace@new.example") }, "has 0 SCIM user(s) by now"},
		{"the right account is synced", func(w *world) { w.create(entra, "grace@old.example", "") }, "was linked to account"},
		{"account gone", func(w *world) { delete(w.accounts, w.holder("grace@old.example")) }, "is not found"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newPeople()
			name, _ := plan(t, w, people[2:3])
			test.change(w)
			if err := apply(t, w, name, 1); err != nil {
				t.Fatal(err)
			}
			j := open(t, name)
			if c := j.Cases[0]; c.Status != remote.StatusStopped || !strings.Contains(c.Note, test.note) {
				t.Errorf("%s: %s; want %q", c.Status, c.Note, test.note)
			}
			if len(w.writes) > 0 {
				t.Errorf("it wrote %q", w.writes)
			}
			if j.Cases[0].Undoable() {
				t.Error("there is something to undo of a case that did nothing")
			}
		})
	}
}

// TestUndoLeavesOthersWork: an account that somebody else changed after the
// repair is left alone, with the reason.
func TestUndoLeavesOthersWork(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		change func(w *world, c remote.Case)
		note   string
	}{
		{"address of the right account", func(w *world, c remote.Case) { w.accounts[c.Right].Email = "g@old.example" }, "which this repair did not give it"},
		{"address of the wrong account", func(w *world, c remote.Case) { w.accounts[c.Wrong].Email = "other@old.example" }, "which this repair did not give it"},
		{"the wrong account is synced again", func(w *world, c remote.Case) { w.create(entra, c.Parked(), "") }, "is synced again"},
		{"account gone", func(w *world, c remote.Case) { delete(w.accounts, c.Right) }, "is not found"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newPeople()
			name, cases := plan(t, w, people[2:3])
			if err := apply(t, w, name, 1); err != nil {
				t.Fatal(err)
			}
			test.change(w, cases[0])
			written := len(w.writes)
			if err := undo(t, w, name, 1); err != nil {
				t.Fatal(err)
			}
			c := open(t, name).Cases[0]
			if c.Status != remote.StatusUndoing || !c.Undo.Stopped || !strings.Contains(c.Note, test.note) {
				t.Errorf("%s: %s; want %q", c.Status, c.Note, test.note)
			}
			if len(w.writes) > written {
				t.Errorf("it wrote %q", w.writes[written:])
			}
		})
	}
}

// TestUndoSays what cannot come back, and why.
func TestUndoSays(t *testing.T) {
	t.Parallel()
	w := newPeople()
	name, cases := plan(t, w, people[:1])
	record := w.record(okta, "ada@new.example")
	if err := apply(t, w, name, 1); err != nil {
		t.Fatal(err)
	}
	w.accounts[cases[0].Wrong].Status = identity.AccountClosed
	j := open(t, name)
	previews, err := runner(w, j, 1).PreviewUndo(t.Context(), []*remote.Progress{&j.Cases[0]})
	if err != nil {
		t.Fatal(err)
	}
	if j.Cases[0].Undo != nil {
		t.Error("a preview is noted")
	}
	said := strings.Join(previews[0].Undo.Cannot, "\n")
	for _, part := range []string{
		"account " + string(cases[0].Wrong) + " was active and is closed",
		"SCIM user " + string(record) + " of directory okta (userName ada@new.example) is gone for good: no hosted call makes one with an id that was",
		"in Okta: Applications > the app > Assignments, remove ada@new.example (x) and assign the person again",
		"synced groups is gone with it, until they are pushed again: Staff",
	} {
		if !strings.Contains(said, part) {
			t.Errorf("it does not say %q:\n%s", part, said)
		}
	}
}

// TestDeletionTakesTime: a deletion that does not show at once is looked for
// with growing pauses, and the case stops when it never shows.
func TestDeletionTakesTime(t *testing.T) {
	t.Parallel()
	for looks, want := range map[int]string{0: "waiting", 3: "waiting", 100: "stopped"} {
		w := newPeople()
		name, _ := plan(t, w, people[:1])
		j := open(t, name)
		r := runner(w, j, 1)
		var pauses []time.Duration
		r.Sleep = func(_ context.Context, d time.Duration) error {
			pauses = append(pauses, d)
			return nil
		}
		w.lag = looks
		if err := r.Apply(t.Context(), func(remote.Progress) error { return nil }); err != nil {
			t.Fatal(err)
		}
		if got := string(j.Cases[0].Status); got != want {
			t.Errorf("after %d looks the case is %s, want %s", looks, got, want)
		}
		for i, d := range pauses {
			if d != time.Second<<i {
				t.Errorf("pause %d is %s", i, d)
			}
		}
	}
}

// TestVerify tells what became otherwise since.
func TestVerify(t *testing.T) {
	t.Parallel()
	w := newPeople()
	name, cases := plan(t, w, people)
	goOn(t, w, name, 2)
	faults := func() (all []string) {
		j, err := remote.ReadJournal(name)
		if err != nil {
			t.Fatal(err)
		}
		err = runner(w, j, 1).Verify(t.Context(), func(v remote.Verdict) error {
			all = append(all, v.Faults...)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	if got := faults(); len(got) > 0 {
		t.Errorf("right after the repair: %q", got)
	}
	ada, grace := cases[0], cases[2]
	w.create(entra, ada.Parked(), "")
	w.unassign(okta, "grace@new.example")
	w.accounts[grace.Right].Email = "g@old.example"
	want := []string{
		"account " + string(ada.Wrong) + " is synced again, by directory entra: remove the person's second user there",
		"account " + string(grace.Right) + " has the address g@old.example instead of grace@new.example",
		"account " + string(grace.Right) + " is not synced",
	}
	if diff := cmp.Diff(want, faults()); diff != "" {
		t.Errorf("faults (-want +got):\n%s", diff)
	}
}
