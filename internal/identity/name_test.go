package identity_test

import (
	"strings"
	"testing"

	"roster/internal/identity"
)

func TestCheckName(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("ä", identity.MaxName)
	tests := []struct {
		name, in, want, refused string
	}{
		{"spaces around it go", "  Okta  EU ", "Okta  EU", ""},
		{"any script", "Отдел 7", "Отдел 7", ""},
		{"as long as may be", long, long, ""},
		{"too long", long + "ä", "", "longer than 200 characters"},
		{"empty", " \t", "", "name is empty"},
		{"a line break", "a\nb", "", "not text"},
		{"what a terminal obeys", "a\u009b2J", "", "not text"},
		{"no UTF-8", "a\xff", "", "not text"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, err := identity.CheckName(test.in)
			if got != test.want || (err == nil) != (test.refused == "") || (err != nil && !strings.Contains(err.Error(), test.refused)) {
				t.Errorf("got %q, %v; want %q, an error about %q", got, err, test.want, test.refused)
			}
			if err != nil && identity.CodeOf(err) != identity.CodeInvalid {
				t.Errorf("code %s", identity.CodeOf(err))
			}
		})
	}
	if got, err := identity.CheckOptionalName("  "); got != "" || err != nil {
		t.Errorf("no name: %q, %v", got, err)
	}
}
