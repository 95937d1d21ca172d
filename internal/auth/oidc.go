package auth

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"roster/internal/identity"
)

// Bounds of what is asked of an identity provider.
const (
	oidcTimeout = 10 * time.Second
	oidcMaxBody = 1 << 20         // bytes of an answer
	oidcRetry   = 5 * time.Second // after discovery failed
	oidcFresh   = 24 * time.Hour  // until discovery is done anew
)

// clockSkew is how far the provider's clock may be from ours.
const clockSkew = time.Minute

// DefaultGroupsClaim is what most providers call the groups of a person.
const DefaultGroupsClaim = "groups"

// OIDCSettings are what an operator chooses for sign-in through an identity
// provider (OpenID Connect Core 1.0).
type OIDCSettings struct {
	Issuer       string // as the provider writes it in its tokens
	ClientID     string
	ClientSecret string   // "" for a public client: there is PKCE in any case
	Scopes       []string // besides openid; nil for profile and email
	// GroupsClaim is the claim whose values grants name; "" for
	// [DefaultGroupsClaim]. A name with dots also leads into objects.
	GroupsClaim string
}

// Check refuses settings that cannot work.
func (s OIDCSettings) Check() error {
	u, err := url.Parse(s.Issuer)
	switch {
	case err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") || u.RawQuery != "" || u.Fragment != "":
		return fmt.Errorf("the OpenID Connect issuer %q is not of the form https://host/path", s.Issuer)
	case u.Scheme == "http" && !isLoopback(u.Hostname()):
		return fmt.Errorf("the OpenID Connect issuer %q must be https://: over http:// anybody on the way could sign in", s.Issuer)
	case s.ClientID == "":
		return errors.New("the OpenID Connect client id is missing")
	}
	return nil
}

func isLoopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// OIDC signs people in through one identity provider. The provider is not asked
// anything before the first of them comes, so one that is down stops nobody but
// them. It is safe for concurrent use.
type OIDC struct {
	settings OIDCSettings
	sessions *Sessions
	now      func() time.Time
	client   *http.Client

	mu       sync.Mutex
	provider *oidc.Provider // nil before discovery
	asked    time.Time      // when discovery was last tried
	failed   error          // how that went
}

// NewOIDC makes an OIDC; now is the clock, nil for time.Now.
func NewOIDC(settings OIDCSettings, sessions *Sessions, now func() time.Time) *OIDC {
	if now == nil {
		now = time.Now
	}
	settings.GroupsClaim = cmp.Or(settings.GroupsClaim, DefaultGroupsClaim)
	if settings.Scopes == nil {
		settings.Scopes = []string{"profile", "email"}
	}
	return &OIDC{settings: settings, sessions: sessions, now: now, client: &http.Client{
		Timeout: oidcTimeout, Transport: bounded{http.DefaultTransport},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }, // none is due, and the secret must not travel on
	}}
}

// Name is what people know the provider by: its host.
func (o *OIDC) Name() string {
	_, rest, _ := strings.Cut(o.settings.Issuer, "://")
	host, _, _ := strings.Cut(rest, "/")
	return host
}

// discover gives the provider's endpoints, from memory where they are fresh.
func (o *OIDC) discover(ctx context.Context) (*oidc.Provider, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	age := o.now().Sub(o.asked)
	if o.provider != nil && (age < oidcFresh || o.failed != nil && age < oidcRetry) {
		return o.provider, nil
	}
	if o.failed != nil && age < oidcRetry {
		return nil, unreachable(o.failed)
	}
	// The provider keeps the context for fetching keys later on.
	found, err := oidc.NewProvider(oidc.ClientContext(context.WithoutCancel(ctx), o.client), o.settings.Issuer)
	o.asked, o.failed = o.now(), err
	if err == nil {
		o.provider = found
	}
	if o.provider == nil {
		return nil, unreachable(err)
	}
	return o.provider, nil // an older answer is better than none
}

// oauth is the client of OAuth 2.0 at the provider.
func (o *OIDC) oauth(p *oidc.Provider, redirectURL string) oauth2.Config {
	return oauth2.Config{
		ClientID: o.settings.ClientID, ClientSecret: o.settings.ClientSecret, Endpoint: p.Endpoint(), RedirectURL: redirectURL,
		Scopes: append([]string{oidc.ScopeOpenID}, o.settings.Scopes...),
	}
}

// unreachable is what people are told of a provider that fails us.
func unreachable(cause error) error {
	e := identity.Errorf(identity.CodeConflict, "the identity provider does not answer as it should").
		WithHint("try again in a moment; in urgent cases an administrator can make a sign-in link: roster console-link")
	e.Cause = cause
	return e
}

// bounded cuts off answers that are too long.
type bounded struct{ http.RoundTripper }

// RoundTrip is http.RoundTripper.
func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := b.RoundTripper.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	res.Body = http.MaxBytesReader(nil, res.Body, oidcMaxBody)
	return res, nil
}
