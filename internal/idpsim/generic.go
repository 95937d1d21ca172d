package idpsim

import (
	"context"
	"net/http"
)

// Generic sends what scripts and the libraries of the hosted API send (jira.js,
// go-atlassian, the published OpenAPI description): application/json both ways,
// no schemas, and "operations" in lower case. It expects a body from PATCH on
// a group.
type Generic struct{ Client *Client }

func (g Generic) send(ctx context.Context, method, path string, query []param, body any) (Result, error) {
	return g.Client.send(ctx, manner{
		accept: "application/json", contentType: "application/json", userAgent: "scim-script/1.0", space: "%20",
	}, method, path, query, body)
}

// FindUser looks a user up by userName. The ID of the answer is empty when
// there is none.
func (g Generic) FindUser(ctx context.Context, userName string) (User, error) {
	return firstUser(g.send(ctx, http.MethodGet, "/Users", []param{equals("userName", userName)}, nil))
}

// GetUser reads a user.
func (g Generic) GetUser(ctx context.Context, id string) (User, error) {
	return userIn(g.send(ctx, http.MethodGet, userPath(id), nil, nil))
}

// CreateUser creates a user without looking first.
func (g Generic) CreateUser(ctx context.Context, p Person) (User, error) {
	return userIn(g.send(ctx, http.MethodPost, "/Users", nil, genericUser(p)))
}

// ReplaceUser puts a whole user.
func (g Generic) ReplaceUser(ctx context.Context, id string, p Person) (User, error) {
	return userIn(g.send(ctx, http.MethodPut, userPath(id), nil, genericUser(p)))
}

func genericUser(p Person) object {
	return object{
		"userName":    p.userName(),
		"externalId":  p.ID,
		"displayName": p.DisplayName,
		"name":        object{"givenName": p.GivenName, "familyName": p.FamilyName},
		"emails":      []object{{"value": p.Email, "type": "work", "primary": true}},
		"title":       p.Title,
		"department":  p.Department,
		"active":      true,
	}
}

// UpdateEmail replaces a user's addresses by one.
func (g Generic) UpdateEmail(ctx context.Context, id, email string) (User, error) {
	return g.patchUser(ctx, id, "emails", []object{{"value": email, "type": "work", "primary": true}})
}

// SetActive switches a user on or off.
func (g Generic) SetActive(ctx context.Context, id string, active bool) (User, error) {
	return g.patchUser(ctx, id, "active", active)
}

func (g Generic) patchUser(ctx context.Context, id, path string, value any) (User, error) {
	body := object{"operations": []object{{"op": "replace", "path": path, "value": value}}}
	return userIn(g.send(ctx, http.MethodPatch, userPath(id), nil, body))
}

// DeleteUser deletes a user.
func (g Generic) DeleteUser(ctx context.Context, id string) (User, error) {
	return userIn(g.send(ctx, http.MethodDelete, userPath(id), nil, nil))
}

// FindGroup looks a group up by displayName. The ID of the answer is empty when
// there is none.
func (g Generic) FindGroup(ctx context.Context, name string) (Group, error) {
	return firstGroup(g.send(ctx, http.MethodGet, "/Groups", []param{equals("displayName", name)}, nil))
}

// GetGroup reads a group with its members.
func (g Generic) GetGroup(ctx context.Context, id string) (Group, error) {
	return groupIn(g.send(ctx, http.MethodGet, groupPath(id), nil, nil))
}

// CreateGroup creates a group with members.
func (g Generic) CreateGroup(ctx context.Context, name string, members ...string) (Group, error) {
	body := object{"displayName": name, "members": valuesOf(members)}
	return groupIn(g.send(ctx, http.MethodPost, "/Groups", nil, body))
}

// RenameGroup puts a group's name alone, which leaves its members.
func (g Generic) RenameGroup(ctx context.Context, id, name string) (Group, error) {
	return groupIn(g.send(ctx, http.MethodPut, groupPath(id), nil, object{"displayName": name}))
}

// AddMember adds a user to a group.
func (g Generic) AddMember(ctx context.Context, groupID, userID string) (Group, error) {
	return g.patchGroup(ctx, groupID, object{"op": "add", "path": "members", "value": valuesOf([]string{userID})})
}

// RemoveMember takes a user out of a group.
func (g Generic) RemoveMember(ctx context.Context, groupID, userID string) (Group, error) {
	return g.patchGroup(ctx, groupID, object{"op": "remove", "path": "members[value eq " + quoted(userID) + "]"})
}

func (g Generic) patchGroup(ctx context.Context, id string, operation object) (Group, error) {
	body := object{"Operations": []object{operation}}
	return groupIn(g.send(ctx, http.MethodPatch, groupPath(id), nil, body))
}

// DeleteGroup deletes a group.
func (g Generic) DeleteGroup(ctx context.Context, id string) (Group, error) {
	return groupIn(g.send(ctx, http.MethodDelete, groupPath(id), nil, nil))
}
