package scimhttp

import (
	"maps"
	"net/http"
	"slices"
	"strings"

	"roster/internal/journal"
	"roster/internal/provision"
	"roster/internal/scim"
)

// route is what one method does at an endpoint.
type route struct {
	operation string // as the troubleshooting log names it
	serve     func(*exchange) error
}

// endpoint is a kind of place with its methods.
type endpoint struct {
	resource string // as the troubleshooting log names it
	methods  map[string]route
}

// allowed are the methods as the header Allow has them (RFC 9110 section 10.2.1).
func (e endpoint) allowed() string {
	return strings.Join(slices.Sorted(maps.Keys(e.methods)), ", ")
}

// endpoints are the places of a directory, by [target.endpoint].
var endpoints = map[string]endpoint{
	"/": {journal.ResourceRequest, map[string]route{
		http.MethodGet: {provision.OpSearch, (*exchange).listAll},
	}},
	".search": search(journal.ResourceRequest, provision.OpSearch, (*exchange).searchAll),
	"Users": {journal.ResourceUser, map[string]route{
		http.MethodGet:  {provision.OpUserList, (*exchange).listUsers},
		http.MethodPost: {provision.OpUserCreate, (*exchange).createUser},
	}},
	"Users/.search": search(journal.ResourceUser, provision.OpUserList, (*exchange).searchUsers),
	"Users/": {journal.ResourceUser, map[string]route{
		http.MethodGet:    {provision.OpUserGet, (*exchange).getUser},
		http.MethodPut:    {provision.OpUserReplace, (*exchange).replaceUser},
		http.MethodPatch:  {provision.OpUserPatch, (*exchange).patchUser},
		http.MethodDelete: {provision.OpUserDelete, (*exchange).deleteUser},
	}},
	"Groups": {journal.ResourceGroup, map[string]route{
		http.MethodGet:  {provision.OpGroupList, (*exchange).listGroups},
		http.MethodPost: {provision.OpGroupCreate, (*exchange).createGroup},
	}},
	"Groups/.search": search(journal.ResourceGroup, provision.OpGroupList, (*exchange).searchGroups),
	"Groups/": {journal.ResourceGroup, map[string]route{
		http.MethodGet:    {provision.OpGroupGet, (*exchange).getGroup},
		http.MethodPut:    {provision.OpGroupReplace, (*exchange).replaceGroup},
		http.MethodPatch:  {provision.OpGroupPatch, (*exchange).patchGroup},
		http.MethodDelete: {provision.OpGroupDelete, (*exchange).deleteGroup},
	}},
	"Bulk": {journal.ResourceRequest, map[string]route{
		http.MethodPost: {provision.OpBulk, (*exchange).bulk},
	}},
	"Schemas":               discovery((*exchange).listSchemas),
	"Schemas/":              discovery((*exchange).getSchema),
	"ResourceTypes":         discovery((*exchange).listResourceTypes),
	"ResourceTypes/":        discovery((*exchange).getResourceType),
	"ServiceProviderConfig": discovery((*exchange).getServiceProvider),
}

// search is an endpoint of RFC 7644 section 3.4.3.
func search(resource, operation string, serve func(*exchange) error) endpoint {
	return endpoint{resource, map[string]route{http.MethodPost: {operation, serve}}}
}

// discovery is an endpoint of RFC 7644 section 4, which can only be read.
func discovery(serve func(*exchange) error) endpoint {
	return endpoint{journal.ResourceRequest, map[string]route{http.MethodGet: {opRequest, serve}}}
}

// route finds what the request wants done, and notes it for the log.
func (x *exchange) route() (route, error) {
	if version := x.target.version(); version != "" {
		return route{}, scim.Errorf(http.StatusBadRequest, scim.TypeInvalidVers, "This server speaks SCIM 2.0; take %q out of the base URL, or write v2 for it.", version)
	}
	if name, is := unsupported(x.target.segments); is {
		return route{}, scim.Errorf(http.StatusNotImplemented, "", "%s is not supported, as a SCIM token is no user; use /Users/{id}.", name)
	}
	at, ok := x.endpoints[x.target.endpoint()]
	if !ok {
		at = x.customEndpoint()
	}
	if at.methods == nil {
		return route{}, scim.Errorf(http.StatusNotFound, "", "There is no endpoint %.100q in this directory; there are %s.",
			"/"+strings.Join(x.target.segments, "/"), x.endpointNames())
	}
	x.about.Resource, x.about.SCIMID = at.resource, x.target.id()
	if x.r.Method == http.MethodOptions {
		x.w.Header().Set("Allow", at.allowed())
		return route{opRequest, (*exchange).answerNothing}, nil
	}
	method := x.r.Method
	if method == http.MethodHead {
		method = http.MethodGet // net/http leaves the body out
	}
	found, ok := at.methods[method]
	if !ok {
		x.w.Header().Set("Allow", at.allowed())
		return route{}, scim.Errorf(http.StatusMethodNotAllowed, "", "%.20q is not possible here; possible are %s.", x.r.Method, at.allowed())
	}
	x.about.Operation = found.operation
	if x.target.isResource() && x.target.id() == "" {
		return route{}, scim.Errorf(http.StatusNotFound, "", "%.60q is no id in this directory.", x.target.segments[1])
	}
	return found, nil
}

// endpointNames lists the places of the directory, those of configured resource
// types included.
func (x *exchange) endpointNames() string {
	var names []string
	for _, rt := range x.types().Types() {
		names = append(names, strings.TrimPrefix(rt.Endpoint, "/"))
	}
	return strings.Join(names, ", ") + ", Bulk, Schemas, ResourceTypes and ServiceProviderConfig"
}

// unsupported tells whether a path is one of RFC 7644 that this server does not
// have, for which the RFC wants 501 (section 3.11).
func unsupported(segments []string) (name string, is bool) {
	if len(segments) == 0 {
		return "", false
	}
	return segments[0], segments[0] == "Me"
}
