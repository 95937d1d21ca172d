package store

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"roster/internal/identity"
	"roster/internal/scim"
)

// SCIMResource is a resource of a configured type that a client pushed into a
// directory. It has no account and no link.
type SCIMResource struct {
	DirectoryID identity.DirectoryID
	Type        string // id of its resource type, folded by [TypeKey]
	ID          string
	ExternalID  string // "" if none
	Doc         []byte // canonical JSON without what Roster computes
	Folded      []byte // Doc, folded for search; written, never read back
	Schemas     []string
	Version     int64
	CreatedAt   time.Time
	ModifiedAt  time.Time
}

// TypeKey is what resources are stored under: the names of types are the same
// whatever their letter case.
func TypeKey(rt *scim.ResourceType) string { return strings.ToLower(rt.ID) }

const scimResourceSelect = `SELECT r.directory_id, r.type, r.id, r.external_id, r.doc, r.schemas, r.version, r.created_at, r.modified_at FROM scim_resource r `

func scanSCIMResource(row scanner) (r SCIMResource, err error) {
	var doc, schemas string
	err = row.Scan(&r.DirectoryID, &r.Type, &r.ID, textInto(&r.ExternalID), &doc, &schemas, &r.Version, timeInto{&r.CreatedAt}, timeInto{&r.ModifiedAt})
	if err != nil {
		return r, err
	}
	r.Doc = []byte(doc)
	if err := json.Unmarshal([]byte(schemas), &r.Schemas); err != nil {
		return r, fmt.Errorf("schemas of resource %s: %w", r.ID, err)
	}
	return r, nil
}

// InsertSCIMResource stores a new resource in its first version, created now.
func (tx *Tx) InsertSCIMResource(r SCIMResource) error {
	schemas, err := json.Marshal(r.Schemas)
	if err != nil {
		return err
	}
	_, err = tx.exec(`INSERT INTO scim_resource (directory_id, type, id, external_id, doc, folded, schemas, version, created_at, modified_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, 1, $8, $8)`,
		r.DirectoryID, r.Type, r.ID, null(r.ExternalID), string(r.Doc), string(r.Folded), string(schemas), micros(tx.now))
	if err != nil {
		return err
	}
	tx.count(r.DirectoryID, countResources(r.Type), 1)
	return nil
}

// UpdateSCIMResource stores a resource's attributes, counts its version up and
// sets its ModifiedAt.
func (tx *Tx) UpdateSCIMResource(r SCIMResource) error {
	schemas, err := json.Marshal(r.Schemas)
	if err != nil {
		return err
	}
	return tx.execOne(`UPDATE scim_resource SET external_id = $1, doc = $2, folded = $3, schemas = $4, version = version + 1, modified_at = $5 WHERE directory_id = $6 AND type = $7 AND id = $8`,
		null(r.ExternalID), string(r.Doc), string(r.Folded), string(schemas), micros(tx.now), r.DirectoryID, r.Type, r.ID)
}

// DeleteSCIMResource removes a resource; its unique values are free again.
func (tx *Tx) DeleteSCIMResource(d identity.DirectoryID, typ, id string) error {
	if err := tx.execOne(`DELETE FROM scim_resource WHERE directory_id = $1 AND type = $2 AND id = $3`, d, typ, id); err != nil {
		return err
	}
	tx.count(d, countResources(typ), -1)
	return tx.freeValues(d, typ, id)
}

// SCIMResource gives one resource of a directory.
func (tx *Tx) SCIMResource(d identity.DirectoryID, typ, id string) (SCIMResource, error) {
	return one(tx, scanSCIMResource, scimResourceSelect+`WHERE r.directory_id = $1 AND r.type = $2 AND r.id = $3`, d, typ, id)
}

// LockSCIMResource is SCIMResource, held against other writers until the
// transaction ends.
func (tx *Tx) LockSCIMResource(d identity.DirectoryID, typ, id string) (SCIMResource, error) {
	return one(tx, scanSCIMResource, scimResourceSelect+`WHERE r.directory_id = $1 AND r.type = $2 AND r.id = $3`+tx.dialect.forUpdate(), d, typ, id)
}

// SCIMResourcesByID gives those resources of a type that are there, by their
// ids, in no order.
func (tx *Tx) SCIMResourcesByID(d identity.DirectoryID, typ string, ids []string) ([]SCIMResource, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	list, err := json.Marshal(ids)
	if err != nil {
		return nil, err
	}
	return all(tx, scanSCIMResource, scimResourceSelect+`WHERE r.directory_id = $1 AND r.type = $2 AND r.id IN `+tx.dialect.elements("$3"), d, typ, string(list))
}

// CountMatching counts the resources of any type for which a bound filter
// holds, or all where it is nil. It costs what the directory holds.
func (tx *Tx) CountMatching(d identity.DirectoryID, rt *scim.ResourceType, f scim.Filter) (int, error) {
	l := newListing(tx.dialect, d, ListQuery{Parts: []ListPart{{Type: rt, Filter: f}}})
	return tx.countPart(l, l.parts[0])
}

func countResources(typ string) CountKind { return CountKind("resources " + typ) }

func customResource(d dialect, rt *scim.ResourceType) resource {
	r := resource{
		kind: countResources(TypeKey(rt)), typ: TypeKey(rt), table: "scim_resource r", id: "r.id", owner: "r.directory_id", json: "r.folded", dialect: d,
		fields: commonFields(d, "r", rt.Name),
		rows:   map[scim.AttrPath]rows{{Attr: "schemas"}: schemaRows(d, "r", rt.Core.ID)},
	}
	r.sorts = commonSorts("r")
	r.indexes = map[scim.AttrPath]func(filterWriter, string){
		{Attr: "externalId"}: func(fw filterWriter, value string) { fw.add("r.external_id = ?", value) },
	}
	return r
}
