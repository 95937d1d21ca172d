package replay

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// answer is an answer as it came.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// says is the detail of a SCIM error, else the beginning of the body.
func (a answer) says() string {
	var e struct {
		Detail string `json:"detail"`
	}
	if json.Unmarshal(a.body, &e) == nil && e.Detail != "" {
		return e.Detail
	}
	return fmt.Sprintf("%.300s", a.body)
}

// judge says what a client would miss in an answer.
func (r *Request) judge(a answer, v *vars) error {
	if !slices.Contains(r.Statuses, a.status) {
		return fmt.Errorf("status %d instead of %s: %s", a.status, r.statuses(), a.says())
	}
	if err := r.judgeBody(a, v); err != nil {
		return err
	}
	return r.judgeHeaders(a, v) // last, as they may repeat what the body says
}

func (r *Request) statuses() string {
	texts := make([]string, len(r.Statuses))
	for i, s := range r.Statuses {
		texts[i] = strconv.Itoa(s)
	}
	return strings.Join(texts, " or ")
}

func (r *Request) judgeHeaders(a answer, v *vars) error {
	for _, h := range r.WantHeaders {
		want, err := v.fill(h.Value, plain)
		if err != nil {
			return err
		}
		got := a.header.Get(h.Name)
		if prefix, open := strings.CutSuffix(want, "*"); got != want && (!open || got == "" || !strings.HasPrefix(got, prefix)) {
			return fmt.Errorf("header %s is %q instead of %q", h.Name, got, want)
		}
	}
	return nil
}

// judgeError holds a failure to RFC 7644 section 3.12: clients parse it.
func judgeError(a answer, scimType string) error {
	var e struct {
		Schemas  []string `json:"schemas"`
		Status   string   `json:"status"`
		SCIMType string   `json:"scimType"`
		Detail   string   `json:"detail"`
	}
	if err := json.Unmarshal(a.body, &e); err != nil {
		return fmt.Errorf("status %d without a SCIM error (%w): %.200s", a.status, err, a.body)
	}
	switch {
	case !slices.Equal(e.Schemas, []string{constants["X"]}):
		return fmt.Errorf("the error's schemas are %q", e.Schemas)
	case e.Status != strconv.Itoa(a.status):
		return fmt.Errorf("the error's status is %q, that of the answer %d", e.Status, a.status)
	case e.Detail == "":
		return errors.New("the error has no detail")
	case scimType != "" && e.SCIMType != scimType:
		return fmt.Errorf("the error's scimType is %q instead of %q: %s", e.SCIMType, scimType, e.Detail)
	}
	return nil
}

func (r *Request) judgeBody(a answer, v *vars) error {
	switch {
	case a.status == http.StatusNoContent && len(a.body) > 0:
		return fmt.Errorf("204 with a body: %.200s", a.body)
	case a.status == http.StatusNoContent, a.status == http.StatusNotModified, r.Method == http.MethodHead:
		return nil
	}
	mediaType, _, _ := strings.Cut(a.header.Get("Content-Type"), ";")
	if mediaType != "application/scim+json" && (mediaType != "application/json" || !r.takesJSON()) {
		return fmt.Errorf("the Content-Type is %q", mediaType)
	}
	if a.status >= 400 {
		if err := judgeError(a, r.SCIMType); err != nil {
			return err
		}
	}
	if r.Want == "" {
		return nil
	}
	text, err := v.fill(r.Want, quotedInside)
	if err != nil {
		return err
	}
	var want, got any
	if err := json.Unmarshal([]byte(text), &want); err != nil {
		return fmt.Errorf("what is expected is no JSON: %w", err)
	}
	if err := json.Unmarshal(a.body, &got); err != nil {
		return fmt.Errorf("the body is no JSON (%w): %.200s", err, a.body)
	}
	if err := compare("", got, want, v); err != nil {
		return fmt.Errorf("%w in %.1000s", err, a.body)
	}
	return nil
}

// takesJSON tells whether the client asked for application/json.
func (r *Request) takesJSON() bool {
	return slices.ContainsFunc(r.Headers, func(h Header) bool {
		return strings.EqualFold(h.Name, "Accept") && strings.Contains(h.Value, "application/json")
	})
}

// quotedInside writes a value for the inside of a JSON string.
func quotedInside(s string) string {
	data, err := json.Marshal(s)
	if err != nil {
		return s // a string always marshals
	}
	return string(data[1 : len(data)-1])
}

// compare checks that got holds what want says: arrays are as long as there,
// objects have at least those members, null means absent, and types agree.
func compare(at string, got, want any, v *vars) error {
	switch want := want.(type) {
	case map[string]any:
		return compareObject(at, got, want, v)
	case []any:
		return compareArray(at, got, want, v)
	case string:
		return compareText(at, got, want, v)
	default:
		if got != want {
			return fmt.Errorf("%s is %v instead of %v", at, show(got), show(want))
		}
		return nil
	}
}

func compareObject(at string, got any, want map[string]any, v *vars) error {
	object, ok := got.(map[string]any)
	if !ok {
		return fmt.Errorf("%s is %v instead of an object", at, show(got))
	}
	for name, w := range want {
		g, present := object[name]
		switch {
		case w == nil && present:
			return fmt.Errorf("%s.%s is there: %v", at, name, show(g))
		case w != nil && !present:
			return fmt.Errorf("%s.%s is missing", at, name)
		case w == nil:
			continue
		}
		if err := compare(at+"."+name, g, w, v); err != nil {
			return err
		}
	}
	return nil
}

func compareArray(at string, got any, want []any, v *vars) error {
	array, ok := got.([]any)
	if !ok || len(array) != len(want) {
		return fmt.Errorf("%s is %v instead of an array of %d", at, show(got), len(want))
	}
	for i, w := range want {
		if err := compare(at+"["+strconv.Itoa(i)+"]", array[i], w, v); err != nil {
			return err
		}
	}
	return nil
}

func compareText(at string, got any, want string, v *vars) error {
	text, ok := got.(string)
	if !ok {
		return fmt.Errorf("%s is %v instead of a text", at, show(got))
	}
	if name, learns := strings.CutPrefix(want, "{="); learns {
		if text == "" {
			return fmt.Errorf("%s is empty", at)
		}
		return v.learn(strings.TrimSuffix(name, "}"), text)
	}
	if text == want || want == "*" && text != "" {
		return nil
	}
	return fmt.Errorf("%s is %q instead of %q", at, text, want)
}

func show(v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(data)
}
