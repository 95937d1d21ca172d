package store

import (
	"cmp"
	"time"

	"roster/internal/identity"
)

// Domain is an email domain that an organization has added.
type Domain struct {
	OrgID       identity.OrgID
	ID          identity.DomainID
	Name        string // lower-case A-label
	Status      identity.DomainStatus
	DirectoryID identity.DirectoryID // that the domain is assigned to, or ""
	CreatedAt   time.Time
	VerifiedAt  time.Time // zero until verified

	Claim  identity.ClaimMode   // which of its accounts the org manages
	Token  string               // what the owner publishes to prove the domain
	Method identity.ProofMethod // by which it was verified, or ""

	CheckedAt    time.Time // of the last look at the proof
	CheckError   string    // what that look found instead of the proof, or ""
	FailingSince time.Time // zero while the proof is found
	NextCheckAt  time.Time // zero: not looked at again
	LostAt       time.Time // zero unless it was verified once and no longer is
}

const domainColumns = `org_id, id, name, status, directory_id, created_at, verified_at, claim, token, method, checked_at, check_error, failing_since, next_check_at, lost_at`

func scanDomain(row scanner) (d Domain, err error) {
	err = row.Scan(&d.OrgID, &d.ID, &d.Name, &d.Status, textInto(&d.DirectoryID), timeInto{&d.CreatedAt}, timeInto{&d.VerifiedAt}, &d.Claim, &d.Token, &d.Method,
		timeInto{&d.CheckedAt}, &d.CheckError, timeInto{&d.FailingSince}, timeInto{&d.NextCheckAt}, timeInto{&d.LostAt})
	return d, err
}

// InsertDomain stores a domain, created now and unverified. A domain that the
// org has already is a [UniqueError] of [ConstraintDomainName].
func (tx *Tx) InsertDomain(d Domain) (Domain, error) {
	return one(tx, scanDomain, `INSERT INTO domain (org_id, id, name, status, created_at, claim, token) VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING `+domainColumns,
		d.OrgID, d.ID, d.Name, identity.DomainUnverified, micros(tx.now), cmp.Or(d.Claim, identity.ClaimAutomatic), d.Token)
}

// Domain gives one domain of an org.
func (tx *Tx) Domain(org identity.OrgID, id identity.DomainID) (Domain, error) {
	return one(tx, scanDomain, `SELECT `+domainColumns+` FROM domain WHERE org_id = $1 AND id = $2`, org, id)
}

// LockDomain is Domain, held against other writers until the transaction ends.
func (tx *Tx) LockDomain(org identity.OrgID, id identity.DomainID) (Domain, error) {
	return one(tx, scanDomain, `SELECT `+domainColumns+` FROM domain WHERE org_id = $1 AND id = $2`+tx.dialect.forUpdate(), org, id)
}

// DomainByName gives the domain of an org that has a name, an A-label.
func (tx *Tx) DomainByName(org identity.OrgID, name string) (Domain, error) {
	return one(tx, scanDomain, `SELECT `+domainColumns+` FROM domain WHERE org_id = $1 AND name = $2`, org, name)
}

// LeaseDueDomains gives at most limit domains of the deployment whose proof is
// due to be looked at, and makes them due again at a time, for whoever is to
// take over from a server that dies over it.
func (tx *Tx) LeaseDueDomains(again time.Time, limit int) ([]Domain, error) {
	return all(tx, scanDomain, `UPDATE domain SET next_check_at = $1 WHERE (org_id, id) IN
		(SELECT org_id, id FROM domain WHERE next_check_at <= $2 ORDER BY next_check_at LIMIT $3`+tx.dialect.skipLocked()+`) RETURNING `+domainColumns,
		micros(again), micros(tx.now), limit)
}

// ShareDomain is Domain, kept as it is until the transaction ends; others may
// read it meanwhile, and share it.
func (tx *Tx) ShareDomain(org identity.OrgID, id identity.DomainID) (Domain, error) {
	return one(tx, scanDomain, `SELECT `+domainColumns+` FROM domain WHERE org_id = $1 AND id = $2`+tx.dialect.forShare("domain"), org, id)
}

// Domains lists an org's domains.
func (tx *Tx) Domains(org identity.OrgID, p Page) ([]Domain, string, error) {
	rows, err := all(tx, scanDomain, `SELECT `+domainColumns+` FROM domain WHERE org_id = $1 AND id > $2 ORDER BY id LIMIT $3`, org, p.After, p.limit())
	if err != nil {
		return nil, "", err
	}
	rows, next := cut(p, rows, func(d Domain) string { return string(d.ID) })
	return rows, next, nil
}

// Verifier gives the verified domain of this name; [ErrNotFound] when no org has
// verified it. In an update the domain stays as it is until the transaction
// ends: what follows from it must not be stored after the domain was lost.
func (tx *Tx) Verifier(name string) (Domain, error) {
	lock := ""
	if tx.writes {
		lock = tx.dialect.forShare("domain")
	}
	return one(tx, scanDomain, `SELECT `+domainColumns+` FROM domain WHERE name = $1 AND status = 'verified'`+lock, name)
}

// UpdateDomain stores all of a domain that can change. When another org has
// verified it, that is a [UniqueError] of [ConstraintDomainVerifier].
func (tx *Tx) UpdateDomain(d Domain) error {
	return tx.execOne(`UPDATE domain SET status = $1, directory_id = $2, verified_at = $3, claim = $4, token = $5, method = $6,
		checked_at = $7, check_error = $8, failing_since = $9, next_check_at = $10, lost_at = $11 WHERE org_id = $12 AND id = $13`,
		d.Status, null(d.DirectoryID), nullMicros(d.VerifiedAt), d.Claim, d.Token, d.Method,
		nullMicros(d.CheckedAt), d.CheckError, nullMicros(d.FailingSince), nullMicros(d.NextCheckAt), nullMicros(d.LostAt), d.OrgID, d.ID)
}

// DeleteDomain takes a domain from an org.
func (tx *Tx) DeleteDomain(org identity.OrgID, id identity.DomainID) error {
	return tx.execOne(`DELETE FROM domain WHERE org_id = $1 AND id = $2`, org, id)
}
