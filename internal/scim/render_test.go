package scim_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"roster/internal/scim"
)

const stored = `{"externalId":"e","userName":"ada","name":{"familyName":"L","givenName":"Ada"},"emails":[{"value":"a@x","type":"work"},{"value":"b@x"}],` +
	`"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"D","manager":{"value":"m","$ref":"../Users/m"}}}`

func envelope() scim.Envelope {
	return scim.Envelope{
		ID: "id-1", Location: "https://h/Users/id-1", Version: `W/"3"`,
		Created:      time.Date(2026, 1, 2, 3, 4, 5, 678_901_234, time.UTC),
		LastModified: time.Date(2026, 1, 2, 4, 4, 5, 0, time.FixedZone("CET", 3600)),
		Schemas:      []string{scim.CoreUserURN, scim.EnterpriseUserURN, scim.AccountURN},
		Extra: []scim.RawMember{
			{Name: "groups", JSON: []byte(`[{"value":"g","display":"G"}]`)},
			{Name: scim.AccountURN, JSON: []byte(`{"atlassianAccountId":"aa"}`)},
			{Name: "nothing"},
		},
	}
}

const head = `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User","urn:scim:schemas:extension:atlassian-external:1.0"],"id":"id-1"`

const metaJSON = `,"meta":{"resourceType":"User","created":"2026-01-02T03:04:05.678901Z","lastModified":"2026-01-02T03:04:05.000000Z","location":"https://h/Users/id-1","version":"W/\"3\""}`

const extraJSON = `,"groups":[{"value":"g","display":"G"}],"urn:scim:schemas:extension:atlassian-external:1.0":{"atlassianAccountId":"aa"}`

func TestAppend(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, doc string
		env       scim.Envelope
		want      string
	}{
		{"full", stored, envelope(), head + "," + stored[1:len(stored)-1] + extraJSON + metaJSON + "}"},
		{"empty document and bare envelope", `{}`, scim.Envelope{ID: "1", Schemas: []string{"s"}}, `{"schemas":["s"],"id":"1","meta":{"resourceType":"User"}}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := string(scim.UserType().Append(nil, []byte(tt.doc), tt.env))
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			parse(t, got)
		})
	}
}

func TestAppendProjected(t *testing.T) {
	t.Parallel()
	const ext = `,"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":`
	tests := []struct{ name, attributes, excluded, want string }{
		{"default", "", "", "," + stored[1:len(stored)-1] + extraJSON + metaJSON},
		{"id only", "id", "", ""},
		{"unknown only", "foo, a b,emails[x", "", ""},
		{"one attribute", "USERNAME", "", `,"userName":"ada"`},
		{"several with spaces", " userName , externalId ", "", `,"externalId":"e","userName":"ada"`},
		{"core URN", "urn:ietf:params:scim:schemas:core:2.0:User:userName", "", `,"userName":"ada"`},
		{"sub-attribute", "name.familyName", "", `,"name":{"familyName":"L"}`},
		{"sub-attribute of elements", "emails.type", "", `,"emails":[{"type":"work"}]`},
		{"whole wins over part", "emails.type,emails", "", `,"emails":[{"value":"a@x","type":"work"},{"value":"b@x"}]`},
		{"extension", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User", "", ext + `{"department":"D","manager":{"value":"m","$ref":"../Users/m"}}`},
		{"attribute of an extension", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department", "", ext + `{"department":"D"}`},
		{"sub-attribute of an extension", "manager.value", "", ext + `{"manager":{"value":"m"}}`},
		{"account extension", "urn:scim:schemas:extension:atlassian-external:1.0", "", `,"urn:scim:schemas:extension:atlassian-external:1.0":{"atlassianAccountId":"aa"}`},
		{"part of a ready member", "groups.value", "", `,"groups":[{"value":"g"}]`},
		{"part of meta", "meta.location", "", `,"meta":{"location":"https://h/Users/id-1"}`},
		{"whole core schema", scim.CoreUserURN, "", `,"externalId":"e","userName":"ada","name":{"familyName":"L","givenName":"Ada"},"emails":[{"value":"a@x","type":"work"},{"value":"b@x"}],"groups":[{"value":"g","display":"G"}]` + metaJSON},
		{"excluded", "", "emails,meta,groups,name.givenName,id,schemas,urn:ietf:params:scim:schemas:extension:enterprise:2.0:User,atlassianAccountId", `,"externalId":"e","userName":"ada","name":{"familyName":"L"}`},
		{"excluded part of an extension", "", scim.CoreUserURN + ",manager.$ref,urn:scim:schemas:extension:atlassian-external:1.0", ext + `{"department":"D","manager":{"value":"m"}}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p, err := scim.UserType().ParseProjection(tt.attributes, tt.excluded)
			if err != nil {
				t.Fatal(err)
			}
			got, err := scim.UserType().AppendProjected(nil, []byte(stored), envelope(), p)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(head+tt.want+"}", string(got)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestAppendProjectedReportsBrokenJSON(t *testing.T) {
	t.Parallel()
	p, err := scim.UserType().ParseProjection("groups.value", "")
	if err != nil {
		t.Fatal(err)
	}
	broken := scim.Envelope{Extra: []scim.RawMember{{Name: "groups", JSON: []byte(`[`)}}}
	if _, err := scim.UserType().AppendProjected(nil, []byte(`{}`), broken, p); err == nil {
		t.Error("broken groups gave no error")
	}
	if _, err := scim.UserType().AppendProjected(nil, []byte(`{`), scim.Envelope{}, p); err == nil {
		t.Error("a broken document gave no error")
	}
}

func TestProjectionWants(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, attributes, excluded string
		members, displayName       bool
	}{
		{"default", "", "", true, true},
		{"excluded members", "", "members", false, true},
		{"excluded part of members", "", "members.display", true, true},
		{"id only", "id", "", false, false},
		{"members", "members", "", true, false},
		{"part of members", "members.value", "", true, false},
		{"all of the core schema", scim.CoreGroupURN, "", true, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p, err := scim.GroupType().ParseProjection(tt.attributes, tt.excluded)
			if err != nil {
				t.Fatal(err)
			}
			if got := p.Wants("members"); got != tt.members {
				t.Errorf("members: got %v, want %v", got, tt.members)
			}
			if got := p.Wants("displayName"); got != tt.displayName {
				t.Errorf("displayName: got %v, want %v", got, tt.displayName)
			}
			if !p.Wants("id") {
				t.Error("id is not wanted")
			}
		})
	}
}

func BenchmarkAppend(b *testing.B) {
	doc, env := []byte(stored), envelope()
	buf := make([]byte, 0, 2048)
	b.ReportAllocs()
	for b.Loop() {
		buf = scim.UserType().Append(buf[:0], doc, env)
	}
}
