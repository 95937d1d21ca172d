package scim_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"roster/internal/scim"
)

// device has what User and Group lack: numbers, times, simple multi-valued attributes, a required extension.
func device() *scim.ResourceType {
	attr := func(name string, typ scim.AttrType) *scim.Attribute {
		return &scim.Attribute{Name: name, Type: typ, Mutability: scim.ReadWrite, Returned: scim.ReturnedDefault}
	}
	tags := attr("tags", scim.AttrString)
	tags.MultiValued = true
	ports := attr("ports", scim.AttrInteger)
	ports.MultiValued = true
	disk := attr("disk", scim.AttrComplex)
	disk.Sub = []*scim.Attribute{attr("size", scim.AttrDecimal), tags}
	owner := attr("owner", scim.AttrString)
	owner.Required = true
	return &scim.ResourceType{
		ID: "Device", Name: "Device", Endpoint: "/Devices",
		Core: &scim.Schema{ID: "urn:example:Device", Attributes: []*scim.Attribute{
			attr("slots", scim.AttrInteger), attr("weight", scim.AttrDecimal), attr("bought", scim.AttrDateTime), tags, ports, disk,
		}},
		Extensions: []scim.Extension{{Required: true, Schema: &scim.Schema{ID: "urn:example:Owned", Attributes: []*scim.Attribute{owner}}}},
	}
}

const owned = `"urn:example:Owned":{"owner":"Ada"}`

func TestCustomResource(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, in, want, refused string }{
		{"all types", `{"slots":4,"weight":1.50,"bought":"2026-01-02T03:04:05Z","tags":["A","a","b"],"ports":[80,443,80],` + owned + `}`, `{"slots":4,"weight":1.50,"bought":"2026-01-02T03:04:05Z","tags":["A","b"],"ports":[80,443],` + owned + `}`, ""},
		{"multi-valued sub-attribute", `{"disk":{"size":1e3,"tags":["x"]},` + owned + `}`, `{"disk":{"size":1e3,"tags":["x"]},` + owned + `}`, ""},
		{"empty time", `{"bought":"",` + owned + `}`, `{` + owned + `}`, ""},
		{"fraction for an integer", `{"slots":1.5,` + owned + `}`, "", `"slots" must be an integer`},
		{"text for a number", `{"weight":"1",` + owned + `}`, "", `"weight" must be a number; got a string`},
		{"no time", `{"bought":"yesterday",` + owned + `}`, "", `"bought" must be a date and time`},
		{"required extension", `{"slots":1}`, "", `"owner" is required`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			doc, err := device().Canonical(parse(t, tt.in), scim.DefaultHabits())
			if tt.refused != "" {
				if e := refusal(t, err); !strings.Contains(e.Detail, tt.refused) {
					t.Errorf("got %v, want %q", e, tt.refused)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, compact(doc)); diff != "" {
				t.Errorf("document (-want +got):\n%s", diff)
			}
		})
	}
}

func TestCustomResourcePatch(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, ops, want string }{
		{"add to a simple list", `[{"op":"add","path":"tags","value":["c","B"]}]`, `{"tags":["a","b","c"],` + owned + `}`},
		{"remove those listed", `[{"op":"remove","path":"tags","value":"A"}]`, `{"tags":["b"],` + owned + `}`},
		{"remove of the required extension", `[{"op":"remove","path":"urn:example:Owned"}]`, "invalidValue"},
		{"remove of its required attribute", `[{"op":"remove","path":"owner"}]`, "mutability"},
		{"filter on a simple list", `[{"op":"remove","path":"tags[value eq \"a\"]"}]`, "invalidPath"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			doc := parse(t, `{"tags":["a","b"],`+owned+`}`)
			out, _, err := device().Patch(doc, operations(t, tt.ops), scim.DefaultHabits())
			got := compact(out)
			if err != nil {
				got = string(refusal(t, err).Type)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestCustomResourceMatch(t *testing.T) {
	t.Parallel()
	doc := parse(t, `{"slots":4,"weight":1.50,"bought":"2026-01-02T03:04:05+00:00","tags":["A","b"],`+owned+`}`)
	tests := []struct {
		filter string
		want   bool
	}{
		{`tags eq "a"`, true},
		{`tags eq "c"`, false},
		{`tags pr`, true},
		{`ports pr`, false},
		{`weight eq 1.5`, true},
		{`weight gt 1.49 and slots le 4`, true},
		{`bought lt "2026-01-02T03:04:06Z"`, true},
		{`bought eq "2026-01-02T04:04:05+01:00"`, true},
		{`urn:example:Owned:owner sw "AD"`, true},
	}
	for _, tt := range tests {
		t.Run(tt.filter, func(t *testing.T) {
			t.Parallel()
			f, err := bind(t, device(), tt.filter)
			if err != nil {
				t.Fatal(err)
			}
			if got := scim.Match(f, doc); got != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}
