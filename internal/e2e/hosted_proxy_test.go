package e2e

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// hostedCalls are the calls that the hosted service has and a remote repair may
// make, with the query parameters that the hosted documents name.
var hostedCalls = []struct {
	method string
	path   *regexp.Regexp
	query  []string
}{
	{"GET", regexp.MustCompile(`^/admin/v1/orgs$`), []string{"cursor"}},
	{"GET", regexp.MustCompile(`^/admin/v1/orgs/[^/]+/users$`), []string{"cursor"}},
	{"GET", regexp.MustCompile(`^/admin/v1/orgs/[^/]+/domains$`), []string{"cursor"}},
	{"GET", regexp.MustCompile(`^/admin/user-provisioning/v1/org/[^/]+/user/[^/]+/get-scim-links$`), nil},
	{"POST", regexp.MustCompile(`^/admin/user-provisioning/v1/org/[^/]+/get-scim-links-for-email$`), nil},
	{"DELETE", regexp.MustCompile(`^/admin/user-provisioning/v1/org/[^/]+/user/[^/]+/onlyDeleteUserInDB$`), nil},
	{"GET", regexp.MustCompile(`^/users/[^/]+/manage/profile$`), nil},
	{"PUT", regexp.MustCompile(`^/users/[^/]+/manage/email$`), nil},
	{"POST", regexp.MustCompile(`^/users/[^/]+/manage/lifecycle/(enable|disable)$`), nil},
	{"GET", regexp.MustCompile(`^/scim/directory/[^/]+/Users$`), []string{"startIndex", "count"}},
	{"GET", regexp.MustCompile(`^/scim/directory/[^/]+/Users/[^/]+$`), nil},
}

// rostersOwn are members of an account that the hosted service does not have.
var rostersOwn = []string{"linked", "created_at", "origin"}

// The faults that the proxy brings in, one after the other.
var hostedFaults = []string{"429", "503", "cut", "500"}

// hostedProxy stands before a Roster and lets hosted calls pass alone, and of
// accounts what the hosted service tells. It brings in faults, and can cut off
// the client at writes.
type hostedProxy struct {
	*httptest.Server

	mu       sync.Mutex
	calls    int
	foreign  []string       // calls that the hosted service has not
	faults   map[string]int // brought in
	made     []string       // writes that reached the server, in order
	writes   map[string]int // attempts of each
	cutOff   func()         // kills the client, or nil
	everyNth int            // call gets a fault, or 0
}

func newHostedProxy(tb testing.TB, target string) *hostedProxy {
	tb.Helper()
	to, err := url.Parse(target)
	if err != nil {
		tb.Fatal(err)
	}
	p := &hostedProxy{faults: map[string]int{}, writes: map[string]int{}}
	behind := httputil.NewSingleHostReverseProxy(to)
	behind.ModifyResponse = withoutRostersOwn
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if p.refuses(w, r) {
			return
		}
		p.pass(w, r, behind)
	}))
	tb.Cleanup(p.Close)
	return p
}

func isHosted(r *http.Request) bool {
	for _, c := range hostedCalls {
		if c.method != r.Method || !c.path.MatchString(r.URL.Path) {
			continue
		}
		for name := range r.URL.Query() {
			if !slices.Contains(c.query, name) {
				return false
			}
		}
		return true
	}
	return false
}

// withoutRostersOwn takes from a list of accounts what only a Roster tells.
func withoutRostersOwn(r *http.Response) error {
	if !strings.HasSuffix(r.Request.URL.Path, "/users") || r.StatusCode != http.StatusOK {
		return nil
	}
	var list map[string]any
	if err := json.NewDecoder(r.Body).Decode(&list); err != nil {
		return err
	}
	accounts, _ := list["data"].([]any)
	for _, a := range accounts {
		account, _ := a.(map[string]any)
		for _, name := range rostersOwn {
			delete(account, name)
		}
	}
	text, err := json.Marshal(list)
	if err != nil {
		return err
	}
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(text)), int64(len(text))
	r.Header.Set("Content-Length", strconv.Itoa(len(text)))
	return nil
}

// refuses answers what does not pass.
func (p *hostedProxy) refuses(w http.ResponseWriter, r *http.Request) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.calls++
	if !isHosted(r) {
		p.foreign = append(p.foreign, r.Method+" "+r.URL.String())
		http.Error(w, `{"code":404,"message":"not found"}`, http.StatusNotFound)
		return true
	}
	if p.everyNth == 0 || p.calls%p.everyNth != 0 {
		return false
	}
	fault := hostedFaults[p.calls/p.everyNth%len(hostedFaults)]
	p.faults[fault]++
	w.Header().Set("Retry-After", "0")
	switch fault {
	case "429":
		http.Error(w, `{"code":429,"message":"slow down"}`, http.StatusTooManyRequests)
	case "503":
		http.Error(w, "try later", http.StatusServiceUnavailable)
	case "500":
		http.Error(w, "oops", http.StatusInternalServerError)
	case "cut":
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", "1000")
		_, _ = w.Write([]byte(`{"data":[`))
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}
	return true
}

// pass lets a call through. While a client is to be cut off, it is killed at
// every write: the first time before the write reaches the server, the second
// time before the client has its answer.
func (p *hostedProxy) pass(w http.ResponseWriter, r *http.Request, behind http.Handler) {
	if r.Method != http.MethodDelete && r.Method != http.MethodPut && !strings.Contains(r.URL.Path, "/lifecycle/") {
		behind.ServeHTTP(w, r)
		return
	}
	write := r.Method + " " + strings.TrimPrefix(r.URL.Path, "/admin/user-provisioning/v1")
	if p.passes(write) {
		behind.ServeHTTP(w, r)
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.writes[write]%2 == 0 {
		p.made = append(p.made, write)
		behind.ServeHTTP(httptest.NewRecorder(), r)
	}
	p.cutOff()
	panic(http.ErrAbortHandler)
}

// passes counts a write, and tells whether nobody is to be cut off at it.
func (p *hostedProxy) passes(write string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.writes[write]++
	if p.cutOff == nil {
		p.made = append(p.made, write)
	}
	return p.cutOff == nil
}
