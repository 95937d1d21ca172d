package provision

import (
	"errors"

	"roster/internal/identity"
	"roster/internal/journal"
	"roster/internal/scim"
	"roster/internal/store"
)

// wait notes what of a record's write its account has not, as another
// directory decides about it (rule authority): it is applied when this one
// comes to decide, see [TakeOver]. An email waits only if it was written: one
// that an administrator kept from the account stays so.
func (w *write) wait(u *store.SCIMUser, doc scim.Value, account store.Account, emailChanged bool) error {
	said := account
	describe(&said, doc)
	status := identity.AccountActive
	if !u.Active {
		status = identity.AccountInactive
	}
	differs := u.Email.Key != "" && u.Email.Key != account.Email.Key
	switch {
	case differs && (emailChanged || u.Pending == store.PendingEmail):
		return w.setPending(u, store.PendingEmail)
	case said != account || account.Status != status:
		return w.setPending(u, store.PendingProfile)
	default:
		return w.setPending(u, store.PendingNothing)
	}
}

func (w *write) setPending(u *store.SCIMUser, p store.Pending) error {
	if u.Pending == p {
		return nil
	}
	u.Pending = p
	return w.SetPending(u.DirectoryID, u.ID, p)
}

// catchUp lets an account become what the record of the directory that decides
// says, with the email if that waits. An email that the account cannot have
// goes on to wait, and the log entry says why: nobody asked for it just now who
// could be refused.
func (w *write) catchUp(u *store.SCIMUser, doc scim.Value, account store.Account) error {
	if u.Pending != store.PendingEmail || u.Email.Key == "" || u.Email.Key == account.Email.Key {
		return w.apply(u, doc, account, account)
	}
	domain, err := absent(w.Verifier(u.Email.Domain))
	if err != nil {
		return err
	}
	if domain.OrgID != w.OrgID {
		return w.goOnWaiting(u, doc, account, "its domain is not verified by this organization: verify it, or correct the address in the identity provider", "")
	}
	after := account
	after.Email = u.Email
	domain.Adopt(&after)
	before, note := *u, w.entry.Message
	err = w.Attempt(func(*store.Tx) error { return w.apply(u, doc, account, after) })
	if taken, ok := errors.AsType[*store.UniqueError](err); ok && taken.Constraint == store.ConstraintAccountEmail {
		*u, w.entry.Message = before, note
		holder, err := absent(w.AccountByEmail(u.Email))
		if err != nil {
			return err
		}
		return w.goOnWaiting(u, doc, account, "another account has it: "+journal.HintEmailTaken(holder.ID), holder.ID)
	}
	if err == nil {
		w.note("Account email changed from " + account.Email.Address + " to " + u.Email.Address + ", which had waited.")
	}
	return err
}

// goOnWaiting applies what a record says but for its email.
func (w *write) goOnWaiting(u *store.SCIMUser, doc scim.Value, account store.Account, why string, other identity.AccountID) error {
	if err := w.apply(u, doc, account, account); err != nil {
		return err
	}
	w.entry.Level, w.entry.OtherAccountID = journal.LevelWarning, other
	w.note("The account keeps " + account.Email.Address + "; " + u.Email.Address + " waits, as " + why + ".")
	return w.setPending(u, store.PendingEmail)
}

// TakeOver applies what waits of the record whose directory decides about an
// account by now, after another link has ended or the authority has moved
// (rule authority). It costs the account's links.
func TakeOver(tx *store.Tx, c identity.Caller, org identity.OrgID, account identity.AccountID) error {
	return followAuthority(tx, c, org, account, true)
}
