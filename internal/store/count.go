package store

import (
	"cmp"
	"math/rand/v2"
	"slices"

	"roster/internal/identity"
)

// CountKind says what of a directory is counted.
type CountKind string

// The counts, kept up to date by the writes themselves, as counting a
// directory's rows would make every list cost what the directory holds.
const (
	CountUsers    CountKind = "users"
	CountGroups   CountKind = "groups"
	CountUnlinked CountKind = "unlinked"
)

type countKey struct {
	directory identity.DirectoryID
	kind      CountKind
}

// count notes a change of a directory's count; flushCounts writes it.
func (tx *Tx) count(d identity.DirectoryID, kind CountKind, delta int64) {
	if tx.counts == nil {
		tx.counts = make(map[countKey]int64)
	}
	tx.counts[countKey{d, kind}] += delta
}

// flushCounts adds the noted changes, each to a shard chosen at random: on
// PostgreSQL a row stays locked until its transaction commits, and writers to
// one directory should not wait for one another. It runs last and in a fixed
// order, so the locks are short and cannot cross.
func (tx *Tx) flushCounts() error {
	keys := make([]countKey, 0, len(tx.counts))
	for k, delta := range tx.counts {
		if delta != 0 {
			keys = append(keys, k)
		}
	}
	slices.SortFunc(keys, func(a, b countKey) int {
		return cmp.Or(cmp.Compare(a.directory, b.directory), cmp.Compare(a.kind, b.kind))
	})
	for _, k := range keys {
		shard := rand.IntN(tx.dialect.countShards()) //nolint:gosec // spreads load, hides nothing
		_, err := tx.exec(`INSERT INTO directory_count (directory_id, kind, shard, n) VALUES ($1, $2, $3, $4)
			ON CONFLICT (directory_id, kind, shard) DO UPDATE SET n = directory_count.n + excluded.n`,
			k.directory, string(k.kind), shard, tx.counts[k])
		if err != nil {
			return err
		}
	}
	return nil
}

// Count gives how many of a kind a directory has, this transaction's changes included.
func (tx *Tx) Count(d identity.DirectoryID, kind CountKind) (int, error) {
	n, err := one(tx, column[int64], `SELECT CAST(COALESCE(SUM(n), 0) AS BIGINT) FROM directory_count WHERE directory_id = $1 AND kind = $2`, d, string(kind))
	return int(n + tx.counts[countKey{d, kind}]), err
}
