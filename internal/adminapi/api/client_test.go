package api_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/google/go-cmp/cmp"

	"roster/internal/adminapi/api"
)

// Account IDs hold characters that mean something in URLs.
func TestClientKeepsAccountIDs(t *testing.T) {
	t.Parallel()
	for name, id := range map[string]string{
		"hex":   "602bdf457b23f40068547c25",
		"colon": "712020:0c6f7ad5-7f4e-4d33-b0a5-2f6f6d2f9a11",
		"bar":   "a|b:c_d",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got string
			mux := http.NewServeMux()
			mux.HandleFunc("GET /users/{accountId}/manage/profile", func(_ http.ResponseWriter, r *http.Request) {
				got = r.PathValue("accountId")
			})
			server := httptest.NewServer(mux)
			defer server.Close()

			client, err := api.NewClientWithResponses(server.URL)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := client.GetProfileWithResponse(t.Context(), id); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(id, got); diff != "" {
				t.Errorf("account ID in the path (-sent +received):\n%s", diff)
			}
		})
	}
}

// A parameter that is not given is absent, not empty: an empty cursor is an error.
func TestClientSendsGivenParametersOnly(t *testing.T) {
	t.Parallel()
	request, err := api.NewListLogRequest("http://localhost/", "o1", &api.ListLogParams{Q: new("already exists")})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := request.URL.String(), "http://localhost/admin/user-provisioning/v1/org/o1/troubleshooting-log?q=already+exists"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
