package server

import (
	"context"
	"time"

	"roster/internal/store"
)

const (
	cleanEvery = time.Hour
	cleanBatch = 500 // rows a transaction, so that requests never wait for long
)

// clean removes what has expired, now and every hour, until ctx ends. Several
// replicas may do it at once.
func (s *server) clean(ctx context.Context) {
	ticker := time.NewTicker(cleanEvery)
	defer ticker.Stop()
	for {
		if err := s.cleanOnce(ctx); err != nil && ctx.Err() == nil {
			s.Log.Error("remove what has expired", "cause", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

func (s *server) cleanOnce(ctx context.Context) error {
	if err := inBatches(ctx, s.store, func(tx *store.Tx) (int64, error) { return tx.DeleteExpiredTombstones(cleanBatch) }); err != nil {
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

// cleanLogs removes what an org keeps no longer of its logs.
func cleanLogs(ctx context.Context, st *store.Store, o store.Org) error {
	for _, remove := range []func(*store.Tx) (int64, error){
		func(tx *store.Tx) (int64, error) {
			return tx.DeleteOldLogEntries(o.ID, tx.Now().AddDate(0, 0, -o.Settings.LogDays), cleanBatch)
		},
		func(tx *store.Tx) (int64, error) {
			return tx.DeleteOldAuditEntries(o.ID, tx.Now().AddDate(0, 0, -o.Settings.AuditDays), cleanBatch)
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
