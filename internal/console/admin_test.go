package console_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"roster/internal/auth"
	"roster/internal/identity"
	"roster/internal/store"
	"roster/internal/tenanttest"
)

func TestAuditShowsWhatChanged(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, w *world) {
		admin := w.browser(w.ours.signIn(auth.RoleAdmin))
		admin.post("/console/settings", settings(func(v url.Values) { v.Set("name", "<i>Ours</i>"); v.Set("logDays", "7") }))
		viewer := w.browser(w.ours.signIn(auth.RoleViewer))
		got := viewer.get("/console/audit?action=organization_updated")
		if !strings.Contains(got.body, ">Changed organization</a>") || !strings.Contains(got.body, "admin@ours.example") || strings.Contains(got.body, ">Created API key</a>") {
			t.Errorf("the list:\n%s", got.body)
		}
		entry := regexp.MustCompile(`/console/audit/[0-9a-f-]{36}`).FindString(got.body)
		got = viewer.get(entry)
		for _, want := range []string{"<code>logDays</code>", "<ins>7</ins>", "<ins>&lt;i&gt;Ours&lt;/i&gt;</ins>"} {
			if !strings.Contains(got.body, want) {
				t.Errorf("the entry lacks %q:\n%s", want, got.body)
			}
		}
		if csv := viewer.get("/console/audit.csv?q=logDays"); !strings.Contains(csv.body, "organization_updated") {
			t.Errorf("the CSV:\n%s", csv.body)
		}
		for _, query := range []string{"?action=nothing", "?since=ever", "?q=%01"} {
			if got := viewer.get("/console/audit" + query); got.StatusCode != http.StatusBadRequest {
				t.Errorf("%s: %d, want 400", query, got.StatusCode)
			}
		}
	})
}

// settings is the form of the settings page with one thing changed.
func settings(change func(url.Values)) url.Values {
	v := url.Values{
		"name": {"Ours"}, "behaviour": {"safe"}, "defaultClaim": {"automatic"}, "parkingAddress": {"parked-{id}@{domain}"},
		"tombstoneDays": {"30"}, "logDays": {"90"}, "auditDays": {"365"},
	}
	change(v)
	return v
}

func TestSettingsAreSavedOrRefused(t *testing.T) {
	t.Parallel()
	w := onSQLite(t)
	admin := w.browser(w.ours.signIn(auth.RoleAdmin))
	got := admin.post("/console/settings", settings(func(v url.Values) { v.Set("behaviour", "atlassian"); v.Set("tombstoneDays", "14") }))
	if got.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d\n%s", got.StatusCode, got.body)
	}
	org, err := w.Accounts.Org(t.Context(), w.ours.ID)
	if err != nil || org.Behaviour != identity.BehaviourAtlassian || org.Settings.TombstoneDays != 14 {
		t.Errorf("saved %+v, %v", org, err)
	}
	for name, value := range map[string]string{"behaviour": "wild", "tombstoneDays": "ten", "logDays": "0", "name": "", "parkingAddress": "nobody", "defaultClaim": "x"} {
		if got := admin.post("/console/settings", settings(func(v url.Values) { v.Set(name, value) })); got.StatusCode != http.StatusBadRequest {
			t.Errorf("%s=%s: %d, want 400", name, value, got.StatusCode)
		}
	}
	if after, _ := w.Accounts.Org(t.Context(), w.ours.ID); after != org {
		t.Errorf("what was refused changed %+v to %+v", org, after)
	}
}

// A new secret is on the answer to the form, and nowhere else.
func TestKeysAreShownOnce(t *testing.T) {
	t.Parallel()
	w := onSQLite(t)
	admin := w.browser(w.ours.signIn(auth.RoleAdmin))
	got := admin.post("/console/keys", url.Values{"name": {"nightly"}, "scopes": {"read repair"}, "days": {""}})
	secret := regexp.MustCompile(`roster_org_[A-Za-z0-9_-]+`).FindString(got.body)
	if got.StatusCode != http.StatusOK || secret == "" || got.Header.Get("Set-Cookie") != "" || got.Header.Get("Cache-Control") != "no-store" {
		t.Fatalf("%d %v\n%s", got.StatusCode, got.Header, got.body)
	}
	p, err := w.Keys.Authenticate(t.Context(), "Bearer "+secret, store.CredentialOrg)
	if err != nil || len(p.Scopes) != 2 || !p.ExpiresAt.IsZero() {
		t.Errorf("the key is %+v, %v", p, err)
	}
	if list := admin.get("/console/keys"); strings.Contains(list.body, secret) || !strings.Contains(list.body, "nightly") {
		t.Errorf("the list:\n%s", list.body)
	}
	path := "/console/keys/" + string(p.ID)
	if got := admin.post(path+"/rotate", url.Values{}); got.StatusCode != http.StatusOK || strings.Contains(got.body, secret) || !strings.Contains(got.body, "roster_org_") {
		t.Errorf("rotated: %d\n%s", got.StatusCode, got.body)
	}
	if got := admin.post(path+"/revoke", url.Values{"typed": {"another"}}); got.StatusCode != http.StatusBadRequest {
		t.Errorf("revoked without its name: %d", got.StatusCode)
	}
	if got := admin.post(path+"/revoke", url.Values{"typed": {"nightly"}}); got.StatusCode != http.StatusSeeOther {
		t.Errorf("not revoked: %d\n%s", got.StatusCode, got.body)
	}
	if _, err := w.Keys.Authenticate(t.Context(), "Bearer "+secret, store.CredentialOrg); err == nil {
		t.Error("the revoked key still opens")
	}
	for name, form := range map[string]url.Values{"no name": {"scopes": {"read"}}, "no scope": {"name": {"x"}}, "unknown scope": {"name": {"x"}, "scopes": {"root"}}, "odd lifetime": {"name": {"x"}, "scopes": {"read"}, "days": {"9999"}}} {
		if got := admin.post("/console/keys", form); got.StatusCode != http.StatusBadRequest {
			t.Errorf("%s: %d, want 400", name, got.StatusCode)
		}
	}
}

