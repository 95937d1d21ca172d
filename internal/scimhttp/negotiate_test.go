package scimhttp_test

import (
	"bytes"
	"compress/gzip"
	"testing"
)

func TestAnswersInTheFormThatTheClientTakes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tests := []struct{ name, accept, want string }{
		{"nothing said", "", "application/scim+json"},
		{"SCIM", "application/scim+json", "application/scim+json"},
		{"SCIM in other letters", "Application/SCIM+JSON", "application/scim+json"},
		{"anything", "*/*", "application/scim+json"},
		{"any application type", "application/*", "application/scim+json"},
		{"JSON as jira.js asks", "application/json", "application/json"},
		{"JSON with charset", "application/json; charset=utf-8", "application/json"},
		{"both", "application/json, application/scim+json", "application/scim+json"},
		{"JSON or anything", "application/json, text/plain, */*", "application/scim+json"},
		{"JSON, and SCIM not at all", "application/scim+json;q=0, application/json", "application/json"},
		{"anything but SCIM", "application/scim+json; q=0.0, */*", "application/json"},
		{"odd weight", "application/json;q=x", "application/json"},
		{"HTML", "text/html", ""},
		{"nothing at all", "*/*;q=0", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			a := w.entra.send(t, "GET", "/Users", "", header("Accept: "+test.accept))
			if test.want == "" {
				wantError(t, a, 406, "")
				return
			}
			if got := a.header.Get("Content-Type"); a.status != 200 || got != test.want {
				t.Errorf("status %d, Content-Type %q, want %q", a.status, got, test.want)
			}
		})
	}
}

func TestErrorsInTheFormThatTheClientTakes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.entra.send(t, "GET", "/Users/1", "", "Accept: application/json")
	if got := a.header.Get("Content-Type"); a.status != 404 || got != "application/json" {
		t.Errorf("status %d, Content-Type %q", a.status, got)
	}
}

func TestContentTypes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tests := []struct {
		name, contentType string
		status            int
	}{
		{"SCIM", "application/scim+json", 201},
		{"SCIM with charset", "application/scim+json; charset=utf-8", 201},
		{"JSON", "application/json", 201},
		{"JSON in other letters", "Application/JSON;Charset=UTF-8", 201},
		{"another JSON", "application/vnd.x+json", 201},
		{"text/json", "text/json; charset=utf-8", 201},
		{"none", "", 201},
		{"text", "text/plain", 415},
		{"form", "application/x-www-form-urlencoded", 415},
		{"XML", "application/xml", 415},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			a := w.entra.send(t, "POST", "/Users", `{"userName":"`+test.name+`"}`, header("Content-Type: "+test.contentType))
			if a.status != test.status {
				t.Errorf("status %d, want %d: %s", a.status, test.status, a.body)
			}
			if test.status != 201 {
				wantError(t, a, test.status, "")
			}
		})
	}
}

func TestCompressedBodyIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var body bytes.Buffer
	z := gzip.NewWriter(&body)
	if _, err := z.Write([]byte(`{"userName":"a"}`)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	wantError(t, w.entra.send(t, "POST", "/Users", body.String(), "Content-Encoding: gzip"), 415, "")
}
