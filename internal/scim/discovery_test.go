package scim_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"roster/internal/scim"
)

func names(v scim.Value) []string {
	var out []string
	for _, m := range v.Members() {
		out = append(out, m.Name)
	}
	return out
}

// TestSchemaFacets checks that every attribute of every schema has all facets of RFC 7643 §7, and no member beyond them.
func TestSchemaFacets(t *testing.T) {
	t.Parallel()
	schemas := []*scim.Schema{scim.UserType().Core, scim.GroupType().Core}
	for _, x := range scim.UserType().Extensions {
		schemas = append(schemas, x.Schema)
	}
	for _, s := range schemas {
		t.Run(s.ID, func(t *testing.T) {
			t.Parallel()
			v := parse(t, string(s.AppendJSON(nil, "https://h/scim/")))
			if diff := cmp.Diff([]string{"schemas", "id", "name", "description", "attributes", "meta"}, names(v)); diff != "" {
				t.Errorf("members (-want +got):\n%s", diff)
			}
			meta, _ := v.Get("meta")
			if got, want := compact(meta), `{"resourceType":"Schema","location":"https://h/scim/Schemas/`+s.ID+`"}`; got != want {
				t.Errorf("got meta %s, want %s", got, want)
			}
			attributes, _ := v.Get("attributes")
			checkFacets(t, attributes)
		})
	}
}

func checkFacets(t *testing.T, attributes scim.Value) {
	t.Helper()
	optional := []string{"canonicalValues", "referenceTypes", "subAttributes"}
	want := []string{"name", "type", "multiValued", "description", "required", "caseExact", "mutability", "returned", "uniqueness"}
	if len(attributes.Items()) == 0 {
		t.Error("no attributes")
	}
	for _, a := range attributes.Items() {
		got := slices.DeleteFunc(names(a), func(n string) bool { return slices.Contains(optional, n) })
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", compact(a), diff)
		}
		for _, m := range a.Members() {
			if m.Value.Kind() == scim.KindString && m.Value.Str() == "" {
				t.Errorf("%s has an empty %s", compact(a), m.Name)
			}
		}
		kind, _ := a.Get("type")
		if sub, ok := a.Get("subAttributes"); ok != (kind.Str() == "complex") {
			t.Errorf("%s: sub-attributes %v", compact(a), ok)
		} else if ok {
			checkFacets(t, sub)
		}
	}
}

// TestSchemaFacts pins what clients and RFC 7643 §8.7 rely on.
func TestSchemaFacts(t *testing.T) {
	t.Parallel()
	user, group := scim.UserType().Core, scim.GroupType().Core
	userName, active, password := user.Attribute("userName"), user.Attribute("active"), user.Attribute("password")
	if !userName.Required || userName.CaseExact || userName.Uniqueness != scim.UniqueServer {
		t.Error("userName must be required, unique and not caseExact")
	}
	if active.Type != scim.AttrBoolean {
		t.Error("active must be a boolean")
	}
	if password.Mutability != scim.WriteOnly || password.Returned != scim.ReturnedNever {
		t.Error("password must be writeOnly and never returned")
	}
	if user.Attribute("groups").Mutability != scim.ReadOnly || user.Attribute("groups").SubAttribute("value").Mutability != scim.ReadOnly {
		t.Error("groups must be readOnly")
	}
	members := group.Attribute("members")
	if !members.MultiValued || members.SubAttribute("value").Mutability != scim.Immutable || !group.Attribute("displayName").Required {
		t.Error("members.value must be immutable and displayName required")
	}
	if user.Attribute("id") != nil || user.Attribute("externalId") != nil || user.Attribute("meta") != nil {
		t.Error("common attributes must not be in a schema (RFC 7643 §3.1)")
	}
}

func TestResourceTypeDocument(t *testing.T) {
	t.Parallel()
	got := string(scim.UserType().AppendJSON(nil, "https://h"))
	want := `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:ResourceType"],"id":"User","name":"User","endpoint":"/Users","description":"User Account",` +
		`"schema":"urn:ietf:params:scim:schemas:core:2.0:User","schemaExtensions":[{"schema":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User","required":false},` +
		`{"schema":"urn:scim:schemas:extension:atlassian-external:1.0","required":false}],"meta":{"resourceType":"ResourceType","location":"https://h/ResourceTypes/User"}}`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	group := parse(t, string(scim.GroupType().AppendJSON(nil, "https://h")))
	if x, ok := group.Get("schemaExtensions"); !ok || x.Kind() != scim.KindArray {
		t.Error("schemaExtensions must be an array where there are none")
	}
}

func TestServiceProviderDocument(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	tests := []struct {
		name string
		in   scim.ServiceProvider
		want string
	}{
		{
			"all",
			scim.ServiceProvider{
				DocumentationURI: "https://d", Patch: true, ETag: true,
				Bulk:       scim.BulkSupport{MaxOperations: 10, MaxPayloadSize: 20},
				Filter:     scim.FilterSupport{Supported: true, MaxResults: 200},
				Pagination: &scim.PaginationSupport{Index: true, Cursor: true, DefaultMethod: "index", DefaultPageSize: 100, MaxPageSize: 200, CursorTimeout: 3600},
				AuthenticationSchemes: []scim.AuthenticationScheme{
					{Type: "oauthbearertoken", Name: "Token", Description: "A token", SpecURI: "https://s", DocumentationURI: "https://t", Primary: true},
				},
				Created: at, LastModified: at,
			},
			`{"schemas":["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],"documentationUri":"https://d","patch":{"supported":true},` +
				`"bulk":{"supported":false,"maxOperations":10,"maxPayloadSize":20},"filter":{"supported":true,"maxResults":200},"changePassword":{"supported":false},` +
				`"sort":{"supported":false},"etag":{"supported":true},"pagination":{"cursor":true,"index":true,"defaultPaginationMethod":"index","defaultPageSize":100,"maxPageSize":200,"cursorTimeout":3600},` +
				`"authenticationSchemes":[{"type":"oauthbearertoken","name":"Token","description":"A token","specUri":"https://s","documentationUri":"https://t","primary":true}],` +
				`"meta":{"resourceType":"ServiceProviderConfig","location":"https://h/ServiceProviderConfig","created":"2026-01-02T03:04:05.000000Z","lastModified":"2026-01-02T03:04:05.000000Z"}}`,
		},
		{
			"nothing",
			scim.ServiceProvider{},
			`{"schemas":["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],"patch":{"supported":false},"bulk":{"supported":false,"maxOperations":0,"maxPayloadSize":0},` +
				`"filter":{"supported":false,"maxResults":0},"changePassword":{"supported":false},"sort":{"supported":false},"etag":{"supported":false},"authenticationSchemes":[],` +
				`"meta":{"resourceType":"ServiceProviderConfig","location":"https://h/ServiceProviderConfig"}}`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, string(tt.in.AppendJSON(nil, "https://h"))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
