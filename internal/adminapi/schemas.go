package adminapi

import (
	"errors"
	"strconv"
	"strings"

	"roster/internal/accounts"
	"roster/internal/adminapi/api"
	"roster/internal/scim"
	"roster/internal/store"
)

// schemaScope is the directory of the path, or every directory where the path
// names none.
func (c *call) schemaScope() accounts.SchemaScope {
	if c.directoryID() == "" {
		return accounts.SchemaScope{}
	}
	return accounts.SchemaScope{OrgID: c.org, DirectoryID: c.directoryID()}
}

// schemaID is the id of a document in the path. No resource type has a colon in
// its name, and every URN has one.
func (c *call) schemaID() (store.DefinitionKind, string) {
	id := c.PathValue("schemaId")
	if strings.Contains(id, ":") {
		return store.DefinesSchema, id
	}
	return store.DefinesType, id
}

func (h *Handler) listSchemas(c *call) error {
	p, err := c.page()
	if err != nil {
		return err
	}
	found, next, err := h.accounts.Definitions(c.Context(), c.schemaScope(), p)
	if err != nil {
		return err
	}
	return c.ok(api.SchemaDocumentList{Data: converted(found, schemaView), Links: c.links(next)})
}

func (h *Handler) loadSchemas(c *call) error {
	body, err := readOwn[api.SchemaLoad](c, "documents")
	if err != nil {
		return err
	}
	documents := make([]scim.Value, len(body.Documents))
	for i, raw := range body.Documents {
		if documents[i], err = scim.Decode(raw, scim.DefaultLimits); err != nil {
			return undecodable(i, err)
		}
	}
	loaded, err := h.accounts.LoadDefinitions(c.Context(), c.caller, c.schemaScope(), documents, body.DryRun)
	if err != nil {
		return err
	}
	return c.ok(api.SchemaLoadResult{Applied: !body.DryRun, Data: converted(loaded, schemaView)})
}

func undecodable(i int, err error) error {
	wrong, ok := errors.AsType[*scim.Error](err)
	if !ok {
		return err
	}
	return refusal(badBody, "documents[%d]: %s", i, wrong.Detail).withField("documents")
}

func (h *Handler) getSchema(c *call) error {
	kind, id := c.schemaID()
	found, err := h.accounts.Definition(c.Context(), c.schemaScope(), kind, id)
	if err != nil {
		return err
	}
	return c.ok(api.SchemaDocumentResponse{Data: schemaView(found)})
}

func (h *Handler) removeSchema(c *call) error {
	dryRun, err := c.flag("dryRun")
	if err != nil {
		return err
	}
	kind, id := c.schemaID()
	if err := h.accounts.RemoveDefinition(c.Context(), c.caller, c.schemaScope(), kind, id, dryRun); err != nil {
		return err
	}
	return c.noContent()
}

// flag reads a parameter that is true or false. One that cannot be read is
// refused: nobody who wrote dryRun wants the real thing.
func (c *call) flag(name string) (bool, error) {
	given := c.URL.Query()[name]
	if len(given) == 0 {
		return false, nil
	}
	is, err := strconv.ParseBool(given[0])
	if err != nil || len(given) > 1 {
		return false, refusal(badValue, "%s must be true or false; got %.60q", name, strings.Join(given, ",")).withField(name)
	}
	return is, nil
}

func schemaView(d store.Definition) api.SchemaDocument {
	v := api.SchemaDocument{ID: strings.ToLower(d.ID), Type: api.SchemaDocumentTypeSchemas, Attributes: api.SchemaDocumentAttributes{
		Scope: api.SchemaDocumentAttributesScopeDirectory, Document: d.Doc, CreatedAt: d.CreatedAt, UpdatedAt: d.ModifiedAt,
	}}
	if d.Kind == store.DefinesType {
		v.Type = api.SchemaDocumentTypeResourceTypes
	}
	if d.DirectoryID == "" {
		v.Attributes.Scope = api.SchemaDocumentAttributesScopeDeployment
	}
	return v
}
