package remote_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"roster/internal/identity"
	"roster/internal/repair"
	"roster/internal/repair/remote"
)

// world is a hosted service as far as a remote repair sees it, with the rules
// of behaviour atlassian, and the identity providers behind it. That a real
// server takes the calls for what they are is shown by the tests of the program.
type world struct {
	mu       sync.Mutex
	accounts map[identity.AccountID]*remote.Account
	records  map[identity.SCIMUserID]*remote.SCIMUser
	born     int

	calls   int
	failAt  int  // the call that fails, from 1; 0 for none
	happens bool // what the failing call asked for happens all the same
	lag     int  // looks for which a deletion does not show
	writes  []string
}

var errCut = errors.New("the connection was cut")

func newWorld() *world {
	return &world{accounts: map[identity.AccountID]*remote.Account{}, records: map[identity.SCIMUserID]*remote.SCIMUser{}}
}

// account adds one.
func (w *world) account(address, name string) identity.AccountID {
	w.born++
	id := identity.AccountID(fmt.Sprintf("acct_%d", w.born))
	w.accounts[id] = &remote.Account{ID: id, Email: address, Name: name, Status: identity.AccountActive}
	return id
}

// create is an identity provider that creates a user: it links to the account
// that has the address, or to a new one.
func (w *world) create(directory identity.DirectoryID, address, name string) identity.SCIMUserID {
	w.born++
	id := identity.SCIMUserID(fmt.Sprintf("scim-%d", w.born))
	u := &remote.SCIMUser{UserName: address, Email: address, Created: time.Unix(int64(w.born), 0)}
	u.DirectoryID, u.SCIMUserID, u.AccountID = directory, id, w.holder(address)
	if u.AccountID == "" {
		u.AccountID = w.account(address, name)
	}
	w.records[id] = u
	return id
}

// push is an identity provider that changes a user's address; false is a 409.
func (w *world) push(id identity.SCIMUserID, address string) bool {
	u := w.records[id]
	if holder := w.holder(address); holder != "" && holder != u.AccountID {
		return false
	}
	u.Email, w.accounts[u.AccountID].Email = address, address
	return true
}

// unassign is an identity provider that deletes a user.
func (w *world) unassign(directory identity.DirectoryID, address string) {
	maps.DeleteFunc(w.records, func(_ identity.SCIMUserID, u *remote.SCIMUser) bool {
		return u.DirectoryID == directory && u.Email == address
	})
}

func (w *world) holder(address string) identity.AccountID {
	for id, a := range w.accounts {
		if strings.EqualFold(a.Email, address) {
			return id
		}
	}
	return ""
}

// picture is what can be observed, but for the ids of SCIM users.
func (w *world) picture() map[identity.AccountID]string {
	w.mu.Lock()
	defer w.mu.Unlock()
	drawn := map[identity.AccountID]string{}
	for id, a := range w.accounts {
		var directories []string
		for _, l := range w.links(id) {
			directories = append(directories, string(l.DirectoryID))
		}
		slices.Sort(directories)
		drawn[id] = fmt.Sprint(a.Email, " ", a.Status, " ", directories)
	}
	return drawn
}

// call counts a call and makes the chosen one fail; its effect happens, or not.
func (w *world) call(effect func() error) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.calls++
	if w.calls == w.failAt {
		if w.happens {
			_ = effect()
		}
		return errCut
	}
	return effect()
}

func (w *world) links(id identity.AccountID) (links []remote.Link) {
	for _, key := range slices.Sorted(maps.Keys(w.records)) {
		if u := w.records[key]; u.AccountID == id {
			links = append(links, u.Link)
		}
	}
	return links
}

func (w *world) known(id identity.AccountID) (*remote.Account, error) {
	if a := w.accounts[id]; a != nil {
		return a, nil
	}
	return nil, refusal("account %s is not found", id)
}

func refusal(format string, args ...any) error {
	return &remote.RefusedError{Cause: fmt.Errorf(format, args...)}
}

func (w *world) Accounts(context.Context) iter.Seq2[remote.Account, error] {
	return func(yield func(remote.Account, error) bool) {
		var all []remote.Account
		err := w.call(func() error {
			for _, id := range slices.Sorted(maps.Keys(w.accounts)) {
				all = append(all, *w.accounts[id])
			}
			return nil
		})
		if err != nil {
			yield(remote.Account{}, err)
			return
		}
		for _, a := range all {
			if !yield(a, nil) {
				return
			}
		}
	}
}

