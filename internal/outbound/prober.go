package outbound

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"
)

// Bounds of a lookup.
const (
	timeout      = 10 * time.Second // of one lookup, connecting and redirects included
	maxFile      = 4 << 10          // bytes read of a file
	maxHeader    = 16 << 10         // bytes of an answer's header
	maxRedirects = 3
	httpsPort    = "443"
)

// ErrPrivate means that a name leads to an address that is not on the public
// internet.
var ErrPrivate = errors.New("the address is not on the public internet")

// Options are what an operator, or a test, may choose. The zero value is right
// for a server with its own resolver and a way to the public internet.
type Options struct {
	Resolver     string         // host:port of a DNS server; "" for the system's
	AllowPrivate bool           // connect to addresses that are not public, in a closed network
	RootCAs      *x509.CertPool // nil for the system's
	Port         string         // of HTTPS; "" for 443
}

// Prober looks up what domains publish. It is safe for concurrent use.
type Prober struct {
	resolver *net.Resolver
	client   *http.Client
	port     string
}

// New makes a Prober.
func New(o Options) *Prober {
	resolver := net.DefaultResolver
	if o.Resolver != "" {
		resolver = &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, o.Resolver)
		}}
	}
	dialer := &net.Dialer{Timeout: timeout, Resolver: resolver}
	if !o.AllowPrivate {
		dialer.Control = refusePrivate
	}
	transport := &http.Transport{
		Proxy:                  nil, // a proxy would connect where the dialer refuses to
		DialContext:            dialer.DialContext,
		TLSClientConfig:        &tls.Config{RootCAs: o.RootCAs, MinVersion: tls.VersionTLS12},
		DisableKeepAlives:      true,
		DisableCompression:     true, // a small answer stays small
		MaxResponseHeaderBytes: maxHeader,
	}
	return &Prober{
		resolver: resolver, port: cmp.Or(o.Port, httpsPort),
		client: &http.Client{Transport: transport, Timeout: timeout, CheckRedirect: stayOnHost},
	}
}

func stayOnHost(next *http.Request, before []*http.Request) error {
	if len(before) > maxRedirects {
		return fmt.Errorf("it redirects more than %d times", maxRedirects)
	}
	if first := before[0].URL; next.URL.Scheme != first.Scheme || next.URL.Host != first.Host {
		return fmt.Errorf("it redirects to %s://%s, and only the host itself will do", next.URL.Scheme, next.URL.Host)
	}
	return nil
}

// TXT gives the TXT records of a name; none when the name or the records do not
// exist. An error means that this is not known.
func (p *Prober) TXT(ctx context.Context, name string) ([]string, error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	texts, err := p.resolver.LookupTXT(ctx, name+".") // rooted: no search domain is to answer for it
	if isAbsent(err) {
		return nil, nil
	}
	return texts, err
}

// File gives the beginning of the file at a path of https://domain; "" when the
// domain or the file does not exist. An error means that this is not known.
func (p *Prober) File(ctx context.Context, domain, path string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	host := domain
	if p.port != httpsPort {
		host = net.JoinHostPort(domain, p.port)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://"+host+path, http.NoBody)
	if err != nil {
		return "", err
	}
	req.Header.Set("User-Agent", "roster-domain-verification")
	res, err := p.client.Do(req)
	if isAbsent(err) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	switch res.StatusCode {
	case http.StatusOK:
		body, err := io.ReadAll(io.LimitReader(res.Body, maxFile))
		return string(body), err
	case http.StatusNotFound, http.StatusGone:
		return "", nil
	default:
		return "", fmt.Errorf("%s answers %s", req.URL, res.Status)
	}
}

// isAbsent tells a name that does not exist from one that could not be looked up.
func isAbsent(err error) bool {
	missing, ok := errors.AsType[*net.DNSError](err)
	return ok && missing.IsNotFound
}
