package repair

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"roster/internal/accounts"
	"roster/internal/identity"
	"roster/internal/journal"
	"roster/internal/provision"
	"roster/internal/store"
)

// Relink says which account a SCIM user is to be linked to.
type Relink struct {
	Record
	AccountID identity.AccountID
	// TakeEmail gives the account the record's address; the account that
	// holds it is parked on ParkEmail first.
	TakeEmail bool
	ParkEmail string // "" lets Roster choose an unused address
	DryRun    bool   // say what would happen and change nothing
}

// Change is one difference that a repair makes.
type Change struct {
	What   string // scimUser or account
	ID     string
	Field  string // link, email
	Before string
	After  string
}

// Relinked is what a relink did, or would do.
type Relinked struct {
	Applied bool
	Record  Record
	From    *store.Account // nil when the record had no account; of one that the org does not manage, what the record says
	To      store.Account
	Changes []Change
	Next    []string // what is worth knowing or doing afterwards
}

// errDryRun rolls a dry run's transaction back.
var errDryRun = errors.New("dry run")

// Relink moves a SCIM user's link to a named account in one transaction,
// optionally with the email (rule relink). The record keeps its SCIM id, so
// the IdP need do nothing; memberships follow the link.
func (s *Service) Relink(ctx context.Context, c identity.Caller, org identity.OrgID, r Relink) (out Relinked, err error) {
	err = s.store.Update(ctx, func(tx *store.Tx) error {
		m := &relinking{Tx: tx, caller: c, org: org, want: r, out: Relinked{Record: r.Record}}
		if err := m.run(); err != nil {
			return err
		}
		out = m.out
		if r.DryRun {
			return errDryRun
		}
		out.Applied = true
		return nil
	})
	if errors.Is(err, errDryRun) {
		err = nil
	}
	return out, err
}

// relinking is one relink's transaction.
type relinking struct {
	*store.Tx
	caller identity.Caller
	org    identity.OrgID
	want   Relink
	dir    store.Directory
	user   store.SCIMUser
	target accounts.Account
	out    Relinked
}

func (m *relinking) run() error {
	if err := m.lock(); err != nil {
		return err
	}
	sameEmail := m.user.Email.Key == m.target.Email.Key
	if m.user.AccountID == m.target.ID && (!m.want.TakeEmail || sameEmail) {
		return identity.Errorf(identity.CodeConflict, "SCIM user %s is linked to account %s already", m.user.ID, m.target.ID).
			WithRule(identity.RuleRelink).WithHint("there is nothing to do, unless the account is to have another address: then relink with takeEmail")
	}
	if err := m.moveLink(); err != nil {
		return err
	}
	if m.want.TakeEmail {
		if err := m.takeEmail(); err != nil {
			return err
		}
	}
	m.advise()
	e := entryOf(opRelink, m.user)
	e.AccountID, e.OtherAccountID = m.target.ID, m.user.AccountID
	e.Message = "Relinked: " + m.describe() + "."
	return both(m.Tx, m.caller, m.org, e, ActionRelinked, map[string]any{"accountId": m.user.AccountID}, map[string]any{"accountId": m.target.ID, "changes": m.out.Changes})
}

// lock reads and locks the record and both accounts, and checks that they may
// be joined.
func (m *relinking) lock() (err error) {
	if m.dir, m.user, err = findRecord(m.Tx, m.org, m.want.Record, m.LockSCIMUser); err != nil {
		return err
	}
	if m.target, err = findManaged(m.Tx, m.org, m.want.AccountID); err != nil {
		return err
	}
	m.out.To = m.target.Account
	if m.user.AccountID != "" {
		from, err := m.linkedAccount()
		if err != nil {
			return err
		}
		m.out.From = &from
	}
	for _, l := range m.target.Links {
		if l.DirectoryID == m.user.DirectoryID && l.SCIMUserID != m.user.ID {
			return identity.Errorf(identity.CodeConflict, "account %s is linked to another SCIM user of this directory, %s", m.target.ID, l.SCIMUserID).
				WithRule(identity.RuleOneLink).WithHint("unlink or delete that record first: roster unlink %s", m.target.ID)
		}
	}
	return nil
}

// linkedAccount locks the account that the record has now. One that the org
// does not manage is shown as the record has it, and not as its owner does.
func (m *relinking) linkedAccount() (store.Account, error) {
	from, err := findManaged(m.Tx, m.org, m.user.AccountID)
	if identity.CodeOf(err) != identity.CodeForbidden {
		return from.Account, err
	}
	stranger := store.Account{ID: m.user.AccountID, Email: m.user.Email, Name: cmp.Or(m.user.DisplayName, m.user.UserName), Status: identity.AccountActive}
	if !m.user.Active {
		stranger.Status = identity.AccountInactive
	}
	return stranger, nil
}

func (m *relinking) moveLink() error {
	if m.user.AccountID == m.target.ID {
		return nil
	}
	if m.user.AccountID != "" {
		if err := m.DeleteLink(m.user.DirectoryID, m.user.ID, journal.UnlinkedByAdmin); err != nil {
			return err
		}
	}
	// Relinking is the administrator's last word: earlier holds are over.
	if _, err := m.DeleteHolds(m.user.DirectoryID, m.user.ID); err != nil {
		return err
	}
	err := m.InsertLink(store.Link{OrgID: m.org, DirectoryID: m.user.DirectoryID, SCIMUserID: m.user.ID, AccountID: m.target.ID, CreatedBy: m.caller.Actor})
	if err != nil {
		return err
	}
	m.change("scimUser", string(m.user.ID), "link", string(m.user.AccountID), string(m.target.ID))
	return m.handOver()
}

