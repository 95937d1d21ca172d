package accounts

import (
	"context"
	"errors"

	"roster/internal/identity"
	"roster/internal/journal"
	"roster/internal/store"
)

// Account is an account that the org manages, with the links that lock it.
type Account struct {
	store.Account
	Links []store.Link // in the org's directories, oldest first
}

// IsLocked tells whether a directory owns the account's email, name, synced
// profile fields and status (rule locked-while-linked).
func (a Account) IsLocked() bool { return len(a.Links) > 0 }

// NewAccount is what an account is created with.
type NewAccount struct {
	Email  string
	Name   string
	Origin identity.Origin

	invitation identity.Invitation // Invite's
}

// status is that of the new account, and why it has it.
func (n NewAccount) status() (status identity.AccountStatus, reason string) {
	if n.invitation == identity.InvitationPending {
		return identity.AccountInactive, "invited; the person has not come yet"
	}
	return identity.AccountActive, "created by an administrator"
}

// Create makes an account on a domain that the org has verified.
func (s *Service) Create(ctx context.Context, c identity.Caller, org identity.OrgID, n NewAccount) (store.Account, error) {
	return update(ctx, s, func(tx *store.Tx) (store.Account, error) { return create(tx, c, org, n) })
}

func create(tx *store.Tx, c identity.Caller, org identity.OrgID, n NewAccount) (store.Account, error) {
	email, err := identity.ParseEmail(n.Email)
	if err != nil {
		return store.Account{}, err
	}
	name := email.Address
	if n.Name != "" {
		if name, err = identity.CheckName(n.Name); err != nil {
			return store.Account{}, err
		}
		if err := checkLengths(map[Field]string{FieldName: name}); err != nil {
			return store.Account{}, err
		}
	}
	status, reason := n.status()
	a := store.Account{
		ID: identity.NewAccountID(), Name: name, Status: status, Origin: n.Origin,
		StatusBy: c.Actor, StatusReason: reason, Invitation: n.invitation,
	}
	if err := MoveTo(tx, org, &a, email); err != nil {
		return a, err
	}
	a, err = tx.InsertAccount(a)
	if err != nil {
		return a, emailTaken(err, email)
	}
	return a, journal.Audit(tx, c, org, ActionAccountCreated, string(a.ID), nil, map[string]any{"email": a.Email.Address, "name": a.Name, "origin": a.Origin})
}

// Managed lists the accounts that an org manages and how many they are; email,
// when given, asks for the one that holds it.
func (s *Service) Managed(ctx context.Context, org identity.OrgID, email string, p store.Page) (accounts []Account, total int, next string, err error) {
	var wanted identity.Email
	if email != "" {
		if wanted, err = identity.ParseEmail(email); err != nil {
			return nil, 0, "", err
		}
	}
	err = s.store.View(ctx, func(tx *store.Tx) error {
		var found []store.Account
		if found, next, err = tx.ManagedAccounts(org, wanted, p); err != nil {
			return err
		}
		if accounts, err = withLinks(tx, org, found); err != nil {
			return err
		}
		total = len(found)
		if wanted.Key == "" {
			total, err = tx.CountManagedAccounts(org)
		}
		return err
	})
	return accounts, total, next, err
}

func withLinks(tx *store.Tx, org identity.OrgID, found []store.Account) ([]Account, error) {
	ids := make([]identity.AccountID, len(found))
	for i, a := range found {
		ids[i] = a.ID
	}
	links, err := tx.LinksOfAccountsIn(org, ids)
	accounts := make([]Account, len(found))
	for i, a := range found {
		accounts[i] = Account{a, links[a.ID]}
	}
	return accounts, err
}

// Get gives an account that the org manages.
func (s *Service) Get(ctx context.Context, org identity.OrgID, id identity.AccountID) (Account, error) {
	return view(ctx, s, func(tx *store.Tx) (Account, error) { return FindManaged(tx, org, id, tx.Account) })
}

