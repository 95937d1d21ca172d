package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"roster/internal/identity"
)

const (
	demoFile    = "demo.json"    // what scripts read; written last
	demoStarted = "demo.started" // written first: says that a database without demoFile is a demo that was cut short
)

// demoInfo is the content of demo.json. Others script against it: members are
// only ever added.
type demoInfo struct {
	BaseURL     string          `json:"baseUrl"`
	SiteKey     string          `json:"siteKey"`
	OrgID       string          `json:"orgId"`
	OrgKey      string          `json:"orgKey"`
	Directories []demoDirectory `json:"directories"`
	Scenarios   demoScenarios   `json:"scenarios"`
}

type demoDirectory struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	Kind        string `json:"kind"`
	SCIMBaseURL string `json:"scimBaseUrl"`
	Token       string `json:"token"`
}

type demoScenarios struct {
	A demoScenarioA `json:"A"`
	B demoScenarioB `json:"B"`
}

// demoScenarioA is "right account, wrong email": record 1 cannot take newEmail,
// as account 2 holds it.
type demoScenarioA struct {
	DirectoryID string `json:"directoryId"`
	AAID1       string `json:"aaid1"`
	AAID2       string `json:"aaid2"`
	SCIMUser1   string `json:"scimUser1"`
	SCIMUser2   string `json:"scimUser2"`
	OldEmail    string `json:"oldEmail"`
	NewEmail    string `json:"newEmail"`
}

// demoScenarioB is "wrong account synced": account 1 has the history and no
// link, account 2 the link.
type demoScenarioB struct {
	DirectoryID string `json:"directoryId"`
	AAID1       string `json:"aaid1"`
	AAID2       string `json:"aaid2"`
	SCIMUser2   string `json:"scimUser2"`
	OldEmail    string `json:"oldEmail"`
	NewEmail    string `json:"newEmail"`
}

// demo is the demo of one data directory.
type demo struct {
	dir  string
	info *demoInfo // of an earlier start, or nil
}

// openDemo looks at what an earlier start left, before the database is opened.
// It gives nil when no demo is asked for.
func openDemo(cfg Config) (*demo, error) {
	if !cfg.Demo {
		return nil, nil //nolint:nilnil // no demo is no error
	}
	d := &demo{dir: cfg.DataDir}
	var err error
	if d.info, err = d.load(); err != nil {
		return nil, err
	}
	if cfg.Database == "" && (d.info == nil || !d.has(databaseFile)) {
		err = d.clear()
	}
	return d, err
}

func (d *demo) path(name string) string { return filepath.Join(d.dir, name) }

