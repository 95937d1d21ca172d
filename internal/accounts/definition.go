package accounts

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"roster/internal/identity"
	"roster/internal/scim"
	"roster/internal/store"
)

// SchemaScope says for whom schemas and resource types are configured: a
// directory of an org, or, as the zero value, every directory there is and will
// be.
type SchemaScope struct {
	OrgID       identity.OrgID
	DirectoryID identity.DirectoryID
}

// isDeployment tells whether the scope is every directory.
func (s SchemaScope) isDeployment() bool { return s == SchemaScope{} }

// owns tells whether a definition is of the scope itself.
func (s SchemaScope) owns(d store.Definition) bool { return d.DirectoryID == s.DirectoryID }

// maxDefinitions bounds the documents of one call.
const maxDefinitions = scim.MaxSchemas + scim.MaxResourceTypes

// Definitions lists the documents that are in force for a scope, those of the
// deployment included.
func (s *Service) Definitions(ctx context.Context, scope SchemaScope, p store.Page) (found []store.Definition, next string, err error) {
	err = s.store.View(ctx, func(tx *store.Tx) error {
		if err := scope.check(tx); err != nil {
			return err
		}
		found, next, err = tx.DefinitionPage(scope.DirectoryID, p)
		return err
	})
	return found, next, err
}

// check makes sure that the scope's directory is there.
func (s SchemaScope) check(tx *store.Tx) error {
	if s.isDeployment() {
		return nil
	}
	_, err := tx.Directory(s.OrgID, s.DirectoryID)
	return store.Missing(err, "directory", string(s.DirectoryID))
}

// Definition gives one document that is in force for a scope.
func (s *Service) Definition(ctx context.Context, scope SchemaScope, kind store.DefinitionKind, id string) (store.Definition, error) {
	found, err := view(ctx, s, func(tx *store.Tx) ([]store.Definition, error) {
		if err := scope.check(tx); err != nil {
			return nil, err
		}
		return tx.Definitions(scope.DirectoryID)
	})
	if err != nil {
		return store.Definition{}, err
	}
	for _, d := range found {
		if d.Kind == kind && strings.EqualFold(d.ID, id) {
			return d, nil
		}
	}
	return store.Definition{}, noDefinition(kind, id)
}

// LoadDefinitions stores Schema and ResourceType documents (RFC 7643 sections 7
// and 6), each in place of the one with its id, all or none. A change that
// would make a stored resource invalid is refused. A dry run changes nothing
// and refuses the same. It gives the documents as they are stored.
func (s *Service) LoadDefinitions(ctx context.Context, c identity.Caller, scope SchemaScope, docs []scim.Value, dryRun bool) ([]store.Definition, error) {
	loaded, err := readDefinitions(scope, docs)
	if err != nil {
		return nil, err
	}
	return update(ctx, s, func(tx *store.Tx) ([]store.Definition, error) {
		change := definitionChange{Tx: tx, caller: c, scope: scope}
		held, err := change.check(func(all []store.Definition) ([]store.Definition, error) {
			for _, d := range loaded {
				all = replaceDefinition(all, d)
			}
			return all, nil
		})
		if err != nil || dryRun {
			return loaded, err
		}
		for _, d := range loaded {
			if err := tx.PutDefinition(d); err != nil {
				return nil, err
			}
		}
		return loaded, change.finish(held, ActionSchemasLoaded, nil, describeDefinitions(loaded))
	})
}

// RemoveDefinition removes a document of the scope. One that stored resources
// or other documents need is refused.
func (s *Service) RemoveDefinition(ctx context.Context, c identity.Caller, scope SchemaScope, kind store.DefinitionKind, id string, dryRun bool) error {
	return s.store.Update(ctx, func(tx *store.Tx) error {
		change := definitionChange{Tx: tx, caller: c, scope: scope}
		removed := store.Definition{DirectoryID: scope.DirectoryID, Kind: kind, ID: id}
		held, err := change.check(func(all []store.Definition) ([]store.Definition, error) {
			left := slices.DeleteFunc(slices.Clone(all), func(d store.Definition) bool { return isSame(d, removed) })
			if len(left) == len(all) {
				return nil, change.notOwn(all, kind, id)
			}
			return left, nil
		})
		if err != nil || dryRun {
			return err
		}
		if err := tx.DeleteDefinition(scope.DirectoryID, kind, id); err != nil {
			return err
		}
		return change.finish(held, ActionSchemasRemoved, describeDefinitions([]store.Definition{removed}), nil)
	})
}

