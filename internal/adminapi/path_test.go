package adminapi_test

import (
	"net/url"
	"strings"
	"testing"

	"roster/internal/identity"
	"roster/internal/store"
)

// Account ids of the hosted service hold characters that mean something in
// URLs; clients send them as they are, or escaped.
func TestPathVariants(t *testing.T) {
	t.Parallel()
	w := onSQLite(t)
	for _, id := range []string{"712020:0c6f7ad5-7f4e-4d33-b0a5-2f6f6d2f9a11", "a|b:c_d", "602bdf457b23f40068547c25"} {
		w.insertAccount(t, id)
		escaped := strings.NewReplacer(":", "%3A", "|", "%7C").Replace(id)
		for _, path := range []string{
			"/users/" + url.PathEscape(id) + "/manage/profile",
			"/users/" + escaped + "/manage/profile",
			"//users//" + escaped + "///manage/profile",
			"/users/" + escaped + "/manage/profile/",
			"/users/" + escaped + "/manage/profile//",
		} {
			if a := w.ours.send(t, "GET", path, ""); a.status != 200 || !strings.Contains(a.body, `"account_id":"`+id+`"`) {
				t.Errorf("GET %s: status %d, Location %q: %s", path, a.status, a.header.Get("Location"), a.body)
			}
		}
	}
	for _, path := range []string{"/users/./manage", "/users/x/../manage/profile", "/admin/v1/../v1/orgs", "/admin/./v1/orgs", "/nowhere", "/"} {
		if a := w.ours.send(t, "GET", path, ""); a.status != 404 {
			t.Errorf("GET %s: status %d: %s", path, a.status, a.body)
		}
	}
	if a := w.ours.send(t, "HEAD", "//admin/v1/orgs/", ""); a.status != 200 {
		t.Errorf("HEAD: status %d", a.status)
	}
}

func (w *world) insertAccount(t *testing.T, id string) {
	t.Helper()
	err := w.Store.Update(t.Context(), func(tx *store.Tx) error {
		_, err := tx.InsertAccount(store.Account{
			ID: identity.AccountID(id), Email: identity.MustEmail("x" + id[len(id)-3:] + "@ours.example"), Name: id,
			Status: identity.AccountActive, Origin: identity.OriginImported,
		})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// The document is public, and it is the one of the sources.
func TestDocumentNeedsNoKey(t *testing.T) {
	t.Parallel()
	w := onSQLite(t)
	a := w.send(t, "", "GET", "/openapi.json", "")
	if a.status != 200 || !strings.Contains(a.body, `"openapi": "3.1.0"`) && !strings.Contains(a.body, `"openapi":"3.1.0"`) {
		t.Errorf("status %d: %.200s", a.status, a.body)
	}
}
