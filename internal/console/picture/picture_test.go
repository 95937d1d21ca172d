package picture_test

import (
	"flag"
	"html/template"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"roster/internal/console/picture"
)

var update = flag.Bool("update", false, "write the golden files")

var page = template.Must(template.ParseFS(picture.Templates, "picture.html"))

func draw(t *testing.T, s picture.Subject) string {
	t.Helper()
	drawings := make([]picture.Drawing, len(picture.Sizes))
	for i, size := range picture.Sizes {
		drawings[i] = picture.Draw(s, size)
	}
	var out strings.Builder
	if err := page.ExecuteTemplate(&out, "picture", drawings); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestPictureIsAsItWas(t *testing.T) {
	t.Parallel()
	for _, tt := range subjects {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join("testdata", strings.ReplaceAll(tt.name, " ", "-")+".html")
			got := draw(t, tt.subject)
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("picture (-want +got); if it is meant: go test ./internal/console/picture -update\n%s", diff)
			}
		})
	}
}

// TestNothingOverlaps holds every card and label inside the picture and apart
// from the others, and each where it is in the other panels.
func TestNothingOverlaps(t *testing.T) {
	t.Parallel()
	for _, tt := range subjects {
		for _, size := range picture.Sizes {
			t.Run(tt.name+" "+size.Name, func(t *testing.T) {
				t.Parallel()
				places := map[string]box{}
				for _, p := range picture.Draw(tt.subject, size).Panels {
					all := boxes(p)
					for i, b := range all {
						if b.x < 0 || b.y < 0 || b.x+b.w > p.Width || b.y+b.h > p.Height {
							t.Errorf("%s: %+v lies outside of %d by %d", p.Title, b, p.Width, p.Height)
						}
						for _, other := range all[:i] {
							if b.meets(other) {
								t.Errorf("%s: %+v and %+v overlap", p.Title, b, other)
							}
						}
					}
					for _, c := range p.Cards {
						here := box{c.X, c.Y, c.W, c.H}
						id := c.Full[strings.LastIndexByte(c.Full, '\n'):]
						if there, ok := places[id]; ok && there != here {
							t.Errorf("%s: card%s lies at %+v, and before at %+v", p.Title, id, here, there)
						}
						places[id] = here
					}
				}
			})
		}
	}
}

type box struct{ x, y, w, h int }

func (a box) meets(b box) bool {
	return a.x < b.x+b.w && b.x < a.x+a.w && a.y < b.y+b.h && b.y < a.y+a.h
}

func boxes(p picture.Panel) (all []box) {
	for _, c := range p.Cards {
		all = append(all, box{c.X, c.Y, c.W, c.H})
	}
	for _, e := range p.Edges {
		if e.Label != nil {
			all = append(all, box{e.Label.X, e.Label.Y, e.Label.W, e.Label.H})
		}
	}
	return all
}

// TestPushedTextStaysText looks for what a browser would take for markup.
func TestPushedTextStaysText(t *testing.T) {
	t.Parallel()
	got := draw(t, unlinked())
	for _, harmful := range []string{"<script", "<b>", "</svg></", "style=", "onload="} {
		if strings.Contains(got, harmful) {
			t.Errorf("the picture contains %q", harmful)
		}
	}
	if !strings.Contains(got, "&lt;b&gt;Ada&lt;/b&gt;") {
		t.Error("the name is not shown as it is")
	}
}

// TestWordsTellTheSame reads the picture without seeing it.
func TestWordsTellTheSame(t *testing.T) {
	t.Parallel()
	var got []string
	for _, p := range picture.Draw(wrongAccount(), picture.Wide).Panels {
		got = append(append(got, p.Title+":"), p.Says...)
	}
	want := []string{
		"Before:",
		"Okta of the acquired company record Ada Lovelace (ada.lovelace@newcorp.example) is linked to the account of Ada Lovelace (" + younger + "); this link moves.",
		"Account " + older + " of Ada Lovelace has the address ada@oldcorp.example, and is active; no record is linked to it.",
		"Account " + younger + " of Ada Lovelace has the address ada.lovelace@newcorp.example, and is active.",
		"After:",
		"Okta of the acquired company record Ada Lovelace (ada.lovelace@newcorp.example) is linked to the account of Ada Lovelace (" + older + "); the link moved here.",
		"Account " + older + " of Ada Lovelace has the address ada.lovelace@newcorp.example, which is new, and is active.",
		"Account " + younger + " of Ada Lovelace has the address " + parked + ", which is new, and is active; no record is linked to it.",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("words (-want +got):\n%s", diff)
	}
}
