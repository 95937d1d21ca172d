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
	CreatedAt time.Time
}

const orgColumns = `id, name, behaviour, created_at`

func scanOrg(row scanner) (o Org, err error) {
	err = row.Scan(&o.ID, &o.Name, &o.Behaviour, timeInto{&o.CreatedAt})
	return o, err
}

// InsertOrg stores a new organization, created now.
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
	return tx.execOne(`UPDATE org SET name = $1, behaviour = $2 WHERE id = $3`, o.Name, o.Behaviour, o.ID)
}
