package idpsim

import (
	"context"
	"net/http"
)

// adGroupURN is a schema of Microsoft's own that Entra ID names in every group.
const adGroupURN = "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"

// withoutMembers is on every read of a group: Entra ID never reads memberships.
var withoutMembers = param{"excludedAttributes", "members"}

// FindGroup looks a group up by displayName. The ID of the answer is empty when
// there is none.
func (e Entra) FindGroup(ctx context.Context, name string) (Group, error) {
	return firstGroup(e.send(ctx, http.MethodGet, "/Groups", []param{withoutMembers, equals("displayName", name)}, nil))
}

// GetGroup reads a group, without its members.
func (e Entra) GetGroup(ctx context.Context, id string) (Group, error) {
	return groupIn(e.send(ctx, http.MethodGet, groupPath(id), []param{withoutMembers}, nil))
}

// CreateGroup assigns a group to the app: a match is taken over, else the group
// is created without members.
func (e Entra) CreateGroup(ctx context.Context, objectID, name string) (Group, error) {
	found, err := e.FindGroup(ctx, name)
	if err != nil || found.ID != "" {
		return found, err
	}
	return groupIn(e.send(ctx, http.MethodPost, "/Groups", nil, object{
		"schemas":     []string{groupURN, adGroupURN},
		"externalId":  objectID,
		"displayName": name,
		"meta":        object{"resourceType": "Group"},
	}))
}

// AddMember adds one user to a group, as Entra ID does: one to a request.
func (e Entra) AddMember(ctx context.Context, groupID, userID string) (Group, error) {
	return e.patchGroup(ctx, groupID, object{"op": e.verb("Add", "add"), "path": "members", "value": memberList(userID)})
}

// RemoveMember takes one user out of a group. Without the flag this is a remove
// of the path members with a value, which means that value only.
func (e Entra) RemoveMember(ctx context.Context, groupID, userID string) (Group, error) {
	if e.Flag {
		return e.patchGroup(ctx, groupID, object{"op": "remove", "path": "members[value eq " + quoted(userID) + "]"})
	}
	return e.patchGroup(ctx, groupID, object{"op": "Remove", "path": "members", "value": memberList(userID)})
}

// RenameGroup changes a group's displayName.
func (e Entra) RenameGroup(ctx context.Context, id, name string) (Group, error) {
	return e.patchGroup(ctx, id, object{"op": e.verb("Replace", "replace"), "path": "displayName", "value": name})
}

// DeleteGroup removes a group that is no longer assigned.
func (e Entra) DeleteGroup(ctx context.Context, id string) (Group, error) {
	return groupIn(e.send(ctx, http.MethodDelete, groupPath(id), nil, nil))
}

func (e Entra) patchGroup(ctx context.Context, id string, operation object) (Group, error) {
	return groupIn(e.send(ctx, http.MethodPatch, groupPath(id), nil, patch(operation)))
}

func (e Entra) verb(without, with string) string {
	if e.Flag {
		return with
	}
	return without
}

// memberList names a user as a member, with the null that Entra ID sends along.
func memberList(userID string) []object {
	return []object{{"$ref": nil, "value": userID}}
}
