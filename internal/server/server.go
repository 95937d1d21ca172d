package server

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"runtime/debug"
	"strings"
	"syscall"
	"time"

	"roster/internal/accounts"
	"roster/internal/adminapi"
	"roster/internal/auth"
	"roster/internal/console"
	"roster/internal/jobs"
	"roster/internal/journal"
	"roster/internal/outbound"
	"roster/internal/provision"
	"roster/internal/repair"
	"roster/internal/scimhttp"
	"roster/internal/store"
)

// Timeouts that keep slow or silent clients from holding the server. A SCIM
// answer is due within 60 s (Okta); bodies are bounded by the handlers.
const (
	readHeaderTimeout = 10 * time.Second
	readTimeout       = 60 * time.Second
	writeTimeout      = 120 * time.Second
	idleTimeout       = 120 * time.Second
	requestTimeout    = 55 * time.Second // of /scim; exports of the admin API may take longer
	shutdownTimeout   = 20 * time.Second
	maxHeaderBytes    = 64 << 10
)

// services are the parts that a server is made of.
type services struct {
	store     *store.Store
	keys      *auth.Keys
	sessions  *auth.Sessions
	accounts  *accounts.Service
	proofs    *accounts.Proofs
	provision *provision.Service
	repair    *repair.Service
	jobs      *jobs.Runner
	journal   *journal.Reader
}

func newServices(st *store.Store, p accounts.Prober) services {
	return services{
		store:     st,
		keys:      auth.NewKeys(st, nil),
		sessions:  auth.NewSessions(st, nil),
		accounts:  accounts.New(st),
		proofs:    accounts.NewProofs(st, p),
		provision: provision.New(st),
		repair:    repair.New(st),
		jobs:      jobs.NewRunner(st),
		journal:   journal.NewReader(st),
	}
}

// gcPercent lets the heap grow to five times what is alive before it is
// collected: little is alive, and a request makes much garbage. GOGC overrules it.
const gcPercent = 400

// Run serves until ctx ends, then finishes the requests under way and returns
// nil. Any other end is an error.
func Run(ctx context.Context, cfg Config) (err error) {
	if err := cfg.check(); err != nil {
		return err
	}
	if err := cfg.makeDataDir(); err != nil {
		return err
	}
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	demo, err := newDemo(cfg)
	if err != nil {
		return err
	}
	st, err := openStore(ctx, cfg, demo)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()

	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", cfg.Listen)
	if err != nil {
		return cannotListen(cfg.Listen, err)
	}
	s := &server{Config: cfg, services: newServices(st, outbound.New(outbound.Options{Resolver: cfg.Resolver, AllowPrivate: cfg.AllowPrivate})), localURL: localURL(cfg, listener), demo: demo}
	s.baseURL = cmp.Or(strings.TrimRight(cfg.ExternalURL, "/"), s.localURL)
	return s.serve(ctx, listener)
}

func openStore(ctx context.Context, cfg Config, d *demo) (*store.Store, error) {
	if d != nil && cfg.Database == "" {
		return d.openSQLite(ctx)
	}
	return store.Open(ctx, cfg.dsn(), store.Options{})
}

func cannotListen(address string, err error) error {
	if errors.Is(err, syscall.EADDRINUSE) {
		return fmt.Errorf("listen on %s: %w (is another server running there? choose another port with --listen)", address, err)
	}
	return fmt.Errorf("listen on %s: %w", address, err)
}

// server is one running process.
type server struct {
	Config
	services
	localURL string // where this process listens
	baseURL  string // how clients reach it; without a slash at the end
	demo     *demo  // nil unless asked for
}

func localURL(cfg Config, l net.Listener) string {
	scheme := "http"
	if cfg.TLSCert != "" {
		scheme = "https"
	}
	return scheme + "://" + l.Addr().String()
}