func TestDomainsAreProvedClaimedAndRemoved(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, w *world) {
		admin := w.browser(w.ours.signIn(auth.RoleAdmin))
		got := admin.post("/console/domains", url.Values{"name": {" New.example "}})
		page := admin.get(got.Header.Get("Location"))
		for _, want := range []string{"new.example", "Prove that this domain is yours", "_roster-challenge.new.example", "roster-domain-verification="} {
			if !strings.Contains(page.body, want) {
				t.Errorf("the new domain's page lacks %q", want)
			}
		}
		if got := admin.post("/console/domains", url.Values{"name": {"co.uk"}}); got.StatusCode != http.StatusBadRequest {
			t.Errorf("a public suffix: %d", got.StatusCode)
		}
		verified := "/console/domains/" + string(w.ours.Domain(w.ours.domain).ID)
		if got := admin.post(verified, url.Values{"claim": {"automatic"}, "directory": {string(w.ours.dir.ID)}}); got.StatusCode != http.StatusSeeOther {
			t.Errorf("assigned: %d\n%s", got.StatusCode, got.body)
		}
		if d := w.ours.Domain(w.ours.domain); d.DirectoryID != w.ours.dir.ID {
			t.Errorf("assigned to %q", d.DirectoryID)
		}
		if got := admin.post(verified, url.Values{"claim": {"automatic"}, "directory": {string(w.theirs.dir.ID)}}); got.StatusCode != http.StatusNotFound {
			t.Errorf("assigned to another organization's directory: %d", got.StatusCode)
		}
		page = admin.get(verified)
		if !strings.Contains(page.body, "linked@ours.example") || !strings.Contains(page.body, "2 of 2 managed") {
			t.Errorf("who is on the domain:\n%s", page.body)
		}
		if got := admin.post(verified+"/remove", url.Values{"typed": {"x"}}); got.StatusCode != http.StatusBadRequest {
			t.Errorf("removed without its name: %d", got.StatusCode)
		}
		if got := admin.post(verified+"/remove", url.Values{"typed": {w.ours.domain}}); got.StatusCode != http.StatusSeeOther {
			t.Errorf("not removed: %d\n%s", got.StatusCode, got.body)
		}
		if got := admin.get(verified); got.StatusCode != http.StatusNotFound {
			t.Errorf("the removed domain: %d", got.StatusCode)
		}
	})
}

// Accounts of a domain whose claims are selected are claimed by name.
func TestAccountsAreClaimed(t *testing.T) {
	t.Parallel()
	w := onSQLite(t)
	admin := w.browser(w.ours.signIn(auth.RoleAdmin))
	id := w.ours.Domain(w.ours.domain).ID
	if _, err := w.Accounts.SetClaimMode(t.Context(), tenanttest.Admin, w.ours.ID, id, identity.ClaimSelected, false); err != nil {
		t.Fatal(err)
	}
	path := "/console/domains/" + string(id)
	if page := admin.get(path); !strings.Contains(page.body, "0 of 2 managed") || !strings.Contains(page.body, `name="account"`) {
		t.Errorf("the page:\n%s", page.body)
	}
	if got := admin.post(path+"/claims", url.Values{"do": {"claim"}, "account": {string(w.ours.free.ID)}}); got.StatusCode != http.StatusSeeOther {
		t.Errorf("claimed: %d\n%s", got.StatusCode, got.body)
	}
	if page := admin.get(path); !strings.Contains(page.body, "1 of 2 managed") {
		t.Errorf("the page:\n%s", page.body)
	}
	if got := admin.post(path+"/claims", url.Values{"do": {"claim"}}); got.StatusCode != http.StatusBadRequest {
		t.Errorf("nobody chosen: %d", got.StatusCode)
	}
	if page := w.browser(w.ours.signIn(auth.RoleViewer)).get(path); strings.Contains(page.body, `name="account"`) {
		t.Error("a viewer is offered to claim")
	}
}
