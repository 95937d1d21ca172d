package store

import (
	"encoding/json"
	"fmt"
	"time"

	"roster/internal/identity"
	"roster/internal/scim"
)

// SCIMGroup is a Group record that an IdP pushed into a directory. Its members
// are rows of their own; see the member methods.
type SCIMGroup struct {
	DirectoryID    identity.DirectoryID
	ID             identity.SCIMGroupID
	ExternalID     string
	DisplayName    string
	DisplayNameKey string // folded
	Doc            []byte
	Folded         []byte // written, never read back
	Schemas        []string
	Version        int64
	CreatedAt      time.Time
	ModifiedAt     time.Time
}

const scimGroupSelect = `SELECT g.directory_id, g.id, g.external_id, g.display_name, g.display_name_key, g.doc, g.schemas, g.version, g.created_at, g.modified_at FROM scim_group g `

func scanSCIMGroup(row scanner) (g SCIMGroup, err error) {
	var doc, schemas string
	err = row.Scan(&g.DirectoryID, &g.ID, textInto(&g.ExternalID), &g.DisplayName, &g.DisplayNameKey, &doc, &schemas, &g.Version, timeInto{&g.CreatedAt}, timeInto{&g.ModifiedAt})
	if err != nil {
		return g, err
	}
	g.Doc = []byte(doc)
	if err := json.Unmarshal([]byte(schemas), &g.Schemas); err != nil {
		return g, fmt.Errorf("schemas of group %s: %w", g.ID, err)
	}
	return g, nil
}

// InsertSCIMGroup stores a new group without members, created now. A taken
// name of the directory is a [UniqueError] of [ConstraintGroupName].
func (tx *Tx) InsertSCIMGroup(g SCIMGroup) error {
	schemas, err := json.Marshal(g.Schemas)
	if err != nil {
		return err
	}
	_, err = tx.exec(`INSERT INTO scim_group (directory_id, id, external_id, display_name, display_name_key, doc, folded, schemas, version, created_at, modified_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1, $9, $9)`,
		g.DirectoryID, g.ID, null(g.ExternalID), g.DisplayName, g.DisplayNameKey, string(g.Doc), string(g.Folded), string(schemas), micros(tx.now))
	if err != nil {
		return err
	}
	tx.count(g.DirectoryID, CountGroups, 1)
	return nil
}

// UpdateSCIMGroup stores the pushed attributes of a group, counts its version
// up and sets its ModifiedAt.
func (tx *Tx) UpdateSCIMGroup(g SCIMGroup) error {
	schemas, err := json.Marshal(g.Schemas)
	if err != nil {
		return err
	}
	return tx.execOne(`UPDATE scim_group SET external_id = $1, display_name = $2, display_name_key = $3, doc = $4, folded = $5, schemas = $6, version = version + 1, modified_at = $7
		WHERE directory_id = $8 AND id = $9`,
		null(g.ExternalID), g.DisplayName, g.DisplayNameKey, string(g.Doc), string(g.Folded), string(schemas), micros(tx.now), g.DirectoryID, g.ID)
}

// TouchSCIMGroup notes that a group's members changed.
func (tx *Tx) TouchSCIMGroup(d identity.DirectoryID, id identity.SCIMGroupID) error {
	return tx.execOne(`UPDATE scim_group SET version = version + 1, modified_at = $1 WHERE directory_id = $2 AND id = $3`, micros(tx.now), d, id)
}

// DeleteSCIMGroup removes a group with its memberships.
func (tx *Tx) DeleteSCIMGroup(d identity.DirectoryID, id identity.SCIMGroupID) error {
	if err := tx.execOne(`DELETE FROM scim_group WHERE directory_id = $1 AND id = $2`, d, id); err != nil {
		return err
	}
	tx.count(d, CountGroups, -1)
	return tx.freeValues(d, TypeKey(scim.GroupType()), string(id))
}

// SCIMGroup gives one group of a directory.
func (tx *Tx) SCIMGroup(d identity.DirectoryID, id identity.SCIMGroupID) (SCIMGroup, error) {
	return one(tx, scanSCIMGroup, scimGroupSelect+`WHERE g.directory_id = $1 AND g.id = $2`, d, id)
}

// SCIMGroupsByID gives those groups of a directory that have the given ids, in no order.
func (tx *Tx) SCIMGroupsByID(d identity.DirectoryID, ids []string) ([]SCIMGroup, error) {
	return byIDs(tx, scanSCIMGroup, scimGroupSelect+`WHERE g.directory_id = $1 AND g.id IN `, d, ids)
}

// LockSCIMGroup is SCIMGroup, held against other writers until the transaction
// ends: changes of one group happen one after the other.
func (tx *Tx) LockSCIMGroup(d identity.DirectoryID, id identity.SCIMGroupID) (SCIMGroup, error) {
	return one(tx, scanSCIMGroup, scimGroupSelect+`WHERE g.directory_id = $1 AND g.id = $2`+tx.dialect.forUpdate(), d, id)
}
