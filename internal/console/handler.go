package console

import (
	"cmp"
	"log/slog"
	"net/http"
	"strings"

	"roster/internal/accounts"
	"roster/internal/auth"
	"roster/internal/identity"
	"roster/internal/journal"
	"roster/internal/provision"
	"roster/internal/repair"
)

// base is the path that everything of the console lies below.
const base = "/console"

// defaultMaxBody bounds a form, in bytes.
const defaultMaxBody = 1 << 20

// Deps are what a Handler works with. All but OIDC, BaseURL and
// Logger are required.
type Deps struct {
	Accounts  *accounts.Service
	Proofs    *accounts.Proofs
	Provision *provision.Service
	Repair    *repair.Service
	Journal   *journal.Reader
	Keys      *auth.Keys
	Sessions  *auth.Sessions
	OIDC      *auth.OIDC // nil where people sign in by links alone
	// BaseURL gives the scheme and host under which the browser of a request
	// reaches this server. Without it they are taken from the request itself.
	BaseURL func(*http.Request) string
	// Logger gets the causes of answers with status 500; nil means slog.Default().
	Logger *slog.Logger
}

// Handler serves everything below /console. The request id of its answers is
// the X-Request-Id that a middleware has set. It is safe for concurrent use.
type Handler struct {
	Deps

	assets   *assets
	pages    *templates
	findings *findingsCache
	runs     *runs
	nav      []navItem
	scopes   map[string]identity.Scope // of pages, see scopesOf
	mux      http.Handler
}

// New makes a Handler. Close ends what it does in the background.
func New(deps Deps) *Handler {
	deps.Logger = cmp.Or(deps.Logger, slog.Default())
	h := &Handler{Deps: deps, assets: loadAssets(), findings: newFindingsCache(deps.Repair, deps.Logger)}
	if h.BaseURL == nil {
		h.BaseURL = ownURL
	}
	h.pages = loadTemplates(h.assets)
	h.runs = newRuns(h.Logger)
	mux := http.NewServeMux()
	for _, rt := range routes() {
		mux.HandleFunc(rt.method+" "+rt.path, h.handle(rt))
	}
	mux.HandleFunc("GET "+base+"/assets/", h.assets.serve)
	mux.Handle("GET "+base, http.RedirectHandler(base+"/", http.StatusSeeOther))
	mux.HandleFunc(base+"/", h.serveNothing)
	h.nav, h.scopes = navOf(routes()), scopesOf(routes())
	h.mux = h.sameOrigin(mux)
	return h
}

// Close ends what the handler does in the background, and waits for it.
func (h *Handler) Close() {
	h.runs.close()
	h.findings.close()
}

func ownURL(r *http.Request) string {
	if r.TLS != nil {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

// ServeHTTP answers one request.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	secure(w.Header())
	r.Body = http.MaxBytesReader(w, r.Body, defaultMaxBody)
	h.mux.ServeHTTP(w, r)
}

// ServePanic answers a request at which the server panicked, as long as nothing
// is written yet.
func (h *Handler) ServePanic(w http.ResponseWriter, r *http.Request) {
	secure(w.Header())
	h.fail(&call{Request: r, w: w}, errPanic)
}

// handle serves one route: who asks, whether they may, and the error if there
// is one.
func (h *Handler) handle(rt route) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		c := &call{Request: r, w: w}
		err := h.admit(c, rt)
		if err == nil {
			err = rt.serve(h, c)
		}
		if err != nil {
			h.fail(c, err)
		}
	}
}

// serveNothing answers what no route does: without a session like every page,
// so that nobody learns what there is.
func (h *Handler) serveNothing(w http.ResponseWriter, r *http.Request) {
	c := &call{Request: r, w: w}
	err := h.admit(c, route{scope: signedIn})
	if err == nil {
		err = noPage(strings.TrimSpace(r.URL.Path))
	}
	h.fail(c, err)
}