// handOver lets the account that the record had follow another directory, where
// one decides about it by now.
func (m *relinking) handOver() error {
	if m.user.AccountID == "" {
		return nil
	}
	before, err := m.Account(m.user.AccountID)
	if err != nil {
		return err
	}
	if err := provision.TakeOver(m.Tx, m.caller, m.org, before.ID); err != nil {
		return err
	}
	after, err := m.Account(before.ID)
	if err != nil || after == before {
		return err
	}
	m.out.From = &after
	if after.Email != before.Email {
		m.change("account", string(after.ID), "email", before.Email.Address, after.Email.Address)
	}
	if after.Status != before.Status {
		m.change("account", string(after.ID), "status", string(before.Status), string(after.Status))
	}
	return nil
}

// takeEmail gives the target the record's address, after parking whoever holds it.
func (m *relinking) takeEmail() error {
	email := m.user.Email
	if email.Key == "" {
		return identity.Errorf(identity.CodeInvalid, "SCIM user %s has no email that account %s could take", m.user.ID, m.target.ID).WithField("takeEmail")
	}
	if m.target.Email.Key == email.Key {
		return nil
	}
	after := m.target.Account
	if err := accounts.MoveTo(m.Tx, m.org, &after, email); err != nil {
		return err
	}
	disagree, err := m.linksThatPushAnother(email)
	if err != nil {
		return err
	}
	if err := m.checkOthersLinks(disagree, m.target.ID); err != nil {
		return err
	}
	if err := m.park(email); err != nil {
		return err
	}
	if err := accounts.StoreAccount(m.Tx, m.caller, m.org, accounts.ActionEmailChanged, m.target.Account, after); err != nil {
		return err
	}
	m.change("account", string(m.target.ID), "email", m.target.Email.Address, email.Address)
	m.out.To = after
	return nil
}

// linksThatPushAnother are those links of the target whose records have another
// address than the target is to have. The others want what is about to happen.
func (m *relinking) linksThatPushAnother(email identity.Email) (disagree []store.Link, err error) {
	for _, l := range m.target.Links {
		u, err := m.SCIMUser(l.DirectoryID, l.SCIMUserID)
		if err != nil {
			return nil, err
		}
		if u.Email.Key != email.Key {
			disagree = append(disagree, l)
		}
	}
	return disagree, nil
}

// park moves the account that holds an address out of the way.
func (m *relinking) park(email identity.Email) error {
	holder, err := m.LockAccountByEmail(email)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	held, err := findManaged(m.Tx, m.org, holder.ID)
	if err != nil {
		return err
	}
	if err := m.checkOthersLinks(held.Links, holder.ID); err != nil {
		return err
	}
	parked, err := m.parkingAddress(holder)
	if err != nil {
		return err
	}
	after := held.Account
	if err := accounts.MoveTo(m.Tx, m.org, &after, parked); err != nil {
		return err
	}
	if err := accounts.StoreAccount(m.Tx, m.caller, m.org, ActionParked, held.Account, after); err != nil {
		return err
	}
	m.change("account", string(holder.ID), "email", holder.Email.Address, parked.Address)
	if m.out.From != nil && m.out.From.ID == holder.ID {
		m.out.From = &after
	}
	return nil
}

// checkOthersLinks refuses to change an account that some other record still
// locks (rule locked-while-linked).
func (m *relinking) checkOthersLinks(links []store.Link, account identity.AccountID) error {
	for _, l := range links {
		if l.DirectoryID == m.user.DirectoryID && l.SCIMUserID == m.user.ID {
			continue
		}
		return identity.Errorf(identity.CodeConflict, "the email of account %s cannot change: SCIM user %s of directory %s is linked to it as well", account, l.SCIMUserID, l.DirectoryID).
			WithRule(identity.RuleLockedWhileLinked).
			WithHint("unlink that record first: roster unlink %s", account)
	}
	return nil
}

// parkingAddress is the one asked for, else the one that the org's template
// makes for the account.
func (m *relinking) parkingAddress(holder store.Account) (identity.Email, error) {
	if m.want.ParkEmail != "" {
		return identity.ParseEmail(m.want.ParkEmail)
	}
	org, err := m.Org(m.org)
	if err != nil {
		return identity.Email{}, err
	}
	return accounts.ParkingAddress(org.Settings.ParkingTemplate, holder)
}

func (m *relinking) change(what, id, field, before, after string) {
	m.out.Changes = append(m.out.Changes, Change{What: what, ID: id, Field: field, Before: before, After: after})
}

func (m *relinking) describe() string {
	parts := make([]string, len(m.out.Changes))
	for i, c := range m.out.Changes {
		parts[i] = fmt.Sprintf("%s %s %s from %q to %q", c.What, c.ID, c.Field, c.Before, c.After)
	}
	return strings.Join(parts, "; ")
}

// advise names what the administrator should know next.
func (m *relinking) advise() {
	if !m.want.TakeEmail && m.user.Email.Key != "" && m.user.Email.Key != m.target.Email.Key {
		m.out.Next = append(m.out.Next, fmt.Sprintf("the record pushes %s while account %s keeps %s: relink with takeEmail to give the account the record's address", m.user.Email.Address, m.target.ID, m.target.Email.Address))
	}
	if m.out.From != nil && m.out.From.ID != m.target.ID {
		m.out.Next = append(m.out.Next, fmt.Sprintf("account %s has no link from this record any more and is unlocked: deactivate or delete it when nobody needs it", m.out.From.ID))
	}
	m.out.Next = append(m.out.Next, "the record keeps its SCIM id, so the identity provider need do nothing")
}