func (w *world) SCIMUsers(context.Context) iter.Seq2[remote.SCIMUser, error] {
	return func(yield func(remote.SCIMUser, error) bool) {
		for _, id := range slices.Sorted(maps.Keys(w.records)) {
			if !yield(*w.records[id], nil) {
				return
			}
		}
	}
}

func (w *world) VerifiedDomains(context.Context) ([]string, error) {
	return []string{"old.example", "new.example"}, nil
}

func (w *world) Links(_ context.Context, id identity.AccountID) (links []remote.Link, err error) {
	err = w.call(func() error {
		links = w.links(id)
		if len(links) == 0 && w.lag > 0 {
			w.lag--
			links = []remote.Link{{AccountID: id}}
		}
		_, err := w.known(id)
		return err
	})
	return links, err
}

func (w *world) LinksOfEmail(_ context.Context, address string) (links []remote.Link, err error) {
	err = w.call(func() error {
		for _, u := range w.records {
			if u.Email == address {
				links = append(links, u.Link)
			}
		}
		return nil
	})
	return links, err
}

func (w *world) Profile(_ context.Context, id identity.AccountID) (found remote.Account, err error) {
	err = w.call(func() error {
		a, err := w.known(id)
		if err == nil {
			found = *a
		}
		return err
	})
	return found, err
}

func (w *world) Document(_ context.Context, r repair.Record) (json.RawMessage, error) {
	return json.RawMessage(fmt.Sprintf(`{"userName":%q,"groups":[{"display":"Staff"}]}`, w.records[r.SCIMUserID].UserName)), nil
}

func (w *world) DeleteRecords(_ context.Context, id identity.AccountID) error {
	return w.call(func() error {
		w.writes = append(w.writes, "delete "+string(id))
		maps.DeleteFunc(w.records, func(_ identity.SCIMUserID, u *remote.SCIMUser) bool { return u.AccountID == id })
		return nil
	})
}

func (w *world) SetEmail(_ context.Context, id identity.AccountID, address string) error {
	return w.call(func() error {
		holder := w.holder(address)
		switch {
		case len(w.links(id)) > 0:
			return refusal("403 forbidden.action: externalDirectory.scim")
		case holder != "" && holder != id:
			return refusal("400 alreadyInUse")
		}
		w.writes = append(w.writes, "email "+string(id)+" "+address)
		w.accounts[id].Email = address
		return nil
	})
}

func (w *world) SetActive(_ context.Context, id identity.AccountID, active bool) error {
	return w.call(func() error {
		if len(w.links(id)) > 0 {
			return refusal("403 forbidden.action: externalDirectory.scim")
		}
		w.accounts[id].Status = identity.AccountInactive
		if active {
			w.accounts[id].Status = identity.AccountActive
		}
		return nil
	})
}

// people are one person for each story, with one identity provider and with
// two.
var people = []remote.Pair{
	{Old: "ada@old.example", New: "ada@new.example"},     // A, in one directory
	{Old: "mary@old.example", New: "mary@new.example"},   // A, in two
	{Old: "grace@old.example", New: "grace@new.example"}, // B, in one
	{Old: "joan@old.example", New: "joan@new.example"},   // B, in two
	{Old: "held@old.example", New: "held@new.example"},   // A, the new address's account is not synced
}

const (
	okta  identity.DirectoryID = "okta"
	entra identity.DirectoryID = "entra"
)

// newPeople is a world with them.
func newPeople() *world {
	w := newWorld()
	w.create(okta, "ada@old.example", "Ada L")
	w.create(okta, "ada@new.example", "Ada L")
	w.create(okta, "mary@old.example", "Mary J")
	w.create(entra, "mary@new.example", "Mary J")
	w.account("grace@old.example", "Grace H")
	w.create(okta, "grace@new.example", "Grace H")
	w.account("joan@old.example", "Joan C")
	w.create(okta, "joan@new.example", "Joan C")
	w.create(entra, "joan@new.example", "Joan C")
	w.create(okta, "held@old.example", "Held B")
	w.account("held@new.example", "Held B")
	return w
}

