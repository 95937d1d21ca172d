package adminapi_test

import (
	"strings"
	"testing"

	"roster/internal/adminapi/api"
)

// A domain is proved by its TXT record, with an organization key alone.
func TestCheckDomain(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, w *world) {
		c, org := w.client(t, w.ours.key), string(w.ours.ID)
		added, err := c.AddDomainWithResponse(t.Context(), org, api.DomainCreate{Name: "proved.example"})
		want(t, 201, added.HTTPResponse, added.Body, err)
		d := added.JSON201.Data
		refused, err := c.CheckDomainWithResponse(t.Context(), org, d.ID, api.DomainCheck{Method: "dns"})
		want(t, 409, refused.HTTPResponse, refused.Body, err)
		if text := string(refused.Body); !strings.Contains(text, d.Attributes.Proof.Text) || !strings.Contains(text, d.Attributes.Proof.TxtNames[0]) {
			t.Errorf("the refusal does not say what to publish: %s", text)
		}
		bad := w.ours.send(t, "POST", "/admin/v1/orgs/"+org+"/domains/"+d.ID+"/check", `{"method":"operator"}`)
		if bad.status != 400 {
			t.Errorf("method operator: %d %s", bad.status, bad.body)
		}
		w.zone.SetTXT(d.Attributes.Proof.TxtNames[0], d.Attributes.Proof.Text)
		checked, err := c.CheckDomainWithResponse(t.Context(), org, d.ID, api.DomainCheck{})
		want(t, 200, checked.HTTPResponse, checked.Body, err)
		if got := checked.JSON200.Data.Attributes; got.Claim.Status != "verified" || got.Method != "dns" {
			t.Errorf("checked: %+v", got)
		}
		w.Check()
	})
}

func TestTransferDomainByTheOperator(t *testing.T) {
	t.Parallel()
	w := onSQLite(t)
	ours := w.ours.Domain(w.ours.domain)
	moved, err := w.client(t, w.siteKey).TransferDomainWithResponse(t.Context(), string(w.ours.ID), string(ours.ID), api.DomainTransfer{OrgID: string(w.theirs.ID)})
	want(t, 200, moved.HTTPResponse, moved.Body, err)
	if a := w.ours.send(t, "GET", "/users/"+string(w.ours.free.ID)+"/manage", ""); a.status < 400 {
		t.Errorf("the old organization still manages the account: %s", a.body)
	}
	if a := w.theirs.send(t, "GET", "/users/"+string(w.ours.free.ID)+"/manage", ""); a.status != 200 {
		t.Errorf("the new organization does not manage the account: %s", a.body)
	}
}
