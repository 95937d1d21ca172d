package e2e

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
)

// multiIDP are two people whom several identity providers push: of Mary (story
// A) one pushes the old address and another the new one; Joan (story B) two push
// under the new address, and her old account none.
type multiIDP struct {
	*remoteRepair

	okta, entra, other string // directories
	maryRecord         string // of the right account
	mary, joan         [2]string
}

const (
	maryOld, maryNew = "mary.jackson@oldcorp.example", "mary.jackson@newcorp.example"
	joanOld, joanNew = "joan.clarke@oldcorp.example", "joan.clarke@newcorp.example"
)

func (r *remoteRepair) newMultiIDP() *multiIDP {
	r.Helper()
	m := &multiIDP{remoteRepair: r, entra: r.Directories[0].ID, okta: r.Directories[1].ID, other: r.Directories[2].ID}
	m.maryRecord, m.mary[0] = r.create(m.okta, maryOld, "Mary Jackson")
	_, m.mary[1] = r.create(m.other, maryNew, "Mary Jackson")
	r.admin(http.MethodPost, "/admin/v1/orgs/"+r.OrgID+"/accounts/import?format=csv", "email,name\n"+joanOld+",Joan Clarke\n").want(r, 200)
	found := r.admin(http.MethodGet, "/admin/v1/orgs/"+r.OrgID+"/users?email="+url.QueryEscape(joanOld), "").want(r, 200).object(r)
	m.joan[0], _ = at(r, found, "data", 0, "account_id").(string)
	_, m.joan[1] = r.create(m.entra, joanNew, "Joan Clarke")
	r.create(m.other, joanNew, "Joan Clarke")
	return m
}

func (m *multiIDP) accounts() []string { return slices.Concat(m.mary[:], m.joan[:]) }

// push is the identity providers' part of the repair.
func (m *multiIDP) push() {
	m.Helper()
	m.patchEmail(m.okta, m.maryRecord, maryNew)
	m.create(m.other, maryNew, "Mary Jackson")
	m.create(m.entra, joanNew, "Joan Clarke")
	m.create(m.other, joanNew, "Joan Clarke")
}

func (m *multiIDP) wantRepaired() {
	m.Helper()
	diff(m, "Mary's account 1 has the new email", any(maryNew), m.emailOf(m.mary[0]))
	diff(m, "Mary's account 1 is synced by both", 2, len(m.links(m.mary[0])))
	diff(m, "Mary's account 2 is not synced", 0, len(m.links(m.mary[1])))
	diff(m, "Joan's account 1 has the new email", any(joanNew), m.emailOf(m.joan[0]))
	diff(m, "Joan's account 1 is synced by both", 2, len(m.links(m.joan[0])))
	diff(m, "Joan's account 2 is not synced", 0, len(m.links(m.joan[1])))
}

// pushBack is what the identity providers have to do before addresses can be
// given back.
func (r *remoteRepair) pushBack(m *multiIDP) {
	r.Helper()
	a := r.Scenarios.A
	r.patchEmail(a.DirectoryID, a.SCIMUser1, a.OldEmail)
	r.patchEmail(m.okta, m.maryRecord, maryOld)
}

// pushAgain is what they have to do afterwards: assign anew whom the repair
// deleted.
func (r *remoteRepair) pushAgain(m *multiIDP) {
	r.Helper()
	a, b := r.Scenarios.A, r.Scenarios.B
	r.create(a.DirectoryID, a.NewEmail, "Ada Lovelace")
	r.create(b.DirectoryID, b.NewEmail, "Grace Hopper")
	found := r.scim(m.other, http.MethodGet, "/Users?filter="+url.QueryEscape(`userName eq "`+maryNew+`"`), "").want(r, 200).object(r)
	id, _ := at(r, found, "Resources", 0, "id").(string)
	r.scim(m.other, http.MethodDelete, "/Users/"+id, "").want(r, 204)
	r.create(m.other, maryNew, "Mary Jackson")
	r.create(m.entra, joanNew, "Joan Clarke")
	r.create(m.other, joanNew, "Joan Clarke")
}

func (r *remoteRepair) create(directory, email, name string) (id, account string) {
	r.Helper()
	given, family, _ := strings.Cut(name, " ")
	made := r.scim(directory, http.MethodPost, "/Users", fmt.Sprintf(
		`{"userName":%q,"displayName":%q,"name":{"givenName":%q,"familyName":%q},"emails":[{"value":%q,"type":"work","primary":true}],"active":true}`,
		email, name, given, family, email)).want(r, 201).object(r)
	id, _ = made["id"].(string)
	account, _ = at(r, made, accountURN, "atlassianAccountId").(string)
	return id, account
}

func (r *remoteRepair) patchEmail(directory, record, email string) {
	r.Helper()
	r.scim(directory, http.MethodPatch, "/Users/"+record, fmt.Sprintf(
		`{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"Replace","path":"emails[type eq \"work\"].value","value":%q}]}`, email)).want(r, 200)
}

// picture is what can be observed of accounts, but for the ids of SCIM users.
func (r *remoteRepair) picture(accounts []string) map[string]string {
	r.Helper()
	drawn := map[string]string{}
	for _, id := range accounts {
		profile := r.admin(http.MethodGet, "/users/"+id+"/manage/profile", "").want(r, 200).object(r)
		var directories []string
		for _, l := range r.links(id) {
			directory, _ := at(r, l, "directoryId").(string)
			directories = append(directories, directory)
		}
		slices.Sort(directories)
		drawn[id] = fmt.Sprint(at(r, profile, "account", "email"), at(r, profile, "account", "account_status"), directories)
	}
	return drawn
}

// wantDiagnosed finds all four people and nobody else, and which of their
// accounts is the right one, with nothing but keys given.
func (r *remoteRepair) wantDiagnosed(m *multiIDP) {
	r.Helper()
	result := r.file("findings.csv")
	out := r.diagnose("--map", r.file("found.csv"), "--result", result)
	r.wantOutput(out, "4 pairs of accounts", "the directory's log, which hosted calls do not show")
	a, b := r.Scenarios.A, r.Scenarios.B
	want := map[string]string{
		a.AAID1: "email-conflict " + a.AAID2, b.AAID1: "wrong-account " + b.AAID2,
		m.mary[0]: "email-conflict " + m.mary[1], m.joan[0]: "wrong-account " + m.joan[1],
	}
	rows, err := csv.NewReader(strings.NewReader(readFile(r, result))).ReadAll()
	if err != nil {
		r.Fatal(err)
	}
	got := map[string]string{}
	for _, row := range rows[1:] {
		got[row[4]] = row[0] + " " + row[5]
	}
	diff(r, "findings, by the right account", want, got)
}

func readFile(tb testing.TB, name string) string {
	tb.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		tb.Fatal(err)
	}
	return string(text)
}
