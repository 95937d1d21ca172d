package e2e

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
)

// hostedCalls are the calls that the hosted service has and a remote repair may
// make, with the query parameters that the hosted documents name.
var hostedCalls = []struct {
	method string
	path   *regexp.Regexp
	query  string
}{
	{"GET", regexp.MustCompile(`^/admin/v1/orgs$`), "cursor"},
	{"GET", regexp.MustCompile(`^/admin/v1/orgs/[^/]+/users$`), "cursor"},
	{"GET", regexp.MustCompile(`^/admin/v1/orgs/[^/]+/domains$`), "cursor"},
	{"GET", regexp.MustCompile(`^/admin/user-provisioning/v1/org/[^/]+/user/[^/]+/get-scim-links$`), ""},
	{"POST", regexp.MustCompile(`^/admin/user-provisioning/v1/org/[^/]+/get-scim-links-for-email$`), ""},
	{"DELETE", regexp.MustCompile(`^/admin/user-provisioning/v1/org/[^/]+/user/[^/]+/onlyDeleteUserInDB$`), ""},
	{"GET", regexp.MustCompile(`^/users/[^/]+/manage/profile$`), ""},
	{"PUT", regexp.MustCompile(`^/users/[^/]+/manage/email$`), ""},
	{"GET", regexp.MustCompile(`^/scim/directory/[^/]+/Users/[^/]+$`), ""},
}

// hostedProxy stands before a Roster and lets hosted calls pass alone. It
// answers some with 429 and 503, and can cut off the client at writes.
type hostedProxy struct {
	*httptest.Server

	mu       sync.Mutex
	calls    int
	foreign  []string       // calls that the hosted service has not
	limited  map[string]int // answered 429 or 503, by status
	made     []string       // writes that reached the server, in order
	writes   map[string]int // attempts of each
	cutOff   func()         // kills the client, or nil
	everyNth int            // call is answered 429 first, and the one after it 503
}

func newHostedProxy(t *testing.T, target string) *hostedProxy {
	t.Helper()
	to, err := url.Parse(target)
	if err != nil {
		t.Fatal(err)
	}
	p := &hostedProxy{limited: map[string]int{}, writes: map[string]int{}}
	behind := httputil.NewSingleHostReverseProxy(to)
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if p.refuses(w, r) {
			return
		}
		p.pass(w, r, behind)
	}))
	t.Cleanup(p.Close)
	return p
}

func isHosted(r *http.Request) bool {
	for _, c := range hostedCalls {
		if c.method != r.Method || !c.path.MatchString(r.URL.Path) {
			continue
		}
		for name := range r.URL.Query() {
			if name != c.query {
				return false
			}
		}
		return true
	}
	return false
}

// refuses answers what does not pass.
func (p *hostedProxy) refuses(w http.ResponseWriter, r *http.Request) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.calls++
	switch {
	case !isHosted(r):
		p.foreign = append(p.foreign, r.Method+" "+r.URL.String())
		http.Error(w, `{"code":404,"message":"not found"}`, http.StatusNotFound)
	case p.everyNth > 0 && p.calls%p.everyNth == 0:
		p.limited["429"]++
		w.Header().Set("Retry-After", "0")
		http.Error(w, `{"code":429,"message":"slow down"}`, http.StatusTooManyRequests)
	case p.everyNth > 0 && p.calls%p.everyNth == 1:
		p.limited["503"]++
		w.Header().Set("Retry-After", "0")
		http.Error(w, "try later", http.StatusServiceUnavailable)
	default:
		return false
	}
	return true
}

// pass lets a call through. While a client is to be cut off, it is killed at
// every write: the first time before the write reaches the server, the second
// time before the client has its answer.
func (p *hostedProxy) pass(w http.ResponseWriter, r *http.Request, behind http.Handler) {
	if r.Method != http.MethodDelete && r.Method != http.MethodPut {
		behind.ServeHTTP(w, r)
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	write := r.Method + " " + strings.TrimPrefix(r.URL.Path, "/admin/user-provisioning/v1")
	p.writes[write]++
	if p.cutOff == nil {
		p.made = append(p.made, write)
		behind.ServeHTTP(w, r)
		return
	}
	if p.writes[write]%2 == 0 {
		p.made = append(p.made, write)
		behind.ServeHTTP(httptest.NewRecorder(), r)
	}
	p.cutOff()
	panic(http.ErrAbortHandler)
}
