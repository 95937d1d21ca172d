package store

import (
	"cmp"
	"math/rand/v2"
	"slices"

	"roster/internal/identity"
)

// CountKind says what is counted.
type CountKind string

// The counts of a directory, kept up to date by the writes themselves, as
// counting rows would make every list cost what the directory holds.
const (
	CountUsers    CountKind = "users"
	CountGroups   CountKind = "groups"
	CountUnlinked CountKind = "unlinked"
)

// The counts of a domain: the accounts that have their address on it, and those
// of them that an org claimed by name. A status but active is a kind as well: of
// either, those that have it.
const (
	countAccounts CountKind = "accounts"
	countClaimed  CountKind = "claimed"
)

type countKey struct {
	owner string // id of the directory, name of the domain, or claimOwner
	kind  CountKind
}

// count notes a change of a directory's count; flushCounts writes it.
func (tx *Tx) count(d identity.DirectoryID, kind CountKind, delta int64) {
	tx.addCount(countKey{string(d), kind}, delta)
}

// countAccount notes that an account came to its domain (1) or left it (-1).
func (tx *Tx) countAccount(a Account, delta int64) {
	owners := map[string]CountKind{a.Email.Domain: countAccounts}
	if a.ClaimedBy != "" {
		owners[claimOwner(a.ClaimedBy, a.Email.Domain)] = countClaimed
	}
	for owner, kind := range owners {
		tx.addCount(countKey{owner, kind}, delta)
		if a.Status != identity.AccountActive {
			tx.addCount(countKey{owner, CountKind(a.Status)}, delta)
		}
	}
}

// claimOwner is the owner of the count of the accounts on a domain that an org
// claimed by name.
func claimOwner(org identity.OrgID, domain string) string { return joinKey(string(org), domain) }

func (tx *Tx) addCount(k countKey, delta int64) {
	if tx.counts == nil {
		tx.counts = make(map[countKey]int64)
	}
	tx.counts[k] += delta
}

// flushCounts adds the noted changes in one statement, each to a shard chosen
// at random: on PostgreSQL a row stays locked until its transaction commits,
// and writers to one directory should not wait for one another. It runs last
// and in a fixed order, so the locks are short and cannot cross.
func (tx *Tx) flushCounts() error {
	keys := make([]countKey, 0, len(tx.counts))
	for k, delta := range tx.counts {
		if delta != 0 {
			keys = append(keys, k)
		}
	}
	if len(keys) == 0 {
		return nil
	}
	slices.SortFunc(keys, func(a, b countKey) int {
		return cmp.Or(cmp.Compare(a.owner, b.owner), cmp.Compare(a.kind, b.kind))
	})
	w := where{dialect: tx.dialect}
	shard := rand.IntN(tx.dialect.countShards()) //nolint:gosec // spreads load, hides nothing
	for i, k := range keys {
		if i > 0 {
			w.add(", ")
		}
		w.add("(?, ?, ?, ?)", k.owner, string(k.kind), shard, tx.counts[k])
	}
	_, err := tx.exec(`INSERT INTO tally (owner, kind, shard, n) VALUES `+w.String()+`
		ON CONFLICT (owner, kind, shard) DO UPDATE SET n = tally.n + excluded.n`, w.args...)
	return err
}

// Count gives how many of a kind a directory has, this transaction's changes included.
func (tx *Tx) Count(d identity.DirectoryID, kind CountKind) (int, error) {
	return tx.sum(countKey{string(d), kind})
}

func (tx *Tx) sum(k countKey) (int, error) {
	n, err := one(tx, column[int64], `SELECT CAST(COALESCE(SUM(n), 0) AS BIGINT) FROM tally WHERE owner = $1 AND kind = $2`, k.owner, string(k.kind))
	return int(n + tx.counts[k]), err
}
