package identity

import (
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
)

func TestEntryIDsSortByTime(t *testing.T) {
	t.Parallel()
	start := time.Date(2030, 1, 1, 0, 0, 0, 999_998_000, time.UTC)
	var ids []EntryID
	for i := range 5 {
		at := start.Add(time.Duration(i) * time.Microsecond)
		first := FirstEntryID(at)
		ids = append(ids, first, NewEntryID(at), NewEntryID(at))
		if earlier := NewEntryID(at.Add(-time.Microsecond)); earlier >= first {
			t.Errorf("%s is of an earlier time than %s", earlier, first)
		}
	}
	if !slices.IsSorted(ids) || len(slices.Compact(slices.Clone(ids))) != len(ids) {
		t.Errorf("ids are not in order: %v", ids)
	}
	id, err := uuid.Parse(string(ids[1]))
	if seconds, nanos := id.Time().UnixTime(); err != nil || id.Version() != 7 || id.Variant() != uuid.RFC4122 || seconds != start.Unix() || nanos/1e6 != 999 {
		t.Errorf("%s is version %d, variant %s, of %d.%d, error %v", id, id.Version(), id.Variant(), seconds, nanos, err)
	}
	if got, want := FirstEntryID(time.Time{}), FirstEntryID(time.Unix(0, 0)); got != want {
		t.Errorf("long ago is %s, want %s", got, want)
	}
}
