package console

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestFlashIsShownOnce carries a message from the form to the next page.
func TestFlashIsShownOnce(t *testing.T) {
	t.Parallel()
	h := &Handler{Deps: Deps{BaseURL: func(*http.Request) string { return "https://roster.example" }}}
	tests := []struct {
		name string
		sent flash
		want flash
	}{
		{"text", flash{Text: "Unlinked Ada."}, flash{Tone: good, Text: "Unlinked Ada."}},
		{"link", flash{Tone: warn, Text: "Mind", Link: base + "/log", Go: "See the log"}, flash{Tone: warn, Text: "Mind", Link: base + "/log", Go: "See the log"}},
		{"link elsewhere", flash{Text: "a", Link: "https://evil.example/"}, flash{Tone: good, Text: "a", Link: base + "/"}},
		{"long text", flash{Text: strings.Repeat("ä", maxFlash)}, flash{Tone: good, Text: strings.Repeat("ä", maxFlash/2) + "…"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			rec := httptest.NewRecorder()
			if err := h.done(&call{Request: httptest.NewRequest(http.MethodPost, base+"/x", nil), w: rec}, base+"/y", test.sent); err != nil {
				t.Fatal(err)
			}
			cookie := rec.Result().Cookies()[0]
			if !cookie.HttpOnly || !cookie.Secure || cookie.SameSite != http.SameSiteLaxMode || cookie.Path != base {
				t.Errorf("the cookie is not guarded: %v", cookie)
			}
			next := httptest.NewRequest(http.MethodGet, base+"/y", nil)
			next.AddCookie(cookie)
			rec = httptest.NewRecorder()
			got := h.takeFlash(&call{Request: next, w: rec})
			if diff := cmp.Diff(&test.want, got); diff != "" {
				t.Errorf("flash (-want +got):\n%s", diff)
			}
			if left := rec.Result().Cookies(); len(left) != 1 || left[0].MaxAge >= 0 {
				t.Errorf("the message stays: %v", left)
			}
		})
	}
}
