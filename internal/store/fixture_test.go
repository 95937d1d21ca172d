package store

import (
	"fmt"
	"testing"

	"roster/internal/identity"
	"roster/internal/scim"
)

// The tenant that most tests work in.
const (
	testOrg       identity.OrgID       = "org-1"
	testDirectory identity.DirectoryID = "dir-1"
)

// tenants stores two organizations with a directory each: the test's own,
// and org-2 with dir-2, which must never show.
func tenants(tb testing.TB, s *Store) {
	tb.Helper()
	update(tb, s, func(tx *Tx) error {
		for _, n := range []string{"1", "2"} {
			org := identity.OrgID("org-" + n)
			if _, err := tx.InsertOrg(Org{ID: org, Name: "Org " + n, Behaviour: identity.BehaviourSafe}); err != nil {
				return err
			}
			_, err := tx.InsertDirectory(Directory{ID: identity.DirectoryID("dir-" + n), OrgID: org, Name: "Entra", Kind: identity.KindEntra})
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// userOf makes the record of a User document, as a directory's write does.
func userOf(d identity.DirectoryID, id string, doc scim.Value) SCIMUser {
	text := func(name string) string {
		v, _ := doc.Get(name)
		return v.Str()
	}
	folded := richType.Folded(doc)
	var addresses []string
	emails, _ := folded.Get("emails")
	for _, e := range emails.Items() {
		address, _ := e.Get("value")
		addresses = append(addresses, address.Str())
	}
	return SCIMUser{
		DirectoryID:    d,
		ID:             identity.SCIMUserID(id),
		UserName:       text("userName"),
		UserNameKey:    scim.Fold(text("userName")),
		ExternalID:     text("externalId"),
		DisplayName:    text("displayName"),
		Active:         true,
		Doc:            doc.AppendJSON(nil),
		Folded:         folded.AppendJSON(nil),
		Emails:         addresses,
		Schemas:        richType.Schemas(doc),
		UnlinkedReason: "not linked",
	}
}

// plainUser is a record whose userName and only email are name@example.com.
func plainUser(d identity.DirectoryID, name string) SCIMUser {
	address := name + "@example.com"
	u := userOf(d, "user-"+name, decode(fmt.Sprintf(`{"userName":%q,"displayName":%q,"emails":[{"value":%q,"type":"work","primary":true}]}`, address, name, address)))
	u.Email = identity.MustEmail(address)
	return u
}

// groupOf makes the record of a Group document.
func groupOf(d identity.DirectoryID, id string, doc scim.Value) SCIMGroup {
	name, _ := doc.Get("displayName")
	externalID, _ := doc.Get("externalId")
	return SCIMGroup{
		DirectoryID:    d,
		ID:             identity.SCIMGroupID(id),
		ExternalID:     externalID.Str(),
		DisplayName:    name.Str(),
		DisplayNameKey: scim.Fold(name.Str()),
		Doc:            doc.AppendJSON(nil),
		Folded:         scim.GroupType().Folded(doc).AppendJSON(nil),
		Schemas:        scim.GroupType().Schemas(doc),
	}
}

func plainGroup(d identity.DirectoryID, name string) SCIMGroup {
	return groupOf(d, "group-"+name, decode(fmt.Sprintf(`{"displayName":%q}`, name)))
}

// plainAccount is an account of name@example.com.
func plainAccount(name string) Account {
	return Account{
		ID: identity.AccountID("acct_" + name), Email: identity.MustEmail(name + "@example.com"), Name: name,
		Status: identity.AccountActive, Origin: identity.OriginSCIM,
	}
}

// decode reads JSON that the tests themselves wrote.
func decode(text string) scim.Value {
	v, err := scim.Decode([]byte(text), scim.DefaultLimits)
	if err != nil {
		panic(err)
	}
	return v
}

// bind reads a filter that the tests themselves wrote.
func bind(rt *scim.ResourceType, text string) scim.Filter {
	f, err := scim.ParseFilter(text, scim.DefaultLimits)
	if err != nil {
		panic(err)
	}
	bound, err := rt.Bind(f)
	if err != nil {
		panic(err)
	}
	return bound
}

// verifyDomain marks a domain of an org verified.
func verifyDomain(tx *Tx, org identity.OrgID, id identity.DomainID) error {
	d, err := tx.Domain(org, id)
	if err != nil {
		return err
	}
	d.Status, d.VerifiedAt = identity.DomainVerified, tx.Now()
	return tx.UpdateDomain(d)
}

// listOf asks for the resources of one type.
func listOf(rt *scim.ResourceType, f scim.Filter) ListQuery {
	return ListQuery{Parts: []ListPart{{Type: rt, Filter: f}}, Limit: 100}
}

// usersBy asks for the users that a filter selects; "" selects all.
func usersBy(filter string) ListQuery {
	if filter == "" {
		return listOf(scim.UserType(), nil)
	}
	return listOf(scim.UserType(), bind(scim.UserType(), filter))
}

// listIDs gives the ids on a page, and the total.
func listIDs(tx *Tx, q ListQuery) ([]string, int, error) {
	page, err := tx.ListSCIM(testDirectory, q)
	return textsOf(page.Rows, ListedRow.ID), page.Total, err
}
