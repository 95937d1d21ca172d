package scim_test

import (
	"fmt"

	"roster/internal/scim"
)

// A PATCH goes from its body to the canonical document that is stored.
func ExampleResourceType_Patch() {
	stored := `{"userName":"ada@x.example","active":true}`
	body := `{"Operations":[{"op":"Replace","path":"active","value":"False"},
		{"op":"Add","path":"emails[type eq \"work\"].value","value":"ada@x.example"}]}`

	doc, _ := scim.Decode([]byte(stored), scim.DefaultLimits)
	patch, _ := scim.Decode([]byte(body), scim.DefaultLimits)
	ops, err := scim.DecodePatch(patch, scim.DefaultLimits)
	if err != nil {
		fmt.Println(err)
		return
	}
	out, changed, err := scim.UserType().Patch(doc, ops, scim.DefaultHabits())
	fmt.Println(string(out.AppendJSON(nil)), changed, err)
	// Output: {"userName":"ada@x.example","active":false,"emails":[{"value":"ada@x.example","type":"work"}]} true <nil>
}

// A filter is parsed, bound to a resource type, and then matched here or translated to SQL elsewhere.
func ExampleResourceType_Bind() {
	f, err := scim.ParseFilter(`EMAILS eq "Ada@X.example"`, scim.DefaultLimits)
	if err != nil {
		fmt.Println(err)
		return
	}
	bound, err := scim.UserType().Bind(f)
	if c, ok := bound.(scim.Compare); ok {
		fmt.Println(c.Path, c.Op, c.Value.Str(), err)
	}
	// Output: emails.value eq ada@x.example <nil>
}

// Errors say where and what, in the protocol's words.
func ExampleError() {
	_, err := scim.ParseFilter(`userName is "x"`, scim.DefaultLimits)
	fmt.Println(err)
	// Output: invalidFilter: The filter is not valid at byte 9: expected an operator: eq, ne, co, sw, ew, gt, ge, lt, le or pr, found "is".
}
