package scimhttp_test

import (
	"fmt"
	"testing"
	"time"
)

func TestDiscovery(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	base := w.entra.base
	tests := []struct{ name, path, want string }{
		{"configuration", "/ServiceProviderConfig", `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
			"patch":{"supported":true},"bulk":{"supported":true,"maxOperations":1000,"maxPayloadSize":8388608},"filter":{"supported":true,"maxResults":200},
			"changePassword":{"supported":false},"sort":{"supported":true},"etag":{"supported":true},
			"authenticationSchemes":[{"type":"oauthbearertoken"}],
			"meta":{"resourceType":"ServiceProviderConfig","location":"` + base + `/ServiceProviderConfig"}}`},
		{"resource types", "/ResourceTypes", `{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"totalResults":2,"startIndex":1,"itemsPerPage":2,
			"Resources":[{"id":"User","endpoint":"/Users","schema":"urn:ietf:params:scim:schemas:core:2.0:User"},{"id":"Group","endpoint":"/Groups"}]}`},
		{"resource type", "/ResourceTypes/User", `{"id":"User","meta":{"location":"` + base + `/ResourceTypes/User"}}`},
		{"resource type in other letters", "/ResourceTypes/group", `{"id":"Group"}`},
		{"schemas", "/Schemas", `{"totalResults":4,"itemsPerPage":4,"Resources":[
			{"id":"urn:ietf:params:scim:schemas:core:2.0:User","schemas":["urn:ietf:params:scim:schemas:core:2.0:Schema"]},
			{"id":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"},
			{"id":"urn:scim:schemas:extension:atlassian-external:1.0"},
			{"id":"urn:ietf:params:scim:schemas:core:2.0:Group"}]}`},
		{"schema", "/Schemas/urn:ietf:params:scim:schemas:core:2.0:User", `{"id":"urn:ietf:params:scim:schemas:core:2.0:User"}`},
		{"schema in other letters", "/Schemas/URN:IETF:params:scim:schemas:core:2.0:group", `{"id":"urn:ietf:params:scim:schemas:core:2.0:Group"}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			wantSubset(t, w.entra.must(t, 200, "GET", test.path, "").body, test.want)
		})
	}
}

// Clients of the hosted API parse the dates of the configuration.
func TestDatesOfTheConfiguration(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	meta, ok := w.entra.must(t, 200, "GET", "/ServiceProviderConfig", "").json(t)["meta"].(map[string]any)
	if !ok {
		t.Fatal("no meta")
	}
	for _, name := range []string{"created", "lastModified"} {
		if _, err := time.Parse(time.RFC3339, fmt.Sprint(meta[name])); err != nil {
			t.Error(err)
		}
	}
}
