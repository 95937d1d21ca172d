package repair_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"roster/internal/identity"
	"roster/internal/scim"
	"roster/internal/store"
	"roster/internal/tenanttest"
)

// picture is what a step's effect is judged by.
type picture struct {
	state    string // all tables but the logs
	accounts map[identity.AccountID]store.Account
	links    map[identity.AccountID][]store.Link // oldest first
	verified map[string]store.Domain             // by name
	live     map[identity.DirectoryID]bool
	logged   int
	refused  int // of logged: entries of refused requests
	audited  int
}

func (m *machine) look() (p picture, err error) {
	if p.state, err = m.db.dump(stateTables); err != nil {
		return p, err
	}
	p.accounts, p.links = map[identity.AccountID]store.Account{}, map[identity.AccountID][]store.Link{}
	p.verified, p.live = map[string]store.Domain{}, map[identity.DirectoryID]bool{}
	err = m.Store.View(context.Background(), func(tx *store.Tx) error { return p.read(tx, m) })
	if err != nil {
		return p, err
	}
	err = m.db.QueryRow(`SELECT (SELECT count(*) FROM log_entry), (SELECT count(*) FROM log_entry WHERE http_status >= 400), (SELECT count(*) FROM audit_entry)`).
		Scan(&p.logged, &p.refused, &p.audited)
	return p, err
}

func (p *picture) read(tx *store.Tx, m *machine) error {
	m.accounts = m.accounts[:0]
	err := tx.EachAccount(func(a store.Account) error {
		p.accounts[a.ID] = a
		m.accounts = append(m.accounts, a.ID)
		return nil
	})
	if err != nil {
		return err
	}
	slices.Sort(m.accounts) // in the order of their creation
	for _, id := range m.accounts {
		if p.links[id], err = tx.LinksOfAccount(id); err != nil {
			return err
		}
	}
	for _, name := range poolDomains {
		d, err := tx.Verifier(name)
		switch {
		case err == nil:
			p.verified[name] = d
		case !errors.Is(err, store.ErrNotFound):
			return err
		}
	}
	for _, d := range m.directories {
		stored, err := tx.Directory(d.Org.ID, d.ID)
		if err != nil {
			return err
		}
		p.live[d.ID] = stored.Status == identity.DirectoryConnected
	}
	return nil
}

// manager is the org that manages an account, "" for none.
func (p *picture) manager(a store.Account) identity.OrgID { return p.verified[a.Email.Domain].OrgID }

// authority is the directory that decides an account: the one that its domain
// is assigned to, else the one of the oldest link.
func (p *picture) authority(a store.Account) (oldest identity.DirectoryID) {
	domain := p.verified[a.Email.Domain]
	for _, l := range p.links[a.ID] {
		if l.OrgID != domain.OrgID || !p.live[l.DirectoryID] {
			continue
		}
		if l.DirectoryID == domain.DirectoryID {
			return l.DirectoryID
		}
		if oldest == "" {
			oldest = l.DirectoryID
		}
	}
	return oldest
}

func (p *picture) lockedBy(org identity.OrgID, id identity.AccountID) bool {
	return slices.ContainsFunc(p.links[id], func(l store.Link) bool { return l.OrgID == org })
}

// TestProperty tries random sequences of all that can be asked for, and holds
// every step to the rules that no writer may break.
func TestProperty(t *testing.T) {
	t.Parallel()
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		m := newMachine(t, d)
		rounds := 1
		if d.Store.Engine() == "sqlite" {
			rounds = 4 // in the time of one on PostgreSQL
		}
		property := func(t *rapid.T) {
			must(t, m.reset())
			before, err := m.look()
			must(t, err)
			draw := drawSteps(t)
			t.Repeat(map[string]func(*rapid.T){"step": func(t *rapid.T) {
				s := draw(t)
				acting := s.acting(m)
				stepErr := m.run(s)
				after, err := m.look()
				must(t, err)
				checkAnswer(t, s, stepErr, before, after)
				checkAccounts(t, s, acting, before, after)
				checkInvariants(t, m)
				before = after
			}})
		}
		for range rounds {
			rapid.Check(t, property)
		}
	})
}

