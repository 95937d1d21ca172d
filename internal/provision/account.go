package provision

import (
	"roster/internal/identity"
	"roster/internal/journal"
	"roster/internal/scim"
	"roster/internal/store"
)

// applyIfAuthority lets a record decide its account's profile and status,
// where the org manages the account and this directory has the authority.
func (w *write) applyIfAuthority(u *store.SCIMUser, doc scim.Value, account store.Account) error {
	managed, authority, err := w.decides(account)
	if err != nil {
		return err
	}
	if !managed {
		w.note("The account is not managed by this organization: it gets group memberships and nothing else.")
		return nil
	}
	if !authority {
		return w.wait(u, doc, account, true)
	}
	return w.apply(u, doc, account, account)
}

// decides tells whether the org manages an account and whether this directory
// has the authority over it, and notes where another directory has.
func (w *write) decides(account store.Account) (managed, authority bool, err error) {
	if managed, err = w.Manages(w.OrgID, account); err != nil || !managed {
		return managed, false, err
	}
	if authority, err = w.hasAuthority(account); err == nil && !authority {
		w.note("Another directory decides this account's email, profile and status: stored on the record only.")
	}
	return managed, authority, err
}

// apply stores a record's name, profile and status on its account, which was
// before; the caller may have changed it already. Nothing waits any more.
func (w *write) apply(u *store.SCIMUser, doc scim.Value, before, account store.Account) error {
	describe(&account, doc)
	w.applyStatus(&account, u.Active)
	if account != before {
		if err := w.UpdateAccount(account); err != nil {
			return err
		}
	}
	return w.setPending(u, store.PendingNothing)
}

// describe gives an account a record's name and profile.
func describe(account *store.Account, doc scim.Value) {
	account.Name = personName(doc)
	location := account.Profile.Location // no SCIM attribute decides it
	account.Profile = profileOf(doc)
	account.Profile.Location = location
}

// applyStatus follows the record's active flag (rule deactivate). An account
// that waits for deletion stays closed.
func (w *write) applyStatus(account *store.Account, active bool) {
	want := identity.AccountActive
	if !active {
		want = identity.AccountInactive
	}
	if account.Status == identity.AccountClosed || account.Status == want {
		return
	}
	account.Status = want
	account.StatusBy, account.StatusAt = w.statusActor(), w.Now()
	if active {
		account.StatusReason = "activated by the identity provider"
		w.note("Account activated.")
		return
	}
	account.StatusReason = "deactivated by the identity provider"
	w.note("Account deactivated.")
}

// follow brings a linked record's account up to date after a write to the
// record. old is the record before the write.
func (w *write) follow(old store.SCIMUser, u *store.SCIMUser, doc scim.Value) error {
	account, err := w.LockAccount(old.AccountID)
	if err != nil {
		return err
	}
	w.entry.AccountID = account.ID
	managed, authority, err := w.decides(account)
	if err != nil {
		return err
	}
	emailChanged := u.Email.Key != old.Email.Key
	if !managed {
		return w.followStranger(emailChanged, u, doc)
	}
	switch {
	case !authority && u.Version == old.Version:
		return nil
	case !authority:
		return w.wait(u, doc, account, emailChanged)
	case u.Email.Key != "" && emailChanged:
		return w.followEmail(u, doc, account)
	default:
		return w.catchUp(u, doc, account)
	}
}

// followStranger is follow for an account that the org does not manage (rule
// no-power-over-strangers): a changed email links the record anew.
func (w *write) followStranger(emailChanged bool, u *store.SCIMUser, doc scim.Value) error {
	if !emailChanged {
		return nil
	}
	if err := w.DeleteLink(u.DirectoryID, u.ID, "its email changed"); err != nil {
		return err
	}
	u.AccountID, u.Pending = "", store.PendingNothing
	w.note("The external user's email changed: linked anew by the new email.")
	return w.link(u, doc)
}

// followEmail takes the record's new address to the account, when the org has
// verified its domain (rule email-follows), and is email-leaves otherwise.
func (w *write) followEmail(u *store.SCIMUser, doc scim.Value, account store.Account) error {
	domain, err := absent(w.Verifier(u.Email.Domain))
	if err != nil {
		return err
	}
	if domain.OrgID != w.OrgID {
		return w.emailLeaves(u)
	}
	if account.Email.Key != u.Email.Key {
		w.note("Account email changed from " + account.Email.Address + " to " + u.Email.Address + ".")
	}
	after := account
	after.Email = u.Email
	domain.Adopt(&after)
	w.entry.Name = u.Email.Address // the address that a conflict is about
	return w.apply(u, doc, account, after)
}

// emailLeaves is an address change to a domain that the org has not verified:
// refused, or, under behaviour atlassian, the end of the link.
func (w *write) emailLeaves(u *store.SCIMUser) error {
	if w.dir.Behaviour == identity.BehaviourSafe {
		return identity.Errorf(identity.CodeInvalid, "emails: %s is on the domain %s, which this organization has not verified; the account keeps its address", u.Email.Address, u.Email.Domain).
			WithRule(identity.RuleEmailLeaves).WithField("emails").
			WithHint("verify the domain %s first, or correct the address in the identity provider", u.Email.Domain)
	}
	w.entry.Level = journal.LevelWarning
	w.note(journal.EmailLeft(u.ID, u.Email.Address))
	reason := journal.UnlinkedEmailLeft(u.Email.Address)
	account := u.AccountID
	u.AccountID, u.UnlinkedReason, u.Pending = "", reason, store.PendingNothing
	if err := w.DeleteLink(u.DirectoryID, u.ID, reason); err != nil {
		return err
	}
	return TakeOver(w.Tx, w.Caller, w.OrgID, account)
}
