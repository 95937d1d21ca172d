package scimhttp

import (
	"net/http"
	"strings"
	"time"

	"roster/internal/scim"
)

// document is a resource that describes the server (RFC 7644 section 4).
type document struct {
	id     string
	append func(b []byte, baseURL string) []byte
}

func resourceTypes(types *scim.Catalogue) []document {
	var all []document
	for _, rt := range types.Types() {
		all = append(all, document{rt.ID, rt.AppendJSON})
	}
	return all
}

func schemas(types *scim.Catalogue) []document {
	var all []document
	for _, s := range types.Schemas() {
		all = append(all, document{s.ID, s.AppendJSON})
	}
	return all
}

func (x *exchange) listSchemas() error { return x.answerDocuments(schemas) }

func (x *exchange) getSchema() error { return x.answerDocument("schema", schemas) }

func (x *exchange) listResourceTypes() error { return x.answerDocuments(resourceTypes) }

func (x *exchange) getResourceType() error { return x.answerDocument("resource type", resourceTypes) }

// answerDocuments lists documents. A filter gets 403, so that nobody takes the
// whole list for what it matched (RFC 7644 section 4).
func (x *exchange) answerDocuments(of func(*scim.Catalogue) []document) error {
	if x.query.Get("filter") != "" {
		return x.refuse(scim.Errorf(http.StatusForbidden, "", "This list cannot be filtered; ask for all of it, or for one by its id."))
	}
	types, err := x.provision.CurrentTypes(x.ctx(), x.request)
	if err != nil {
		return x.refuse(err)
	}
	all := of(types)
	return answerList(x, scim.ListHead{Total: len(all), StartIndex: 1, ItemsPerPage: len(all)}, all, func(b []byte, d document) ([]byte, error) { return d.append(b, x.base), nil })
}

// answerDocument answers the document that the path names, in any letter case
// (RFC 7643 section 2.1).
func (x *exchange) answerDocument(kind string, of func(*scim.Catalogue) []document) error {
	types, err := x.provision.CurrentTypes(x.ctx(), x.request)
	if err != nil {
		return x.refuse(err)
	}
	for _, d := range of(types) {
		if strings.EqualFold(d.id, x.target.id()) {
			x.answer(http.StatusOK, d.append(nil, x.base))
			return nil
		}
	}
	return x.refuse(scim.Errorf(http.StatusNotFound, "", "There is no %s %q; the list without an id has those that there are.", kind, x.target.id()))
}

// serviceProviderSince dates the ServiceProviderConfig, which changes with the
// program only. The hosted API's clients parse the dates in its meta.
var serviceProviderSince = time.Date(2026, time.November, 23, 0, 0, 0, 0, time.UTC)

func (x *exchange) getServiceProvider() error {
	x.answer(http.StatusOK, scim.ServiceProvider{
		Patch:  true,
		ETag:   true,
		Bulk:   scim.BulkSupport{Supported: true, MaxOperations: x.maxBulkOperations, MaxPayloadSize: int(x.maxBulkBody)},
		Sort:   true,
		Filter: scim.FilterSupport{Supported: true, MaxResults: x.maxPage},
		Pagination: &scim.PaginationSupport{
			Cursor: true, Index: true, DefaultMethod: "index", DefaultPageSize: x.maxPage, MaxPageSize: x.maxPage,
			CursorTimeout: int(scim.CursorTimeout.Seconds()),
		},
		AuthenticationSchemes: []scim.AuthenticationScheme{{
			Type: "oauthbearertoken", Name: "SCIM token", Primary: true,
			Description: "The SCIM token of the directory, as a bearer token in the Authorization header.",
			SpecURI:     "https://www.rfc-editor.org/rfc/rfc6750",
		}},
		Created: serviceProviderSince, LastModified: serviceProviderSince,
	}.AppendJSON(nil, x.base))
	return nil
}
