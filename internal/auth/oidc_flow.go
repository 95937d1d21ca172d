package auth

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"net/url"
	"slices"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"roster/internal/identity"
)

// SignInLife is how long a person may take at the identity provider.
const SignInLife = 10 * time.Minute

// attempt is a sign-in under way. It is sealed in a cookie, so that only the
// browser that began it can end it, at whichever replica.
type attempt struct {
	State    string    `json:"s"`
	Nonce    string    `json:"n"`
	Verifier string    `json:"v"` // of PKCE (RFC 7636)
	Redirect string    `json:"r"`
	ReturnTo string    `json:"t"`
	Expires  time.Time `json:"e"`
}

// Start begins a sign-in: where to send the browser, and the cookie that it must
// bring back. redirectURL is where the provider sends it then; returnTo is given
// back by [OIDC.Finish].
func (o *OIDC) Start(ctx context.Context, redirectURL, returnTo string) (location, cookie string, err error) {
	p, err := o.discover(ctx)
	if err != nil {
		return "", "", err
	}
	a := attempt{State: rand.Text(), Nonce: rand.Text(), Verifier: oauth2.GenerateVerifier(), Redirect: redirectURL, ReturnTo: returnTo, Expires: o.now().Add(SignInLife)}
	cookie, err = o.seal(ctx, a)
	if err != nil {
		return "", "", err
	}
	config := o.oauth(p, redirectURL)
	return config.AuthCodeURL(a.State, oidc.Nonce(a.Nonce), oauth2.S256ChallengeOption(a.Verifier)), cookie, nil
}

// Finish takes what the provider sent the browser back with, and the cookie of
// [OIDC.Start]. It gives who the person is, as far as the provider vouches for
// it. All refusals are [identity.CodeUnauthenticated], and a provider that fails
// us [identity.CodeConflict].
func (o *OIDC) Finish(ctx context.Context, query url.Values, cookie string) (who Identity, returnTo string, err error) {
	a, err := o.unseal(ctx, cookie)
	if err != nil {
		return Identity{}, "", err
	}
	if a.State == "" || !a.Expires.After(o.now()) || subtle.ConstantTimeCompare([]byte(a.State), []byte(query.Get("state"))) != 1 {
		return Identity{}, "", errStaleSignIn
	}
	if refusal := query.Get("error"); refusal != "" {
		return Identity{}, "", identity.Errorf(identity.CodeUnauthenticated, "the identity provider did not sign you in: %.100s %.300s", refusal, query.Get("error_description")).
			WithHint("sign in again, or ask who runs the identity provider")
	}
	p, err := o.discover(ctx)
	if err != nil {
		return Identity{}, "", err
	}
	ctx = oidc.ClientContext(ctx, o.client)
	config := o.oauth(p, a.Redirect)
	token, err := config.Exchange(ctx, query.Get("code"), oauth2.VerifierOption(a.Verifier))
	if refused, ok := errors.AsType[*oauth2.RetrieveError](err); ok && refused.ErrorCode == "invalid_grant" {
		return Identity{}, "", errStaleSignIn // such as a code that is used again
	}
	if err != nil {
		return Identity{}, "", unreachable(err)
	}
	claims, err := o.verified(ctx, p, token, a.Nonce)
	if err != nil {
		return Identity{}, "", err
	}
	return o.identityOf(claims), a.ReturnTo, nil
}

var errStaleSignIn = identity.Errorf(identity.CodeUnauthenticated, "this sign-in was begun in another browser, is over already, or took too long").
	WithHint("begin again")

// verified gives the claims of a token answer, once the ID token is known to be
// the provider's, for us, of now, and of this attempt (OpenID Connect Core 1.0,
// section 3.1.3.7). Groups that are not in it are asked for.
func (o *OIDC) verified(ctx context.Context, p *oidc.Provider, token *oauth2.Token, nonce string) (map[string]any, error) {
	raw, _ := token.Extra("id_token").(string)
	verifier := p.Verifier(&oidc.Config{ClientID: o.settings.ClientID, Now: func() time.Time { return o.now().Add(-clockSkew) }})
	id, err := verifier.Verify(ctx, raw)
	if err != nil {
		return nil, untrusted(err)
	}
	var claims map[string]any
	if err := id.Claims(&claims); err != nil {
		return nil, untrusted(err)
	}
	switch azp, _ := claims["azp"].(string); {
	case subtle.ConstantTimeCompare([]byte(id.Nonce), []byte(nonce)) != 1:
		return nil, untrusted(errors.New("the ID token has the nonce of another sign-in"))
	case id.IssuedAt.After(o.now().Add(clockSkew)):
		return nil, untrusted(errors.New("the ID token was issued in the future"))
	case id.Subject == "":
		return nil, untrusted(errors.New("the ID token has no subject"))
	case azp != "" && azp != o.settings.ClientID, azp == "" && len(id.Audience) > 1:
		return nil, untrusted(errors.New("the ID token was issued to another client"))
	}
	if id.AccessTokenHash != "" {
		if err := id.VerifyAccessToken(token.AccessToken); err != nil {
			return nil, untrusted(err)
		}
	}
	return claims, o.addUserInfo(ctx, p, token, id.Subject, claims)
}

// addUserInfo completes the claims by those of the UserInfo endpoint, where the
// ID token has no groups and there is one (section 5.3).
func (o *OIDC) addUserInfo(ctx context.Context, p *oidc.Provider, token *oauth2.Token, subject string, claims map[string]any) error {
	if lookUp(claims, o.settings.GroupsClaim) != nil || p.UserInfoEndpoint() == "" {
		return nil
	}
	info, err := p.UserInfo(ctx, oauth2.StaticTokenSource(token))
	if err != nil {
		return unreachable(err)
	}
	if info.Subject != subject {
		return untrusted(errors.New("the user info is about somebody else"))
	}
	var more map[string]any
	if err := info.Claims(&more); err != nil {
		return untrusted(err)
	}
	for name, value := range more {
		if !slices.Contains([]string{"iss", "aud", "sub"}, name) {
			claims[name] = value
		}
	}
	return nil
}

// untrusted refuses a token that is not what it should be; why is for the log.
func untrusted(cause error) error {
	e := identity.Errorf(identity.CodeUnauthenticated, "the identity provider's answer cannot be trusted").
		WithHint("sign in again; if that does not help, the server's log says what is wrong with it")
	e.Cause = cause
	return e
}
