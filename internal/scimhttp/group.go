package scimhttp

import (
	"net/http"

	"roster/internal/identity"
	"roster/internal/provision"
	"roster/internal/scim"
)

func (x *exchange) groupID() identity.SCIMGroupID { return identity.SCIMGroupID(x.target.id()) }

func (x *exchange) createGroup() error {
	p, err := x.projection(x.groupType())
	if err != nil {
		return err
	}
	body, err := x.body(x.maxGroupBody)
	if err != nil {
		return err
	}
	group, err := x.provision.CreateGroup(x.ctx(), x.request, body, p.Wants("members"))
	if err != nil {
		return err
	}
	return x.answerGroup(http.StatusCreated, group, p.AfterBody(x.groupType(), body))
}

func (x *exchange) getGroup() error {
	p, err := x.projection(x.groupType())
	if err != nil {
		return err
	}
	group, err := x.provision.GetGroup(x.ctx(), x.request, x.groupID(), p.Wants("members"))
	if err != nil {
		return err
	}
	env := x.groupEnvelope(group)
	return x.answerUnlessKnown(env, func() ([]byte, error) { return x.groupType().AppendProjected(nil, group.Doc, env, p) })
}

func (x *exchange) replaceGroup() error {
	p, err := x.projection(x.groupType())
	if err != nil {
		return err
	}
	body, err := x.body(x.maxGroupBody)
	if err != nil {
		return err
	}
	group, err := x.provision.ReplaceGroup(x.ctx(), x.request, x.groupID(), body, p.Wants("members"))
	if err != nil {
		return err
	}
	return x.answerGroup(http.StatusOK, group, p.AfterBody(x.groupType(), body))
}

// patchGroup answers 204, so that a change of one member does not cost what the
// group holds, unless the request names attributes (RFC 7644 section 3.5.2) or
// the directory's clients are known to read the group.
func (x *exchange) patchGroup() error {
	p, err := x.projection(x.groupType())
	if err != nil {
		return err
	}
	operations, err := x.operations(x.maxGroupBody)
	if err != nil {
		return err
	}
	wish := provision.GroupWish{Always: !p.IsZero(), Members: p.Wants("members")}
	group, wanted, err := x.provision.PatchGroup(x.ctx(), x.request, x.groupID(), operations, wish)
	if err != nil {
		return err
	}
	if !wanted {
		return x.answerNothing()
	}
	return x.answerGroup(http.StatusOK, group, p.AfterPatch(x.groupType(), operations))
}

func (x *exchange) deleteGroup() error {
	if err := x.provision.DeleteGroup(x.ctx(), x.request, x.groupID()); err != nil {
		return err
	}
	return x.answerNothing()
}

func (x *exchange) answerGroup(status int, g provision.Group, p scim.Projection) error {
	env := x.groupEnvelope(g)
	body, err := x.groupType().AppendProjected(nil, g.Doc, env, p)
	if err != nil {
		return err
	}
	x.answerResource(status, env, body)
	return nil
}

// groupEnvelope is what a group's answer holds beside the document. `members`
// is there even when empty: authentik adds nobody to a group without it.
func (x *exchange) groupEnvelope(g provision.Group) scim.Envelope {
	return scim.Envelope{
		ID: string(g.ID), Location: x.locationOf(x.groupType(), string(g.ID)), Version: scim.WeakTag(g.Version),
		Created: g.CreatedAt, LastModified: g.ModifiedAt,
		Schemas: g.Schemas,
		Extra:   []scim.RawMember{{Name: "members", JSON: x.appendMembers(nil, g)}},
	}
}

func (x *exchange) appendMembers(b []byte, g provision.Group) []byte {
	b = append(b, '[')
	for i, m := range g.Members {
		if i > 0 {
			b = append(b, ',')
		}
		b = x.appendReference(b, "User", x.userType(), string(m.UserID), m.Display)
	}
	return append(b, ']')
}
