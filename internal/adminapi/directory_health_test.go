package adminapi_test

import (
	"testing"

	"roster/internal/adminapi/api"
	"roster/internal/provision"
	"roster/internal/tenanttest"
)

func TestDirectoryHealth(t *testing.T) {
	t.Parallel()
	w := onSQLite(t)
	path := fill("/admin/v1/orgs/{orgId}/directories/{directoryId}", w.ours.params())
	for _, o := range []provision.Outcome{provision.Wrote, provision.Wrote, provision.Wrote, provision.Refused, provision.Unauthenticated} {
		w.Provision.Count(w.ours.dir.ID, o)
	}
	tenanttest.Accepted(t, w.Provision.StoreActivity(t.Context()))
	for _, tt := range []struct {
		query    string
		status   int
		interval api.DirectoryHealthInterval
		points   int
	}{
		{"?interval=day", 200, api.DirectoryHealthIntervalDay, 14},
		{"?interval=day&days=30", 200, api.DirectoryHealthIntervalDay, 30},
		{"?interval=hour&days=1", 200, api.DirectoryHealthIntervalHour, 1},
		{"?days=31", 400, "", 0},
		{"?days=0", 400, "", 0},
		{"?days=many", 400, "", 0},
		{"?interval=week", 400, "", 0},
	} {
		a := w.ours.must(t, tt.status, "GET", path+"/health"+tt.query, "")
		if tt.status != 200 {
			continue
		}
		h := decoded[api.DirectoryHealthResponse](t, a).Data
		last := h.Series[len(h.Series)-1]
		if h.Interval != tt.interval || len(h.Series) != tt.points || last.Writes != 3 || last.ErrorRate == nil || *last.ErrorRate != 0.25 {
			t.Errorf("%s: %d points, the last %+v", tt.query, len(h.Series), last)
		}
		if day := h.Last24Hours; day.Refusals != 1 || day.Unauthenticated != 1 || h.LastRefusalAt.IsZero() || h.LastUnauthenticatedAt.IsZero() {
			t.Errorf("%s: %+v", tt.query, h)
		}
	}
	d := decoded[api.DirectoryResponse](t, w.ours.must(t, 200, "GET", path, "")).Data.Attributes
	if d.LastWriteAt.IsZero() || d.LastRefusalAt.IsZero() {
		t.Errorf("directory: %+v", d)
	}
}
