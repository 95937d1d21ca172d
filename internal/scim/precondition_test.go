package scim_test

import (
	"errors"
	"testing"

	"roster/internal/scim"
)

func TestPreconditions(t *testing.T) {
	t.Parallel()
	const current = `W/"7"`
	tests := []struct {
		name               string
		ifMatch, noneMatch []string
		version            string
		status             int // 0 if the write may go on
		notModified        bool
	}{
		{"none", nil, nil, current, 0, false},
		{"match", []string{`W/"7"`}, nil, current, 0, false},
		{"strong tag", []string{`"7"`}, nil, current, 0, false},
		{"other version", []string{`W/"6"`}, nil, current, 412, false},
		{"beginning of the version", []string{`W/"70"`}, nil, current, 412, false},
		{"any", []string{"*"}, nil, current, 0, false},
		{"any, of nothing", []string{"*"}, nil, "", 412, false},
		{"version of nothing", []string{`W/"7"`}, nil, "", 412, false},
		{"in a list", []string{`W/"5", "6" ,W/"7"`}, nil, current, 0, false},
		{"not in a list", []string{`W/"5","6"`}, nil, current, 412, false},
		{"in a second header", []string{`W/"5"`, `W/"7"`}, nil, current, 0, false},
		{"comma in a tag", []string{`W/"5,7"`}, nil, current, 412, false},
		{"empty elements", []string{`, W/"7",,`}, nil, current, 0, false},
		{"none of any", nil, []string{"*"}, current, 412, true},
		{"none of any, of nothing", nil, []string{"*"}, "", 0, false},
		{"none of this", nil, []string{`"7"`}, current, 412, true},
		{"none of another", nil, []string{`W/"6"`}, current, 0, false},
		{"both hold", []string{`W/"7"`}, []string{`W/"6"`}, current, 0, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c, err := scim.ParsePreconditions(test.ifMatch, test.noneMatch)
			if err != nil {
				t.Fatal(err)
			}
			status := 0
			if e, ok := errors.AsType[*scim.Error](c.Check(test.version)); ok {
				status = e.Status
			}
			if status != test.status {
				t.Errorf("status %d, want %d", status, test.status)
			}
			if got := c.IsNotModified(test.version); got != test.notModified {
				t.Errorf("not modified: %t, want %t", got, test.notModified)
			}
		})
	}
}

func TestPreconditionsThatCannotBeRead(t *testing.T) {
	t.Parallel()
	for _, header := range []string{"", ",", "7", "W/7", `w/"7"`, `W/"7`, `"7" "8"`, `"7", *`, `W/ "7"`, "\x00"} {
		_, err := scim.ParsePreconditions([]string{header}, nil)
		if e := refusal(t, err); e.Status != 400 || e.Type != scim.TypeInvalidSyntax {
			t.Errorf("If-Match %q: %v", header, e)
		}
		_, err = scim.ParsePreconditions(nil, []string{header})
		expectRefusal(t, err)
	}
}
