package auth_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"roster/internal/auth"
	"roster/internal/identity"
)

func TestRoles(t *testing.T) {
	t.Parallel()
	tests := []struct {
		role auth.Role
		want string
	}{
		{auth.RoleViewer, "read"},
		{auth.RoleOperator, "read repair"},
		{auth.RoleAdmin, "read repair manage keys"},
		{"owner", ""},
	}
	for _, tt := range tests {
		t.Run(string(tt.role), func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, identity.JoinScopes(tt.role.Scopes())); diff != "" {
				t.Errorf("scopes (-want +got):\n%s", diff)
			}
		})
	}
}
