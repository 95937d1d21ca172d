package scim_test

import (
	"fmt"
	"strings"
	"testing"

	"roster/internal/scim"
)

// BenchmarkReplaceMembers is the push of a whole group of 100,000 members.
func BenchmarkReplaceMembers(b *testing.B) {
	var list strings.Builder
	for i := range 100_000 {
		if i > 0 {
			list.WriteByte(',')
		}
		fmt.Fprintf(&list, `{"value":"5ae3b0a0-0000-4000-8000-%012d","display":"user%d@x.example"}`, i, i)
	}
	body := []byte(`{"Operations":[{"op":"replace","path":"members","value":[` + list.String() + `]}]}`)
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		v, err := scim.Decode(body, scim.DefaultLimits)
		if err != nil {
			b.Fatal(err)
		}
		ops, err := scim.DecodePatch(v, scim.DefaultLimits)
		if err != nil {
			b.Fatal(err)
		}
		if _, _, err := scim.SplitMembers(ops); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCanonical(b *testing.B) {
	body := []byte(ada)
	b.ReportAllocs()
	for b.Loop() {
		v, err := scim.Decode(body, scim.DefaultLimits)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := scim.UserType().Canonical(v, scim.DefaultHabits()); err != nil {
			b.Fatal(err)
		}
	}
}
