package adminapi_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"roster/internal/adminapi/api"
)

func (n *tenant) events(t *testing.T, query string) api.EventList {
	t.Helper()
	return decoded[api.EventList](t, n.must(t, 200, "GET", fill("/admin/v1/orgs/{orgId}/events", n.params())+query, ""))
}

func actionsOf(events []api.Event) string {
	actions := make([]string, len(events))
	for i, e := range events {
		actions[i] = e.Attributes.Action
	}
	return strings.Join(actions, " ")
}

func TestEventSaysWhoDidWhatFromWhere(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, w *world) {
		free := string(w.ours.free.ID)
		w.ours.must(t, 204, "PUT", "/users/"+free+"/manage/email", `{"email":"other@ours.example"}`)
		got := w.ours.events(t, "?limit=1").Data[0]
		org := w.server.URL + "/admin/v1/orgs/" + string(w.ours.ID)
		var before, after map[string]any
		for raw, into := range map[*json.RawMessage]*map[string]any{&got.Attributes.Context[0].Attributes.Before: &before, &got.Attributes.Context[0].Attributes.After: &after} {
			if err := json.Unmarshal(*raw, into); err != nil {
				t.Fatal(err)
			}
			*raw = nil
		}
		if diff := cmp.Diff([]any{"free@ours.example", "other@ours.example"}, []any{before["email"], after["email"]}); diff != "" {
			t.Errorf("email before and after (-want +got):\n%s", diff)
		}
		want := api.Event{
			ID: got.ID, Type: "events", Links: api.SelfLink{Self: org + "/events/" + got.ID},
			Attributes: api.EventAttributes{
				Time: got.Attributes.Time, Action: "account_email_changed", RequestID: requestID,
				Actor:     api.EventActor{ID: string(w.ours.keyID), Name: "API key ops (" + string(w.ours.keyID) + ")"},
				Context:   []api.EventObject{{ID: free, Type: "users"}},
				Container: []api.EventObject{{ID: string(w.ours.ID), Type: "orgs", Links: api.SelfLink{Self: org}}},
				Location:  api.EventLocation{IP: "127.0.0.1"},
			},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("event (-want +got):\n%s", diff)
		}
		one := decoded[api.EventResponse](t, w.ours.must(t, 200, "GET", strings.TrimPrefix(got.Links.Self, w.server.URL), ""))
		if diff := cmp.Diff(got.ID, one.Data.ID); diff != "" {
			t.Errorf("the event alone (-want +got):\n%s", diff)
		}
	})
}

