package scimhttp

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"roster/internal/provision"
	"roster/internal/scim"
)

// Lists of one resource type, and of all at the directory's base URL (RFC 7644
// sections 3.4.2.1 and 3.4.3). A search is a list whose parameters stand in the
// body, where no log of URLs sees them.

func (x *exchange) listUsers() error    { return x.list(x.query, x.userType()) }
func (x *exchange) listGroups() error   { return x.list(x.query, x.groupType()) }
func (x *exchange) listAll() error      { return x.list(x.query, x.types().Types()...) }
func (x *exchange) searchUsers() error  { return x.search(x.userType()) }
func (x *exchange) searchGroups() error { return x.search(x.groupType()) }
func (x *exchange) searchAll() error    { return x.search(x.types().Types()...) }

// search is POST …/.search.
func (x *exchange) search(types ...*scim.ResourceType) error {
	body, err := x.body(x.maxBody)
	if err != nil {
		return err
	}
	parameters, err := scim.SearchValues(body)
	if err != nil {
		return x.refuse(err)
	}
	return x.list(parameters, types...)
}

func (x *exchange) list(parameters url.Values, types ...*scim.ResourceType) error {
	q, err := scim.ParseListQuery(types, parameters, scim.DefaultLimits, x.maxPage)
	if refusal, ok := errors.AsType[*scim.Error](err); ok && refusal.Type == scim.TypeSensitive && x.r.Method == http.MethodPost {
		refusal.Type = scim.TypeInvalidFilter // RFC 7644 section 3.12 has the other for URLs
	}
	if err != nil {
		return x.refuse(err)
	}
	page, err := x.provision.List(x.ctx(), x.request, q)
	if err != nil {
		return err
	}
	head := scim.ListHead{Total: page.Total, ItemsPerPage: len(page.Resources), NextCursor: page.NextCursor}
	if !q.HasCursor {
		head.StartIndex = q.StartIndex
	}
	projections := map[*scim.ResourceType]scim.Projection{}
	for _, part := range q.Parts {
		projections[part.Type] = part.Projection
	}
	return answerList(x, head, page.Resources, func(b []byte, r provision.Resource) ([]byte, error) {
		return x.appendResource(b, r, projections[r.Type])
	})
}

func (x *exchange) appendResource(b []byte, r provision.Resource, p scim.Projection) ([]byte, error) {
	switch {
	case r.User != nil:
		return x.userType().AppendProjected(b, r.User.Doc, x.userEnvelope(*r.User), p)
	case r.Group != nil:
		return x.groupType().AppendProjected(b, r.Group.Doc, x.groupEnvelope(*r.Group), p)
	case r.Other != nil:
		return r.Type.AppendProjected(b, r.Other.Doc, x.resourceEnvelope(r.Type, *r.Other), p)
	default:
		return nil, fmt.Errorf("list: a %s that was not loaded", r.Type.ID)
	}
}

// answerList writes a page of resources.
func answerList[T any](x *exchange, head scim.ListHead, page []T, appendItem func([]byte, T) ([]byte, error)) error {
	b := head.AppendJSON(nil)
	for i, item := range page {
		if i > 0 {
			b = append(b, ',')
		}
		var err error
		if b, err = appendItem(b, item); err != nil {
			return err
		}
	}
	x.answer(http.StatusOK, append(b, "]}"...))
	return nil
}
