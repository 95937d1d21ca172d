package store

import (
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
}

const domainColumns = `org_id, id, name, status, directory_id, created_at, verified_at`

func scanDomain(row scanner) (d Domain, err error) {
	err = row.Scan(&d.OrgID, &d.ID, &d.Name, &d.Status, textInto(&d.DirectoryID), timeInto{&d.CreatedAt}, timeInto{&d.VerifiedAt})
	return d, err
}

// InsertDomain stores a domain, created now and unverified. A domain that the
// org has already is a [UniqueError] of [ConstraintDomainName].
func (tx *Tx) InsertDomain(d Domain) (Domain, error) {
	return one(tx, scanDomain, `INSERT INTO domain (org_id, id, name, status, created_at) VALUES ($1, $2, $3, $4, $5) RETURNING `+domainColumns,
		d.OrgID, d.ID, d.Name, identity.DomainUnverified, micros(tx.now))
}

// Domain gives one domain of an org.
func (tx *Tx) Domain(org identity.OrgID, id identity.DomainID) (Domain, error) {
	return one(tx, scanDomain, `SELECT `+domainColumns+` FROM domain WHERE org_id = $1 AND id = $2`, org, id)
}

// LockDomain is Domain, held against other writers until the transaction ends.
func (tx *Tx) LockDomain(org identity.OrgID, id identity.DomainID) (Domain, error) {
	return one(tx, scanDomain, `SELECT `+domainColumns+` FROM domain WHERE org_id = $1 AND id = $2`+tx.dialect.forUpdate(), org, id)
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

// Verifier gives the verified domain of this name, whose org manages its
// accounts; [ErrNotFound] when no org has verified it.
func (tx *Tx) Verifier(name string) (Domain, error) {
	return one(tx, scanDomain, `SELECT `+domainColumns+` FROM domain WHERE name = $1 AND status = 'verified'`, name)
}

// VerifyDomain marks a domain verified now. When another org has verified it,
// that is a [UniqueError] of [ConstraintDomainVerifier].
func (tx *Tx) VerifyDomain(org identity.OrgID, id identity.DomainID) error {
	return tx.execOne(`UPDATE domain SET status = 'verified', verified_at = COALESCE(verified_at, $1) WHERE org_id = $2 AND id = $3`, micros(tx.now), org, id)
}

// AssignDomain says which directory decides the accounts of a domain; "" for none.
func (tx *Tx) AssignDomain(org identity.OrgID, id identity.DomainID, d identity.DirectoryID) error {
	return tx.execOne(`UPDATE domain SET directory_id = $1 WHERE org_id = $2 AND id = $3`, null(d), org, id)
}

// DeleteDomain takes a domain from an org.
func (tx *Tx) DeleteDomain(org identity.OrgID, id identity.DomainID) error {
	return tx.execOne(`DELETE FROM domain WHERE org_id = $1 AND id = $2`, org, id)
}
