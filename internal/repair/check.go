package repair

import (
	"context"
	"fmt"
	"strings"

	"roster/internal/identity"
	"roster/internal/provision"
	"roster/internal/store"
)

// Breach is data that breaks a rule: a defect of Roster, or a hand in the
// database.
type Breach struct {
	Rule identity.Rule
	Text string
}

// Check looks for data that breaks an invariant, in every org, and gives what
// it finds. It reads the whole database.
func (s *Service) Check(ctx context.Context) (found []Breach, err error) {
	err = s.store.View(ctx, func(tx *store.Tx) error {
		found = nil
		for _, inv := range store.Invariants {
			ids, err := tx.Breaches(inv)
			if err != nil {
				return fmt.Errorf("check %s: %w", inv.Rule, err)
			}
			if len(ids) > 0 {
				found = append(found, Breach{inv.Rule, inv.Says + "; broken by " + strings.Join(ids, ", ")})
			}
		}
		derived, err := checkDerived(tx)
		found = append(found, derived...)
		return err
	})
	return found, err
}

// checkDerived compares what is stored beside each document, and beside each
// address, with what it was derived from.
func checkDerived(tx *store.Tx) ([]Breach, error) {
	var found []Breach
	err := tx.EachSCIMUser(func(u store.SCIMUser) error {
		if err := provision.CheckRecord(u); err != nil {
			found = append(found, Breach{identity.RuleWhichEmail, fmt.Sprintf("record %s: %v", u.ID, err)})
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = tx.EachAccount(func(a store.Account) error {
		if email, err := identity.ParseEmail(a.Email.Address); err != nil || email.Key != a.Email.Key || email.Domain != a.Email.Domain {
			found = append(found, Breach{identity.RuleOneAccountPerEmail, fmt.Sprintf("account %s: the canonical form of %q is not %q", a.ID, a.Email.Address, a.Email.Key)})
		}
		return nil
	})
	return found, err
}