// TestEnginesAgree gives both engines the same random sequences: they answer
// and store the same.
func TestEnginesAgree(t *testing.T) {
	t.Parallel()
	lite, pg := newMachine(t, tenanttest.OnSQLite(t)), newMachine(t, tenanttest.OnPostgres(t))
	rapid.Check(t, func(t *rapid.T) {
		for _, m := range []*machine{lite, pg} {
			m.Clock.Reset()
			must(t, m.reset())
		}
		draw := drawSteps(t)
		t.Repeat(map[string]func(*rapid.T){"step": func(t *rapid.T) {
			s := draw(t)
			liteDump, liteErr := lite.after(t, s)
			pgDump, pgErr := pg.after(t, s)
			if diff := cmp.Diff(withoutIDs(liteErr), withoutIDs(pgErr)); diff != "" {
				t.Fatalf("%s %v is answered differently (-sqlite +postgres):\n%s", s.op, s.n, diff)
			}
			if liteDump != pgDump {
				t.Fatalf("%s %v leaves different data (-sqlite +postgres):\n%s", s.op, s.n, lineDiff(liteDump, pgDump))
			}
		}})
	})
}

// after runs a step and gives all that is stored then, and what was answered.
func (m *machine) after(t *rapid.T, s step) (dump, answer string) {
	if err := m.run(s); err != nil {
		answer = err.Error()
		if e, ok := errors.AsType[*identity.Error](err); ok {
			answer = string(e.Code) + " " + e.Message // without the database's own words
		}
	}
	state, err := m.db.dump(slices.Concat(stateTables, logTables))
	must(t, err)
	must(t, m.listAccounts())
	return withoutIDs(state), answer
}

// listAccounts notes which accounts the next step can be about.
func (m *machine) listAccounts() error {
	rows, err := m.db.Query(`SELECT id FROM account ORDER BY id`)
	if err != nil {
		return err
	}
	defer rows.Close()
	m.accounts = m.accounts[:0]
	for rows.Next() {
		var id identity.AccountID
		if err := rows.Scan(&id); err != nil {
			return err
		}
		m.accounts = append(m.accounts, id)
	}
	return rows.Err()
}

// lineDiff compares dumps that are known to differ; comparing equal ones so
// would cost more than the step.
func lineDiff(a, b string) string {
	return cmp.Diff(strings.Split(a, "\n"), strings.Split(b, "\n"))
}

func newMachine(t *testing.T, d *tenanttest.Deployment) *machine {
	t.Helper()
	db, err := openDatabase(d)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { tenanttest.Accepted(t, db.Close()) })
	return &machine{Deployment: d, db: db}
}

