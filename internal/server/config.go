package server

import (
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"roster/internal/auth"
	"roster/internal/store"
)

// Config is what an operator chooses.
type Config struct {
	Listen       string // host:port; port 0 takes a free one
	DataDir      string // created if needed; holds the SQLite database and the demo's file
	Database     string // postgres://…; "" keeps a SQLite file in DataDir
	ExternalURL  string // how clients reach the server, where that is not how it sees itself
	TLSCert      string // certificate file; with TLSKey, the server speaks HTTPS
	TLSKey       string
	RateLimit    float64           // requests per second that one key or token may make on average; 0 means any number
	RateBurst    int               // how many of them at once, after a rest
	Resolver     string            // host:port of the DNS server for domain checks; "" for the system's
	AllowPrivate bool              // domain checks may reach private addresses
	OIDC         auth.OIDCSettings // sign-in to the console through an identity provider; none without an issuer
	Demo         bool
	NewSiteKey   bool // revoke the site key and make another
	Version      string
	Log          *slog.Logger
	Out          func(format string, args ...any) // tells people what they must know, such as the site key
}

// databaseFile is the SQLite database in the data directory.
const databaseFile = "roster.db"

// dsn is what store.Open opens.
func (c Config) dsn() string {
	if c.Database != "" {
		return c.Database
	}
	return filepath.Join(c.DataDir, databaseFile)
}

// check refuses a configuration that cannot work, and says what to change.
func (c Config) check() error {
	if _, _, err := net.SplitHostPort(c.Listen); err != nil {
		return fmt.Errorf("--listen %q is not host:port, such as 127.0.0.1:8080", c.Listen)
	}
	if c.Database != "" && !store.IsPostgres(c.Database) {
		return errors.New("--database must be a postgres:// URL; for SQLite leave it out and choose the folder with --data")
	}
	if _, _, err := net.SplitHostPort(c.Resolver); c.Resolver != "" && err != nil {
		return fmt.Errorf("--resolver %q is not host:port, such as 10.0.0.53:53", c.Resolver)
	}
	if c.Demo && c.NewSiteKey {
		return errors.New("--demo and --new-site-key exclude each other: the demo's site key stands in its file")
	}
	if err := c.checkOIDC(); err != nil {
		return err
	}
	if (c.TLSCert == "") != (c.TLSKey == "") {
		return errors.New("--tls-cert and --tls-key go together")
	}
	if c.RateLimit < 0 || c.RateBurst < 0 || (c.RateLimit > 0 && c.RateBurst == 0) {
		return errors.New("--rate-limit and --rate-burst must be above 0; --rate-limit 0 switches the limit off")
	}
	if err := c.checkTLS(); err != nil {
		return err
	}
	return c.checkExternalURL()
}

func (c Config) checkOIDC() error {
	if c.OIDC.Issuer != "" {
		return c.OIDC.Check()
	}
	if c.OIDC.ClientID != "" || c.OIDC.ClientSecret != "" {
		return errors.New("--oidc-client-id and its secret need --oidc-issuer")
	}
	return nil
}

// checkTLS reads the certificate once, so that a server that cannot speak does
// not show its site key first.
func (c Config) checkTLS() error {
	if c.TLSCert == "" {
		return nil
	}
	if _, err := tls.LoadX509KeyPair(c.TLSCert, c.TLSKey); err != nil {
		return fmt.Errorf("read --tls-cert and --tls-key: %w", err)
	}
	return nil
}

func (c Config) checkExternalURL() error {
	if c.ExternalURL == "" {
		return nil
	}
	u, err := url.Parse(c.ExternalURL)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") || u.RawQuery != "" || strings.Trim(u.Path, "/") != "" {
		return fmt.Errorf("--external-url %q is not of the form https://host", c.ExternalURL)
	}
	return nil
}

// makeDataDir makes the folder where something goes into it: with PostgreSQL
// the file system may be read-only.
func (c Config) makeDataDir() error {
	if c.Database != "" && !c.Demo {
		return nil
	}
	if err := os.MkdirAll(c.DataDir, 0o700); err != nil {
		return fmt.Errorf("make data directory: %w", err)
	}
	return nil
}
