package idpsim

import (
	"context"
	"net/http"
)

// FindGroup looks a group up by displayName. The ID of the answer is empty when
// there is none.
func (o Okta) FindGroup(ctx context.Context, name string) (Group, error) {
	query := append([]param{equals("displayName", name)}, oktaPage...)
	return firstGroup(o.send(ctx, http.MethodGet, "/Groups", query, nil))
}

// PushGroup starts the push of a group: one of that name is linked, else it is
// created without members. [Okta.PushNow] or [Okta.PushMembers] follows.
func (o Okta) PushGroup(ctx context.Context, name string) (Group, error) {
	found, err := o.FindGroup(ctx, name)
	if err != nil || found.ID != "" {
		return found, err
	}
	body := object{"schemas": []string{groupURN}, "displayName": name, "members": []string{}}
	return groupIn(o.send(ctx, http.MethodPost, "/Groups", nil, body))
}

// PushMembers sends who left and who joined a pushed group.
func (o Okta) PushMembers(ctx context.Context, id string, joined, left []string) (Group, error) {
	var operations []object
	for _, user := range left {
		operations = append(operations, object{"op": "remove", "path": "members[value eq " + quoted(user) + "]"})
	}
	if len(joined) > 0 {
		operations = append(operations, object{"op": "add", "path": "members", "value": valuesOf(joined)})
	}
	return o.patchGroup(ctx, id, operations...)
}

// PushNow replaces all members of a pushed group; none empties it.
func (o Okta) PushNow(ctx context.Context, id string, members []string) (Group, error) {
	return o.patchGroup(ctx, id, object{"op": "replace", "path": "members", "value": valuesOf(members)})
}

// RenameGroup sends a group's new name, in an object with its id and no path.
func (o Okta) RenameGroup(ctx context.Context, id, name string) (Group, error) {
	return o.patchGroup(ctx, id, object{"op": "replace", "value": object{"id": id, "displayName": name}})
}

// DeleteGroup unlinks a pushed group and deletes it in the app.
func (o Okta) DeleteGroup(ctx context.Context, id string) (Group, error) {
	return groupIn(o.send(ctx, http.MethodDelete, groupPath(id), nil, nil))
}

func (o Okta) patchGroup(ctx context.Context, id string, operations ...object) (Group, error) {
	return groupIn(o.send(ctx, http.MethodPatch, groupPath(id), nil, patch(operations...)))
}

// valuesOf names users as members; no users are an empty array, not null.
func valuesOf(users []string) []object {
	members := make([]object, len(users))
	for i, id := range users {
		members[i] = object{"value": id}
	}
	return members
}
