package cli

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"

	"roster/internal/adminapi/api"
)

// maxErrorBody bounds how much of a failed answer is read.
const maxErrorBody = 1 << 20

// answerError is an answer that says no.
type answerError struct {
	status    int
	code      string // of the API family: ADMIN-404-8, forbidden.action
	text      string // the server's own words
	requestID string
	locked    bool // the reason is that a directory owns the account
	next      string
}

func (e *answerError) Error() string {
	head := fmt.Sprintf("%d %s", e.status, http.StatusText(e.status))
	if e.code != "" {
		head += " " + e.code
	}
	if e.text == "" {
		return head
	}
	return head + ": " + e.text
}

func (e *answerError) nextStep() string { return e.next }

// decode reads the JSON answer of a call of the generated client, or says why
// the call failed. It closes the body.
func decode[T any](resp *http.Response, err error) (T, error) {
	var answer T
	if err := check(resp, err); err != nil {
		return answer, err
	}
	defer resp.Body.Close()
	if kind, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type")); !strings.HasSuffix(kind, "json") {
		return answer, fmt.Errorf("%s %s answered %q where JSON is due; is the URL that of a Roster server?",
			resp.Request.Method, resp.Request.URL.Redacted(), kind)
	}
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
		return answer, fmt.Errorf("read answer: %w", err)
	}
	return answer, nil
}

// done is decode for calls whose answer says nothing.
func done(resp *http.Response, err error) error {
	if err := check(resp, err); err != nil {
		return err
	}
	return resp.Body.Close()
}

// check turns a failed call into an error. When it returns nil, the caller
// closes the body.
func check(resp *http.Response, err error) error {
	if err != nil {
		return err
	}
	if resp.StatusCode/100 == 2 {
		return nil
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxErrorBody))
	if err != nil {
		return fmt.Errorf("read failed answer: %w", err)
	}
	failure := &answerError{status: resp.StatusCode, requestID: resp.Header.Get("X-Request-ID")}
	failure.readBody(body)
	failure.next = nextStep(failure, resp.Request)
	return failure
}

// readBody understands both error shapes, the gateway's {"code","message"}
// of the hosted service, and plain text.
func (e *answerError) readBody(body []byte) {
	e.locked = bytes.Contains(body, []byte(`"externalDirectory.scim"`))
	var shape struct {
		api.UserError

		Errors []api.AdminError `json:"errors"`
		Error  string           `json:"error"`
	}
	if json.Unmarshal(body, &shape) != nil {
		e.text = firstLine(string(body))
		return
	}
	if len(shape.Errors) > 0 {
		first := shape.Errors[0]
		e.code = first.Code
		e.text = cmp.Or(first.Detail, first.Title)
		e.requestID = cmp.Or(e.requestID, first.ID)
		return
	}
	e.code = shape.Key
	e.text = cmp.Or(shape.Message, shape.Error, contextText(shape.Context))
}

// contextText shows the context of a hosted error, which has no text of its own.
func contextText(context map[string]any) string {
	if len(context) == 0 {
		return ""
	}
	text, err := json.Marshal(context)
	if err != nil {
		return ""
	}
	return string(text)
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	return line[:min(len(line), 300)]
}