// FindManaged gives an account through find (Tx.Account or Tx.LockAccount), if
// the org manages it (rule managed). One that the org only links is refused;
// any other does not exist for it, whether or not it does for somebody else.
func FindManaged(tx *store.Tx, org identity.OrgID, id identity.AccountID, find func(identity.AccountID) (store.Account, error)) (Account, error) {
	a, err := find(id)
	if errors.Is(err, store.ErrNotFound) {
		return Account{}, unknownAccount(id)
	}
	if err != nil {
		return Account{}, err
	}
	links, err := tx.LinksOfAccountIn(org, id)
	if err != nil {
		return Account{}, err
	}
	managed, err := tx.Manages(org, a)
	switch {
	case err != nil:
		return Account{}, err
	case managed:
		return Account{a, links}, nil
	case len(links) == 0:
		return Account{}, unknownAccount(id)
	}
	return Account{}, notManaged(tx, org, a, links[0])
}

// notManaged refuses an account that the org links and does not manage. It
// speaks of the domain that the org pushes: where its owner has moved the
// account since is not for the org to know.
func notManaged(tx *store.Tx, org identity.OrgID, a store.Account, l store.Link) error {
	isUnclaimed, err := tx.HasVerified(org, a.Email.Domain)
	if err != nil {
		return err
	}
	if isUnclaimed {
		return identity.Errorf(identity.CodeForbidden, "account %s is not managed by this organization: it has not claimed it, and claims on the domain %s are selected", a.ID, a.Email.Domain).
			WithRule(identity.RuleManaged).WithHint("claim the account first: roster domain claim %s --account %s", a.Email.Domain, a.ID)
	}
	u, err := tx.SCIMUser(l.DirectoryID, l.SCIMUserID)
	if err != nil {
		return err
	}
	isOwn, err := tx.HasVerified(org, u.Email.Domain)
	if err != nil {
		return err
	}
	domain := "the domain " + u.Email.Domain
	if isOwn || u.Email.Domain == "" {
		domain = "the domain of its address"
	}
	return identity.Errorf(identity.CodeForbidden, "account %s is not managed by this organization: it has not verified %s", l.AccountID, domain).
		WithRule(identity.RuleManaged).WithHint("verify and claim %s, or unlink the SCIM users of this account one by one", domain)
}

// DomainError is a refusal that is about a domain which the org has not verified.
type DomainError struct {
	Err    *identity.Error
	Domain string
}

// Error is the text of the error that the domain details.
func (e *DomainError) Error() string { return e.Err.Error() }

// Unwrap gives the error that the domain details.
func (e *DomainError) Unwrap() error { return e.Err }

// CheckEmailWithinVerified refuses an address on a domain that the org has not
// verified (rule email-within-verified) with a *DomainError.
func CheckEmailWithinVerified(tx *store.Tx, org identity.OrgID, email identity.Email) error {
	_, err := verifiedDomain(tx, org, email)
	return err
}

// MoveTo gives an account an address on a domain that the org has verified, and
// claims the account where that is needed to go on managing it. Any other
// domain is refused as CheckEmailWithinVerified does. It stores nothing.
func MoveTo(tx *store.Tx, org identity.OrgID, a *store.Account, email identity.Email) error {
	d, err := verifiedDomain(tx, org, email)
	if err != nil {
		return err
	}
	a.Email = email
	d.Adopt(a)
	return nil
}

func verifiedDomain(tx *store.Tx, org identity.OrgID, email identity.Email) (store.Domain, error) {
	d, err := tx.Verifier(email.Domain)
	if err == nil && d.OrgID == org {
		return d, nil
	}
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return d, err
	}
	return store.Domain{}, &DomainError{Domain: email.Domain, Err: identity.Errorf(identity.CodeForbidden, "the organization has not verified the domain %s", email.Domain).
		WithRule(identity.RuleEmailWithinVerified).WithField("email").
		WithHint("add and verify the domain %s first, or use an address on a domain that the organization has verified", email.Domain)}
}

// emailTaken gives the conflict of rule one-account-per-email its text.
func emailTaken(err error, email identity.Email) error {
	return taken(err, store.ConstraintAccountEmail, identity.Errorf(identity.CodeConflict, "another account holds the address %s", email.Address).
		WithRule(identity.RuleOneAccountPerEmail).WithField("email").
		WithHint("give the other account an unused address first, or choose another address"))
}
