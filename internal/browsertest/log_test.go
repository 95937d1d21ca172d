package browsertest

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

// push sends a SCIM request as the identity provider of a directory does.
func (d *demo) push(t *testing.T, directory int, method, path, body string) int {
	t.Helper()
	to := d.Directories[directory]
	req, err := http.NewRequestWithContext(t.Context(), method, to.SCIMBaseURL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+to.Token)
	req.Header.Set("Content-Type", "application/scim+json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	return res.StatusCode
}

// The live tail shows a failing push without being asked, and the entry what was sent.
func TestLiveTailShowsAFailingPush(t *testing.T) {
	t.Parallel()
	d := openDemo(t)
	b := d.newTab(t)
	b.signIn("viewer")
	b.open("/console/log")
	b.clickAndLoad(".live-line .button")
	b.waitText(".live-line .button", "Live")
	name := fmt.Sprintf("tail-%d", time.Now().UnixNano())
	started := time.Now()
	if status := d.push(t, 1, http.MethodPost, "/Users", `{"userName":"`+name+`","password":"s3cret","emails":"nowhere","active":"perhaps"}`); status != http.StatusBadRequest {
		t.Fatalf("the push was answered %d", status)
	}
	b.waitText("#results", name)
	t.Logf("the tail showed the refusal after %d ms", time.Since(started).Milliseconds())
	b.clickAndLoad(`#results tbody tr:first-child th a`)
	b.waitText("pre.code", `"userName": "`+name+`"`)
	b.waitText("pre.code", `"password": "(not shown)"`)
	b.accessible()
	b.theme("dark")
	b.accessible()
	b.untroubled()
}
