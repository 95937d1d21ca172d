package repair

import (
	"encoding/json"
	"fmt"

	"roster/internal/scim"
)

// Resource is the SCIM resource as the directory sees it (RFC 7643 section 4.1);
// baseURL is that of its directory. The record must come from [Service.Record].
func (v RecordView) Resource(baseURL string) (json.RawMessage, error) {
	type ref struct {
		Ref     string `json:"$ref"`
		Display string `json:"display"`
		Type    string `json:"type"`
		Value   string `json:"value"`
	}
	refs := make([]ref, len(v.Groups))
	for i, g := range v.Groups {
		refs[i] = ref{baseURL + "/Groups/" + string(g.GroupID), g.Display, "direct", string(g.GroupID)}
	}
	groups, err := json.Marshal(refs)
	if err != nil {
		return nil, fmt.Errorf("encode groups of %s: %w", v.ID, err)
	}
	env := scim.Envelope{
		ID: string(v.ID), Location: baseURL + "/Users/" + string(v.ID), Version: fmt.Sprintf(`W/"%d"`, v.Version),
		Created: v.CreatedAt, LastModified: v.ModifiedAt, Schemas: v.Schemas,
		Extra: []scim.RawMember{{Name: "groups", JSON: groups}},
	}
	if v.AccountID == "" {
		return v.Types.User().AppendProjected(nil, v.Doc, env, scim.Projection{})
	}
	account, err := json.Marshal(map[string]string{"atlassianAccountId": string(v.AccountID)})
	if err != nil {
		return nil, fmt.Errorf("encode account of %s: %w", v.ID, err)
	}
	env.Schemas = append(env.Schemas, scim.AccountURN)
	env.Extra = append(env.Extra, scim.RawMember{Name: scim.AccountURN, JSON: account})
	return v.Types.User().AppendProjected(nil, v.Doc, env, scim.Projection{})
}
