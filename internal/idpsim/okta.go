package idpsim

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
)

// Okta sends what an Okta app of the integration network sends (Okta's SCIM 2.0
// reference and its SCIM test specification): it looks for the userName before
// it creates, replaces whole profiles by GET and PUT, switches active by PATCH
// without a path, and never deletes a user.
type Okta struct{ Client *Client }

// oktaPage is the page that every filter asks for.
var oktaPage = []param{{"startIndex", "1"}, {"count", "100"}}

func (o Okta) send(ctx context.Context, method, path string, query []param, body any) (Result, error) {
	return o.Client.send(ctx, manner{
		accept: "application/scim+json", contentType: "application/scim+json; charset=utf-8",
		charset: "utf-8", userAgent: "Okta SCIM Client 1.0.0", space: "%20",
	}, method, path, query, body)
}

// TestConnection is the credentials test: any answer to a list of one user.
func (o Okta) TestConnection(ctx context.Context) error {
	_, err := o.send(ctx, http.MethodGet, "/Users", []param{{"startIndex", "1"}, {"count", "1"}}, nil)
	return err
}

// FindUser looks a user up by userName. The ID of the answer is empty when
// there is none.
func (o Okta) FindUser(ctx context.Context, userName string) (User, error) {
	query := append([]param{equals("userName", userName)}, oktaPage...)
	return firstUser(o.send(ctx, http.MethodGet, "/Users", query, nil))
}

// CreateUser assigns a person to the app. A user who is there, inactive ones
// included, gets the profile and becomes active; else the user is created.
func (o Okta) CreateUser(ctx context.Context, p Person) (User, error) {
	found, err := o.FindUser(ctx, p.userName())
	if err != nil {
		return found, err
	}
	if found.ID != "" {
		return o.UpdateProfile(ctx, found.ID, p)
	}
	return userIn(o.send(ctx, http.MethodPost, "/Users", nil, oktaUser(p)))
}

// oktaUser is a new user. Okta makes up a password of eight letters and digits
// for each one unless passwords are synced.
func oktaUser(p Person) object {
	user := object{"schemas": []string{userURN}, "groups": []string{}, "password": "1mz050nq", "locale": "en-US"}
	setProfile(user, p)
	return user
}

func setProfile(user object, p Person) {
	user["userName"] = p.userName()
	user["externalId"] = p.ID
	user["displayName"] = p.DisplayName
	user["name"] = object{"givenName": p.GivenName, "familyName": p.FamilyName}
	user["emails"] = []object{{"primary": true, "value": p.Email, "type": "work"}}
	user["active"] = true
	if p.Title != "" {
		user["title"] = p.Title
	}
}

// UpdateProfile reads a known user and puts the whole resource back with the
// profile changed and the user active.
func (o Okta) UpdateProfile(ctx context.Context, id string, p Person) (User, error) {
	before, err := userIn(o.send(ctx, http.MethodGet, userPath(id), nil, nil))
	if err != nil {
		return before, err
	}
	var whole object
	if err := json.Unmarshal(before.Body, &whole); err != nil {
		return before, fmt.Errorf("read user: %w", err)
	}
	setProfile(whole, p)
	return userIn(o.send(ctx, http.MethodPut, userPath(id), nil, whole))
}

// ForcePush is "Force Sync" of a person whose id Okta knows, whether or not
// that record is still there.
func (o Okta) ForcePush(ctx context.Context, id string, p Person) (User, error) {
	return o.UpdateProfile(ctx, id, p)
}

// Deactivate switches a known user off.
func (o Okta) Deactivate(ctx context.Context, id string) (User, error) {
	return o.setActive(ctx, id, false)
}

// Activate switches a known user on.
func (o Okta) Activate(ctx context.Context, id string) (User, error) {
	return o.setActive(ctx, id, true)
}

func (o Okta) setActive(ctx context.Context, id string, active bool) (User, error) {
	operation := object{"op": "replace", "value": object{"active": active}}
	return userIn(o.send(ctx, http.MethodPatch, userPath(id), nil, patch(operation)))
}

// Unassign takes a person off the app, which deactivates the user and deletes
// nothing.
func (o Okta) Unassign(ctx context.Context, id string) (User, error) { return o.Deactivate(ctx, id) }

// Reassign gives a person back to the app. Okta does not rely on the id that it
// had: it looks for the userName and creates the user where it is gone.
func (o Okta) Reassign(ctx context.Context, p Person) (User, error) { return o.CreateUser(ctx, p) }
