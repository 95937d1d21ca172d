package console

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"roster/internal/repair"
)

func TestReadMapping(t *testing.T) {
	t.Parallel()
	ada := []repair.EmailPair{{Old: "ada@old.example", New: "ada@new.example"}}
	tests := []struct {
		name, text string
		want       []repair.EmailPair
		wrong      string // lines and reasons
	}{
		{"one line", "ada@old.example,ada@new.example", ada, ""},
		{"heading, byte order mark, spaces", "\ufeffold,new\r\n ada@old.example , ada@new.example \r\n", ada, ""},
		{"semicolons", "old;new\nada@old.example;ada@new.example\n", ada, ""},
		{"tabs", "ada@old.example\tada@new.example\n", ada, ""},
		{"comments and empty lines", "# merger\n\nada@old.example,ada@new.example\n\n", ada, ""},
		{"further columns", "ada@old.example,ada@new.example,Ada", ada, ""},
		{"empty", " \n", nil, "1: there are no addresses: choose a file, or paste lines"},
		{"one address", "ada@old.example,ada@new.example\nbob@old.example", ada, "2: it needs an old and a new address"},
		{"no address", "ada@old.example,ada", nil, "1: the new address: "},
		{"the same", "ada@old.example,ADA@old.example", nil, "1: both addresses are the same"},
		{"twice", "ada@old.example,ada@new.example\nAda@old.example,eve@new.example", ada, "2: Ada@old.example stands on line 1 as well"},
		{"two become one", "ada@old.example,ada@new.example\neve@old.example,ada@new.example", ada, "2: ada@new.example is the new address of line 1 as well"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			pairs, wrong := readMapping(tt.text)
			if diff := cmp.Diff(tt.want, pairs); diff != "" {
				t.Errorf("pairs (-want +got):\n%s", diff)
			}
			var said []string
			for _, line := range wrong {
				said = append(said, fmt.Sprintf("%d: %s", line.Line, line.Why))
			}
			if got := strings.Join(said, "\n"); !strings.HasPrefix(got, tt.wrong) || (tt.wrong == "") != (got == "") {
				t.Errorf("wrong lines %q, want %q", got, tt.wrong)
			}
		})
	}
}

func FuzzReadMapping(f *testing.F) {
	f.Add("old;new\nada@old.example;ada@new.example\n")
	f.Add("\"a\nb@c.example\",x")
	f.Fuzz(func(t *testing.T, text string) {
		pairs, wrong := readMapping(text)
		if len(pairs) == 0 && len(wrong) == 0 {
			t.Error("neither pairs nor a reason")
		}
	})
}
