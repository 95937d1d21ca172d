package provision

import (
	"context"
	"errors"

	"roster/internal/identity"
	"roster/internal/scim"
	"roster/internal/store"
)

// ErrTypesChanged means that the resource types of the directory are not the
// ones that the request was read by: they were changed at this moment, or on
// another replica since they were looked at here. Nothing has happened and
// nothing is logged; [Service.WithTypes] sees to it that the request is read
// again.
var ErrTypesChanged = errors.New("the resource types of the directory have changed")

// maxRereads bounds how often a request is read again. Types change seldom.
const maxRereads = 5

// WithTypes runs fn with the resource types that are in force for the
// request's directory. They are looked up in memory and checked against the
// directory's row, which each method reads anyway, so that most requests cost
// no query more. fn runs again when the types were old; it must have no effect
// but what the methods of Service do.
func (s *Service) WithTypes(ctx context.Context, r Request, fn func(Request) error) error {
	r.Types = s.store.KnownCatalogue(r.DirectoryID)
	for range maxRereads {
		err := fn(r)
		if !errors.Is(err, ErrTypesChanged) {
			return err
		}
		if r.Types, err = s.CurrentTypes(ctx, r); err != nil {
			return err
		}
	}
	return ErrTypesChanged
}

// CurrentTypes looks the resource types of the request's directory up. Requests
// that read no resource, such as for /Schemas, need it.
func (s *Service) CurrentTypes(ctx context.Context, r Request) (*scim.Catalogue, error) {
	return s.store.CurrentCatalogue(ctx, r.DirectoryID)
}

// checkTypes makes sure that a request was read by the types in force.
func checkTypes(r Request, d store.Directory) error {
	if r.types().Version() != d.Schemas {
		return ErrTypesChanged
	}
	return nil
}

// TypesNow gives the resource types of a directory that the caller holds, or
// reads on a snapshot.
func TypesNow(tx *store.Tx, d identity.DirectoryID) (*scim.Catalogue, error) {
	directory, err := tx.DirectoryByID(d)
	if err != nil {
		return nil, err
	}
	return tx.Catalogue(directory)
}
