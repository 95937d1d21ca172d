package journal_test

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"roster/internal/identity"
	"roster/internal/journal"
	"roster/internal/store"
	"roster/internal/tenanttest"
)

var caller = identity.Caller{Actor: "SCIM token Entra (tok_1)", RequestID: "req-1"}

func TestAppend(t *testing.T) {
	t.Parallel()
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		acme, other := d.Org(), d.Org()
		append1 := func(e store.LogEntry) error {
			return d.Store.Update(t.Context(), func(tx *store.Tx) error { return journal.Append(tx, caller, e) })
		}
		t.Run("an entry says who and when", func(t *testing.T) {
			tenanttest.Accepted(t, append1(store.LogEntry{OrgID: acme.ID, Level: journal.LevelInfo, Operation: "user.create", Resource: journal.ResourceUser, Message: "one"}))
			e := acme.LastLog()
			if e.ID == "" || e.Time.IsZero() || e.Actor != caller.Actor || e.RequestID != caller.RequestID || e.Message != "one" {
				t.Errorf("stored: %+v", e)
			}
		})
		t.Run("texts of clients are bounded, between characters", func(t *testing.T) {
			long := strings.Repeat("ü", 1000)
			tenanttest.Accepted(t, append1(store.LogEntry{OrgID: acme.ID, Level: journal.LevelError, Operation: "x", Resource: "x", Message: "a" + long, Name: long, ExternalID: long}))
			e := acme.LastLog()
			for _, text := range []string{e.Message, e.Name, e.ExternalID} {
				if len(text) > 1030 || !utf8.ValidString(text) || !strings.HasSuffix(text, "…") {
					t.Errorf("stored %d bytes: %.20q", len(text), text)
				}
			}
		})
		t.Run("what is rolled back leaves no entry", func(t *testing.T) {
			logged, audited := len(acme.Log()), len(acme.Audit())
			undo := errors.New("undo")
			err := d.Store.Update(t.Context(), func(tx *store.Tx) error {
				return errors.Join(
					journal.Append(tx, caller, store.LogEntry{OrgID: acme.ID, Level: journal.LevelInfo}),
					journal.Audit(tx, caller, acme.ID, "did", "it", nil, nil),
					undo,
				)
			})
			if !errors.Is(err, undo) || len(acme.Log()) != logged || len(acme.Audit()) != audited {
				t.Errorf("%v; %d entries, %d audit entries", err, len(acme.Log())-logged, len(acme.Audit())-audited)
			}
		})
		t.Run("an org reads its own only, newest first, page by page", func(t *testing.T) {
			for _, m := range []string{"two", "three"} {
				tenanttest.Accepted(t, append1(store.LogEntry{OrgID: other.ID, Level: journal.LevelInfo, Message: m}))
			}
			reader := journal.NewReader(d.Store)
			var got []string
			page := store.Page{Limit: 1}
			for {
				entries, next, err := reader.Troubleshooting(t.Context(), other.ID, store.LogFilter{}, page)
				tenanttest.Accepted(t, err)
				for _, e := range entries {
					got = append(got, e.Message)
				}
				if page.After = next; next == "" {
					break
				}
			}
			if diff := cmp.Diff([]string{"three", "two"}, got); diff != "" {
				t.Errorf("entries (-want +got):\n%s", diff)
			}
		})
	})
}

func TestAudit(t *testing.T) {
	t.Parallel()
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		acme, other := d.Org(), d.Org()
		err := d.Store.Update(t.Context(), func(tx *store.Tx) error {
			return journal.Audit(tx, caller, acme.ID, "account_email_changed", "acct_1", map[string]any{"email": "a"}, nil)
		})
		tenanttest.Accepted(t, err)
		reader := journal.NewReader(d.Store)
		mine, _, err := reader.Audit(t.Context(), acme.ID, store.AuditFilter{}, store.Page{Limit: 1})
		tenanttest.Accepted(t, err)
		want := store.AuditEntry{
			OrgID: acme.ID, ID: mine[0].ID, Time: mine[0].Time, Action: "account_email_changed", Target: "acct_1",
			Actor: caller.Actor, RequestID: caller.RequestID, Before: `{"email":"a"}`, After: "null",
		}
		if diff := cmp.Diff(want, mine[0]); diff != "" {
			t.Errorf("entry (-want +got):\n%s", diff)
		}
		theirs, _, err := reader.Audit(t.Context(), other.ID, store.AuditFilter{}, store.Page{})
		tenanttest.Accepted(t, err)
		for _, e := range theirs {
			if e.OrgID != other.ID {
				t.Errorf("another org reads %+v", e)
			}
		}
		err = d.Store.Update(t.Context(), func(tx *store.Tx) error {
			return journal.Audit(tx, caller, acme.ID, "did", "it", nil, func() {})
		})
		if err == nil {
			t.Error("what is no JSON was audited")
		}
	})
}

// The texts that runbooks and scripts look for, to the letter.
func TestKnownTexts(t *testing.T) {
	t.Parallel()
	for got, want := range map[string]string{
		journal.EmailTaken("a@b.c"):             "Resource [USER]: with email[a@b.c] already exists.",
		journal.UserNameTaken("ann"):            "Resource [USER]: with userName[ann] already exists.",
		journal.GroupNameTaken("Staff"):         "Resource [GROUP]: with displayName[Staff] already exists.",
		journal.EmailLeft("u1", "a@gmail.test"): "Email update to unmanaged user with ID u1, primary email a@gmail.test, unlinked any associated atlassian account.",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
