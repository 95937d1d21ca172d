package scimhttp

import (
	"net/http"

	"roster/internal/provision"
	"roster/internal/scim"
	"roster/internal/store"
)

// customEndpoint is the place of a configured resource type, or of one of its
// resources; it has no methods where the path names none.
func (x *exchange) customEndpoint() endpoint {
	if len(x.target.segments) == 0 {
		return endpoint{}
	}
	rt := x.types().CustomAt(x.target.segments[0])
	if rt == nil {
		return endpoint{}
	}
	on := func(serve func(*exchange, *scim.ResourceType) error) func(*exchange) error {
		return func(x *exchange) error { return serve(x, rt) }
	}
	logged := provision.LogResource(rt)
	switch {
	case len(x.target.segments) == 1:
		return endpoint{logged, map[string]route{
			http.MethodGet:  {provision.OpResourceList, on((*exchange).listResources)},
			http.MethodPost: {provision.OpResourceCreate, on((*exchange).createResource)},
		}}
	case x.target.isResource():
		return endpoint{logged, map[string]route{
			http.MethodGet:    {provision.OpResourceGet, on((*exchange).getResource)},
			http.MethodPut:    {provision.OpResourceReplace, on((*exchange).replaceResource)},
			http.MethodPatch:  {provision.OpResourcePatch, on((*exchange).patchResource)},
			http.MethodDelete: {provision.OpResourceDelete, on((*exchange).deleteResource)},
		}}
	case len(x.target.segments) > 2:
		return endpoint{}
	default:
		return search(logged, provision.OpResourceList, on((*exchange).searchResources))
	}
}

func (x *exchange) listResources(rt *scim.ResourceType) error { return x.list(x.query, rt) }

func (x *exchange) searchResources(rt *scim.ResourceType) error { return x.search(rt) }

func (x *exchange) createResource(rt *scim.ResourceType) error {
	p, err := x.projection(rt)
	if err != nil {
		return err
	}
	body, err := x.body(x.maxBody)
	if err != nil {
		return err
	}
	created, err := x.provision.CreateResource(x.ctx(), x.request, rt, body)
	if err != nil {
		return err
	}
	return x.answerCustom(http.StatusCreated, rt, created, p.AfterBody(rt, body))
}

func (x *exchange) getResource(rt *scim.ResourceType) error {
	p, err := x.projection(rt)
	if err != nil {
		return err
	}
	found, err := x.provision.GetResource(x.ctx(), x.request, rt, x.target.id())
	if err != nil {
		return err
	}
	env := x.resourceEnvelope(rt, found)
	return x.answerUnlessKnown(env, func() ([]byte, error) { return rt.AppendProjected(nil, found.Doc, env, p) })
}

func (x *exchange) replaceResource(rt *scim.ResourceType) error {
	p, err := x.projection(rt)
	if err != nil {
		return err
	}
	body, err := x.body(x.maxBody)
	if err != nil {
		return err
	}
	replaced, err := x.provision.ReplaceResource(x.ctx(), x.request, rt, x.target.id(), body)
	if err != nil {
		return err
	}
	return x.answerCustom(http.StatusOK, rt, replaced, p.AfterBody(rt, body))
}

func (x *exchange) patchResource(rt *scim.ResourceType) error {
	p, err := x.projection(rt)
	if err != nil {
		return err
	}
	operations, err := x.operations(x.maxBody)
	if err != nil {
		return err
	}
	patched, err := x.provision.PatchResource(x.ctx(), x.request, rt, x.target.id(), operations)
	if err != nil {
		return err
	}
	return x.answerCustom(http.StatusOK, rt, patched, p.AfterPatch(rt, operations))
}

func (x *exchange) deleteResource(rt *scim.ResourceType) error {
	if err := x.provision.DeleteResource(x.ctx(), x.request, rt, x.target.id()); err != nil {
		return err
	}
	return x.answerNothing()
}

func (x *exchange) answerCustom(status int, rt *scim.ResourceType, r store.SCIMResource, p scim.Projection) error {
	env := x.resourceEnvelope(rt, r)
	body, err := rt.AppendProjected(nil, r.Doc, env, p)
	if err != nil {
		return err
	}
	x.answerResource(status, env, body)
	return nil
}

func (x *exchange) resourceEnvelope(rt *scim.ResourceType, r store.SCIMResource) scim.Envelope {
	return scim.Envelope{
		ID: r.ID, Location: x.locationOf(rt, r.ID), Version: scim.WeakTag(r.Version),
		Created: r.CreatedAt, LastModified: r.ModifiedAt, Schemas: r.Schemas,
	}
}
