package scimhttp

import (
	"cmp"
	"errors"
	"log/slog"
	"net/http"

	"roster/internal/auth"
	"roster/internal/provision"
	"roster/internal/scim"
)

// The defaults of [Options]. A group's body may be larger than a user's, as an
// IdP can replace 100,000 members at once.
const (
	DefaultMaxBody           = 1 << 20
	DefaultMaxGroupBody      = 16 << 20
	DefaultMaxBulkBody       = 8 << 20
	DefaultMaxBulkOperations = 1000
	DefaultMaxPage           = 200
)

// Options are what a caller may choose. The zero value is right behind no proxy.
type Options struct {
	// BaseURL gives the scheme and host under which the client of a request
	// reaches this server, such as https://roster.example.com. Without it they
	// are taken from the request itself.
	BaseURL      func(*http.Request) string
	MaxBody      int64 // bytes of a request's body; 0 means DefaultMaxBody
	MaxGroupBody int64 // bytes of a group's body; 0 means DefaultMaxGroupBody
	MaxBulkBody  int64 // bytes of a bulk request's body; 0 means DefaultMaxBulkBody
	MaxPage      int   // resources of one page; 0 means DefaultMaxPage
	// MaxBulkOperations bounds a bulk request; 0 means DefaultMaxBulkOperations.
	MaxBulkOperations int
	// Limiter bounds how often a token may be used; nil means that nothing does.
	Limiter *auth.Limiter
	// Logger gets the causes of answers with status 500; nil means slog.Default().
	Logger *slog.Logger
}

// Handler serves everything below /scim/. It never redirects: doubled slashes,
// a slash at the end and the extra segments scim, v2 and scim/v2 behind the
// directory's id are taken as they come, because SCIM clients do not repeat a
// POST elsewhere. So it must be reached before anything that cleans paths, such
// as [http.ServeMux]. It is safe for concurrent use.
type Handler struct {
	provision         *provision.Service
	keys              *auth.Keys
	baseURL           func(*http.Request) string
	maxBody           int64
	maxGroupBody      int64
	maxBulkBody       int64
	maxBulkOperations int
	maxPage           int
	limiter           *auth.Limiter
	logger            *slog.Logger
	endpoints         map[string]endpoint // by target.endpoint; a field, as a bulk request finds its routes by what leads to it
}

// New makes a Handler. The request id of logs and answers is the X-Request-Id
// that a middleware has set on the answer, or a fresh one.
func New(p *provision.Service, k *auth.Keys, opts Options) *Handler {
	h := &Handler{
		provision:         p,
		keys:              k,
		baseURL:           opts.BaseURL,
		maxBody:           cmp.Or(opts.MaxBody, DefaultMaxBody),
		maxGroupBody:      cmp.Or(opts.MaxGroupBody, DefaultMaxGroupBody),
		maxBulkBody:       cmp.Or(opts.MaxBulkBody, DefaultMaxBulkBody),
		maxBulkOperations: cmp.Or(opts.MaxBulkOperations, DefaultMaxBulkOperations),
		maxPage:           cmp.Or(opts.MaxPage, DefaultMaxPage),
		limiter:           opts.Limiter,
		logger:            cmp.Or(opts.Logger, slog.Default()),
		endpoints:         endpoints,
	}
	if h.baseURL == nil {
		h.baseURL = ownURL
	}
	return h
}

func ownURL(r *http.Request) string {
	if r.TLS != nil {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

// ServeHTTP answers one request.
//
//nolint:contextcheck // an exchange holds its request, and with it the context
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	x := h.newExchange(w, r)
	defer x.noteUnfinished()
	if err := x.serve(); err != nil {
		x.fail(err)
	}
	x.finished = true
	x.count()
}

// noteUnfinished leaves the log entry of a request at which the server panicked
// (rule nothing-silent). The panic goes on, with its stack, to whoever answers it.
func (x *exchange) noteUnfinished() {
	if !x.finished && x.request.DirectoryID != "" {
		_ = x.refuse(errPanicked) // its answer is ServePanic's
	}
}

var errPanicked = errors.New("the server panicked")

// ServePanic answers a request at which the server panicked, as long as nothing
// is written yet.
func (h *Handler) ServePanic(w http.ResponseWriter, r *http.Request) {
	x := &exchange{w: w, mediaType: acceptable(r.Header.Values("Accept"))}
	answer := provision.Internal(w.Header().Get(requestIDHeader))
	x.answer(answer.Status, answer.AppendJSON(nil))
}

func (x *exchange) serve() error {
	if x.target.directory == "" {
		return scim.Errorf(http.StatusNotFound, "", "There is nothing here: a SCIM base URL ends in /scim/directory/ and the directory's id.")
	}
	if err := x.authenticate(); err != nil {
		return err
	}
	if x.mediaType == "" {
		return x.refuse(notAcceptable(x.r))
	}
	var err error
	if x.request.If, err = scim.ParsePreconditions(x.r.Header.Values("If-Match"), x.r.Header.Values("If-None-Match")); err != nil {
		return x.refuse(err)
	}
	if err := x.parseQuery(); err != nil {
		return x.refuse(err)
	}
	return x.dispatch()
}

// dispatch does what the request wants done, by the resource types in force.
func (x *exchange) dispatch() error {
	return x.provision.WithTypes(x.ctx(), x.request, func(r provision.Request) error {
		x.request = r
		route, err := x.route()
		if err != nil {
			return x.refuse(err)
		}
		return route.serve(x)
	})
}
