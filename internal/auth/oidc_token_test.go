package auth_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"roster/internal/auth"
	"roster/internal/identity"
	"roster/internal/tenanttest"
)

// liar is a provider whose token endpoint answers what a test wants: the ID
// token is made of the claims that a good one would have.
type liar struct {
	server *httptest.Server
	key    *ecdsa.PrivateKey
	lie    lie
	nonce  string // of the sign-in under way
	now    time.Time
}

// lie says how an answer differs from a good one.
type lie struct {
	claims func(map[string]any)
	sign   func(t *testing.T, l *liar, payload []byte) string // nil: as a good one is signed
	answer func(w http.ResponseWriter)                        // nil: with the token
}

func newKey(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	tenanttest.Accepted(t, err)
	return key
}

func serveLiar(t *testing.T, told lie) *liar {
	t.Helper()
	l := &liar{now: time.Now(), key: newKey(t), lie: told}
	mux := http.NewServeMux()
	reply := func(w http.ResponseWriter, body any) {
		w.Header().Set("Content-Type", "application/json")
		if err := json.NewEncoder(w).Encode(body); err != nil {
			t.Error(err)
		}
	}
	mux.HandleFunc("/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		reply(w, map[string]any{
			"issuer": l.server.URL, "authorization_endpoint": l.server.URL + "/auth", "token_endpoint": l.server.URL + "/token", "jwks_uri": l.server.URL + "/keys",
			"id_token_signing_alg_values_supported": []string{"ES256", "HS256", "none"},
		})
	})
	mux.HandleFunc("/keys", func(w http.ResponseWriter, _ *http.Request) {
		reply(w, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: l.key.Public(), KeyID: "1", Algorithm: "ES256", Use: "sig"}}})
	})
	mux.HandleFunc("/token", func(w http.ResponseWriter, _ *http.Request) {
		if l.lie.answer != nil {
			l.lie.answer(w)
			return
		}
		reply(w, map[string]any{"access_token": "a", "token_type": "Bearer", "expires_in": 60, "id_token": l.token(t)})
	})
	l.server = httptest.NewServer(mux)
	t.Cleanup(l.server.Close)
	return l
}

func (l *liar) token(t *testing.T) string {
	t.Helper()
	now := l.now
	claims := map[string]any{
		"iss": l.server.URL, "aud": "roster", "sub": "ann", "nonce": l.nonce, "iat": now.Unix(), "exp": now.Add(time.Hour).Unix(),
		"email": "ann@acme.example", "email_verified": "true", "groups": "engineers",
	}
	if l.lie.claims != nil {
		l.lie.claims(claims)
	}
	payload, err := json.Marshal(claims)
	tenanttest.Accepted(t, err)
	if l.lie.sign != nil {
		return l.lie.sign(t, l, payload)
	}
	return signed(t, jose.ES256, l.key, payload)
}

func signed(t *testing.T, alg jose.SignatureAlgorithm, key any, payload []byte) string {
	t.Helper()
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: key}, (&jose.SignerOptions{}).WithHeader("kid", "1"))
	tenanttest.Accepted(t, err)
	object, err := signer.Sign(payload)
	tenanttest.Accepted(t, err)
	text, err := object.CompactSerialize()
	tenanttest.Accepted(t, err)
	return text
}

