package store

import (
	"errors"
	"fmt"
	"maps"
)

// Attempt runs fn as a part of the transaction that can fail alone: when fn
// returns an error, what it did is undone, and the transaction can go on. Parts
// may hold parts. After an error that the whole transaction cannot survive,
// such as a deadlock, every later part fails with it too, and Update runs the
// transaction again or returns it.
func (tx *Tx) Attempt(fn func(*Tx) error) error {
	if tx.lost != nil {
		return tx.lost
	}
	counts, events := maps.Clone(tx.counts), len(tx.events)
	if _, err := tx.exec("SAVEPOINT part"); err != nil {
		return tx.lose(err)
	}
	err := fn(tx)
	switch {
	case tx.lost != nil:
		return tx.lost
	case isRetryable(err):
		return tx.lose(err)
	case err != nil:
		tx.counts, tx.events = counts, tx.events[:events]
		if _, undone := tx.exec("ROLLBACK TO SAVEPOINT part"); undone != nil {
			return tx.lose(errors.Join(err, fmt.Errorf("undo a part: %w", undone)))
		}
	}
	tx.attributeEvents(events)
	if _, released := tx.exec("RELEASE SAVEPOINT part"); released != nil {
		return tx.lose(errors.Join(err, released))
	}
	return err
}

// Lost gives the error that the transaction cannot survive, nil while there is none.
func (tx *Tx) Lost() error { return tx.lost }

// lose notes that nothing of the transaction can be kept.
func (tx *Tx) lose(err error) error {
	tx.lost = err
	return err
}
