package e2e

import (
	"fmt"
	"net/http"
	"sync"
	"testing"
)

// TestParallelMembers: 200 clients add one member each to one group at the
// same time, as Entra ID does it; none of them is lost.
func TestParallelMembers(t *testing.T) {
	t.Parallel()
	const clients = 200
	forEachEngine(t, func(t *testing.T, args ...string) {
		_, info := startDemo(t, t.TempDir(), args...)
		d := info.Directories[2]
		users := make([]string, clients)
		for i := range users {
			id, err := createUser(d.SCIMBaseURL, d.Token, fmt.Sprintf("member-%d@newcorp.example", i))
			if err != nil {
				t.Fatal(err)
			}
			users[i] = id
		}
		group := request(t, http.MethodPost, d.SCIMBaseURL+"/Groups", d.Token, `{"displayName":"Everybody"}`).want(t, 201).object(t)
		url := fmt.Sprintf("%s/Groups/%s", d.SCIMBaseURL, group["id"])

		var all sync.WaitGroup
		for _, id := range users {
			all.Go(func() {
				body := fmt.Sprintf(`{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"Add","path":"members","value":[{"$ref":null,"value":%q}]}]}`, id)
				if got := request(t, http.MethodPatch, url+"?excludedAttributes=members", d.Token, body); got.status >= 300 {
					t.Errorf("add %s: %d %s", id, got.status, got.body)
				}
			})
		}
		all.Wait()
		diff(t, "members", clients, len(list(t, at(t, request(t, http.MethodGet, url, d.Token, "").want(t, 200).object(t), "members"))))
	})
}
