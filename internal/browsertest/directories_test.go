package browsertest

import (
	"net/http"
	"strings"
	"testing"
)

// TestDirectoryPages opens every page of a directory: axe-core finds nothing, and
// all fits on a phone.
func TestDirectoryPages(t *testing.T) {
	t.Parallel()
	d := openDemo(t)
	b := d.newTab(t)
	b.signIn("admin")
	b.open("/console/directories/" + d.Directories[0].ID + "/groups")
	group := evaluate[string](b, `document.querySelector("tbody th a").getAttribute("href")`)
	directory := "/console/directories/" + d.Scenarios.A.DirectoryID
	for _, path := range []string{
		"", "/users", "/users?q=nobody", "/users/" + d.Scenarios.A.SCIMUser1, "/groups", "/tokens", "/settings", "/delete",
	} {
		looksRight(b, directory+path)
	}
	looksRight(b, group)
	looksRight(b, "/console/directories/new")
	looksRight(b, "/console/directories/new?kind=okta")
}

// TestSetUpWizard adds a directory by clicking, and sees the first request of its
// identity provider arrive.
func TestSetUpWizard(t *testing.T) {
	t.Parallel()
	d := openDemo(t)
	b := d.newTab(t)
	b.signIn("admin")
	b.open("/console/directories/new?kind=okta")
	b.fill("#f-name", "Okta of the wizard")
	b.clickAndLoad("main form.form button.primary")
	b.waitText("#first-request", "Waiting")
	b.accessible()
	secrets := evaluate[[]string](b, `[...document.querySelectorAll(".command code")].map(e => e.innerText)`)
	baseURL, token := secrets[0], secrets[1]
	if !strings.HasPrefix(token, "roster_scim_") {
		t.Fatalf("the page shows %q", secrets)
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, baseURL+"/Users", strings.NewReader(`{"userName":"wizard@newcorp.example"}`))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusCreated {
		t.Fatalf("the push was answered %d", res.StatusCode)
	}
	b.waitFor(`document.querySelector("#first-request .alert.good") !== null`)
	b.untroubled()
}
