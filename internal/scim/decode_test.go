package scim_test

import (
	"fmt"
	"strings"
	"testing"

	"roster/internal/scim"
)

func TestDecodeKeepsOrderAndText(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, in, want string }{
		{"order of names", `{"b":1,"a":2}`, `{"b":1,"a":2}`},
		{"numbers as written", `[1.50,1e3,-0,12345678901234567890]`, `[1.50,1e3,-0,12345678901234567890]`},
		{"escapes are undone", `"\u00e9\n\/<&>"`, `"é\n/<&>"`},
		{"surrogate pair", `"\ud83d\ude00"`, `"😀"`},
		{"literals", ` [ true , false , null , {} , [] ] `, `[true,false,null,{},[]]`},
		{"line breaks of an address", `"1 Main St\nTown\tX\r\n"`, `"1 Main St\nTown\tX\r\n"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := compact(parse(t, tt.in)); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

func TestDecodeRefuses(t *testing.T) {
	t.Parallel()
	lim := scim.DefaultLimits
	lim.MaxDepth, lim.MaxElements, lim.MaxStringBytes = 3, 40, 10
	manyNames := func(last string) string {
		var b strings.Builder
		for i := range 35 {
			fmt.Fprintf(&b, `"n%d":1,`, i)
		}
		return "{" + b.String() + `"` + last + `":1}`
	}
	tests := []struct{ name, in, detail string }{
		{"nothing", ``, "empty"},
		{"truncated", `{"a":`, "byte 5"},
		{"trailing data", `{} {}`, "more data"},
		{"trailing garbage", `{} x`, "more data"},
		{"duplicate name", `{"a":1,"a":2}`, `"a" appears twice`},
		{"duplicate name in other case", `{"emails":1,"Emails":2}`, `"Emails" appears twice`},
		{"duplicate among many", manyNames("N3"), `"N3" appears twice`},
		{"duplicate among the latest", manyNames("N34"), `"N34" appears twice`},
		{"invalid UTF-8", "\"\xff\"", "UTF-8"},
		{"lone surrogate", `"\ud800"`, "surrogate"},
		{"NUL", `{"a":"\u0000"}`, "U+0000"},
		{"NUL in a name", `{"\u0000":1}`, "U+0000"},
		{"escape character", `"\u001b"`, "U+001B"},
		{"too deep", `[[[[1]]]]`, "deeper than 3"},
		{"too many elements", "[" + strings.Repeat("1,", 40) + "1]", "more than 40"},
		{"too many members", manyNames(`a":1,"b":1,"c":1,"d":1,"e":1,"f`), "more than 40 members"},
		{"text too long", `"12345678901"`, "more than 10 bytes"},
		{"number too long", `12345678901`, "more than 10 bytes"},
		{"missing comma", `[1 2]`, "byte 3"},
		{"trailing comma", `[1,]`, "byte"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := scim.Decode([]byte(tt.in), lim)
			e := refusal(t, err)
			if e.Status != 400 || e.Type != scim.TypeInvalidSyntax || !strings.Contains(e.Detail, tt.detail) {
				t.Errorf("got %d %v, want 400 invalidSyntax with %q", e.Status, e, tt.detail)
			}
		})
	}
}

func FuzzDecode(f *testing.F) {
	for _, seed := range []string{`{"a":[1,"x",null,true]}`, `{"a":1,"A":2}`, "\"\xff\"", `"\ud83d\ude00"`, `[[[[]]]]`, `{"a":1e400}`, ``} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		v, err := scim.Decode(body, scim.DefaultLimits)
		if err != nil {
			expectRefusal(t, err)
			return
		}
		again, err := scim.Decode(v.AppendJSON(nil), scim.DefaultLimits)
		if err != nil {
			t.Fatalf("decode what was encoded: %v", err)
		}
		if !again.Equal(v) {
			t.Fatalf("got %s, want %s", compact(again), compact(v))
		}
	})
}
