package provision

import (
	"cmp"
	"errors"
	"fmt"
	"strings"

	"roster/internal/identity"
	"roster/internal/scim"
	"roster/internal/store"
)

// recordOf gives the stored form of a canonical User document. One that says
// nothing of `active` leaves the status as it was.
func recordOf(types *scim.Catalogue, doc scim.Value, wasActive bool) store.SCIMUser {
	userName := textOf(doc, "userName")
	active := isActive(doc, wasActive)
	email := whichEmail(doc, active)
	folded := types.User().Folded(doc)
	return store.SCIMUser{
		UserName:    userName,
		UserNameKey: scim.Fold(userName),
		ExternalID:  textOf(doc, "externalId"),
		Email:       email,
		DisplayName: textOf(doc, "displayName"),
		Active:      active,
		Doc:         doc.AppendJSON(nil),
		Folded:      folded.AppendJSON(nil),
		Emails:      addressesOf(folded),
		Schemas:     types.User().Schemas(doc),
	}
}

// maxNameBytes bounds what is looked up by an index, folded or not: PostgreSQL
// refuses index rows of more than some 2,700 bytes.
const maxNameBytes = 1024

// checkName refuses a value that an index cannot hold.
func checkName(attribute string, forms ...string) error {
	for _, s := range forms {
		if len(s) > maxNameBytes {
			return scim.Errorf(400, scim.TypeInvalidValue, "Attribute %q may have at most %d bytes; it has %d.", attribute, maxNameBytes, len(s))
		}
	}
	return nil
}

func checkUserNames(u store.SCIMUser) error {
	if err := checkName("userName", u.UserName, u.UserNameKey); err != nil {
		return err
	}
	return checkName("externalId", u.ExternalID)
}

func checkGroupNames(g store.SCIMGroup) error {
	if err := checkName("displayName", g.DisplayName, g.DisplayNameKey); err != nil {
		return err
	}
	return checkName("externalId", g.ExternalID)
}

// addressesOf gives the values of a document's emails.
func addressesOf(doc scim.Value) []string {
	emails, _ := doc.Get("emails")
	values := make([]string, 0, len(emails.Items()))
	for _, e := range emails.Items() {
		values = append(values, textOf(e, "value"))
	}
	return values
}

// CheckRecord compares what is stored beside a record's document with what the
// document says.
func CheckRecord(u store.SCIMUser) error {
	doc, err := scim.Decode(u.Doc, scim.DefaultLimits)
	if err != nil {
		return err
	}
	want := recordOf(scim.BuiltIn(), doc, u.Active) // what is compared does not depend on extensions
	switch {
	case want.UserNameKey != u.UserNameKey:
		return fmt.Errorf("userName key is %q, not %q", u.UserNameKey, want.UserNameKey)
	case want.Email.Key != u.Email.Key:
		return fmt.Errorf("email key is %q, not %q", u.Email.Key, want.Email.Key)
	case want.ExternalID != u.ExternalID || want.Active != u.Active || want.DisplayName != u.DisplayName:
		return errors.New("externalId, active or displayName is not what the document says")
	}
	return nil
}

// withActive makes explicit what a pushed user without `active` means: a new
// one is active (user provisioning API of the hosted service), and one that is
// replaced stays what it was, so that nobody gets in by what was left out. A
// PATCH that removes the attribute leaves it out of the document (RFC 7644
// section 3.5.2.2), and the status as it was.
func withActive(doc scim.Value, active bool) scim.Value {
	if _, ok := doc.Get("active"); ok {
		return doc
	}
	return doc.With("active", scim.Bool(active))
}

func isActive(doc scim.Value, otherwise bool) bool {
	if v, ok := doc.Get("active"); ok {
		return v.Truth()
	}
	return otherwise
}

// whichEmail gives the address that links a record (rule which-email): the
// primary one of `emails`, else the first, else userName when it is an
// address; the zero Email when there is none. The name that Entra ID gives to a
// deleted person is none: the account waits under its address for the restore.
func whichEmail(doc scim.Value, active bool) identity.Email {
	candidate := textOf(doc, "userName")
	if !active {
		candidate = scim.FormerName(candidate)
	}
	if emails, ok := doc.Get("emails"); ok {
		if v := preferred(emails.Items()); v != "" {
			candidate = v
		}
	}
	email, err := identity.ParseEmail(candidate)
	if err != nil {
		return identity.Email{}
	}
	return email
}

// preferred is the value of the primary element, else of the first with a value.
func preferred(items []scim.Value) string {
	first := ""
	for _, item := range items {
		value := textOf(item, "value")
		if primary, _ := item.Get("primary"); primary.Truth() && value != "" {
			return value
		}
		if first == "" {
			first = value
		}
	}
	return first
}

// personName is what an account is called: displayName, else the name's
// formatted form or its parts, else userName.
func personName(doc scim.Value) string {
	if s := textOf(doc, "displayName"); s != "" {
		return s
	}
	name, _ := doc.Get("name")
	if s := textOf(name, "formatted"); s != "" {
		return s
	}
	if s := strings.TrimSpace(textOf(name, "givenName") + " " + textOf(name, "familyName")); s != "" {
		return s
	}
	return textOf(doc, "userName")
}

// profileOf gives what of a record flows into the account's profile (tag
// "Users" of the hosted user provisioning API).
func profileOf(doc scim.Value) store.Profile {
	enterprise, _ := doc.Get(scim.EnterpriseUserURN)
	return store.Profile{
		Nickname:     textOf(doc, "nickName"),
		Zoneinfo:     textOf(doc, "timezone"),
		Locale:       cmp.Or(textOf(doc, "preferredLanguage"), textOf(doc, "locale")),
		JobTitle:     textOf(doc, "title"),
		Organization: cmp.Or(textOf(doc, "organization"), textOf(enterprise, "organization")),
		Department:   cmp.Or(textOf(doc, "department"), textOf(enterprise, "department")),
	}
}

// Wish is what a record says that its account should be.
type Wish struct {
	Email   identity.Email
	Name    string // "" where it gives none
	Active  bool
	Profile store.Profile
}

// WishOf reads a record's document.
func WishOf(u store.SCIMUser) (Wish, error) {
	doc, err := scim.Decode(u.Doc, scim.DefaultLimits)
	if err != nil {
		return Wish{}, err
	}
	name := personName(doc)
	if name == u.UserName {
		name = ""
	}
	return Wish{Email: u.Email, Name: name, Active: u.Active, Profile: profileOf(doc)}, nil
}

func textOf(v scim.Value, name string) string {
	member, _ := v.Get(name)
	return member.Str()
}
