package scimhttp

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"roster/internal/identity"
	"roster/internal/journal"
	"roster/internal/provision"
	"roster/internal/scim"
	"roster/internal/store"
)

// requestIDHeader is where a middleware leaves the request's id.
const requestIDHeader = "X-Request-ID"

// opRequest is the operation of a log entry about a request that did not get as
// far as one.
const opRequest = "request"

// exchange is one request and its answer.
type exchange struct {
	*Handler
	provision *provision.Service // the Handler's, or that of a batch
	w         http.ResponseWriter
	r         *http.Request
	requestID string
	target    target
	mediaType string // of the answer; "" when the client takes neither
	base      string // the directory's SCIM base URL
	query     url.Values
	payload   *scim.Value // the body, once it is read; or that of an operation of a bulk request
	token     identity.CredentialID
	request   provision.Request // whose directory it is; set by authenticate
	finished  bool
	status    int            // of the answer, once there is one
	dead      bool           // the token
	about     store.LogEntry // what the log entry of a refusal knows
}

func (h *Handler) newExchange(w http.ResponseWriter, r *http.Request) *exchange {
	id := w.Header().Get(requestIDHeader)
	if id == "" {
		id = identity.NewUUID()
		w.Header().Set(requestIDHeader, id)
	}
	t := parseTarget(r.URL.Path)
	return &exchange{
		Handler: h, provision: h.provision, w: w, r: r, requestID: id, target: t,
		mediaType: acceptable(r.Header.Values("Accept")),
		base:      strings.TrimRight(h.baseURL(r), "/") + "/scim/directory/" + url.PathEscape(string(t.directory)),
		about:     store.LogEntry{Operation: opRequest, Resource: journal.ResourceRequest},
	}
}

// types are the resource types of the directory.
func (x *exchange) types() *scim.Catalogue {
	if x.request.Types == nil {
		return scim.BuiltIn()
	}
	return x.request.Types
}

func (x *exchange) userType() *scim.ResourceType  { return x.types().User() }
func (x *exchange) groupType() *scim.ResourceType { return x.types().Group() }

func (x *exchange) ctx() context.Context { return x.r.Context() }

// refuse turns an error into the answer and leaves the request's log entry.
func (x *exchange) refuse(cause error) error {
	return x.provision.Refuse(x.ctx(), x.request, x.about, cause)
}

// parseQuery reads the query's parameters. A parameter that cannot be read is
// refused and not dropped, as net/url does: a list whose filter got lost would
// answer everybody. A semicolon is no separator; IdPs send it plain in filters.
func (x *exchange) parseQuery() error {
	query, err := url.ParseQuery(strings.ReplaceAll(x.r.URL.RawQuery, ";", "%3B"))
	if err != nil {
		return scim.Errorf(http.StatusBadRequest, scim.TypeInvalidValue, "The query of the URL cannot be read: %v. Percent-encode its values.", err)
	}
	x.query = query
	for _, name := range slices.Sorted(maps.Keys(query)) {
		if known := parameterNamed(name); known != "" && known != name {
			query[known] = append(query[known], query[name]...)
		}
	}
	return nil
}

// parameters are those that RFC 7644 sections 3.4.2 and 3.9 and RFC 9865 define.
var parameters = [...]string{"filter", "sortBy", "sortOrder", "startIndex", "count", "cursor", "attributes", "excludedAttributes"}

// parameterNamed finds a parameter by its name in any letter case, "" for one
// that is unknown: a Filter that is passed over would answer everybody, and a
// client takes the first for the one that it looks for.
func parameterNamed(name string) string {
	for _, known := range parameters {
		if strings.EqualFold(known, name) {
			return known
		}
	}
	return ""
}

// projection reads what the answer is to hold.
func (x *exchange) projection(rt *scim.ResourceType) (scim.Projection, error) {
	p, err := rt.ParseProjection(strings.Join(x.query["attributes"], ","), strings.Join(x.query["excludedAttributes"], ","))
	if err != nil {
		return p, x.refuse(err)
	}
	return p, nil
}
