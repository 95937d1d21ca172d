package remote_test

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"roster/internal/repair/remote"
)

// TestJournalTorn cuts a journal anywhere, as a power cut may. What was told
// until then is there, and the rest of the line is not.
func TestJournalTorn(t *testing.T) {
	t.Parallel()
	w := newPeople()
	name, _ := plan(t, w, people[:1])
	planned, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := apply(t, w, name, 1); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	torn := t.TempDir() + "/torn.jsonl"
	for length := len(planned); length <= len(whole); length += 11 {
		if err := os.WriteFile(torn, whole[:length], 0o600); err != nil {
			t.Fatal(err)
		}
		j, err := remote.OpenJournal(torn)
		if err != nil {
			t.Fatalf("cut at byte %d: %v", length, err)
		}
		if err := j.Close(); err != nil {
			t.Fatal(err)
		}
		kept, err := os.ReadFile(torn)
		if err != nil {
			t.Fatal(err)
		}
		if last := bytes.LastIndexByte(whole[:length], '\n') + 1; len(kept) != last {
			t.Fatalf("cut at byte %d, %d bytes are kept, want %d", length, len(kept), last)
		}
	}
}

func TestJournalRefused(t *testing.T) {
	t.Parallel()
	w := newPeople()
	name, _ := plan(t, w, people)
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(string(text), "\n")
	tests := map[string]struct{ text, want string }{
		"empty":                 {"", "no journal of format"},
		"of something else":     {"{\"header\":{\"format\":\"other\"}}\n", "no journal of format"},
		"not JSON":              {"old,new\n", "line 1"},
		"plan cut off":          {strings.Join(lines[:3], ""), "cut off before its end"},
		"a case is missing":     {lines[0] + lines[2] + lines[3], "case 2 stands where case 1 is due"},
		"torn in the middle":    {lines[0] + lines[1][:40] + "\n" + lines[2], "line 2"},
		"event of no case":      {string(text) + `{"event":{"case":9,"step":0,"what":"done"}}` + "\n", "there is no case 9"},
		"undoing of no case":    {string(text) + `{"undo":{"case":9}}` + "\n", "there is no case 9"},
		"number of cases wrong": {lines[0] + lines[1] + `{"planned":7}` + "\n", "cut off before its end"},
	}
	for title, test := range tests {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			file := t.TempDir() + "/j.jsonl"
			if err := os.WriteFile(file, []byte(test.text), 0o600); err != nil {
				t.Fatal(err)
			}
			_, open := remote.OpenJournal(file)
			_, read := remote.ReadJournal(file)
			for what, err := range map[string]error{"open": open, "read": read} {
				if err == nil || !strings.Contains(err.Error(), test.want) {
					t.Errorf("%s: %v, want %q", what, err, test.want)
				}
			}
			if after, err := os.ReadFile(file); err != nil || string(after) != test.text {
				t.Errorf("the file was changed: %v", err)
			}
		})
	}
}

// TestJournalIsOneProgramsAtATime: a second one is refused, a reader is not,
// and a new journal takes no other's place.
func TestJournalIsOneProgramsAtATime(t *testing.T) {
	t.Parallel()
	w := newPeople()
	name, _ := plan(t, w, people)
	first := open(t, name)
	if _, err := remote.OpenJournal(name); err == nil || !strings.Contains(err.Error(), "another roster is at work") {
		t.Errorf("the second opening: %v", err)
	}
	if _, err := remote.ReadJournal(name); err != nil {
		t.Errorf("reading: %v", err)
	}
	if _, err := remote.CreateJournal(name, remote.Header{}); !errors.Is(err, fs.ErrExist) {
		t.Errorf("making it anew: %v", err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	open(t, name)
	if info, err := os.Stat(name); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
}

// TestJournalOfLanes: what lanes add at the same time is read back whole.
func TestJournalOfLanes(t *testing.T) {
	t.Parallel()
	pairs := make([]remote.Pair, 20)
	w := newWorld()
	for i := range pairs {
		pairs[i] = remote.Pair{Old: fmt.Sprintf("p%d@old.example", i), New: fmt.Sprintf("p%d@new.example", i)}
		w.account(pairs[i].Old, "")
		w.create(okta, pairs[i].New, "")
	}
	name, _ := plan(t, w, pairs)
	j := open(t, name)
	var adding sync.WaitGroup
	for n := range pairs {
		adding.Go(func() {
			for step := range 3 {
				for _, what := range []remote.What{remote.EventBegun, remote.EventTaken} {
					if err := j.Add(remote.Event{N: n + 1, Step: step, What: what}); err != nil {
						t.Error(err)
					}
				}
			}
		})
	}
	adding.Wait()
	read, err := remote.ReadJournal(name)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(j.Cases, read.Cases); diff != "" {
		t.Errorf("cases (-in memory +on the disk):\n%s", diff)
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := j.Add(remote.Event{N: 1, What: remote.EventDone}); err == nil {
			t.Error("a line that cannot be written is taken for written")
		}
	}
}
