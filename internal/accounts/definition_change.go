package accounts

import (
	"roster/internal/identity"
	"roster/internal/journal"
	"roster/internal/scim"
	"roster/internal/store"
)

// definitionChange is one change of what is configured, within its transaction.
type definitionChange struct {
	*store.Tx
	caller identity.Caller
	scope  SchemaScope
}

// check holds the scope's directories and makes sure that each is as well with
// the changed definitions as it was with the old ones. It gives the directories.
func (c definitionChange) check(change func([]store.Definition) ([]store.Definition, error)) ([]store.Directory, error) {
	held, err := c.hold()
	if err != nil {
		return nil, err
	}
	if c.scope.isDeployment() { // for deployments without a directory
		if err := c.checkDirectory(store.Directory{}, change); err != nil {
			return nil, err
		}
	}
	for _, d := range held {
		if err := c.checkDirectory(d, change); err != nil {
			return nil, err
		}
	}
	return held, nil
}

func (c definitionChange) hold() ([]store.Directory, error) {
	if c.scope.isDeployment() {
		return c.LockDirectories()
	}
	d, err := c.LockDirectory(c.scope.OrgID, c.scope.DirectoryID)
	if err != nil {
		return nil, store.Missing(err, "directory", string(c.scope.DirectoryID))
	}
	return []store.Directory{d}, nil
}

func (c definitionChange) checkDirectory(d store.Directory, change func([]store.Definition) ([]store.Definition, error)) error {
	definitions, err := c.Definitions(d.ID)
	if err != nil {
		return err
	}
	before, err := store.CatalogueOf(d.Schemas, definitions)
	if err != nil {
		return err
	}
	if definitions, err = change(definitions); err != nil {
		return err
	}
	after, err := store.CatalogueOf(d.Schemas+1, definitions)
	if err != nil {
		return misdefined("", err)
	}
	return c.checkResources(d, before, after)
}

// checkResources refuses what would make stored resources invalid.
func (c definitionChange) checkResources(d store.Directory, before, after *scim.Catalogue) error {
	for _, rt := range before.Types() {
		for _, hazard := range rt.Hazards(after.TypeNamed(rt.Name)) {
			n, err := c.CountMatching(d.ID, rt, hazard.Where)
			if err != nil {
				return err
			}
			if n > 0 {
				return identity.Errorf(identity.CodeConflict, "%d resources of type %s in directory %s (%s) %s", n, rt.Name, d.Name, d.ID, hazard.Reason).
					WithField("documents").
					WithHint("change those resources through the identity provider first, or define a new attribute beside the old one; nothing was changed")
			}
		}
	}
	return nil
}

// finish lets the change come into force and notes it in the audit log of every
// org that it concerns.
func (c definitionChange) finish(held []store.Directory, action journal.Action, before, after any) error {
	noted := map[identity.OrgID]bool{}
	for _, d := range held {
		if err := c.BumpSchemas(d.OrgID, d.ID); err != nil {
			return err
		}
		if noted[d.OrgID] && c.scope.isDeployment() {
			continue
		}
		noted[d.OrgID] = true
		target := "deployment"
		if !c.scope.isDeployment() {
			target = string(d.ID)
		}
		if err := journal.Audit(c.Tx, c.caller, d.OrgID, action, target, before, after); err != nil {
			return err
		}
	}
	return nil
}

// notOwn says why a document cannot be removed here.
func (c definitionChange) notOwn(all []store.Definition, kind store.DefinitionKind, id string) error {
	for _, d := range all {
		if !c.scope.owns(d) && isSame(d, store.Definition{DirectoryID: d.DirectoryID, Kind: kind, ID: id}) {
			return identity.Errorf(identity.CodeForbidden, "%s is configured for the whole deployment", id).
				WithHint("remove it with the site key, for all directories")
		}
	}
	return noDefinition(kind, id)
}
