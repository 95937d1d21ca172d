package cli

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
	"unicode"

	"roster/internal/adminapi/api"
)

// target is where a command goes and as whom.
type target struct {
	url string
	key string
	org string
}

// session is a client of one server, with one key.
type session struct {
	*api.Client

	org string // "" until orgID finds it
}

// connect makes the client that is asked for by flags, else by a context named
// for this command, else by the environment, else by the current context.
func (env *Env) connect() (*session, error) {
	target, err := env.target()
	if err != nil {
		return nil, err
	}
	doer := &doer{
		env:  env,
		base: target.url,
		key:  target.key,
		http: &http.Client{Timeout: env.flags.timeout},
	}
	client, err := api.NewClient(target.url, api.WithHTTPClient(doer))
	if err != nil {
		return nil, fmt.Errorf("make client: %w", err)
	}
	return &session{Client: client, org: target.org}, nil
}

func (env *Env) target() (target, error) {
	saved, err := env.chosenContext()
	if err != nil {
		return target{}, err
	}
	t := target{url: cmp.Or(env.flags.url, saved.URL, env.Getenv("ROSTER_URL"))}
	if err := checkURL(t.url); err != nil {
		return target{}, err
	}
	t.key, err = env.key(saved, t.url)
	if err != nil {
		return target{}, err
	}
	if strings.ContainsFunc(t.key, unicode.IsControl) {
		return target{}, usagef("the API key is more than one line; a key begins with roster_ and has no spaces")
	}
	t.org = cmp.Or(env.flags.org, env.org(saved, t.url))
	return t, nil
}

// key finds the key to send to a server. A saved key goes to the server that
// it was saved for and to no other.
func (env *Env) key(saved savedContext, server string) (string, error) {
	usable := saved.URL == server && saved.Key != ""
	switch {
	case env.flags.key != "":
		return strings.TrimSpace(env.flags.key), nil
	case env.flags.keyFile != "":
		return readKey(env.flags.keyFile)
	case usable && saved.named:
		return saved.Key, nil
	case env.Getenv("ROSTER_KEY") != "":
		return strings.TrimSpace(env.Getenv("ROSTER_KEY")), nil
	case env.Getenv("ROSTER_KEY_FILE") != "":
		return readKey(env.Getenv("ROSTER_KEY_FILE"))
	case usable:
		return saved.Key, nil
	}
	return "", &noKeyError{text: "there is no API key to send to " + server}
}

// org finds the organization; a saved one belongs to its server, as a saved key does.
func (env *Env) org(saved savedContext, server string) string {
	if saved.URL != server {
		return env.Getenv("ROSTER_ORG")
	}
	if saved.named {
		return cmp.Or(saved.Org, env.Getenv("ROSTER_ORG"))
	}
	return cmp.Or(env.Getenv("ROSTER_ORG"), saved.Org)
}

func readKey(file string) (string, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return "", usagef("read key file: %v", err)
	}
	key := strings.TrimSpace(string(text))
	if key == "" {
		return "", usagef("key file %s is empty", file)
	}
	return key, nil
}

func checkURL(text string) error {
	if text == "" {
		return usagef("there is no server to talk to; give --url or ROSTER_URL, or save one: roster context set NAME --url URL --key-file FILE")
	}
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return usagef("the URL %q must look like https://host or http://host:port", text)
	}
	return nil
}

// orgID is the organization that commands work on: the one given or, when the
// key sees one only, that one.
func (s *session) orgID(ctx context.Context) (string, error) {
	if s.org != "" {
		return s.org, nil
	}
	page, err := decode[api.OrgList](s.ListOrgs(ctx, &api.ListOrgsParams{}))
	if err != nil {
		return "", fmt.Errorf("find organization: %w", err)
	}
	switch len(page.Data) {
	case 0:
		return "", &notFoundError{text: "the key sees no organization", next: "roster org create NAME"}
	case 1:
		s.org = page.Data[0].ID
		return s.org, nil
	}
	return "", usagef("the key sees several organizations; say which with --org or ROSTER_ORG (roster org list shows them)")
}

// connectOrg is connect and orgID.
func (env *Env) connectOrg(ctx context.Context) (*session, string, error) {
	s, err := env.connect()
	if err != nil {
		return nil, "", err
	}
	org, err := s.orgID(ctx)
	return s, org, err
}