func TestEventFilters(t *testing.T) {
	t.Parallel()
	w := onSQLite(t)
	n := &tenant{Org: w.Org(), w: w}
	n.key, n.keyID = n.newKey(t, time.Time{})
	groups := fill("/admin/v1/orgs/{orgId}/directory/groups", map[string]string{"orgId": string(n.ID)})
	n.dir = w.ours.dir
	created := decoded[api.GroupCreated](t, n.must(t, 200, "POST", groups, `{"name":"Staff"}`))
	n.must(t, 200, "DELETE", groups+"/"+created.GroupID, "")
	at := n.events(t, "?limit=1").Data[0].Attributes.Time
	tests := []struct{ name, query, want string }{
		{"all", "", "group_deleted group_created api_key_created organization_created"},
		{"action", "?action=group_created", "group_created"},
		{"actions repeated", "?action=group_created&action=group_deleted", "group_deleted group_created"},
		{"actions in a list", "?action=group_created,group_deleted", "group_deleted group_created"},
		{"actor", "?actor=" + string(n.keyID), "group_deleted group_created"},
		{"ip", "?ip=127.0.0.1", "group_deleted group_created"},
		{"another ip", "?ip=192.0.2.1", ""},
		{"target", "?target=" + created.GroupID, "group_deleted group_created"},
		{"q", "?q=staff", "group_deleted group_created"},
		{"from in milliseconds", fmt.Sprintf("?from=%d", at.UnixMilli()), "group_deleted"},
		{"to in milliseconds", fmt.Sprintf("?to=%d&limit=1", at.UnixMilli()), "group_created"},
		{"to as RFC 3339", "?limit=1&to=" + at.Format(time.RFC3339), "group_created"},
		{"our product", "?product=roster&limit=1", "group_deleted"},
		{"another product", "?product=jira", ""},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(tt.want, actionsOf(n.events(t, tt.query).Data)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
	for query, code := range map[string]string{"?location=us": "ADMIN-400-4", "?from=yesterday": "ADMIN-400-3", "?cursor=x": "ADMIN-400-1", "?limit=501": "ADMIN-400-4"} {
		if got := n.send(t, "GET", strings.TrimSuffix(groups, "/directory/groups")+"/events"+query, "").adminError(t).Code; got != code {
			t.Errorf("%s: code %s, want %s", query, got, code)
		}
	}
}

func TestEventsAsCSV(t *testing.T) {
	t.Parallel()
	w := onSQLite(t)
	a := w.ours.must(t, 200, "GET", fill("/admin/v1/orgs/{orgId}/events?format=csv&limit=1&action=group_created", w.ours.params()), "")
	lines := strings.Split(strings.TrimSpace(a.body), "\r\n")
	if len(lines) != 2 || lines[0] != "time,action,actorId,actor,targetType,target,before,after,ip,requestId,id" || !strings.Contains(lines[1], ",group_created,") {
		t.Errorf("CSV: %q", lines)
	}
	if diff := cmp.Diff(`attachment; filename="audit-log.csv"`, a.header.Get("Content-Disposition")); diff != "" {
		t.Errorf("Content-Disposition (-want +got):\n%s", diff)
	}
}

// Somebody who reads on by meta.next sees every event once, and those that
// come later.
func TestEventsStream(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, w *world) {
		path := fill("/admin/v1/orgs/{orgId}/events-stream", w.ours.params())
		poll := func(query string) api.EventStream {
			w.Clock.Skip(time.Minute) // the youngest are not shown yet
			return decoded[api.EventStream](t, w.ours.must(t, 200, "GET", path+query, ""))
		}
		var got []string
		page := poll("?limit=3")
		for page.Links.Next != "" {
			got = append(got, actionsOf(page.Data))
			page = poll("?limit=3&cursor=" + page.Meta.Next)
		}
		all := strings.Fields(actionsOf(w.ours.events(t, "?limit=500").Data))
		got = strings.Fields(strings.Join(append(got, actionsOf(page.Data)), " "))
		if len(got) != len(all) || got[0] != "organization_created" {
			t.Errorf("the stream has %q, the log has %q", got, all)
		}
		if diff := cmp.Diff("", actionsOf(poll("?cursor="+page.Meta.Next).Data)); diff != "" {
			t.Errorf("nothing new (-want +got):\n%s", diff)
		}
		w.ours.must(t, 200, "POST", fill("/admin/v1/orgs/{orgId}/directory/groups", w.ours.params()), `{"name":"Later"}`)
		later := poll("?cursor=" + page.Meta.Next)
		if diff := cmp.Diff("group_created", actionsOf(later.Data)); diff != "" {
			t.Errorf("what came later (-want +got):\n%s", diff)
		}
		e := later.Data[0]
		if e.Message.Format != "simple" || !strings.Contains(e.Message.Content, "Created group") || !e.Attributes.ProcessedAt.Equal(e.Attributes.Time) {
			t.Errorf("message %+v, processedAt %v, time %v", e.Message, e.Attributes.ProcessedAt, e.Attributes.Time)
		}
		down := poll("?sortOrder=desc&limit=2")
		if diff := cmp.Diff("group_created", down.Data[0].Attributes.Action); diff != "" {
			t.Errorf("latest first (-want +got):\n%s", diff)
		}
		if second := poll("?cursor=" + down.Meta.Next); second.Data[0].Attributes.Time.After(down.Data[1].Attributes.Time) {
			t.Error("the cursor does not keep the order")
		}
		if code := w.ours.send(t, "GET", path+"?sortOrder=up", "").adminError(t).Code; code != "ADMIN-400-4" {
			t.Errorf("a wrong order has code %s", code)
		}
	})
}

func TestEventActions(t *testing.T) {
	t.Parallel()
	w := onSQLite(t)
	list := decoded[api.EventActionList](t, w.ours.must(t, 200, "GET", fill("/admin/v1/orgs/{orgId}/event-actions", w.ours.params()), ""))
	want := api.EventAction{ID: "organization_created", Type: "event-actions", Attributes: api.EventActionAttributes{DisplayName: "Created organization", GroupDisplayName: "Organization"}}
	if diff := cmp.Diff(want, list.Data[0]); diff != "" {
		t.Errorf("action (-want +got):\n%s", diff)
	}
}
