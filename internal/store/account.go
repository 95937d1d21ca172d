package store

import (
	"encoding/json"
	"fmt"
	"time"

	"roster/internal/identity"
)

// Account is a person in the deployment.
type Account struct {
	ID           identity.AccountID
	Email        identity.Email
	Name         string
	Status       identity.AccountStatus
	Origin       identity.Origin
	Profile      Profile
	ClaimedBy    identity.OrgID // that claimed it by name, or "", see Manages
	StatusBy     string         // who asked for the present status
	StatusReason string
	StatusAt     time.Time
	DeleteAt     time.Time // end of the grace period of a closed account, else zero
	Invitation   identity.Invitation
	CreatedAt    time.Time
	UpdatedAt    time.Time
}

// Profile is what applications read of a person besides name and email; the
// fields are those of the hosted user management API.
type Profile struct {
	Nickname     string `json:"nickname,omitempty"`
	Zoneinfo     string `json:"zoneinfo,omitempty"`
	Locale       string `json:"locale,omitempty"`
	JobTitle     string `json:"jobTitle,omitempty"`
	Organization string `json:"organization,omitempty"`
	Department   string `json:"department,omitempty"`
	Location     string `json:"location,omitempty"`
}

const accountColumns = `id, email, email_key, email_domain, name, status, origin, profile, claimed_by, status_by, status_reason, status_at, delete_at, invitation, created_at, updated_at`

func scanAccount(row scanner) (a Account, err error) {
	var profile string
	err = row.Scan(&a.ID, &a.Email.Address, &a.Email.Key, &a.Email.Domain, &a.Name, &a.Status, &a.Origin, &profile, textInto(&a.ClaimedBy),
		&a.StatusBy, &a.StatusReason, timeInto{&a.StatusAt}, timeInto{&a.DeleteAt}, &a.Invitation, timeInto{&a.CreatedAt}, timeInto{&a.UpdatedAt})
	if err != nil {
		return a, err
	}
	if err := json.Unmarshal([]byte(profile), &a.Profile); err != nil {
		return a, fmt.Errorf("profile of %s: %w", a.ID, err)
	}
	return a, nil
}

// InsertAccount stores an account, created now. A taken address is a
// [UniqueError] of [ConstraintAccountEmail].
func (tx *Tx) InsertAccount(a Account) (Account, error) {
	return tx.insertAccount(a, "")
}

// InsertAccountIfFree is InsertAccount that answers [ErrNotFound], and lets the
// transaction go on, when the address is taken.
func (tx *Tx) InsertAccountIfFree(a Account) (Account, error) {
	return tx.insertAccount(a, " ON CONFLICT (email_key) DO NOTHING")
}

func (tx *Tx) insertAccount(a Account, onConflict string) (Account, error) {
	profile, err := json.Marshal(a.Profile)
	if err != nil {
		return Account{}, err
	}
	keys := nameKeysOf(a.Name)
	err = tx.execOne(`INSERT INTO account (id, email, email_key, email_domain, name, name_key, last_name_key, status, origin, profile, claimed_by, status_by, status_reason, invitation, status_at, created_at, updated_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $15, $15)`+onConflict,
		a.ID, a.Email.Address, a.Email.Key, a.Email.Domain, a.Name, keys.whole, keys.last, a.Status, a.Origin, string(profile), null(a.ClaimedBy), a.StatusBy, a.StatusReason, a.Invitation, micros(tx.now))
	if err != nil {
		return Account{}, err
	}
	tx.noteAccountCreated(a)
	tx.countAccount(a, 1)
	a.StatusAt, a.CreatedAt, a.UpdatedAt = tx.now, tx.now, tx.now
	return a, nil
}

// Account gives an account by id. Accounts belong to no org: the caller
// decides by the rule managed what it may show or do.
func (tx *Tx) Account(id identity.AccountID) (Account, error) {
	return one(tx, scanAccount, `SELECT `+accountColumns+` FROM account WHERE id = $1`, id)
}

// LockAccount is Account, and holds the account against other writers until
// the transaction ends. Writers that check a rule about an account and its
// links lock it first.
func (tx *Tx) LockAccount(id identity.AccountID) (Account, error) {
	return one(tx, scanAccount, `SELECT `+accountColumns+` FROM account WHERE id = $1`+tx.dialect.forUpdate(), id)
}

// AccountByEmail gives the account that holds an address.
func (tx *Tx) AccountByEmail(e identity.Email) (Account, error) {
	return one(tx, scanAccount, `SELECT `+accountColumns+` FROM account WHERE email_key = $1`, e.Key)
}

// LockAccountByEmail is AccountByEmail, held against other writers.
func (tx *Tx) LockAccountByEmail(e identity.Email) (Account, error) {
	return one(tx, scanAccount, `SELECT `+accountColumns+` FROM account WHERE email_key = $1`+tx.dialect.forUpdate(), e.Key)
}

// UpdateAccount stores all that can change of an account and sets its
// UpdatedAt. A taken address is a [UniqueError] of [ConstraintAccountEmail].
func (tx *Tx) UpdateAccount(a Account) error {
	profile, err := json.Marshal(a.Profile)
	if err != nil {
		return err
	}
	before, err := tx.Account(a.ID)
	if err != nil {
		return err
	}
	if a.Status == identity.AccountActive && a.Invitation == identity.InvitationPending {
		a.Invitation = identity.InvitationAccepted // whoever activates the account, its person is there
	}
	tx.countAccount(before, -1)
	tx.countAccount(a, 1)
	tx.noteAccountChanged(before, a)
	keys := nameKeysOf(a.Name)
	return tx.execOne(`UPDATE account SET email = $1, email_key = $2, email_domain = $3, name = $4, name_key = $5, last_name_key = $6, status = $7, profile = $8, claimed_by = $9,
		status_by = $10, status_reason = $11, status_at = $12, delete_at = $13, invitation = $14, updated_at = $15 WHERE id = $16`,
		a.Email.Address, a.Email.Key, a.Email.Domain, a.Name, keys.whole, keys.last, a.Status, string(profile), null(a.ClaimedBy),
		a.StatusBy, a.StatusReason, micros(a.StatusAt), nullMicros(a.DeleteAt), a.Invitation, micros(tx.now), a.ID)
}
