package store

import (
	"time"

	"roster/internal/identity"
)

// Org is a tenant.
type Org struct {
	ID        identity.OrgID
	Name      string
	Behaviour identity.Behaviour
	Settings  OrgSettings
	CreatedAt time.Time
}

// OrgSettings are what an organization chose for itself.
type OrgSettings struct {
	TombstoneDays   int    // a deleted SCIM user can be restored
	LogDays         int    // an entry of the troubleshooting log is kept
	AuditDays       int    // an entry of the audit log is kept
	ParkingTemplate string // of the address that a parked account gets
	DefaultClaim    identity.ClaimMode
}

// DefaultOrgSettings are those of a new organization, as in the migration.
var DefaultOrgSettings = OrgSettings{
	TombstoneDays: 30, LogDays: 180, AuditDays: 730,
	ParkingTemplate: "parked-{id}@{domain}", DefaultClaim: identity.ClaimAutomatic,
}

const orgColumns = `id, name, behaviour, tombstone_days, log_days, audit_days, parking_template, default_claim, created_at`

func scanOrg(row scanner) (o Org, err error) {
	s := &o.Settings
	err = row.Scan(&o.ID, &o.Name, &o.Behaviour, &s.TombstoneDays, &s.LogDays, &s.AuditDays, &s.ParkingTemplate, &s.DefaultClaim, timeInto{&o.CreatedAt})
	return o, err
}

// InsertOrg stores a new organization, created now, with the default settings.
func (tx *Tx) InsertOrg(o Org) (Org, error) {
	return one(tx, scanOrg, `INSERT INTO org (id, name, behaviour, created_at) VALUES ($1, $2, $3, $4) RETURNING `+orgColumns,
		o.ID, o.Name, o.Behaviour, micros(tx.now))
}

// Org gives one organization.
func (tx *Tx) Org(id identity.OrgID) (Org, error) {
	return one(tx, scanOrg, `SELECT `+orgColumns+` FROM org WHERE id = $1`, id)
}

// LockOrg is Org, and holds the organization against others who lock it. It is
// an update that changes nothing: FOR UPDATE would wait for every write that
// only refers to the organization, and hold up the next ones.
func (tx *Tx) LockOrg(id identity.OrgID) (Org, error) {
	return one(tx, scanOrg, `UPDATE org SET name = name WHERE id = $1 RETURNING `+orgColumns, id)
}

// Orgs lists the organizations of the deployment; for holders of the site key only.
func (tx *Tx) Orgs(p Page) ([]Org, string, error) {
	rows, err := all(tx, scanOrg, `SELECT `+orgColumns+` FROM org WHERE id > $1 ORDER BY id LIMIT $2`, p.After, p.limit())
	if err != nil {
		return nil, "", err
	}
	rows, next := cut(p, rows, func(o Org) string { return string(o.ID) })
	return rows, next, nil
}

// UpdateOrg stores an organization's name and settings.
func (tx *Tx) UpdateOrg(o Org) error {
	s := o.Settings
	return tx.execOne(`UPDATE org SET name = $1, behaviour = $2, tombstone_days = $3, log_days = $4, audit_days = $5, parking_template = $6, default_claim = $7 WHERE id = $8`,
		o.Name, o.Behaviour, s.TombstoneDays, s.LogDays, s.AuditDays, s.ParkingTemplate, s.DefaultClaim, o.ID)
}
