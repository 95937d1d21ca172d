package provision

import (
	"errors"

	"roster/internal/identity"
	"roster/internal/journal"
	"roster/internal/scim"
	"roster/internal/store"
)

// insertWithAccount stores a new record linked to its account: the one that
// holds its address, else a new one (rule link-on-create). A record without an
// address is stored unlinked, with the reason.
func (w *write) insertWithAccount(u *store.SCIMUser, doc scim.Value) error {
	if u.Email.Key == "" {
		u.UnlinkedReason = journal.UnlinkedNoEmail
		w.entry.Level = journal.LevelWarning
		w.note("Not linked: " + u.UnlinkedReason + ".")
		return w.naming(*u, w.InsertSCIMUser(*u))
	}
	account, created, err := w.accountFor(u, doc)
	if err != nil {
		return err
	}
	if err := w.naming(*u, w.InsertLinkedSCIMUser(*u, w.linkTo(account, u))); err != nil {
		return err
	}
	return w.linked(u, doc, account, created)
}

// link gives an unlinked record its account, as insertWithAccount does. A
// record that is held apart from the account stays unlinked.
func (w *write) link(u *store.SCIMUser, doc scim.Value) error {
	if u.Email.Key == "" {
		return w.stayUnlinked(u, journal.UnlinkedNoEmail)
	}
	account, created, err := w.accountFor(u, doc)
	if err != nil {
		return err
	}
	held, err := w.IsHeld(u.DirectoryID, u.ID, account.ID)
	if err != nil {
		return err
	}
	if held {
		return w.stayUnlinked(u, journal.UnlinkedHeld(account.ID))
	}
	if err := w.naming(*u, w.InsertLink(w.linkTo(account, u))); err != nil {
		return err
	}
	return w.linked(u, doc, account, created)
}

func (w *write) linkTo(account store.Account, u *store.SCIMUser) store.Link {
	return store.Link{OrgID: w.OrgID, DirectoryID: u.DirectoryID, SCIMUserID: u.ID, AccountID: account.ID, CreatedBy: w.Caller.Actor}
}

// linked completes a record that was just linked, and lets an account that was
// there before follow it.
func (w *write) linked(u *store.SCIMUser, doc scim.Value, account store.Account, created bool) error {
	u.AccountID, u.LinkedAt, u.UnlinkedReason = account.ID, w.Now(), ""
	w.entry.AccountID = account.ID
	if created {
		w.note("Linked to a new account.")
		return nil
	}
	w.note("Linked to the account that holds its email.")
	return w.applyIfAuthority(u, doc, account)
}

func (w *write) stayUnlinked(u *store.SCIMUser, reason string) error {
	u.UnlinkedReason = reason
	w.entry.Level = journal.LevelWarning
	w.note("Not linked: " + reason + ".")
	return w.ExplainUnlinked(u.DirectoryID, u.ID, reason)
}

// accountFor finds and locks the account that holds a record's address, or
// creates it. Another transaction may take or free the address between the two
// attempts; then they begin anew.
func (w *write) accountFor(u *store.SCIMUser, doc scim.Value) (account store.Account, created bool, err error) {
	for {
		account, err = w.LockAccountByEmail(u.Email)
		if !errors.Is(err, store.ErrNotFound) {
			return account, false, err
		}
		fresh, err := w.newAccount(u, doc)
		if err != nil {
			return store.Account{}, false, err
		}
		account, err = w.InsertAccountIfFree(fresh)
		if !errors.Is(err, store.ErrNotFound) {
			return account, true, err
		}
	}
}

// newAccount is the account of a record whose address nobody holds. On a
// domain that the org manages it has the record's profile and status; a
// stranger gets a plain active account (rule no-power-over-strangers).
func (w *write) newAccount(u *store.SCIMUser, doc scim.Value) (store.Account, error) {
	account := store.Account{
		ID: identity.NewAccountID(), Email: u.Email, Name: personName(doc),
		Status: identity.AccountActive, Origin: identity.OriginSCIM,
		StatusBy: w.statusActor(), StatusReason: "created by provisioning",
	}
	domain, err := absent(w.Verifier(u.Email.Domain))
	if err != nil || domain.OrgID != w.OrgID {
		return account, err
	}
	domain.Adopt(&account)
	account.Profile = profileOf(doc)
	if !u.Active {
		account.Status = identity.AccountInactive
	}
	return account, nil
}

// hasAuthority tells whether this directory decides the email, profile and
// status of an account that it links (rule authority): the directory that the
// email's domain is assigned to, else the one with the oldest link. One that
// is disconnected decides nothing any more, or nobody could take over from it.
func (w *write) hasAuthority(account store.Account) (bool, error) {
	return hasAuthority(w.Tx, w.OrgID, w.DirectoryID, account)
}

func hasAuthority(tx *store.Tx, org identity.OrgID, directory identity.DirectoryID, account store.Account) (bool, error) {
	links, err := tx.LiveLinksOfAccount(org, account.ID)
	if err != nil || len(links) == 0 {
		return false, err
	}
	domain, err := absent(tx.Verifier(account.Email.Domain))
	return Decides(links, domain) == directory, err
}

// Decides gives the directory that has the authority (rule authority) over an
// account on a domain: of its links to connected directories, oldest first.
func Decides(links []store.Link, domain store.Domain) identity.DirectoryID {
	for _, l := range links {
		if l.DirectoryID == domain.DirectoryID {
			return l.DirectoryID
		}
	}
	if len(links) == 0 {
		return ""
	}
	return links[0].DirectoryID
}

// statusActor names the directory as the one who asked for an account's status.
func (w *write) statusActor() string { return statusActor(w.dir) }

func statusActor(d store.Directory) string { return "identity provider of directory " + d.Name }
