package store

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"

	"roster/internal/identity"
	"roster/internal/scim"
)

// Holding is a resource's claim on values that must be unique.
type Holding struct {
	OrgID       identity.OrgID
	DirectoryID identity.DirectoryID
	Type        string // [TypeKey] of the resource's type
	ID          string // of the resource
}

// scope is within what a value is unique: uniqueness server means among the
// resources of the type in the directory (RFC 7643 section 7), and global in
// the whole organization. It ends there because a refusal would tell one
// tenant what another holds.
func (h Holding) scope(global bool) string {
	if global {
		return string(h.OrgID)
	}
	return joinKey(string(h.DirectoryID), h.Type)
}

func digest(key string) string {
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:])
}

// valuesAtOnce bounds the rows of one statement: databases bound its parameters.
const valuesAtOnce = 1000

// HoldValues claims values. When another resource holds one of them, the error
// is a [UniqueError] of [ConstraintValue]; [Tx.HolderOf] tells which.
func (tx *Tx) HoldValues(h Holding, values []scim.UniqueValue) error {
	for chunk := range slices.Chunk(values, valuesAtOnce) {
		w := where{dialect: tx.dialect}
		for i, v := range chunk {
			row := ", (?, ?, ?, ?, ?, ?)"
			if i == 0 {
				row = row[2:]
			}
			w.add(row, h.DirectoryID, h.Type, h.ID, v.Name, digest(v.Key), h.scope(v.Global))
		}
		if _, err := tx.exec(`INSERT INTO scim_value (directory_id, type, holder, name, digest, scope) VALUES `+w.String(), w.args...); err != nil {
			return err
		}
	}
	return nil
}

// FreeValue gives a value up.
func (tx *Tx) FreeValue(h Holding, v scim.UniqueValue) error {
	_, err := tx.exec(`DELETE FROM scim_value WHERE directory_id = $1 AND type = $2 AND holder = $3 AND name = $4 AND digest = $5`,
		h.DirectoryID, h.Type, h.ID, v.Name, digest(v.Key))
	return err
}

// HolderOf gives the resource that holds a value which h wants.
func (tx *Tx) HolderOf(h Holding, v scim.UniqueValue) (holder Holding, err error) {
	return one(tx, func(row scanner) (Holding, error) {
		holder.OrgID = h.OrgID
		err := row.Scan(&holder.DirectoryID, &holder.Type, &holder.ID)
		return holder, err
	}, `SELECT directory_id, type, holder FROM scim_value WHERE scope = $1 AND name = $2 AND digest = $3`, h.scope(v.Global), v.Name, digest(v.Key))
}

// freeValues gives up all values of a resource that is deleted.
func (tx *Tx) freeValues(d identity.DirectoryID, typ, id string) error {
	_, err := tx.exec(`DELETE FROM scim_value WHERE directory_id = $1 AND type = $2 AND holder = $3`, d, typ, id)
	return err
}
