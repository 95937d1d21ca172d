package scim_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"roster/internal/scim"
)

var (
	cursorKey = scim.CursorKey(strings.Repeat("k", 32))
	made      = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
)

func TestCursorOpensAgain(t *testing.T) {
	t.Parallel()
	places := []scim.Place{
		{ID: "2819c223-7f76-453a-919d-413861904646"},
		{ID: "2819c223", Key: "ada@x.example", Assigned: true},
		{ID: "1", Key: "", Assigned: true},
		{ID: strings.Repeat("i", 300), Key: "é\n" + strings.Repeat("😀", 200), Assigned: true},
		{},
	}
	for _, place := range places {
		cursor := cursorKey.Seal([]byte("scope"), place, made)
		if !regexp.MustCompile(`^[A-Za-z0-9._~-]+$`).MatchString(cursor) {
			t.Errorf("%q has characters that need an escape in a URL", cursor)
		}
		for _, at := range []time.Time{made, made.Add(scim.CursorTimeout)} {
			got, err := cursorKey.Open([]byte("scope"), cursor, at)
			if err != nil || got != place {
				t.Errorf("got %+v, %v, want %+v", got, err, place)
			}
		}
	}
}

func TestCursorHidesItsPlace(t *testing.T) {
	t.Parallel()
	place := scim.Place{ID: "1", Key: "ada@x.example", Assigned: true}
	if a, b := cursorKey.Seal(nil, place, made), cursorKey.Seal(nil, place, made); a == b {
		t.Errorf("two cursors of one place are the same: %s", a)
	}
}

func TestCursorIsRefused(t *testing.T) {
	t.Parallel()
	good := cursorKey.Seal([]byte("scope"), scim.Place{ID: "1"}, made)
	last := map[bool]string{true: "B", false: "A"}[good[0] == 'A']
	tests := []struct {
		name, cursor string
		key          scim.CursorKey
		scope        string
		at           time.Time
		want         scim.Type
	}{
		{"expired", good, cursorKey, "scope", made.Add(scim.CursorTimeout + time.Second), scim.TypeExpiredCursor},
		{"another list", good, cursorKey, "other", made, scim.TypeInvalidCursor},
		{"another deployment", good, scim.CursorKey("x"), "scope", made, scim.TypeInvalidCursor},
		{"altered", last + good[1:], cursorKey, "scope", made, scim.TypeInvalidCursor},
		{"cut", good[:len(good)-2], cursorKey, "scope", made, scim.TypeInvalidCursor},
		{"too short to be one", "AAAA", cursorKey, "scope", made, scim.TypeInvalidCursor},
		{"no base64", "a+/=", cursorKey, "scope", made, scim.TypeInvalidCursor},
		{"empty", "", cursorKey, "scope", made, scim.TypeInvalidCursor},
		{"far too long", strings.Repeat("A", 1<<20), cursorKey, "scope", made, scim.TypeInvalidCursor},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := tt.key.Open([]byte(tt.scope), tt.cursor, tt.at)
			if e := refusal(t, err); e.Status != 400 || e.Type != tt.want {
				t.Errorf("got %v, want %s", e, tt.want)
			}
		})
	}
}
