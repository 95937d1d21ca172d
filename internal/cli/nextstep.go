package cli

import (
	"net/http"
	"strings"
)

// nextStep is the command to try after a failed call. The server's own text
// says what was wrong; this says how to look at it from here.
func nextStep(e *answerError, request *http.Request) string {
	path := request.URL.Path
	switch {
	case e.status == http.StatusUnauthorized, e.status == http.StatusForbidden && !ruleCodes[e.code]:
		return keyDue(request.Method, path)
	case e.status == http.StatusTooManyRequests:
		return "wait a little and run the command again"
	case e.locked:
		return "see which directory owns the account: roster links " + accountIn(path) + "; free it: roster unlink " + accountIn(path)
	case e.status == http.StatusNotFound:
		return listFor(path)
	case e.status >= http.StatusInternalServerError:
		return "run it again; if it fails again, look for the request id in the server's log"
	}
	return ""
}

// keyDue says which of the three kinds of secret a call takes and where it comes from.
func keyDue(method, path string) string {
	if method == http.MethodPost && (path == "/admin/v1/orgs" || strings.HasSuffix(path, "/verify")) {
		return "this call takes the site key, which the server printed at its first start; give it by --key-file or ROSTER_KEY"
	}
	return "this call takes a key of the organization (no SCIM token); with the site key make one: roster key create NAME --org ORG; then give it by --key-file or ROSTER_KEY"
}

// lists names, for a part of a path, the command that lists what can stand there.
// The first match counts, so the more special part comes first.
var lists = []struct{ part, command string }{
	{"/diagnoses/", "roster diagnose"},
	{"/repairs/", "roster repair list"},
	{"/hold", "roster scim-user holds"},
	{"/restore", "roster scim-user deleted"},
	{"/scimUserId/", "roster scim-user list DIRECTORY"},
	{"/scim-users", "roster scim-user list DIRECTORY"},
	{"/tokens/", "roster directory token list DIRECTORY"},
	{"/directories/", "roster directory list"},
	{"/domains/", "roster domain list"},
	{"/keys/", "roster key list"},
	{"/events/", "roster audit list"},
	{"/groups/", "roster group list"},
	{"/user/", "roster account list"},
	{"/users/", "roster account list"},
}

func listFor(path string) string {
	for _, l := range lists {
		if strings.Contains(path, l.part) {
			return l.command
		}
	}
	return "roster org list"
}

func accountIn(path string) string {
	rest, found := strings.CutPrefix(path, "/users/")
	if !found {
		return "AAID"
	}
	id, _, _ := strings.Cut(rest, "/")
	return id
}
