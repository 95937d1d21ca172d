package scimhttp

import (
	"net/http"
	"slices"

	"roster/internal/identity"
	"roster/internal/provision"
	"roster/internal/scim"
)

func (x *exchange) userID() identity.SCIMUserID { return identity.SCIMUserID(x.target.id()) }

func (x *exchange) createUser() error {
	p, err := x.projection(x.userType())
	if err != nil {
		return err
	}
	body, err := x.body(x.maxBody)
	if err != nil {
		return err
	}
	user, err := x.provision.CreateUser(x.ctx(), x.request, body)
	if err != nil {
		return err
	}
	return x.answerUser(http.StatusCreated, user, p.AfterBody(x.userType(), body))
}

func (x *exchange) getUser() error {
	p, err := x.projection(x.userType())
	if err != nil {
		return err
	}
	user, err := x.provision.GetUser(x.ctx(), x.request, x.userID(), p.Wants("groups"))
	if err != nil {
		return err
	}
	env := x.userEnvelope(user)
	return x.answerUnlessKnown(env, func() ([]byte, error) { return x.userType().AppendProjected(nil, user.Doc, env, p) })
}

func (x *exchange) replaceUser() error {
	p, err := x.projection(x.userType())
	if err != nil {
		return err
	}
	body, err := x.body(x.maxBody)
	if err != nil {
		return err
	}
	user, err := x.provision.ReplaceUser(x.ctx(), x.request, x.userID(), body)
	if err != nil {
		return err
	}
	return x.answerUser(http.StatusOK, user, p.AfterBody(x.userType(), body))
}

func (x *exchange) patchUser() error {
	p, err := x.projection(x.userType())
	if err != nil {
		return err
	}
	operations, err := x.operations(x.maxBody)
	if err != nil {
		return err
	}
	user, err := x.provision.PatchUser(x.ctx(), x.request, x.userID(), operations)
	if err != nil {
		return err
	}
	return x.answerUser(http.StatusOK, user, p.AfterPatch(x.userType(), operations))
}

func (x *exchange) deleteUser() error {
	if err := x.provision.DeleteUser(x.ctx(), x.request, x.userID()); err != nil {
		return err
	}
	return x.answerNothing()
}

func (x *exchange) answerUser(status int, u provision.User, p scim.Projection) error {
	env := x.userEnvelope(u)
	body, err := x.userType().AppendProjected(nil, u.Doc, env, p)
	if err != nil {
		return err
	}
	x.answerResource(status, env, body)
	return nil
}

// userEnvelope is what a user's answer holds beside the document. `groups` is
// there even when empty, as the hosted API has it; the account extension only
// while there is a link.
func (x *exchange) userEnvelope(u provision.User) scim.Envelope {
	env := scim.Envelope{
		ID: string(u.ID), Location: x.locationOf(x.userType(), string(u.ID)), Version: scim.WeakTag(u.Version),
		Created: u.CreatedAt, LastModified: u.ModifiedAt,
		Schemas: u.Schemas,
		Extra:   []scim.RawMember{{Name: "groups", JSON: x.appendGroups(nil, u)}},
	}
	if u.AccountID == "" {
		return env
	}
	env.Schemas = append(slices.Clip(u.Schemas), scim.AccountURN)
	account := append(appendText([]byte(`{"atlassianAccountId":`), string(u.AccountID)), '}')
	env.Extra = append(env.Extra, scim.RawMember{Name: scim.AccountURN, JSON: account})
	return env
}

// appendGroups writes `groups`. All memberships are direct, as groups do not nest.
func (x *exchange) appendGroups(b []byte, u provision.User) []byte {
	b = append(b, '[')
	for i, g := range u.Groups {
		if i > 0 {
			b = append(b, ',')
		}
		b = x.appendReference(b, "direct", x.groupType(), string(g.GroupID), g.Display)
	}
	return append(b, ']')
}

// locationOf is the URL of a resource.
func (x *exchange) locationOf(rt *scim.ResourceType, id string) string {
	return x.base + rt.Endpoint + "/" + id
}

// appendReference writes an element that points to another resource.
func (x *exchange) appendReference(b []byte, kind string, rt *scim.ResourceType, id, display string) []byte {
	b = append(appendText(append(b, `{"type":`...), kind), `,"value":`...)
	b = append(appendText(b, id), `,"display":`...)
	b = append(appendText(b, display), `,"$ref":`...)
	return append(appendText(b, x.locationOf(rt, id)), '}')
}
