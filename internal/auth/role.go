package auth

import (
	"slices"

	"roster/internal/identity"
)

// Role is what a person may do in the console of one organization. It is a
// name for scopes and nothing more: a person who holds a role and a key that
// holds its scopes are refused the same things.
type Role string

// The roles.
const (
	RoleViewer   Role = "viewer"
	RoleOperator Role = "operator"
	RoleAdmin    Role = "admin"
)

// Roles gives every role, the weakest first.
func Roles() []Role { return []Role{RoleViewer, RoleOperator, RoleAdmin} }

// ParseRole reads a role; "" is none.
func ParseRole(s string) (Role, error) {
	if slices.Contains(Roles(), Role(s)) {
		return Role(s), nil
	}
	return "", identity.Errorf(identity.CodeInvalid, "%.40q is not a role", s).WithField("role").
		WithHint("the roles are viewer (look), operator (look and repair) and admin (everything)")
}

// Scopes gives what a role may do; a role that is not known may do nothing.
func (r Role) Scopes() []identity.Scope {
	switch r {
	case RoleViewer:
		return []identity.Scope{identity.ScopeRead}
	case RoleOperator:
		return []identity.Scope{identity.ScopeRead, identity.ScopeRepair}
	case RoleAdmin:
		return identity.AllScopes()
	default:
		return nil
	}
}
