package identity_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"roster/internal/identity"
)

func TestParseScopes(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		given []string
		want  string
		code  identity.Code
	}{
		{"none", nil, "", ""},
		{"one", []string{"read"}, "read", ""},
		{"any order", []string{"keys", "read"}, "read keys", ""},
		{"twice", []string{"read", "read"}, "read", ""},
		{"repair implies read", []string{"repair"}, "read repair", ""},
		{"manage implies read", []string{"manage"}, "read manage", ""},
		{"keys implies nothing", []string{"keys"}, "keys", ""},
		{"unknown", []string{"read", "write"}, "", identity.CodeInvalid},
		{"letter case tells", []string{"Read"}, "", identity.CodeInvalid},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := identity.ParseScopes(tt.given)
			if (err != nil) != (tt.code != "") || (err != nil && identity.CodeOf(err) != tt.code) {
				t.Fatalf("error %v, want code %q", err, tt.code)
			}
			if diff := cmp.Diff(tt.want, identity.JoinScopes(got)); diff != "" {
				t.Errorf("scopes (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(got, identity.SplitScopes(tt.want)); diff != "" && len(got) > 0 {
				t.Errorf("scopes after joining and splitting (-want +got):\n%s", diff)
			}
		})
	}
}
