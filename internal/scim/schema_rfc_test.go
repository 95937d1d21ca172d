package scim_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"roster/internal/scim"
)

// What RFC 7643 §8.7.1 says of each attribute, in its order: name, type, and what departs from the defaults of §2.2.
// canonical values are in parentheses, reference types in brackets.
const (
	rfcUser = `userName string required server
name complex
name.formatted string
name.familyName string
name.givenName string
name.middleName string
name.honorificPrefix string
name.honorificSuffix string
displayName string
nickName string
profileUrl reference [external]
title string
userType string
preferredLanguage string
locale string
timezone string
active boolean
password string writeOnly never
emails complex multi
emails.value string
emails.display string
emails.type string (work home other)
emails.primary boolean
phoneNumbers complex multi
phoneNumbers.value string
phoneNumbers.display string
phoneNumbers.type string (work home mobile fax pager other)
phoneNumbers.primary boolean
ims complex multi
ims.value string
ims.display string
ims.type string (aim gtalk icq xmpp msn skype qq yahoo)
ims.primary boolean
photos complex multi
photos.value reference [external]
photos.display string
photos.type string (photo thumbnail)
photos.primary boolean
addresses complex multi
addresses.formatted string
addresses.streetAddress string
addresses.locality string
addresses.region string
addresses.postalCode string
addresses.country string
addresses.type string (work home other)
groups complex multi readOnly
groups.value string readOnly
groups.$ref reference readOnly [User Group]
groups.display string readOnly
groups.type string readOnly (direct indirect)
entitlements complex multi
entitlements.value string
entitlements.display string
entitlements.type string
entitlements.primary boolean
roles complex multi
roles.value string
roles.display string
roles.type string
roles.primary boolean
x509Certificates complex multi
x509Certificates.value binary
x509Certificates.display string
x509Certificates.type string
x509Certificates.primary boolean`

	// displayName is REQUIRED by §4.2, though §8.7.1 has it optional; so is members.value, without which a member is nobody.
	rfcGroup = `displayName string required
members complex multi
members.value string required immutable
members.$ref reference immutable [User Group]
members.type string immutable (User Group)`

	rfcEnterpriseUser = `employeeNumber string
costCenter string
organization string
division string
department string
manager complex
manager.value string
manager.$ref reference [User]
manager.displayName string readOnly`
)

// added are the attributes that are not of the RFC: the hosted service's on User, and a second label on addresses (§2.4) and
// members.
var added = map[string]string{
	"organization":      "string",
	"department":        "string",
	"addresses.primary": "boolean",
	"members.display":   "string readOnly",
}

func TestSchemasOfTheRFC(t *testing.T) {
	t.Parallel()
	tests := []struct {
		urn    string
		schema *scim.Schema
		want   string
	}{
		{scim.CoreUserURN, scim.UserType().Core, rfcUser},
		{scim.CoreGroupURN, scim.GroupType().Core, rfcGroup},
		{scim.EnterpriseUserURN, scim.UserType().Extensions[0].Schema, rfcEnterpriseUser},
	}
	for _, tt := range tests {
		t.Run(tt.urn, func(t *testing.T) {
			t.Parallel()
			if tt.schema.ID != tt.urn {
				t.Fatalf("it is %s", tt.schema.ID)
			}
			got := strings.Join(described("", tt.schema.Attributes, tt.urn == scim.EnterpriseUserURN), "\n")
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("attributes (-RFC +got):\n%s", diff)
			}
		})
	}
}

// described writes attributes as the tables above do, without those that were added.
func described(prefix string, attributes []*scim.Attribute, whole bool) []string {
	var lines []string
	for _, a := range attributes {
		words := []string{string(a.Type)}
		flag := func(is bool, word string) {
			if is {
				words = append(words, word)
			}
		}
		flag(a.MultiValued, "multi")
		flag(a.Required, "required")
		flag(a.Mutability != scim.ReadWrite, string(a.Mutability))
		flag(a.Returned != scim.ReturnedDefault, string(a.Returned))
		flag(a.Uniqueness != scim.UniqueNone, string(a.Uniqueness))
		flag(len(a.CanonicalValues) > 0, "("+strings.Join(a.CanonicalValues, " ")+")")
		flag(len(a.ReferenceTypes) > 0, "["+strings.Join(a.ReferenceTypes, " ")+"]")
		text := strings.Join(words, " ")
		if added[prefix+a.Name] == text && !whole {
			continue
		}
		lines = append(lines, prefix+a.Name+" "+text)
		lines = append(lines, described(prefix+a.Name+".", a.Sub, whole)...)
	}
	return lines
}
