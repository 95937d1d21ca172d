package server

import (
	"context"
	"time"

	"roster/internal/accounts"
	"roster/internal/auth"
	"roster/internal/store"
)

// cleanBatch is how many rows a transaction removes, so that requests never wait
// for long.
const cleanBatch = 500

// jobsKept is how long a finished job can be looked at.
const jobsKept = 30 * 24 * time.Hour

// cleanOnce removes what has expired. Several replicas may do it at once.
func (s *server) cleanOnce(ctx context.Context) error {
	if err := inBatches(ctx, s.store, func(tx *store.Tx) (int64, error) { return tx.DeleteExpiredTombstones(cleanBatch) }); err != nil {
		return err
	}
	if err := cleanConsole(ctx, s.store); err != nil {
		return err
	}
	if err := inBatches(ctx, s.store, func(tx *store.Tx) (int64, error) {
		return tx.DeleteOldDirectoryActivity(tx.Now().Truncate(24*time.Hour).AddDate(0, 0, -accounts.MaxHealthDays), cleanBatch)
	}); err != nil {
		return err
	}
	if err := s.endAccounts(ctx); err != nil {
		return err
	}
	page := store.Page{}
	for {
		orgs, next, err := s.accounts.Orgs(ctx, page)
		if err != nil {
			return err
		}
		for _, o := range orgs {
			if err := cleanLogs(ctx, s.store, o); err != nil {
				return err
			}
		}
		if next == "" {
			return nil
		}
		page.After = next
	}
}

// cleanConsole removes the sessions and links of the console that are over.
func cleanConsole(ctx context.Context, st *store.Store) error {
	for _, remove := range []func(*store.Tx) (int64, error){
		func(tx *store.Tx) (int64, error) { return tx.DeleteExpiredConsoleSessions(cleanBatch) },
		func(tx *store.Tx) (int64, error) { return tx.DeleteExpiredConsoleChoices(cleanBatch) },
		func(tx *store.Tx) (int64, error) {
			return tx.DeleteConsoleLinks(tx.Now().Add(-auth.LinksKept), cleanBatch)
		},
	} {
		if err := inBatches(ctx, st, remove); err != nil {
			return err
		}
	}
	return nil
}

// endAccounts ends the accounts whose deletion can no longer be cancelled, and
// forgets old imports.
func (s *server) endAccounts(ctx context.Context) error {
	for {
		n, err := s.accounts.EndDue(ctx, cleanBatch)
		if err != nil {
			return err
		}
		if n < cleanBatch {
			break
		}
	}
	for {
		n, err := s.accounts.ForgetImports(ctx, cleanBatch)
		if err != nil || n < cleanBatch {
			return err
		}
	}
}

// cleanLogs removes what an org keeps no longer of its logs.
func cleanLogs(ctx context.Context, st *store.Store, o store.Org) error {
	for _, remove := range []func(*store.Tx) (int64, error){
		func(tx *store.Tx) (int64, error) {
			return tx.DeleteOldLogEntries(o.ID, tx.Now().AddDate(0, 0, -o.Settings.LogDays), cleanBatch)
		},
		func(tx *store.Tx) (int64, error) {
			return tx.DeleteOldAuditEntries(o.ID, tx.Now().AddDate(0, 0, -o.Settings.AuditDays), cleanBatch)
		},
		func(tx *store.Tx) (int64, error) {
			return tx.DeleteOldJobs(o.ID, tx.Now().Add(-jobsKept), cleanBatch)
		},
	} {
		if err := inBatches(ctx, st, remove); err != nil {
			return err
		}
	}
	return nil
}

// inBatches calls remove, a transaction each, until it removes less than a batch.
func inBatches(ctx context.Context, st *store.Store, remove func(*store.Tx) (int64, error)) error {
	for {
		var removed int64
		err := st.Update(ctx, func(tx *store.Tx) (err error) {
			removed, err = remove(tx)
			return err
		})
		if err != nil || removed < cleanBatch {
			return err
		}
	}
}
