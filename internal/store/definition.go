package store

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"roster/internal/identity"
	"roster/internal/scim"
)

// DefinitionKind says what a definition's document is.
type DefinitionKind string

// The documents that administrators configure (RFC 7643 sections 6 and 7).
const (
	DefinesSchema DefinitionKind = "schema"
	DefinesType   DefinitionKind = "resourceType"
)

// Definition is a Schema or ResourceType document of an administrator.
type Definition struct {
	DirectoryID identity.DirectoryID // "" when it is for the whole deployment
	Kind        DefinitionKind
	ID          string // URN or name; letter case does not tell two apart
	Doc         []byte
	CreatedAt   time.Time
	ModifiedAt  time.Time
}

func scanDefinition(row scanner) (d Definition, err error) {
	var doc string
	err = row.Scan(textInto(&d.DirectoryID), &d.Kind, &d.ID, &doc, timeInto{&d.CreatedAt}, timeInto{&d.ModifiedAt})
	d.Doc = []byte(doc)
	return d, err
}

const definitionSelect = `SELECT directory_id, kind, key, doc, created_at, modified_at FROM scim_definition `

// Definitions gives what is configured for a directory: by its own documents
// and by those of the deployment, which come first. For "" it gives the
// deployment's alone.
func (tx *Tx) Definitions(d identity.DirectoryID) ([]Definition, error) {
	return all(tx, scanDefinition, definitionSelect+`WHERE owner IN ('', $1) ORDER BY owner, kind, key`, d)
}

// DefinitionPage gives a page of Definitions; the page key is owner/kind/key.
func (tx *Tx) DefinitionPage(d identity.DirectoryID, p Page) ([]Definition, string, error) {
	found, err := tx.Definitions(d) // as many as a catalogue may have at most
	if err != nil {
		return nil, "", err
	}
	key := func(d Definition) string { return joinKey(string(d.DirectoryID), string(d.Kind), d.ID) }
	found = slices.DeleteFunc(found, func(d Definition) bool { return key(d) <= p.After })
	found, next := cut(p, found, key)
	return found, next, nil
}

// PutDefinition stores a document in place of the one with its id, if there is
// one. The caller holds the directory, or all, and counts its version up.
func (tx *Tx) PutDefinition(d Definition) error {
	_, err := tx.exec(`INSERT INTO scim_definition (owner, kind, key, directory_id, doc, created_at, modified_at) VALUES ($1, $2, $3, $4, $5, $6, $6)
		ON CONFLICT (owner, kind, key) DO UPDATE SET doc = excluded.doc, modified_at = excluded.modified_at`,
		d.DirectoryID, d.Kind, strings.ToLower(d.ID), null(d.DirectoryID), string(d.Doc), micros(tx.now))
	return err
}

// DeleteDefinition removes a document of a directory, or ("") of the
// deployment; [ErrNotFound] if there is none.
func (tx *Tx) DeleteDefinition(d identity.DirectoryID, kind DefinitionKind, id string) error {
	return tx.execOne(`DELETE FROM scim_definition WHERE owner = $1 AND kind = $2 AND key = $3`, d, kind, strings.ToLower(id))
}

// LockDirectories holds all directories against being written to and created,
// and gives them.
func (tx *Tx) LockDirectories() ([]Directory, error) {
	if lock := tx.dialect.forUpdate(); lock != "" {
		if _, err := tx.exec(`LOCK TABLE directory IN SHARE ROW EXCLUSIVE MODE`); err != nil {
			return nil, err
		}
		if _, err := all(tx, column[string], `SELECT id FROM directory ORDER BY id`+lock); err != nil {
			return nil, err
		}
	}
	return all(tx, scanDirectory, directorySelect+`ORDER BY d.id`)
}

// BumpSchemas counts the version of a directory's catalogue up.
func (tx *Tx) BumpSchemas(org identity.OrgID, d identity.DirectoryID) error {
	return tx.execOne(`UPDATE directory SET schema_version = schema_version + 1 WHERE org_id = $1 AND id = $2`, org, d)
}

// CatalogueOf reads the catalogue that definitions make.
func CatalogueOf(version int64, definitions []Definition) (*scim.Catalogue, error) {
	var schemas []*scim.Schema
	var types []scim.TypeDefinition
	for _, d := range definitions {
		doc, err := scim.Decode(d.Doc, scim.DefaultLimits)
		if err != nil {
			return nil, fmt.Errorf("read definition %s: %w", d.ID, err)
		}
		switch d.Kind {
		case DefinesSchema:
			s, err := scim.ParseSchema(doc)
			if err != nil {
				return nil, fmt.Errorf("read schema %s: %w", d.ID, err)
			}
			schemas = append(schemas, s)
		case DefinesType:
			t, err := scim.ParseResourceType(doc)
			if err != nil {
				return nil, fmt.Errorf("read resource type %s: %w", d.ID, err)
			}
			types = append(types, t)
		}
	}
	return scim.NewCatalogue(version, schemas, types)
}
