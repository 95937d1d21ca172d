package auth_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/zitadel/oidc/v3/example/server/storage"
	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"

	"roster/internal/auth"
	"roster/internal/tenanttest"
)

// callback is where the provider of the tests sends people back to.
const callback = "http://roster.example/console/sign-in/oidc/callback"

// provider is an OpenID provider that we did not write, on loopback, with its
// library's store in memory. Nobody types a password: whoever comes is person.
type provider struct {
	*storage.Storage

	server *httptest.Server
	mu     sync.Mutex
	person string
	groups []string
	isDown atomic.Bool // and answers nothing but that
}

// people are those whom the provider knows: verified Ann, and Bob who is not.
type people struct{}

func (people) GetUserByID(id string) *storage.User {
	return map[string]*storage.User{
		"ann": {ID: "ann", Username: "ann", Password: "x", FirstName: "Ann", LastName: "Archer", Email: "Ann@acme.example", EmailVerified: true},
		"bob": {ID: "bob", Username: "bob", Password: "x", FirstName: "Bob", LastName: "Baker", Email: "ann@acme.example"},
	}[id]
}

func (p people) GetUserByUsername(name string) *storage.User { return p.GetUserByID(name) }

func (people) ExampleClientID() string { return "service" }

func serveProvider(t *testing.T) *provider {
	t.Helper()
	p := &provider{server: httptest.NewUnstartedServer(nil), person: "ann"}
	issuer := "http://" + p.server.Listener.Addr().String()
	p.Storage = storage.NewStorageWithClients(people{}, map[string]*storage.Client{"roster": storage.WebClient("roster", "secret", callback)})
	served, err := op.NewProvider(&op.Config{CodeMethodS256: true}, p, op.StaticIssuer(issuer), op.WithAllowInsecure(), op.WithLogger(slog.New(slog.DiscardHandler)))
	tenanttest.Accepted(t, err)
	mux := http.NewServeMux()
	mux.Handle("/", served)
	mux.HandleFunc("/login/username", func(w http.ResponseWriter, r *http.Request) {
		id := r.FormValue("authRequestID")
		p.mu.Lock()
		defer p.mu.Unlock()
		if err := p.CheckUsernamePassword(p.person, "x", id); err != nil {
			http.Error(w, err.Error(), http.StatusForbidden)
			return
		}
		http.Redirect(w, r, issuer+served.AuthorizationEndpoint().Relative()+"/callback?id="+url.QueryEscape(id), http.StatusFound)
	})
	p.server.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if p.isDown.Load() {
			http.Error(w, "down", http.StatusServiceUnavailable)
			return
		}
		mux.ServeHTTP(w, r)
	})
	p.server.Start()
	t.Cleanup(p.server.Close)
	return p
}

// SetUserinfoFromToken adds the person's groups.
func (p *provider) SetUserinfoFromToken(ctx context.Context, info *oidc.UserInfo, token, subject, origin string) error {
	p.mu.Lock()
	groups := p.groups
	p.mu.Unlock()
	if groups != nil {
		info.AppendClaims("groups", groups)
	}
	return p.Storage.SetUserinfoFromToken(ctx, info, token, subject, origin)
}

// is says who comes next.
func (p *provider) is(person string, groups ...string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.person, p.groups = person, groups
}

// settings are those of a client of an issuer.
func settings(issuer string) auth.OIDCSettings {
	return auth.OIDCSettings{Issuer: issuer, ClientID: "roster", ClientSecret: "secret"}
}

// walk follows a browser's way through the provider, and gives what it brings
// back.
func walk(t *testing.T, location string) url.Values {
	t.Helper()
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	for range 10 {
		if strings.HasPrefix(location, callback) {
			u, err := url.Parse(location)
			tenanttest.Accepted(t, err)
			return u.Query()
		}
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, location, nil)
		tenanttest.Accepted(t, err)
		res, err := client.Do(req)
		tenanttest.Accepted(t, err)
		tenanttest.Accepted(t, res.Body.Close())
		next, err := res.Location()
		if err != nil {
			t.Fatalf("%s answers %d and leads nowhere", location, res.StatusCode)
		}
		location = next.String()
	}
	t.Fatalf("the way does not end: %s", location)
	return nil
}