func must(t *rapid.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// acting is the org in whose name a step acts, and for an identity provider's
// step its directory.
func (s step) acting(m *machine) tenanttest.Directory {
	switch s.op {
	case "repair.relink", "repair.unlink", "repair.lift", "repair.restore":
		return tenanttest.Directory{Org: s.owner(m)}
	}
	if _, ok := directoryOps[s.op]; !ok {
		return tenanttest.Directory{Org: s.org(m)}
	}
	d := s.directory(m)
	switch {
	case strings.HasPrefix(s.op, "user.") && s.op != "user.create":
		d, _ = s.user(m)
	case strings.HasPrefix(s.op, "group.") && s.op != "group.create":
		d, _ = s.group(m)
	}
	return *d
}

// checkAnswer holds an answer to all-or-nothing and nothing-silent.
func checkAnswer(t *rapid.T, s step, err error, before, after picture) {
	_, byDirectory := directoryOps[s.op]
	if err != nil {
		checkRefusal(t, s, err, byDirectory)
		if before.state != after.state {
			t.Fatalf("%s %v was refused (%v) and changed (-before +after):\n%s", s.op, s.n, err, lineDiff(before.state, after.state))
		}
		if after.audited != before.audited {
			t.Fatalf("%s %v was refused (%v) and audited", s.op, s.n, err)
		}
	}
	logged, refused := after.logged-before.logged, after.refused-before.refused
	switch {
	case byDirectory && logged == 2 && err == nil && handedOver(before, after): // the other directory's record has its own entry
	case byDirectory && logged != 1:
		t.Fatalf("%s %v left %d log entries", s.op, s.n, logged)
	case byDirectory && (refused == 1) != (err != nil):
		t.Fatalf("%s %v answered %v and left %d entries of a refusal", s.op, s.n, err, refused)
	case !byDirectory && err != nil && logged != 0:
		t.Fatalf("%s %v was refused and left %d log entries", s.op, s.n, logged)
	case !byDirectory && before.state != after.state && after.audited == before.audited:
		t.Fatalf("%s %v changed data and left no audit entry", s.op, s.n)
	}
}

// handedOver tells whether another directory decides about some account than
// before, and may have applied what waited.
func handedOver(before, after picture) bool {
	for id, was := range before.accounts {
		if before.tookOver(after, was, after.accounts[id]) {
			return true
		}
	}
	return false
}

// tookOver tells whether another directory decides about an account than before.
func (p *picture) tookOver(after picture, was, is store.Account) bool {
	by := after.authority(is)
	return by != "" && by != p.authority(was)
}

func checkRefusal(t *rapid.T, s step, err error, byDirectory bool) {
	if byDirectory {
		e, ok := errors.AsType[*scim.Error](err)
		if !ok || e.Status < 400 || e.Status >= 500 {
			t.Fatalf("%s %v: %v", s.op, s.n, err)
		}
		return
	}
	if identity.CodeOf(err) == identity.CodeInternal {
		t.Fatalf("%s %v: %v", s.op, s.n, err)
	}
}

// checkAccounts holds what became of the accounts to the rules managed,
// locked-while-linked, authority, email-within-verified and no-power-over-strangers.
func checkAccounts(t *rapid.T, s step, acting tenanttest.Directory, before, after picture) {
	for id, was := range before.accounts {
		is, ok := after.accounts[id]
		if !ok || is.ID != was.ID || !is.CreatedAt.Equal(was.CreatedAt) || is.Origin != was.Origin {
			t.Fatalf("%s %v: account %s became %+v", s.op, s.n, id, is)
		}
		if is == was {
			continue
		}
		if before.manager(was) != acting.Org.ID {
			t.Fatalf("%s %v: an org changed account %s, which it does not manage: %s", s.op, s.n, id, cmp.Diff(was, is))
		}
		if is.Email != was.Email {
			checkEmail(t, s, acting, before, after, was, is)
		}
		if acting.ID != "" && before.authority(was) != acting.ID && after.authority(is) != acting.ID && len(before.links[id]) > 0 && s.op != "user.delete" && !before.tookOver(after, was, is) {
			t.Fatalf("%s %v: directory %s changed account %s without the authority: %s", s.op, s.n, acting.ID, id, cmp.Diff(was, is))
		}
	}
}

func checkEmail(t *rapid.T, s step, acting tenanttest.Directory, before, after picture, was, is store.Account) {
	if before.verified[is.Email.Domain].OrgID != acting.Org.ID {
		t.Fatalf("%s %v: account %s got %s, which is on no domain of the org", s.op, s.n, was.ID, is.Email.Address)
	}
	locked := before.lockedBy(acting.Org.ID, was.ID)
	switch {
	case s.op == "repair.relink", s.op == "account.email" && !locked:
	case acting.ID != "" && locked && before.authority(was) == acting.ID:
	case before.tookOver(after, was, is):
	default:
		t.Fatalf("%s %v: the email of account %s became %s (locked: %t)", s.op, s.n, was.ID, is.Email.Address, locked)
	}
}

func checkInvariants(t *rapid.T, m *machine) {
	breaches, err := m.Repair.Check(context.Background())
	must(t, err)
	for _, b := range breaches {
		t.Fatalf("breach of %s: %s", b.Rule, b.Text)
	}
}
