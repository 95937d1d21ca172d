package store

import (
	"context"
	"sync"

	"roster/internal/identity"
	"roster/internal/scim"
)

// maxCatalogues bounds the catalogues that are kept in memory.
const maxCatalogues = 1000

// catalogues remembers the catalogues of directories that have more than the
// built-in types. A directory's row tells the version that is in force, so an
// older one is seen to be old, on whatever replica it was changed.
type catalogues struct {
	mu    sync.RWMutex
	known map[identity.DirectoryID]*scim.Catalogue
}

func newCatalogues() *catalogues {
	return &catalogues{known: map[identity.DirectoryID]*scim.Catalogue{}}
}

func (c *catalogues) get(d identity.DirectoryID) *scim.Catalogue {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.known[d]
}

func (c *catalogues) put(d identity.DirectoryID, types *scim.Catalogue) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.known) >= maxCatalogues {
		clear(c.known)
	}
	c.known[d] = types
}

// Catalogue gives the resource types that are in force for a directory, as d
// was read in this transaction. The caller is a reader on a snapshot, or holds
// the directory.
func (tx *Tx) Catalogue(d Directory) (*scim.Catalogue, error) {
	if d.Schemas == 0 {
		return scim.BuiltIn(), nil
	}
	if known := tx.types.get(d.ID); known != nil && known.Version() == d.Schemas {
		return known, nil
	}
	definitions, err := tx.Definitions(d.ID)
	if err != nil {
		return nil, err
	}
	return CatalogueOf(d.Schemas, definitions)
}

// KnownCatalogue gives what a directory's catalogue was when it was last
// looked at: a guess that costs no query, to be checked against the
// directory's row. Of a directory that nobody looked at it is the built-in one.
func (s *Store) KnownCatalogue(d identity.DirectoryID) *scim.Catalogue {
	if known := s.types.get(d); known != nil {
		return known
	}
	return scim.BuiltIn()
}

// CurrentCatalogue looks at a directory's catalogue, and remembers it: only what
// is committed is worth remembering.
func (s *Store) CurrentCatalogue(ctx context.Context, d identity.DirectoryID) (types *scim.Catalogue, err error) {
	err = s.View(ctx, func(tx *Tx) error {
		directory, err := tx.DirectoryByID(d)
		if err != nil {
			return err
		}
		types, err = tx.Catalogue(directory)
		return err
	})
	if err == nil && types.Version() > 0 {
		s.types.put(d, types)
	}
	return types, err
}
