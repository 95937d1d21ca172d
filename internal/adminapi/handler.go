package adminapi

import (
	"cmp"
	"errors"
	"log/slog"
	"net/http"

	"roster/internal/accounts"
	"roster/internal/auth"
	"roster/internal/journal"
	"roster/internal/repair"
)

// DefaultMaxBody bounds a request's body, in bytes.
const DefaultMaxBody = 1 << 20

// Deps are what a Handler works with. Accounts, Proofs, Repair, Journal, Keys
// and Sessions are required.
type Deps struct {
	Accounts *accounts.Service
	Proofs   *accounts.Proofs
	Repair   *repair.Service
	Journal  *journal.Reader
	Keys     *auth.Keys
	Sessions *auth.Sessions
	// BaseURL gives the scheme and host under which the client of a request
	// reaches this server, such as https://roster.example.com. Without it they
	// are taken from the request itself.
	BaseURL func(*http.Request) string
	// Logger gets the causes of answers with status 500; nil means slog.Default().
	Logger  *slog.Logger
	Limiter *auth.Limiter // bounds how often a key may be used; nil means that nothing does
	MaxBody int64         // bytes of a request's body; 0 means DefaultMaxBody
}

// Handler serves everything below /admin/, /users/ and /api/, and /openapi.json. It
// never redirects: doubled slashes and a slash at the end are taken as they
// come. So it must be reached before anything that cleans paths. The request
// id of answers is the X-Request-Id that a middleware has set on the answer.
// It is safe for concurrent use.
type Handler struct {
	accounts *accounts.Service
	proofs   *accounts.Proofs
	repair   *repair.Service
	journal  *journal.Reader
	keys     *auth.Keys
	sessions *auth.Sessions
	baseURL  func(*http.Request) string
	logger   *slog.Logger
	limiter  *auth.Limiter
	maxBody  int64
	mux      *http.ServeMux
}

// New makes a Handler.
func New(deps Deps) *Handler {
	h := &Handler{
		accounts: deps.Accounts,
		proofs:   deps.Proofs,
		repair:   deps.Repair,
		journal:  deps.Journal,
		keys:     deps.Keys,
		sessions: deps.Sessions,
		baseURL:  deps.BaseURL,
		limiter:  deps.Limiter,
		logger:   cmp.Or(deps.Logger, slog.Default()),
		maxBody:  cmp.Or(deps.MaxBody, DefaultMaxBody),
		mux:      http.NewServeMux(),
	}
	if h.baseURL == nil {
		h.baseURL = ownURL
	}
	for _, rt := range routes() {
		h.mux.HandleFunc(rt.method+" "+rt.path, h.handle(rt))
	}
	h.mux.HandleFunc("GET /openapi.json", serveDocument)
	h.mux.HandleFunc("/", h.noRoute)
	return h
}

func ownURL(r *http.Request) string {
	if r.TLS != nil {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

// ServeHTTP answers one request.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	clean, err := cleaned(r)
	if err != nil {
		h.fail(w, r, err)
		return
	}
	h.mux.ServeHTTP(w, clean)
}

// ServePanic answers a request at which the server panicked, as long as nothing
// is written yet.
func (h *Handler) ServePanic(w http.ResponseWriter, r *http.Request) {
	h.fail(w, r, errPanic)
}

// errPanic stands for a panic, whose cause and stack the server logs.
var errPanic = errors.New("panic")

// handle serves one route: who asks, what for, and the error if there is one.
func (h *Handler) handle(rt route) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		c := &call{Request: r, w: w, base: h.baseURL(r), maxBody: h.maxBody}
		err := h.authorize(c, rt.access) //nolint:contextcheck // the call holds the request's context
		if err == nil {
			err = rt.serve(h, c)
		}
		if err != nil {
			h.fail(w, r, err)
		}
	}
}
