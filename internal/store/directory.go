package store

import (
	"database/sql"
	"time"

	"roster/internal/identity"
	"roster/internal/scim"
)

// Directory is one IdP connection of an org, with the settings of its org that
// a write depends on.
type Directory struct {
	ID        identity.DirectoryID
	OrgID     identity.OrgID
	Name      string
	Kind      identity.DirectoryKind
	Status    identity.DirectoryStatus
	Restore   *bool // restoreMemberships; nil: as the behaviour says
	CreatedAt time.Time
	Behaviour identity.Behaviour // of the org
	Deletions bool               // it has tombstones, expired ones included
	Schemas   int64              // version of its catalogue; see [Tx.Catalogue]
}

// RestoreMemberships tells whether a user who is created again gets the
// memberships of its deleted record back (rule tombstone).
func (d Directory) RestoreMemberships() bool {
	if d.Restore != nil {
		return *d.Restore
	}
	return d.Behaviour == identity.BehaviourSafe
}

const directorySelect = `SELECT d.id, d.org_id, d.name, d.kind, d.status, d.restore_memberships, d.created_at, d.schema_version, o.behaviour,
	EXISTS (SELECT 1 FROM tombstone t WHERE t.directory_id = d.id)
	FROM directory d JOIN org o ON o.id = d.org_id `

func scanDirectory(row scanner) (d Directory, err error) {
	var restore sql.NullBool
	err = row.Scan(&d.ID, &d.OrgID, &d.Name, &d.Kind, &d.Status, &restore, timeInto{&d.CreatedAt}, &d.Schemas, &d.Behaviour, &d.Deletions)
	if restore.Valid {
		d.Restore = &restore.Bool
	}
	return d, err
}

// InsertDirectory stores a directory, created now and connected. A taken name
// is a [UniqueError] of [ConstraintDirectoryName].
func (tx *Tx) InsertDirectory(d Directory) (Directory, error) {
	_, err := tx.exec(`INSERT INTO directory (id, org_id, name, name_key, kind, status, restore_memberships, created_at, schema_version)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, CASE WHEN EXISTS (SELECT 1 FROM scim_definition WHERE owner = '') THEN 1 ELSE 0 END)`,
		d.ID, d.OrgID, d.Name, scim.Fold(d.Name), d.Kind, identity.DirectoryConnected, d.Restore, micros(tx.now))
	if err != nil {
		return Directory{}, err
	}
	return tx.Directory(d.OrgID, d.ID)
}

// Directory gives one directory of an org.
func (tx *Tx) Directory(org identity.OrgID, id identity.DirectoryID) (Directory, error) {
	return one(tx, scanDirectory, directorySelect+`WHERE d.org_id = $1 AND d.id = $2`, org, id)
}

// DirectoryByID gives a directory for a SCIM request, whose token has already
// been found to open it.
func (tx *Tx) DirectoryByID(id identity.DirectoryID) (Directory, error) {
	return one(tx, scanDirectory, directorySelect+`WHERE d.id = $1`, id)
}

// Directories lists an org's directories.
func (tx *Tx) Directories(org identity.OrgID, p Page) ([]Directory, string, error) {
	rows, err := all(tx, scanDirectory, directorySelect+`WHERE d.org_id = $1 AND d.id > $2 ORDER BY d.id LIMIT $3`, org, p.After, p.limit())
	if err != nil {
		return nil, "", err
	}
	rows, next := cut(p, rows, func(d Directory) string { return string(d.ID) })
	return rows, next, nil
}

// UpdateDirectory stores a directory's name, status and settings.
func (tx *Tx) UpdateDirectory(d Directory) error {
	return tx.execOne(`UPDATE directory SET name = $1, name_key = $2, status = $3, restore_memberships = $4 WHERE org_id = $5 AND id = $6`,
		d.Name, scim.Fold(d.Name), d.Status, d.Restore, d.OrgID, d.ID)
}

// LockDirectory is Directory, held against writers that lock it too: changes
// of its status and its tokens happen one after the other.
func (tx *Tx) LockDirectory(org identity.OrgID, id identity.DirectoryID) (Directory, error) {
	if lock := tx.dialect.forUpdate(); lock != "" {
		if _, err := one(tx, column[string], `SELECT id FROM directory WHERE org_id = $1 AND id = $2`+lock, org, id); err != nil {
			return Directory{}, err
		}
	}
	return tx.Directory(org, id)
}

// OpenDirectory gives a directory to a request that is about to write to it,
// and keeps it from being disconnected until the transaction ends.
func (tx *Tx) OpenDirectory(id identity.DirectoryID) (Directory, error) {
	return one(tx, scanDirectory, directorySelect+`WHERE d.id = $1`+tx.dialect.forShare("d"), id)
}
