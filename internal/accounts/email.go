package accounts

import (
	"context"
	"errors"
	"strings"

	"roster/internal/identity"
	"roster/internal/journal"
	"roster/internal/store"
)

// SetEmail changes the address of a managed account that no directory locks,
// to a free one on a verified domain (rules managed, locked-while-linked,
// email-within-verified, one-account-per-email).
func (s *Service) SetEmail(ctx context.Context, c identity.Caller, org identity.OrgID, id identity.AccountID, address string) error {
	email, err := parseEmail(address)
	if err != nil {
		return err
	}
	return s.store.Update(ctx, func(tx *store.Tx) error { return ChangeEmail(tx, c, org, id, email) })
}

// ChangeEmail is [Service.SetEmail] within a transaction.
func ChangeEmail(tx *store.Tx, c identity.Caller, org identity.OrgID, id identity.AccountID, email identity.Email) error {
	return changeAccount(tx, c, org, id, ActionEmailChanged, func(tx *store.Tx, a *Account) error {
		if err := checkUnlocked(*a); err != nil {
			return err
		}
		return MoveTo(tx, org, &a.Account, email)
	})
}

// maxEmailPart bounds both parts of an address, in bytes (hosted API).
const maxEmailPart = 255

// parseEmail is identity.ParseEmail; its refusal names the constraint as the
// hosted API does: partMaxLength, maxLength or validCharacters.
func parseEmail(address string) (identity.Email, error) {
	email, err := identity.ParseEmail(address)
	refused, ok := errors.AsType[*identity.Error](err)
	if !ok {
		return email, err
	}
	local, domain, _ := strings.Cut(address, "@")
	violation := "validCharacters"
	switch {
	case len(local) > maxEmailPart || len(domain) > maxEmailPart:
		violation = "partMaxLength"
	case len(address) > 2*maxEmailPart:
		violation = "maxLength"
	}
	return email, &FieldsError{refused, map[Field]string{FieldEmail: violation}}
}

// changeAccount locks a managed account, lets change alter it under the rules
// of its own, and stores and audits what came out.
func (s *Service) changeAccount(ctx context.Context, c identity.Caller, org identity.OrgID, id identity.AccountID, action journal.Action, change func(*store.Tx, *Account) error) error {
	return s.store.Update(ctx, func(tx *store.Tx) error { return changeAccount(tx, c, org, id, action, change) })
}

func changeAccount(tx *store.Tx, c identity.Caller, org identity.OrgID, id identity.AccountID, action journal.Action, change func(*store.Tx, *Account) error) error {
	a, err := FindManaged(tx, org, id, tx.LockAccount)
	if err != nil {
		return err
	}
	before := a.Account
	if err := change(tx, &a); err != nil {
		return err
	}
	if a.Account == before {
		return nil
	}
	return StoreAccount(tx, c, org, action, before, a.Account)
}

// StoreAccount stores an account that an administrator's call changed, and
// audits it. A taken address is refused with its text.
func StoreAccount(tx *store.Tx, c identity.Caller, org identity.OrgID, action journal.Action, before, after store.Account) error {
	if err := tx.UpdateAccount(after); err != nil {
		return emailTaken(err, after.Email)
	}
	return journal.Audit(tx, c, org, action, string(after.ID), describeAccount(before), describeAccount(after))
}

func describeAccount(a store.Account) map[string]any {
	return map[string]any{"email": a.Email.Address, "name": a.Name, "status": a.Status, "statusReason": a.StatusReason, "profile": a.Profile}
}

// LockedReason is how the hosted API names the reason for a lock.
const LockedReason = "externalDirectory.scim"

// checkUnlocked refuses what a directory decides while a link exists.
func checkUnlocked(a Account) error {
	if !a.IsLocked() {
		return nil
	}
	return lockedBy(a)
}

func lockedBy(a Account) *identity.Error {
	l := a.Links[0]
	return identity.Errorf(identity.CodeForbidden, "account %s is locked: SCIM user %s of directory %s is linked to it, and the directory decides its email, name, profile and status", a.ID, l.SCIMUserID, l.DirectoryID).
		WithRule(identity.RuleLockedWhileLinked).
		WithHint("change it in the identity provider, or unlink first: DELETE /admin/user-provisioning/v1/org/%s/user/%s/onlyDeleteUserInDB (roster unlink %s)", l.OrgID, a.ID, a.ID)
}