func (d *demo) load() (*demoInfo, error) {
	data, err := os.ReadFile(d.path(demoFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil //nolint:nilnil // a first start
	}
	if err != nil {
		return nil, err
	}
	info := new(demoInfo)
	if err := json.Unmarshal(data, info); err != nil {
		return nil, fmt.Errorf("read %s: %w", d.path(demoFile), err)
	}
	return info, nil
}

func (d *demo) has(name string) bool {
	_, err := os.Stat(d.path(name))
	return err == nil
}

// clear removes what is left of a demo that was stopped while it was being made,
// or that lost its database, and marks the folder as a demo's. A database that
// no demo began is left alone and refused.
func (d *demo) clear() error {
	files, err := filepath.Glob(d.path(databaseFile + "*"))
	if err != nil {
		return err
	}
	if len(files) > 0 && !d.has(demoStarted) {
		return fmt.Errorf("%s holds a database that is not the demo's: choose an empty folder with --data, or leave --demo out", d.dir)
	}
	for _, f := range append(files, d.path(demoFile)) {
		if err := os.Remove(f); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	d.info = nil
	return os.WriteFile(d.path(demoStarted), nil, 0o600)
}

// start stages the demo in an empty database, tells people what to try, and
// writes demo.json last, as scripts wait for it. siteKey is "" unless the
// database is new.
func (d *demo) start(ctx context.Context, s *server, siteKey string) (err error) {
	if siteKey != "" {
		d.info, err = stage(ctx, s, siteKey)
	} else {
		err = d.resume(ctx, s)
	}
	if err != nil {
		return fmt.Errorf("stage the demo: %w", err)
	}
	d.moveTo(s.baseURL)
	s.Out("%s", d.greeting(s))
	return d.save()
}

// resume goes on with the demo of an earlier start, in the database where it
// was made.
func (d *demo) resume(ctx context.Context, s *server) error {
	if d.info == nil {
		return errors.New("this database is in use already: the demo needs an empty one")
	}
	if _, err := s.accounts.Org(ctx, identity.OrgID(d.info.OrgID)); err != nil {
		return fmt.Errorf("%s tells of another database: %w", d.path(demoFile), err)
	}
	return nil
}

// moveTo follows a server that listens elsewhere than at its last start.
func (d *demo) moveTo(baseURL string) {
	d.info.BaseURL = baseURL
	for i := range d.info.Directories {
		dir := &d.info.Directories[i]
		dir.SCIMBaseURL = scimBaseURL(baseURL, dir.ID)
	}
}

func scimBaseURL(baseURL, directory string) string { return baseURL + "/scim/directory/" + directory }

// save writes demo.json whole or not at all: scripts wait for it.
func (d *demo) save() error {
	data, err := json.MarshalIndent(d.info, "", "  ")
	if err != nil {
		return err
	}
	half := d.path(demoFile + ".new")
	if err := os.WriteFile(half, append(data, '\n'), 0o600); err != nil {
		return err
	}
	return os.Rename(half, d.path(demoFile))
}

// greeting is what `make run` prints: the demo's keys, and the commands that
// show and repair each scenario. Lines indented by four are commands, to be
// pasted into any shell.
func (d *demo) greeting(s *server) string {
	i := d.info
	var b strings.Builder
	fmt.Fprintf(&b, "Roster %s serves its demo on %s (%s).\n\n", s.Version, i.BaseURL, s.describeStore())
	fmt.Fprintf(&b, "  organization  %s\n  keys          %s (the same for scripts)\n", i.OrgID, d.path(demoFile))
	for _, dir := range i.Directories {
		fmt.Fprintf(&b, "  directory     %-8s %s\n", dir.Kind, dir.SCIMBaseURL)
	}
	fmt.Fprintf(&b, "\nIn another terminal:\n\n    export ROSTER_URL=%s ROSTER_KEY=%s\n", i.BaseURL, i.OrgKey)
	b.WriteString(d.greetingA())
	b.WriteString(d.greetingB())
	return b.String()
}

func (d *demo) greetingA() string {
	a, dir := d.info.Scenarios.A, d.directory(d.info.Scenarios.A.DirectoryID)
	return fmt.Sprintf(`
Scenario A: the right account has the wrong email, as another synced account holds the new one.

  The log has the refused update of %[1]s, with both accounts:
    bin/roster log --level error --long
  Free the account without history, and give it an unused address:
    bin/roster unlink %[2]s --yes
    bin/roster email set %[2]s unused@%[3]s
  The identity provider sends the update again:
    curl -X PATCH '%[4]s/Users/%[5]s' \
      -H 'Authorization: Bearer %[6]s' -H 'Content-Type: application/scim+json' \
      -d '{"Operations":[{"op":"replace","path":"emails[type eq \"work\"].value","value":"%[7]s"}]}'
`, a.OldEmail, a.AAID2, domainOf(a.OldEmail), dir.SCIMBaseURL, a.SCIMUser1, dir.Token, a.NewEmail)
}

func (d *demo) greetingB() string {
	b := d.info.Scenarios.B
	return fmt.Sprintf(`
Scenario B: the wrong account is synced, and the right one, with the history, is not.

  See who is linked:
    bin/roster links --email %[1]s
  One call moves the link and the email; first what it would do, then the call:
    bin/roster relink %[2]s %[3]s %[4]s --take-email --dry-run
    bin/roster relink %[2]s %[3]s %[4]s --take-email
`, b.NewEmail, b.DirectoryID, b.SCIMUser2, b.AAID1)
}

func (d *demo) directory(id string) demoDirectory {
	for _, dir := range d.info.Directories {
		if dir.ID == id {
			return dir
		}
	}
	return demoDirectory{}
}

func domainOf(email string) string {
	_, domain, _ := strings.Cut(email, "@")
	return domain
}
