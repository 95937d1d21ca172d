package tenanttest

import (
	"context"
	"fmt"
	"strings"

	"roster/internal/identity"
	"roster/internal/provision"
	"roster/internal/repair"
	"roster/internal/scim"
	"roster/internal/store"
)

// Directory is one identity provider's connection; its methods are what that
// provider sends.
type Directory struct {
	*Org
	ID identity.DirectoryID
}

// Request is what every request of the identity provider carries.
func (d *Directory) Request() provision.Request {
	types, err := d.Store.CurrentCatalogue(context.Background(), d.ID)
	if err != nil {
		d.TB.Fatal(err)
	}
	return provision.Request{OrgID: d.Org.ID, DirectoryID: d.ID, Caller: identity.Caller{Actor: "SCIM token (tok_1)", RequestID: "req-scim"}, Types: types}
}

// Create pushes a new user.
func (d *Directory) Create(body string) (provision.User, error) {
	return d.Provision.CreateUser(context.Background(), d.Request(), JSON(body))
}

// Push pushes a new user of an address, which must succeed.
func (d *Directory) Push(email string, more ...string) provision.User {
	d.TB.Helper()
	u, err := d.Create(Person(email, more...))
	if err != nil {
		d.TB.Fatalf("push %s: %v", email, err)
	}
	return u
}

// Replace is PUT.
func (d *Directory) Replace(id identity.SCIMUserID, body string) (provision.User, error) {
	return d.Provision.ReplaceUser(context.Background(), d.Request(), id, JSON(body))
}

// Set is a PATCH that replaces one attribute; value is JSON.
func (d *Directory) Set(id identity.SCIMUserID, path, value string) (provision.User, error) {
	return d.Provision.PatchUser(context.Background(), d.Request(), id, Operations("replace", path, value))
}

// SetEmail is a PATCH of the user's address.
func (d *Directory) SetEmail(id identity.SCIMUserID, email string) (provision.User, error) {
	return d.Set(id, "emails", fmt.Sprintf(`[{"value":%q,"primary":true}]`, email))
}

// Delete deletes a user.
func (d *Directory) Delete(id identity.SCIMUserID) error {
	return d.Provision.DeleteUser(context.Background(), d.Request(), id)
}

// User gives a user as stored, which must be there.
func (d *Directory) User(id identity.SCIMUserID) (u store.SCIMUser) {
	d.TB.Helper()
	d.view(func(tx *store.Tx) (err error) {
		u, err = tx.SCIMUser(d.ID, id)
		return err
	})
	return u
}

// Record names a user for the repairs.
func (d *Directory) Record(id identity.SCIMUserID) repair.Record {
	return repair.Record{DirectoryID: d.ID, SCIMUserID: id}
}

// CreateGroup pushes a new group.
func (d *Directory) CreateGroup(name string, members ...identity.SCIMUserID) (provision.Group, error) {
	return d.Provision.CreateGroup(context.Background(), d.Request(), JSON(groupBody(name, members)), true)
}

// PushGroup pushes a new group, which must succeed.
func (d *Directory) PushGroup(name string, members ...identity.SCIMUserID) provision.Group {
	d.TB.Helper()
	g, err := d.CreateGroup(name, members...)
	if err != nil {
		d.TB.Fatalf("push group %s: %v", name, err)
	}
	return g
}

// ReplaceGroup is PUT with all members.
func (d *Directory) ReplaceGroup(id identity.SCIMGroupID, name string, members ...identity.SCIMUserID) (provision.Group, error) {
	return d.Provision.ReplaceGroup(context.Background(), d.Request(), id, JSON(groupBody(name, members)), true)
}

// PatchGroup is a PATCH of one operation; value is JSON.
func (d *Directory) PatchGroup(id identity.SCIMGroupID, op, path, value string) (provision.Group, error) {
	g, _, err := d.Provision.PatchGroup(context.Background(), d.Request(), id, Operations(op, path, value), provision.GroupWish{Always: true, Members: true})
	return g, err
}

// AddMember is a PATCH that adds one member.
func (d *Directory) AddMember(g identity.SCIMGroupID, u identity.SCIMUserID) (provision.Group, error) {
	return d.PatchGroup(g, "add", "members", fmt.Sprintf(`[{"value":%q}]`, u))
}

// DeleteGroup deletes a group.
func (d *Directory) DeleteGroup(id identity.SCIMGroupID) error {
	return d.Provision.DeleteGroup(context.Background(), d.Request(), id)
}

// Person is the body of an active user whose userName and primary email is an
// address. Further members, such as `"title":"Chief"`, override those.
func Person(email string, more ...string) string {
	members := []string{
		fmt.Sprintf(`"userName":%q`, email),
		fmt.Sprintf(`"emails":[{"value":%q,"primary":true}]`, email),
		`"active":true`,
	}
	for _, m := range more {
		name, _, _ := strings.Cut(m, ":")
		for i, old := range members {
			if strings.HasPrefix(old, name+":") {
				members[i] = ""
			}
		}
		members = append(members, m)
	}
	var kept []string
	for _, m := range members {
		if m != "" {
			kept = append(kept, m)
		}
	}
	return "{" + strings.Join(kept, ",") + "}"
}

func groupBody(name string, members []identity.SCIMUserID) string {
	refs := make([]string, len(members))
	for i, id := range members {
		refs[i] = fmt.Sprintf(`{"value":%q}`, id)
	}
	return fmt.Sprintf(`{"displayName":%q,"members":[%s]}`, name, strings.Join(refs, ","))
}

// Operations are those of a PATCH with one operation.
func Operations(op, path, value string) []scim.Operation {
	body := fmt.Sprintf(`{"Operations":[{"op":%q,"path":%q,"value":%s}]}`, op, path, value)
	if path == "" {
		body = fmt.Sprintf(`{"Operations":[{"op":%q,"value":%s}]}`, op, value)
	}
	ops, err := scim.DecodePatch(JSON(body), scim.DefaultLimits)
	if err != nil {
		panic(err)
	}
	return ops
}

// JSON reads a text that a test wrote.
func JSON(text string) scim.Value {
	v, err := scim.Decode([]byte(text), scim.DefaultLimits)
	if err != nil {
		panic(err)
	}
	return v
}
