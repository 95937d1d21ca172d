package auth

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"roster/internal/identity"
	"roster/internal/store"
)

// Bounds of what is taken from a token.
const (
	maxGroups = 2000 // values of the groups claim; Entra ID sends 200 at most
	maxShown  = 50   // of them in a text
)

// Identity is a person as the identity provider knows them.
type Identity struct {
	Person string // verified email, or name with the provider's id
	Email  string // "" unless the provider says that it is verified
	Groups []string
	// Overage tells that the provider left the groups out because they are too
	// many, as Entra ID does.
	Overage bool
	claims  []store.ClaimKey
}

// identityOf reads the claims of a verified token.
func (o *OIDC) identityOf(claims map[string]any) Identity {
	text := func(name string) string {
		s, _ := claims[name].(string)
		return clip(strings.TrimSpace(s))
	}
	who := Identity{Groups: groupsOf(lookUp(claims, o.settings.GroupsClaim))}
	for _, group := range who.Groups {
		who.claims = append(who.claims, store.ValueClaim(group))
	}
	if email, err := identity.ParseEmail(text("email")); err == nil && isTrue(claims["email_verified"]) {
		who.Email = text("email")
		who.claims = append(who.claims, store.EmailClaim(email))
	}
	// What is not verified may be anybody's name, so the subject stands beside it.
	who.Person = cmp.Or(who.Email, strings.TrimSpace(cmp.Or(text("email"), text("preferred_username"), text("name"))+" (subject "+text("sub")+")"))
	if distributed, ok := claims["_claim_names"].(map[string]any); ok {
		_, who.Overage = distributed[o.settings.GroupsClaim]
	}
	return who
}

// lookUp gives a claim by its name, or by a path of names with dots between, such
// as realm_access.roles; nil where there is none.
func lookUp(claims map[string]any, name string) any {
	if value, ok := claims[name]; ok {
		return value
	}
	first, rest, isPath := strings.Cut(name, ".")
	inner, ok := claims[first].(map[string]any)
	if !isPath || !ok {
		return nil
	}
	return lookUp(inner, rest)
}

// groupsOf reads a claim of one text or several; what is no text, or too long
// for a grant, names no group.
func groupsOf(claim any) (groups []string) {
	values, ok := claim.([]any)
	if !ok {
		values = []any{claim}
	}
	for _, v := range values {
		group, ok := v.(string)
		if ok && group != "" && utf8.RuneCountInString(group) <= maxClaim && len(groups) < maxGroups && !slices.Contains(groups, group) {
			groups = append(groups, group)
		}
	}
	return groups
}

// isTrue reads a boolean, which some providers send as text.
func isTrue(claim any) bool { return claim == true || claim == "true" }

// stranger refuses a person whom no grant covers, and says what the provider
// told, so that an administrator can be asked for a grant.
func (who Identity) stranger() error {
	e := identity.Errorf(identity.CodeForbidden, "the identity provider knows you as %s, but no organization lets you in", who.Person)
	switch {
	case who.Overage:
		return e.WithHint("you are in so many groups that the identity provider did not say which: have it send only the groups of this application")
	case len(who.Groups) == 0 && who.Email == "":
		return e.WithHint("the identity provider sent neither a verified email nor groups: have it send one of them, then ask an administrator for a grant")
	case len(who.Groups) == 0:
		return e.WithHint("ask an administrator for a grant for your email %s", who.Email)
	}
	shown := strings.Join(who.Groups[:min(len(who.Groups), maxShown)], ", ")
	if len(who.Groups) > maxShown {
		shown += ", …"
	}
	return e.WithHint("ask an administrator for a grant for one of your groups: %s", shown)
}