func (s *server) serve(ctx context.Context, listener net.Listener) error {
	families := s.families()
	defer families.console.Close()
	httpServer := &http.Server{
		Handler:           s.handler(families),
		ReadHeaderTimeout: readHeaderTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
		ErrorLog:          slog.NewLogLogger(s.Log.Handler(), slog.LevelWarn),
	}
	served := make(chan error, 1)
	go func() { served <- s.listen(httpServer, listener) }()

	stopWorkers := s.work(ctx)
	defer stopWorkers()

	err := s.greet(ctx)
	if err == nil {
		select {
		case err = <-served:
		case <-ctx.Done():
		}
	}
	stopWorkers()
	ctx = context.WithoutCancel(ctx)
	return errors.Join(err, stop(ctx, httpServer), s.storeActivity(ctx))
}

// storeActivity stores what directories sent up to the end.
func (s *server) storeActivity(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, activityEvery)
	defer cancel()
	return s.provision.StoreActivity(ctx)
}

func (s *server) listen(h *http.Server, l net.Listener) error {
	if s.TLSCert != "" {
		return h.ServeTLS(l, s.TLSCert, s.TLSKey)
	}
	return h.Serve(l)
}

// stop finishes the requests under way; what takes too long is cut off.
func stop(ctx context.Context, h *http.Server) error {
	ctx, cancel := context.WithTimeout(ctx, shutdownTimeout)
	defer cancel()
	if err := h.Shutdown(ctx); err != nil {
		return errors.Join(fmt.Errorf("stop: %w", err), h.Close())
	}
	return nil
}

// families are the handlers of the paths that begin alike.
type families struct {
	scim    *scimhttp.Handler
	admin   *adminapi.Handler
	console *console.Handler
}

func (s *server) families() families {
	limiter := auth.NewLimiter(auth.Rate{PerSecond: s.RateLimit, Burst: s.RateBurst}, nil)
	return families{
		scim: scimhttp.New(s.provision, s.keys, scimhttp.Options{BaseURL: s.baseURLFor, Logger: s.Log, Limiter: limiter}),
		admin: adminapi.New(adminapi.Deps{
			Accounts: s.accounts, Proofs: s.proofs, Repair: s.repair, Journal: s.journal, Keys: s.keys, Sessions: s.sessions,
			BaseURL: s.baseURLFor, Logger: s.Log, Limiter: limiter,
		}),
		console: console.New(console.Deps{
			Accounts: s.accounts, Proofs: s.proofs, Provision: s.provision, Repair: s.repair, Journal: s.journal, Keys: s.keys,
			Sessions: s.sessions, OIDC: s.oidc(), BaseURL: s.baseURLFor, Logger: s.Log,
		}),
	}
}

func (s *server) handler(f families) http.Handler {
	mux := http.NewServeMux()
	s.mountHealth(mux)
	return s.middleware(route(withDeadline(f.scim), f.admin, f.console, mux), apologies(f))
}

// withDeadline gives up a request when its answer would come too late: a
// database that does not answer must not collect requests for ever.
func withDeadline(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), requestTimeout)
		defer cancel()
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// apologies answer a panic in the form that the clients of its path understand.
func apologies(f families) http.Handler {
	return route(http.HandlerFunc(f.scim.ServePanic), http.HandlerFunc(f.admin.ServePanic), http.HandlerFunc(f.console.ServePanic), http.HandlerFunc(servePanic))
}

// route hands a request to its family by the start of its path. It is no
// ServeMux, as that answers a redirect to a path with doubled slashes, which
// SCIM clients send and do not follow.
func route(scim, admin, console, health http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch first, _, _ := strings.Cut(strings.TrimLeft(r.URL.Path, "/"), "/"); first {
		case "scim":
			scim.ServeHTTP(w, r)
		case "console":
			console.ServeHTTP(w, r)
		case "healthz", "readyz", "":
			health.ServeHTTP(w, r)
		default:
			admin.ServeHTTP(w, r)
		}
	})
}

// oidc is how people sign in to the console besides by links; nil for no way.
func (s *server) oidc() *auth.OIDC {
	if s.OIDC.Issuer == "" {
		return nil
	}
	return auth.NewOIDC(s.OIDC, s.sessions, nil)
}

// baseURLFor is the base of absolute URLs in an answer: as configured, else as
// the client reached us.
func (s *server) baseURLFor(r *http.Request) string {
	if s.ExternalURL != "" || r.Host == "" {
		return s.baseURL
	}
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	return scheme + "://" + r.Host
}