// record is the SCIM user of a directory that has an address.
func (w *world) record(directory identity.DirectoryID, address string) identity.SCIMUserID {
	for id, u := range w.records {
		if u.DirectoryID == directory && u.Email == address {
			return id
		}
	}
	return ""
}

// assign creates a person whom a directory does not have, once an account has
// the address: people assign when a step says so.
func (w *world) assign(directory identity.DirectoryID, address string) {
	if w.record(directory, address) == "" && w.holder(address) != "" {
		w.create(directory, address, "")
	}
}

// pushAll is the identity providers' part of the repair.
func (w *world) pushAll() {
	for _, name := range []string{"ada", "mary", "held"} {
		if id := w.record(okta, name+"@old.example"); id != "" {
			w.push(id, name+"@new.example")
		}
	}
	w.assign(entra, "mary@new.example")
	w.assign(okta, "grace@new.example")
	w.assign(okta, "joan@new.example")
	w.assign(entra, "joan@new.example")
}

// takeBack is the identity providers' part of undoing before addresses are
// given back, and assignAgain that after it.
func (w *world) takeBack() {
	for _, name := range []string{"ada", "mary", "held"} {
		if id := w.record(okta, name+"@new.example"); id != "" && w.record(okta, name+"@old.example") == "" {
			w.push(id, name+"@old.example")
		}
	}
}

func (w *world) assignAgain() {
	if id := w.record(entra, "mary@new.example"); id != "" && w.records[id].AccountID == w.holder("mary@old.example") {
		w.unassign(entra, "mary@new.example")
	}
	w.assign(okta, "ada@new.example")
	w.assign(entra, "mary@new.example")
	w.assign(okta, "grace@new.example")
	w.assign(okta, "joan@new.example")
	w.assign(entra, "joan@new.example")
}

// plan makes a journal of the people's cases.
func plan(t *testing.T, w *world, pairs []remote.Pair, adapt ...func(*remote.Planner)) (name string, cases []remote.Case) {
	t.Helper()
	name = t.TempDir() + "/journal.jsonl"
	j, err := remote.CreateJournal(name, remote.Header{URL: "https://api.example", Org: "o1", IDP: identity.KindOkta})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = j.Close() }()
	p := &remote.Planner{Server: w, Parking: remote.DefaultParking, IDP: identity.KindOkta}
	for _, adapt := range adapt {
		adapt(p)
	}
	if _, err := p.Prepare(t.Context(), pairs); err != nil {
		t.Fatal(err)
	}
	err = p.PlanAll(t.Context(), 3, pairs, func(c remote.Case) error {
		cases = append(cases, c)
		return j.AddCase(c)
	})
	if err == nil {
		err = j.EndPlan()
	}
	if err != nil {
		t.Fatal(err)
	}
	return name, cases
}

// open opens a journal for work.
func open(t *testing.T, name string) *remote.Journal {
	t.Helper()
	j, err := remote.OpenJournal(name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = j.Close() })
	return j
}

// runner works on a journal with a clock that stands still.
func runner(w *world, j *remote.Journal, lanes int) *remote.Runner {
	return &remote.Runner{
		Server: w, Journal: j, Lanes: lanes,
		Now:   func() time.Time { return time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC) },
		Sleep: func(context.Context, time.Duration) error { return nil },
	}
}

// apply runs once on an open journal and closes it.
func apply(t *testing.T, w *world, name string, lanes int) error {
	t.Helper()
	j := open(t, name)
	err := runner(w, j, lanes).Apply(t.Context(), func(remote.Progress) error { return nil })
	return errors.Join(err, j.Close())
}

// undo is apply's other way.
func undo(t *testing.T, w *world, name string, lanes int) error {
	t.Helper()
	j := open(t, name)
	var cases []*remote.Progress
	for i := range j.Cases {
		if j.Cases[i].Undoable() {
			cases = append(cases, &j.Cases[i])
		}
	}
	err := runner(w, j, lanes).Undo(t.Context(), cases, func(remote.Progress) error { return nil })
	return errors.Join(err, j.Close())
}

// statuses are those of a journal's cases.
func statuses(t *testing.T, name string) (all []string) {
	t.Helper()
	j, err := remote.ReadJournal(name)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range j.Cases {
		all = append(all, string(c.Status))
	}
	return all
}
