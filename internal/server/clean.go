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
			s.Log.Error("remove expired tombstones", "cause", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

func (s *server) cleanOnce(ctx context.Context) error {
	for {
		var removed int64
		err := s.store.Update(ctx, func(tx *store.Tx) (err error) {
			removed, err = tx.DeleteExpiredTombstones(cleanBatch)
			return err
		})
		if err != nil || removed < cleanBatch {
			return err
		}
	}
}