// What is not the provider's own word, for us and of now, signs nobody in.
func TestTokensThatAreNotTrusted(t *testing.T) {
	t.Parallel()
	set := func(name string, value any) func(map[string]any) {
		return func(claims map[string]any) { claims[name] = value }
	}
	without := func(name string) func(map[string]any) { return func(claims map[string]any) { delete(claims, name) } }
	clock := time.Now() // stands still, as a slow run must not make tokens old
	ago := func(d time.Duration) int64 { return clock.Add(-d).Unix() }
	tests := []struct {
		name  string
		lie   lie
		cause string // "" where it is taken
	}{
		{name: "good"},
		{"a clock that is behind", lie{claims: set("exp", ago(30*time.Second))}, ""},
		{"a clock that is ahead", lie{claims: set("iat", ago(-30*time.Second))}, ""},
		{"several audiences, issued to us", lie{claims: func(c map[string]any) { c["aud"], c["azp"] = []string{"x", "roster"}, "roster" }}, ""},
		{"wrong nonce", lie{claims: set("nonce", "of another")}, "nonce"},
		{"no nonce", lie{claims: without("nonce")}, "nonce"},
		{"expired", lie{claims: set("exp", ago(2*time.Minute))}, "expired"},
		{"issued in the future", lie{claims: set("iat", ago(-time.Hour))}, "future"},
		{"wrong audience", lie{claims: set("aud", "another")}, "audience"},
		{"several audiences, issued to another", lie{claims: func(c map[string]any) { c["aud"], c["azp"] = []string{"x", "roster"}, "x" }}, "another client"},
		{"several audiences, issued to nobody", lie{claims: set("aud", []string{"x", "roster"})}, "another client"},
		{"wrong issuer", lie{claims: set("iss", "https://evil.example")}, "different provider"},
		{"no subject", lie{claims: without("sub")}, "subject"},
		{"another access token", lie{claims: set("at_hash", "AAAAAAAAAAAAAAAAAAAAAA")}, "hash does not match"},
		{"unsigned", lie{sign: func(_ *testing.T, _ *liar, payload []byte) string {
			return base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none"}`)) + "." + base64.RawURLEncoding.EncodeToString(payload) + "."
		}}, "oidc: "},
		{"signed with another key", lie{sign: func(t *testing.T, _ *liar, payload []byte) string {
			t.Helper()
			return signed(t, jose.ES256, newKey(t), payload)
		}}, "verify signature"},
		{"signed with the client's secret", lie{sign: func(t *testing.T, _ *liar, payload []byte) string {
			t.Helper()
			return signed(t, jose.HS256, []byte(strings.Repeat("secret", 6)), payload)
		}}, "oidc: "},
		{"no token", lie{answer: func(w http.ResponseWriter) {
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write([]byte(`{"access_token":"a","token_type":"Bearer"}`))
		}}, "oidc: "},
		{"a failure", lie{answer: func(w http.ResponseWriter) { http.Error(w, "down", http.StatusBadGateway) }}, "502"},
		{"an endless answer", lie{answer: func(w http.ResponseWriter) {
			_, _ = w.Write([]byte(`{"access_token":"` + strings.Repeat("a", 2<<20) + `"}`))
		}}, "oauth2: "},
		{"a redirect", lie{answer: func(w http.ResponseWriter) {
			w.Header().Set("Location", "https://evil.example/")
			w.WriteHeader(http.StatusTemporaryRedirect)
		}}, "307"},
	}
	d := tenanttest.OnSQLite(t)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			l := serveLiar(t, test.lie)
			l.now = clock
			o := auth.NewOIDC(settings(l.server.URL), d.Sessions, func() time.Time { return clock })
			location, cookie, err := o.Start(t.Context(), callback, "")
			tenanttest.Accepted(t, err)
			u, err := url.Parse(location)
			tenanttest.Accepted(t, err)
			sent := u.Query()
			l.nonce = sent.Get("nonce")
			who, _, err := o.Finish(t.Context(), url.Values{"code": {"c"}, "state": {sent.Get("state")}}, cookie)
			if test.cause == "" {
				if err != nil || who.Person != "ann@acme.example" || len(who.Groups) != 1 {
					t.Errorf("got %+v, %v", who, err)
				}
				return
			}
			e, ok := errors.AsType[*identity.Error](err)
			if !ok || e.Cause == nil || !strings.Contains(e.Cause.Error(), test.cause) || strings.Contains(e.Message, test.cause) {
				t.Errorf("got %v, want a refusal because of %q that does not tell so", err, test.cause)
			}
			if who.Person != "" {
				t.Errorf("%s was signed in", who.Person)
			}
		})
	}
	t.Run("state of another", func(t *testing.T) {
		t.Parallel()
		l := serveLiar(t, lie{})
		o := auth.NewOIDC(settings(l.server.URL), d.Sessions, nil)
		_, cookie, err := o.Start(t.Context(), callback, "")
		tenanttest.Accepted(t, err)
		for _, state := range []string{"", "of another"} {
			_, _, err = o.Finish(t.Context(), url.Values{"code": {"c"}, "state": {state}}, cookie)
			unauthenticated(t, err, "begun in another browser")
		}
	})
}
