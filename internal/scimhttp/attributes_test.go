package scimhttp_test

import (
	"net/url"
	"strings"
	"testing"
)

// attributes and excludedAttributes shape every answer that has a resource in
// it (RFC 7644 section 3.9).
func TestAttributesOfEveryOperation(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, w *world) {
		const department = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department"
		const ada = `{"userName":"ada","title":"T","emails":[{"value":"ada@x.example","type":"work"}],` +
			`"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"D","division":"V"}}`
		user := w.entra.must(t, 201, "POST", "/Users", ada).text(t, "id")
		group := w.entra.newGroup(t, "Sales", user)
		shapes := []struct{ name, parameter, user, group string }{
			{
				"attributes", "attributes=userName,emails.type,displayName,members.value," + department,
				`{"userName":"ada","title":null,"meta":null,"groups":null,"emails":[{"type":"work","value":null}],
				  "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"D","division":null}}`,
				`{"displayName":"Sales","meta":null,"members":[{"value":"` + user + `","type":null,"$ref":null}]}`,
			},
			{
				"excludedAttributes", "excludedAttributes=TITLE,members,groups,meta.version,emails.value,id,schemas," + department,
				`{"userName":"ada","title":null,"groups":null,"emails":[{"type":"work","value":null}],
				  "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":null,"division":"V"}}`,
				`{"displayName":"Sales","members":null}`,
			},
		}
		for _, shape := range shapes {
			query := "?" + shape.parameter
			one := func(name string, a answer, want string) {
				t.Run(shape.name+"/"+name, func(t *testing.T) {
					wantSubset(t, a.body, want)
					if a.json(t)["id"] == nil || a.json(t)["schemas"] == nil {
						t.Errorf("id and schemas are not always there: %s", a.body)
					}
				})
			}
			list := func(name string, a answer, want string) {
				t.Run(shape.name+"/"+name, func(t *testing.T) { wantSubset(t, a.body, `{"Resources":[`+want+`]}`) })
			}
			one("GET user", w.entra.must(t, 200, "GET", "/Users/"+user+query, ""), shape.user)
			one("PUT user", w.entra.must(t, 200, "PUT", "/Users/"+user+query, ada), shape.user)
			one("PATCH user", w.entra.must(t, 200, "PATCH", "/Users/"+user+query, patchJSON(`{"op":"add","path":"nickName","value":"A"}`)), shape.user)
			list("list users", w.entra.must(t, 200, "GET", "/Users"+query, ""), shape.user)
			one("GET group", w.entra.must(t, 200, "GET", "/Groups/"+group+query, ""), shape.group)
			one("PUT group", w.entra.must(t, 200, "PUT", "/Groups/"+group+query, `{"displayName":"Sales"}`), shape.group)
			one("PATCH group", w.entra.must(t, 200, "PATCH", "/Groups/"+group+query, patchJSON(`{"op":"add","path":"externalId","value":"e"}`)), shape.group)
			list("list groups", w.entra.must(t, 200, "GET", "/Groups"+query, ""), shape.group)
			list("list all", w.entra.must(t, 200, "GET", query+"&filter="+url.QueryEscape(`meta.resourceType eq "User"`), ""), shape.user)
			body := `{"` + shape.name + `":["` + shape.parameter[len(shape.name)+1:] + `"]}`
			list("search", w.entra.must(t, 200, "POST", "/Users/.search", body), shape.user)

			bob := w.entra.must(t, 201, "POST", "/Users"+query, strings.ReplaceAll(ada, "ada", "bob"))
			one("POST user", bob, strings.ReplaceAll(shape.user, "ada", "bob"))
			w.entra.must(t, 204, "DELETE", "/Users/"+bob.text(t, "id"), "")
			ops := w.entra.must(t, 201, "POST", "/Groups"+query, `{"displayName":"Ops","members":[{"value":"`+user+`"}]}`)
			one("POST group", ops, strings.ReplaceAll(shape.group, "Sales", "Ops"))
			w.entra.must(t, 204, "DELETE", "/Groups/"+ops.text(t, "id"), "")
		}
		for _, path := range []string{"/Users", "/Users/" + user, "/Groups", "/"} {
			wantError(t, w.entra.send(t, "GET", path+"?attributes=id&excludedAttributes=name", ""), 400, "invalidValue")
		}
	})
}
