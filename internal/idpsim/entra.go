package idpsim

import (
	"context"
	"fmt"
	"net/http"
	"strings"
)

// Entra sends what Microsoft Entra ID's provisioning service sends
// (learn.microsoft.com/entra/identity/app-provisioning:
// use-scim-to-provision-users-and-groups, how-provisioning-works,
// application-provisioning-config-problem-scim-compatibility): it matches by
// filter before it creates, updates by PATCH only, disables instead of
// deleting, and never pushes a membership that it believes to be there.
type Entra struct {
	Client *Client
	// Flag is aadOptscim062020 in the tenant URL: lower-case operations, real
	// booleans, and dotted keys in one operation without a path. Without it
	// operations are capitalised, one for each attribute, and booleans are text.
	Flag bool
}

// probe stands for the random GUID of the connection test.
const probe = "9c5e1b0e-55a8-4a3c-8f5d-2b1f6f7f3a11"

// manner: no User-Agent, spaces as +, application/scim+json both ways.
func (e Entra) manner() manner {
	m := manner{accept: "application/scim+json", contentType: "application/scim+json; charset=utf-8", space: "+"}
	if e.Flag {
		m.flag = "aadOptscim062020"
	}
	return m
}

func (e Entra) send(ctx context.Context, method, path string, query []param, body any) (Result, error) {
	return e.Client.send(ctx, e.manner(), method, path, query, body)
}

// TestConnection asks for a user and a group that do not exist; the server must
// answer two empty lists.
func (e Entra) TestConnection(ctx context.Context) error {
	user, err := e.FindUser(ctx, probe)
	if err != nil {
		return err
	}
	group, err := e.FindGroup(ctx, probe)
	if err != nil {
		return err
	}
	if user.ID != "" || group.ID != "" {
		return fmt.Errorf("test connection: the filter for %s found something", probe)
	}
	return nil
}

// FindUser looks a user up by the matching attribute, userName. The ID of the
// answer is empty when there is none.
func (e Entra) FindUser(ctx context.Context, userName string) (User, error) {
	return firstUser(e.send(ctx, http.MethodGet, "/Users", []param{equals("userName", userName)}, nil))
}

// CreateUser assigns a person to the app: a match is taken over and brought up
// to date, else the user is created.
func (e Entra) CreateUser(ctx context.Context, p Person) (User, error) {
	found, err := e.FindUser(ctx, p.userName())
	if err != nil {
		return found, err
	}
	if found.ID != "" {
		return e.ForcePush(ctx, found.ID, p)
	}
	return userIn(e.send(ctx, http.MethodPost, "/Users", nil, entraUser(p)))
}

// entraUser is a user in the default attribute mapping. meta and roles are
// there because Entra ID sends them.
func entraUser(p Person) object {
	return object{
		"schemas":     []string{userURN, enterpriseURN},
		"externalId":  p.ID,
		"userName":    p.userName(),
		"active":      true,
		"displayName": p.DisplayName,
		"emails":      []object{{"primary": true, "type": "work", "value": p.Email}},
		"meta":        object{"resourceType": "User"},
		"name":        object{"formatted": p.DisplayName, "familyName": p.FamilyName, "givenName": p.GivenName},
		"title":       p.Title,
		"roles":       []string{},
		enterpriseURN: object{"department": p.Department},
	}
}

// attribute is one value of an update, at a PATCH path.
type attribute struct {
	path  string
	value any
}

const workEmail = `emails[type eq "work"].value`

// UpdateEmail changes the work address of a known user.
func (e Entra) UpdateEmail(ctx context.Context, id, email string) (User, error) {
	return e.update(ctx, id, attribute{workEmail, email})
}

// UpdateUserName changes the user principal name of a known user.
func (e Entra) UpdateUserName(ctx context.Context, id, userName string) (User, error) {
	return e.update(ctx, id, attribute{"userName", userName})
}

// Disable is what unassigning or blocking a person does: no DELETE follows.
func (e Entra) Disable(ctx context.Context, id string) (User, error) {
	return e.update(ctx, id, attribute{"active", false})
}

// Enable assigns or unblocks a person whose id is known. Memberships are not
// sent again.
func (e Entra) Enable(ctx context.Context, id string) (User, error) {
	return e.update(ctx, id, attribute{"active", true})
}

// SoftDelete is a person moved to the recycle bin: disabled and renamed to the
// object's id without dashes before the user principal name.
func (e Entra) SoftDelete(ctx context.Context, id string, p Person) (User, error) {
	name := strings.ReplaceAll(p.ID, "-", "") + p.userName()
	return e.update(ctx, id, attribute{"active", false}, attribute{"userName", name})
}

// Restore takes a person out of the recycle bin: SoftDelete the other way round.
func (e Entra) Restore(ctx context.Context, id string, p Person) (User, error) {
	return e.update(ctx, id, attribute{"active", true}, attribute{"userName", p.userName()})
}

// HardDelete ends a soft-deleted user after 30 days.
func (e Entra) HardDelete(ctx context.Context, id string) (User, error) {
	return userIn(e.send(ctx, http.MethodDelete, userPath(id), nil, nil))
}

// ForcePush provisions a person on demand to the id that Entra ID has in its
// cache, whether or not that record is still there.
func (e Entra) ForcePush(ctx context.Context, id string, p Person) (User, error) {
	return e.update(
		ctx, id,
		attribute{"active", true},
		attribute{workEmail, p.Email},
		attribute{"userName", p.userName()},
		attribute{"externalId", p.ID},
		attribute{"displayName", p.DisplayName},
		attribute{"name.givenName", p.GivenName},
		attribute{"name.familyName", p.FamilyName},
	)
}

func (e Entra) update(ctx context.Context, id string, changes ...attribute) (User, error) {
	return userIn(e.send(ctx, http.MethodPatch, userPath(id), nil, patch(e.operations(changes)...)))
}

// operations writes changes in the dialect of the flag. An empty value is
// unassigned and is skipped, not cleared.
func (e Entra) operations(changes []attribute) []object {
	var operations []object
	together := object{}
	for _, c := range changes {
		switch {
		case c.value == "":
		case !e.Flag:
			operations = append(operations, object{"op": "Replace", "path": c.path, "value": asText(c.value)})
		case strings.Contains(c.path, "["):
			operations = append(operations, object{"op": "replace", "path": c.path, "value": c.value})
		default:
			together[c.path] = c.value
		}
	}
	if len(together) > 0 {
		operations = append(operations, object{"op": "replace", "value": together})
	}
	return operations
}

// asText writes booleans as "True" and "False".
func asText(v any) any {
	switch v {
	case true:
		return "True"
	case false:
		return "False"
	default:
		return v
	}
}
