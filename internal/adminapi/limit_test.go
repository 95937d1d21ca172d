package adminapi_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"roster/internal/adminapi"
	"roster/internal/auth"
	"roster/internal/journal"
)

func TestRateLimit(t *testing.T) {
	t.Parallel()
	w := onSQLite(t)
	clock := func() time.Time { return time.Unix(0, 0) }
	handler := adminapi.New(adminapi.Deps{
		Accounts: w.Accounts, Repair: w.Repair, Journal: journal.NewReader(w.Store), Keys: w.Keys,
		Limiter: auth.NewLimiter(auth.Rate{PerSecond: 0.25, Burst: 1}, clock),
	})
	tests := []struct {
		path, key string
		status    int
		want      string
	}{
		{"/admin/v1/orgs", w.ours.key, 200, ""},
		{"/admin/v1/orgs", w.ours.key, 429, `"ADMIN-429-1"`},
		{"/users/" + string(w.ours.free.ID) + "/manage", w.ours.key, 429, `"tooManyRequests"`},
		{"/admin/v1/orgs", w.theirs.key, 200, ""},
		{"/openapi.json", "", 200, ""},
	}
	for _, test := range tests {
		req := httptest.NewRequestWithContext(t.Context(), http.MethodGet, test.path, http.NoBody)
		req.Header.Set("Authorization", "Bearer "+test.key)
		rec := httptest.NewRecorder()
		handler.ServeHTTP(rec, req)
		if rec.Code != test.status || !strings.Contains(rec.Body.String(), test.want) {
			t.Errorf("%s: status %d, want %d: %s", test.path, rec.Code, test.status, rec.Body)
		}
		if test.status == 429 && (rec.Header().Get("Retry-After") != "4" || rec.Header().Get("X-Ratelimit-Limit") != "1" || !strings.Contains(rec.Body.String(), "4 seconds")) {
			t.Errorf("%s: headers %v, body %s", test.path, rec.Header(), rec.Body)
		}
	}
}
