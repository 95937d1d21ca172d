package auth

import (
	"slices"

	"roster/internal/identity"
	"roster/internal/store"
)

// Has tells whether a principal may do what a scope stands for. The site key
// has every scope; where it may go at all is for the endpoint to say.
func (p Principal) Has(s identity.Scope) bool {
	return p.Kind == store.CredentialSite || slices.Contains(p.Scopes, s)
}

// Allows refuses a principal without a scope.
func (p Principal) Allows(s identity.Scope) error {
	if p.Has(s) {
		return nil
	}
	return identity.Errorf(identity.CodeForbidden, "this key lacks the scope %q: it has %s", s, shown(p.Scopes)).
		WithRule(identity.RuleKeyScopes).
		WithHint("use a key that has it, or make one with a key that has the scopes keys and %s, or with the site key: roster key create NAME --scope %s", s, s)
}

// AllowsGranting refuses to hand on scopes that a principal has not itself:
// else the scope keys would be as good as all of them.
func (p Principal) AllowsGranting(scopes []identity.Scope) error {
	for _, s := range scopes {
		if !p.Has(s) {
			return identity.Errorf(identity.CodeForbidden, "this key cannot give the scope %q to another: it has %s itself", s, shown(p.Scopes)).
				WithRule(identity.RuleKeyScopes).
				WithHint("leave the scope out, or use a key that has it, or the site key")
		}
	}
	return nil
}

func shown(scopes []identity.Scope) string {
	if len(scopes) == 0 {
		return "none"
	}
	return identity.JoinScopes(scopes)
}
