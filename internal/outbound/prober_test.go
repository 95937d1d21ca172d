package outbound_test

import (
	"context"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"roster/internal/dnstest"
	"roster/internal/outbound"
)

func TestTXT(t *testing.T) {
	t.Parallel()
	server := dnstest.Serve(t)
	long := strings.Repeat("x", 600)
	server.SetTXT("example.com", "one", "two "+long)
	server.SetAddress("noTXT.example.com", "192.0.2.1")
	p := outbound.New(outbound.Options{Resolver: server.Addr})
	for name, want := range map[string][]string{
		"example.com": {"one", "two " + long}, "EXAMPLE.com": {"one", "two " + long}, "notxt.example.com": nil, "nobody.example.com": nil,
	} {
		got, err := p.TXT(t.Context(), name)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%s: %v (-want +got):\n%s", name, err, diff)
		}
	}
	t.Run("a broken server is no answer", func(t *testing.T) {
		server.Break(true)
		defer server.Break(false)
		if got, err := p.TXT(t.Context(), "example.com"); err == nil {
			t.Errorf("got %q", got)
		}
	})
	t.Run("nobody waits for ever", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := p.TXT(ctx, "example.com"); err == nil {
			t.Error("no error")
		}
	})
}

// site serves https://example.com on loopback; httptest's certificate is for
// that name.
func site(t *testing.T, zone *dnstest.Server) outbound.Options {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("/file", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("text\n")) })
	mux.HandleFunc("/large", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(strings.Repeat("x", 1<<20))) })
	mux.HandleFunc("/gone", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusGone) })
	mux.HandleFunc("/broken", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) })
	mux.Handle("/here", http.RedirectHandler("/file", http.StatusFound))
	mux.Handle("/loop", http.RedirectHandler("/loop", http.StatusFound))
	mux.HandleFunc("/away", func(w http.ResponseWriter, r *http.Request) {
		_, port, _ := net.SplitHostPort(r.Host)
		http.Redirect(w, r, "https://www.example.com:"+port+"/file", http.StatusFound)
	})
	mux.HandleFunc("/plain", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://"+r.Host+"/file", http.StatusFound)
	})
	server := httptest.NewTLSServer(mux)
	t.Cleanup(server.Close)
	_, port, err := net.SplitHostPort(server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"example.com", "www.example.com", "other.test"} {
		zone.SetAddress(name, "127.0.0.1")
	}
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	return outbound.Options{Resolver: zone.Addr, AllowPrivate: true, RootCAs: roots, Port: port}
}

func TestFile(t *testing.T) {
	t.Parallel()
	o := site(t, dnstest.Serve(t))
	tests := []struct {
		name, domain, path, want string
		fault                    string // in the error
	}{
		{"as it is", "example.com", "/file", "text\n", ""},
		{"its beginning only", "example.com", "/large", strings.Repeat("x", 4<<10), ""},
		{"not there", "example.com", "/missing", "", ""},
		{"gone", "example.com", "/gone", "", ""},
		{"no such domain", "nobody.example", "/file", "", ""},
		{"server broken", "example.com", "/broken", "", "502"},
		{"moved on the host", "example.com", "/here", "text\n", ""},
		{"moved to another host", "example.com", "/away", "", "only the host itself"},
		{"moved to plain HTTP", "example.com", "/plain", "", "only the host itself"},
		{"moved round and round", "example.com", "/loop", "", "more than 3 times"},
		{"certificate of another name", "other.test", "/file", "", "certificate"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, err := outbound.New(o).File(t.Context(), test.domain, test.path)
			if test.fault == "" && err != nil || test.fault != "" && (err == nil || !strings.Contains(err.Error(), test.fault)) {
				t.Errorf("error %v, want %q", err, test.fault)
			}
			if got != test.want {
				t.Errorf("got %d bytes %.20q", len(got), got)
			}
		})
	}
	t.Run("a private address only where the operator allows it", func(t *testing.T) {
		t.Parallel()
		closed := o
		closed.AllowPrivate = false
		if got, err := outbound.New(closed).File(t.Context(), "example.com", "/file"); !errors.Is(err, outbound.ErrPrivate) {
			t.Errorf("got %q, %v", got, err)
		}
	})
	t.Run("an unknown authority is refused", func(t *testing.T) {
		t.Parallel()
		strict := o
		strict.RootCAs = x509.NewCertPool()
		if got, err := outbound.New(strict).File(t.Context(), "example.com", "/file"); err == nil {
			t.Errorf("got %q", got)
		}
	})
}
