package contracttest

import (
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"os"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
)

// Contract is openapi.json. It is safe for concurrent use.
type Contract struct {
	doc *openapi3.T
	mux *http.ServeMux // from requests to patterns

	mu  sync.Mutex
	got map[string]bool // pattern and status of the answers checked
}

// Load reads the document at a path. Objects that it describes are taken as
// closed: a member that is not described must not be answered.
func Load(path string) (*Contract, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read contract: %w", err)
	}
	doc, err := openapi3.NewLoader().LoadFromData(data)
	if err != nil {
		return nil, fmt.Errorf("parse contract: %w", err)
	}
	c := &Contract{doc: doc, mux: http.NewServeMux(), got: map[string]bool{}}
	for pattern := range c.Operations() {
		c.mux.HandleFunc(pattern, func(http.ResponseWriter, *http.Request) {})
	}
	for _, s := range doc.Components.Schemas {
		closeObject(s.Value)
	}
	return c, nil
}

func closeObject(s *openapi3.Schema) {
	if len(s.Properties) > 0 && s.AdditionalProperties.Schema == nil && s.AdditionalProperties.Has == nil {
		s.AdditionalProperties.Has = new(false)
	}
}

// Operations gives all operations by their patterns, such as "GET /healthz".
func (c *Contract) Operations() map[string]*openapi3.Operation {
	all := map[string]*openapi3.Operation{}
	for path, item := range c.doc.Paths.Map() {
		for method, operation := range item.Operations() {
			all[method+" "+path] = operation
		}
	}
	return all
}

// Pattern finds the operation of a request; "" where the contract has none.
func (c *Contract) Pattern(method, path string) string {
	r, err := http.NewRequest(method, "http://contract/", http.NoBody) //nolint:noctx // it is never sent
	if err != nil || strings.Contains(path, "//") {                    // ServeMux would redirect
		return ""
	}
	r.URL.Path = path
	_, pattern := c.mux.Handler(r)
	return pattern
}

// Answer is what a request got.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// Check gives what of an answer is not as the contract says of an operation.
func (c *Contract) Check(pattern string, a Answer) error {
	operation := c.Operations()[pattern]
	name := strconv.Itoa(a.Status)
	response := operation.Responses.Value(name)
	if response == nil && a.Status >= http.StatusBadRequest {
		name = "default"
		response = operation.Responses.Default()
	}
	if response == nil {
		return fmt.Errorf("status %d is not in it", a.Status)
	}
	c.mu.Lock()
	c.got[pattern+" "+name] = true
	c.mu.Unlock()
	if len(response.Value.Content) == 0 {
		if len(a.Body) > 0 {
			return errors.New("there must be no body")
		}
		return nil
	}
	return checkBody(response.Value.Content, a)
}

func checkBody(content openapi3.Content, a Answer) error {
	kind, _, err := mime.ParseMediaType(a.Header.Get("Content-Type"))
	media := content[kind]
	switch {
	case err != nil || media == nil:
		return fmt.Errorf("media type %q is not in it", a.Header.Get("Content-Type"))
	case kind != "application/json":
		return nil
	}
	var body any
	if err := json.Unmarshal(a.Body, &body); err != nil {
		return fmt.Errorf("the body is no JSON: %w", err)
	}
	return media.Schema.Value.VisitJSON(body, openapi3.VisitAsResponse(), openapi3.MultiErrors(), openapi3.EnableFormatValidation(),
		openapi3.WithStringFormatValidator("date-time", openapi3.NewCallbackValidator(checkTime)))
}

// inUTC is how all times are written.
var inUTC = regexp.MustCompile(`Z$`)

func checkTime(text string) error {
	if at, err := time.Parse(time.RFC3339, text); err != nil || at.IsZero() || !inUTC.MatchString(text) {
		return fmt.Errorf("%q is no time in UTC", text)
	}
	return nil
}
