package auth

import "roster/internal/identity"

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
