package scimhttp_test

import (
	"strings"
	"testing"

	"roster/internal/identity"
	"roster/internal/scimhttp"
)

// isolationBodies are good bodies of the methods that want one.
var isolationBodies = map[string]string{
	"POST Users":    `{"userName":"intruder@x.example"}`,
	"PUT Users/":    `{"userName":"intruder@x.example"}`,
	"PATCH Users/":  `{"Operations":[{"op":"replace","path":"active","value":false}]}`,
	"POST Groups":   `{"displayName":"Intruders"}`,
	"PUT Groups/":   `{"displayName":"Intruders"}`,
	"PATCH Groups/": `{"Operations":[{"op":"remove","path":"members"}]}`,
	"POST Bulk":     `{"schemas":["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],"Operations":[{"method":"DELETE","path":"/Users/x"}]}`,
}

const unknownID = "0193f0c2-a7e8-7c5e-9d0b-6f1a2b3c4d5e"

// Every method of every endpoint, with every kind of secret, answers for
// another org's directory and ids as for those that never were.
func TestEveryEndpointIsApart(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, w *world) {
		revoked := w.newDirectory(t, w.org, identity.KindGoogle)
		w.revokeTokens(t, revoked)
		secrets := map[string]string{
			"another directory's token": w.entra.token, "a revoked token": revoked.token, "an organization key": w.orgKey, "the site key": w.siteKey, "no token that there is": "roster_scim_x",
		}
		user := w.foreign.newUser(t, "secret@y.example")
		ids := map[string]string{"Users/": user, "Groups/": w.foreign.newGroup(t, "Secret", user), "Schemas/": "urn:ietf:params:scim:schemas:core:2.0:User", "ResourceTypes/": "User"}
		before := w.foreign.everything(t)
		for _, endpoint := range scimhttp.EndpointMethods() {
			method, place, _ := strings.Cut(endpoint, " ")
			body := isolationBodies[endpoint]
			for name, secret := range secrets {
				foreign, unknown := w.foreign, directory{base: w.server.URL + "/scim/directory/" + unknownID, id: unknownID}
				foreign.token, unknown.token = secret, secret
				got := foreign.send(t, method, "/"+place+ids[place], body)
				want := unknown.send(t, method, "/"+place+ids[place], body)
				checkSame(t, endpoint+" with "+name, got, want, strings.NewReplacer(string(w.foreign.id), unknownID))
				if got.status != 401 && got.status != 403 {
					t.Errorf("%s with %s: status %d: %s", endpoint, name, got.status, got.body)
				}
			}
			if id := ids[place]; place == "Users/" || place == "Groups/" { // below one's own directory
				checkSame(t, endpoint+" with a foreign id", w.entra.send(t, method, "/"+place+id, body), w.entra.send(t, method, "/"+place+unknownID, body), strings.NewReplacer(id, unknownID))
			}
		}
		if after := w.foreign.everything(t); after != before {
			t.Errorf("changed from %s\nto %s", before, after)
		}
	})
}

func checkSame(t *testing.T, name string, got, want answer, replacer *strings.Replacer) {
	t.Helper()
	if got.status != want.status || replacer.Replace(withoutRequestID(got)) != withoutRequestID(want) {
		t.Errorf("%s: status %d, for what never was %d:\n%s\n%s", name, got.status, want.status, got.body, want.body)
	}
}

// withoutRequestID is the body without the id that every answer has of its own.
func withoutRequestID(a answer) string {
	return strings.ReplaceAll(string(a.body), a.header.Get("X-Request-ID"), "REQUEST")
}
