package identity

import (
	"slices"
	"strings"
)

// Scope is one of the things that an organization API key may do.
type Scope string

// The scopes. Nobody mends or manages what they cannot see, so a key that is
// made with [ScopeRepair] or [ScopeManage] gets [ScopeRead] too.
const (
	ScopeRead   Scope = "read"   // look at everything but keys
	ScopeRepair Scope = "repair" // unlink, relink, restore, adopt
	ScopeManage Scope = "manage" // change the organization, its domains, directories, accounts and groups
	ScopeKeys   Scope = "keys"   // see, make, rotate and revoke API keys
)

// AllScopes gives every scope, the weakest first.
func AllScopes() []Scope { return []Scope{ScopeRead, ScopeRepair, ScopeManage, ScopeKeys} }

// ParseScopes reads a list of scopes, in any order; it gives them with what
// they imply, in the order of [AllScopes].
func ParseScopes[T ~string](names []T) ([]Scope, error) {
	wanted := map[Scope]bool{}
	for _, name := range names {
		scope := Scope(name)
		if !slices.Contains(AllScopes(), scope) {
			return nil, Errorf(CodeInvalid, "%.40q is not a scope", name).WithField("scopes").
				WithHint("the scopes are %s", JoinScopes(AllScopes()))
		}
		wanted[scope] = true
	}
	if wanted[ScopeRepair] || wanted[ScopeManage] {
		wanted[ScopeRead] = true
	}
	return slices.DeleteFunc(AllScopes(), func(s Scope) bool { return !wanted[s] }), nil
}

// JoinScopes is how scopes are stored and shown: with a space between them.
func JoinScopes(scopes []Scope) string {
	names := make([]string, len(scopes))
	for i, s := range scopes {
		names[i] = string(s)
	}
	return strings.Join(names, " ")
}

// SplitScopes undoes [JoinScopes].
func SplitScopes(joined string) []Scope {
	var scopes []Scope
	for name := range strings.FieldsSeq(joined) {
		scopes = append(scopes, Scope(name))
	}
	return scopes
}
