package scimhttp_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"roster/internal/identity"
	"roster/internal/idpsim/replay"
	"roster/internal/scimhttp"
	"roster/internal/store"
	"roster/internal/testdb"

	"github.com/google/go-cmp/cmp"
)

// TestClients replays every identity provider's documented traffic on both
// engines, and looks at what became of links, accounts and memberships.
func TestClients(t *testing.T) {
	t.Parallel()
	for _, engine := range []string{"sqlite", "postgres"} {
		w := newWorldOn(t, emptyDatabase(t, engine), scimhttp.Options{})
		for _, script := range replay.Scripts() {
			d := w.newNamedDirectory(t, w.org, "replay of "+script.Kind, kindOf(script.Kind))
			for _, scenario := range script.Scenarios {
				t.Run(engine+"/"+script.Kind+"/"+scenario.Name, func(t *testing.T) {
					t.Parallel()
					w.replay(t, d, script, scenario)
				})
			}
		}
	}
}

// emptyDatabase is a database of an engine, for one test.
func emptyDatabase(t *testing.T, engine string) string {
	t.Helper()
	if engine == "sqlite" {
		return filepath.Join(t.TempDir(), "roster.db")
	}
	return testdb.PostgresTemplate(t, "scimhttp", func(dsn string) error {
		st, err := store.Open(context.Background(), dsn, store.Options{})
		if err != nil {
			return err
		}
		return st.Close()
	})
}

// kindOf is the kind of directory that a client's administrator would choose.
func kindOf(client string) identity.DirectoryKind {
	first, _, _ := strings.Cut(client, "-")
	if kind, err := identity.ParseDirectoryKind(first); err == nil {
		return kind
	}
	if strings.HasPrefix(client, "ping") {
		return identity.KindPing
	}
	return identity.KindGeneric
}

// replay runs a scenario and leaves nothing behind.
func (w *world) replay(t *testing.T, d directory, script replay.Script, scenario replay.Scenario) {
	t.Helper()
	r := replay.Runner{
		BaseURL: d.base, Token: d.token, Domain: "x.example",
		Inspect: func(ctx context.Context, look replay.Look) error { return w.inspect(ctx, d.id, look) },
	}
	if err := r.Run(t.Context(), script, scenario); err != nil {
		t.Error(err)
	}
}

// inspect compares what SCIM shows with what applications see.
func (w *world) inspect(ctx context.Context, d identity.DirectoryID, look replay.Look) error {
	return w.store.View(ctx, func(tx *store.Tx) error {
		if look.About == "members" {
			return inspectMembers(tx, w.org, d, look)
		}
		return inspectUser(tx, d, look)
	})
}

// inspectUser checks the account behind a record: whether there is one, its
// status and its email.
func inspectUser(tx *store.Tx, d identity.DirectoryID, look replay.Look) error {
	u, err := tx.SCIMUser(d, identity.SCIMUserID(look.ID))
	if err != nil {
		return err
	}
	for _, word := range look.Words {
		if word == "unlinked" {
			if u.AccountID != "" {
				return fmt.Errorf("linked to %s", u.AccountID)
			}
			return nil
		}
	}
	if u.AccountID == "" {
		return fmt.Errorf("not linked: %s", u.UnlinkedReason)
	}
	account, err := tx.Account(u.AccountID)
	if err != nil {
		return err
	}
	for _, word := range look.Words {
		name, value, _ := strings.Cut(word, "=")
		switch {
		case name == "active" && account.Status != identity.AccountActive,
			name == "inactive" && account.Status != identity.AccountInactive,
			name == "email" && account.Email.Address != value:
			return fmt.Errorf("not %s: the account is %s, %s", word, account.Email.Address, account.Status)
		}
	}
	return nil
}

// inspectMembers checks that applications see the accounts of a group's members
// and nobody else.
func inspectMembers(tx *store.Tx, org identity.OrgID, d identity.DirectoryID, look replay.Look) error {
	group, err := tx.OrgGroupOf(org, d, identity.SCIMGroupID(look.ID))
	if err != nil {
		return err
	}
	members, _, err := tx.GroupMembers(group, store.Page{})
	if err != nil {
		return err
	}
	want := map[identity.AccountID]bool{}
	for _, id := range look.Words {
		u, err := tx.SCIMUser(d, identity.SCIMUserID(id))
		if err != nil {
			return err
		}
		want[u.AccountID] = true
	}
	got := map[identity.AccountID]bool{}
	for _, m := range members {
		got[m.AccountID] = true
	}
	if diff := cmp.Diff(want, got); diff != "" {
		return fmt.Errorf("members of the org group (-want +got):\n%s", diff)
	}
	return nil
}