// readDefinitions reads documents strictly and brings them to the form in which
// they are stored.
func readDefinitions(scope SchemaScope, docs []scim.Value) ([]store.Definition, error) {
	if len(docs) == 0 || len(docs) > maxDefinitions {
		return nil, identity.Errorf(identity.CodeInvalid, "1 to %d documents can be loaded at once; these are %d", maxDefinitions, len(docs)).WithField("documents")
	}
	var all []store.Definition
	for i, doc := range docs {
		d, err := readDefinition(doc)
		if err != nil {
			return nil, misdefined("documents["+strconv.Itoa(i)+"]", err)
		}
		d.DirectoryID = scope.DirectoryID
		if slices.ContainsFunc(all, func(other store.Definition) bool { return isSame(other, d) }) {
			return nil, identity.Errorf(identity.CodeInvalid, "documents[%d]: %s is there twice", i, d.ID).WithField("documents")
		}
		all = append(all, d)
	}
	return all, nil
}

// readDefinition tells a schema from a resource type by its schemas, else by
// the member that only one of the two has.
func readDefinition(doc scim.Value) (store.Definition, error) {
	_, isSchema := doc.Get("attributes")
	if given, ok := doc.Get("schemas"); ok && len(given.Items()) == 1 {
		isSchema = strings.EqualFold(given.Items()[0].Str(), scim.SchemaURN)
	}
	if isSchema {
		s, err := scim.ParseSchema(doc)
		if err != nil {
			return store.Definition{}, err
		}
		return store.Definition{Kind: store.DefinesSchema, ID: s.ID, Doc: s.Document().AppendJSON(nil)}, nil
	}
	t, err := scim.ParseResourceType(doc)
	return store.Definition{Kind: store.DefinesType, ID: t.ID, Doc: t.Document().AppendJSON(nil)}, err
}

func isSame(a, b store.Definition) bool {
	return a.DirectoryID == b.DirectoryID && a.Kind == b.Kind && strings.EqualFold(a.ID, b.ID)
}

func replaceDefinition(all []store.Definition, d store.Definition) []store.Definition {
	all = slices.Clone(all)
	for i, old := range all {
		if isSame(old, d) {
			all[i] = d
			return all
		}
	}
	return append(all, d)
}

// misdefined gives what is wrong with a document as a refusal of the call.
func misdefined(field string, err error) error {
	wrong, ok := errors.AsType[*scim.Error](err)
	if !ok {
		return err
	}
	text := strings.TrimSuffix(wrong.Detail, ".")
	if field != "" {
		text = field + ": " + text
	}
	return identity.Errorf(identity.CodeInvalid, "%s", text).WithField("documents").
		WithHint("correct the document; RFC 7643 sections 6 and 7 say what it may hold")
}

func noDefinition(kind store.DefinitionKind, id string) error {
	names := map[store.DefinitionKind]string{store.DefinesSchema: "schema", store.DefinesType: "resource type"}
	return identity.Errorf(identity.CodeNotFound, "there is no %s %.200s that was loaded", names[kind], id).WithField("id").
		WithHint("list what is loaded; built-in ones can be read at the directory's SCIM endpoint only")
}

func describeDefinitions(all []store.Definition) map[string]any {
	named := map[string][]string{}
	for _, d := range all {
		named[string(d.Kind)] = append(named[string(d.Kind)], d.ID)
	}
	return map[string]any{"schemas": named[string(store.DefinesSchema)], "resourceTypes": named[string(store.DefinesType)]}
}
