package scim_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"roster/internal/scim"
)

func TestChanges(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, before, after string
		want                []string // path: before -> after
	}{
		{"nothing", `{"userName":"ada"}`, `{"userName":"ada"}`, nil},
		{"text", `{"userName":"ada"}`, `{"userName":"ada2"}`, []string{`userName: "ada" -> "ada2"`}},
		{"added", `{}`, `{"title":"Dr"}`, []string{`title: null -> "Dr"`}},
		{"removed", `{"title":"Dr"}`, `{}`, []string{`title: "Dr" -> null`}},
		{"sub-attribute", `{"name":{"givenName":"A","familyName":"L"}}`, `{"name":{"givenName":"Ada","familyName":"L"}}`, []string{`name.givenName: "A" -> "Ada"`}},
		{"whole complex attribute", `{}`, `{"name":{"givenName":"Ada"}}`, []string{`name.givenName: null -> "Ada"`}},
		{"multi-valued", `{"emails":[{"value":"a@x.example"}]}`, `{"emails":[{"value":"b@x.example"}]}`, []string{`emails: [{"value":"a@x.example"}] -> [{"value":"b@x.example"}]`}},
		{
			"extension", `{"` + scim.EnterpriseUserURN + `":{"department":"A"}}`, `{"` + scim.EnterpriseUserURN + `":{"department":"B"}}`,
			[]string{scim.EnterpriseUserURN + `:department: "A" -> "B"`},
		},
		{"never returned", `{"password":"old"}`, `{"password":"new"}`, []string{`password: "(not shown)" -> "(not shown)"`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, c := range scim.UserType().Changes(parse(t, tt.before), parse(t, tt.after)) {
				got = append(got, c.Path+": "+string(c.Before.AppendJSON(nil))+" -> "+string(c.After.AppendJSON(nil)))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestSecretsAreHidden(t *testing.T) {
	t.Parallel()
	secrets := scim.BuiltIn().Secrets()
	tests := []struct{ name, body, want string }{
		{"none", `{"userName":"ada","active":true}`, `{"userName":"ada","active":true}`},
		{"member", `{"userName":"ada","PassWord":"s3cret"}`, `{"userName":"ada","PassWord":"(not shown)"}`},
		{"qualified member", `{"urn:ietf:params:scim:schemas:core:2.0:User:password":"s3cret"}`, `{"urn:ietf:params:scim:schemas:core:2.0:User:password":"(not shown)"}`},
		{"nested", `{"Operations":[{"op":"add","value":{"password":"s3cret"}}]}`, `{"Operations":[{"op":"add","value":{"password":"(not shown)"}}]}`},
		{"by path", `{"Operations":[{"op":"add","path":"password","value":"s3cret"}]}`, `{"Operations":[{"op":"add","path":"password","value":"(not shown)"}]}`},
		{"by qualified path", `{"op":"add","value":{"x":"s3cret"},"path":"urn:ietf:params:scim:schemas:core:2.0:User:password"}`, `{"op":"add","value":"(not shown)","path":"urn:ietf:params:scim:schemas:core:2.0:User:password"}`},
		{"object as password", `{"password":{"value":"s3cret"}}`, `{"password":"(not shown)"}`},
		{"filter", `{"filter":"password eq \"s3cret\""}`, `{"filter":"(not shown)"}`},
		{"nothing given", `{"password":null}`, `{"password":null}`},
		{"another attribute by path", `{"op":"add","path":"title","value":"Dr"}`, `{"op":"add","path":"title","value":"Dr"}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, string(secrets.Hide(parse(t, tt.body)).AppendJSON(nil))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestTextThatMayHoldSecrets(t *testing.T) {
	t.Parallel()
	secrets := scim.BuiltIn().Secrets()
	for text, want := range map[string]bool{`{"userName":"ada"`: false, `{"Password":"x"`: true, "{\"p\\u0061ssword\":\"x\"": true, "ｐassword=x": true} {
		if got := secrets.MayHold([]byte(text)); got != want {
			t.Errorf("%s: %t", text, got)
		}
	}
}
