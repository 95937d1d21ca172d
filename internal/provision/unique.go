package provision

import (
	"errors"
	"slices"

	"roster/internal/identity"
	"roster/internal/journal"
	"roster/internal/scim"
	"roster/internal/store"
)

// TakenError means that another resource holds one of the values which a
// configured schema wants to be unique.
type TakenError struct {
	wanted  []scim.UniqueValue
	holding store.Holding // of who wanted them
	cause   error
}

// Error says why.
func (e *TakenError) Error() string {
	return "a value that must be unique is taken: " + e.cause.Error()
}

// Unwrap gives the store's error.
func (e *TakenError) Unwrap() error { return e.cause }

// holdValues claims what a resource's document has of unique values, and gives
// up what only the one before had; before is null for a new resource. A value
// that is taken is a [*TakenError].
func holdValues(tx *store.Tx, h store.Holding, rt *scim.ResourceType, before, after scim.Value) error {
	if !rt.HasUnique() {
		return nil
	}
	had, wants := rt.UniqueValues(before), rt.UniqueValues(after)
	for _, v := range had {
		if !containsValue(wants, v) {
			if err := tx.FreeValue(h, v); err != nil {
				return err
			}
		}
	}
	fresh := slices.DeleteFunc(wants, func(v scim.UniqueValue) bool { return containsValue(had, v) })
	err := tx.HoldValues(h, fresh)
	if u, ok := errors.AsType[*store.UniqueError](err); ok && u.Constraint == store.ConstraintValue {
		return &TakenError{wanted: fresh, holding: h, cause: err}
	}
	return err
}

func containsValue(values []scim.UniqueValue, v scim.UniqueValue) bool {
	for _, w := range values {
		if w.Name == v.Name && w.Key == v.Key {
			return true
		}
	}
	return false
}

// holding is a resource's claim in the directory of the request.
func (w *write) holding(rt *scim.ResourceType, id string) store.Holding {
	return store.Holding{OrgID: w.OrgID, DirectoryID: w.DirectoryID, Type: store.TypeKey(rt), ID: id}
}

func (w *write) holdUserValues(id identity.SCIMUserID, before, after scim.Value) error {
	rt := w.types().User()
	return holdValues(w.Tx, w.holding(rt, string(id)), rt, before, after)
}

func (w *write) holdGroupValues(id identity.SCIMGroupID, before, after scim.Value) error {
	rt := w.types().Group()
	return holdValues(w.Tx, w.holding(rt, string(id)), rt, before, after)
}

// explainTaken answers a taken value and notes who has it.
func explainTaken(tx *store.Tx, e *store.LogEntry, taken *TakenError) (*scim.Error, error) {
	for _, v := range taken.wanted {
		holder, err := tx.HolderOf(taken.holding, v)
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		e.OtherSCIMID, e.Hint = holder.ID, journal.HintValueTaken(holder.Type, holder.ID, holder.DirectoryID)
		return scim.Errorf(409, scim.TypeUniqueness, "%s", journal.ValueTaken(e.Resource, v.Name, v.Text)), nil
	}
	return scim.Errorf(409, scim.TypeUniqueness, "Another resource held one of the values at that moment; the request can be sent again."), nil
}
