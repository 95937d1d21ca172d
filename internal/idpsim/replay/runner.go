package replay

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
)

// Runner replays scenarios against one SCIM server. It is safe for concurrent
// use.
type Runner struct {
	BaseURL string       // of the directory, such as https://roster.example/scim/directory/{id}
	Token   string       // the directory's SCIM token
	Domain  string       // of the addresses of the people that are made up; "" means replay.example
	HTTP    *http.Client // nil means http.DefaultClient; redirects are never followed
	// Report hears of every step that was done, of one at a time in a scenario; nil wants to hear nothing.
	Report func(Result)
	// Inspect looks further than SCIM can; nil looks no further.
	Inspect func(ctx context.Context, look Look) error
}

// Result is what became of a step.
type Result struct {
	Scenario, Step string
	Status         int   // of the answer; 0 where there was no request
	Err            error // nil where the client has what it needs
}

// Look is a look at the state, with placeholders filled in: what about, and
// what of it must be true.
type Look struct {
	About string // "user" or "members"
	ID    string // of the user or group
	Words []string
}

// CleanUpError is what could not be removed after a scenario.
type CleanUpError struct{ Cause error }

// Error names what is left.
func (e *CleanUpError) Error() string { return "clean up: " + e.Cause.Error() }

// Unwrap gives the cause.
func (e *CleanUpError) Unwrap() error { return e.Cause }

const maxAnswer = 64 << 20

// Run replays one scenario and removes what it made, also when it fails. The
// error is that of the first step at which the client would have stopped.
func (r *Runner) Run(ctx context.Context, s Script, scenario Scenario) error {
	p := &play{
		Runner: r, script: s, scenario: scenario, client: r.client(),
		vars:    vars{values: map[string]string{"base": strings.TrimRight(r.BaseURL, "/"), "domain": r.Domain, "run": random(4), "guid": guid()}},
		notes:   map[string]string{},
		created: map[string]bool{},
	}
	if r.Domain == "" {
		p.vars.values["domain"] = "replay.example"
	}
	err := p.steps(ctx)
	if left := p.cleanUp(context.WithoutCancel(ctx)); left != nil {
		err = errors.Join(err, &CleanUpError{left})
	}
	return err
}

// client follows no redirect: a provider repeats no POST elsewhere, so that an
// answer that sends it there is a failure to be seen.
func (r *Runner) client() *http.Client {
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	if r.HTTP != nil {
		client.Transport, client.Jar, client.Timeout = r.HTTP.Transport, r.HTTP.Jar, r.HTTP.Timeout
	}
	return &client
}

func random(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails
	return hex.EncodeToString(b)
}

func guid() string {
	s := random(16)
	return s[:8] + "-" + s[8:12] + "-4" + s[13:16] + "-8" + s[17:20] + "-" + s[20:]
}

// play is one scenario while it runs.
type play struct {
	*Runner
	client   *http.Client
	script   Script
	scenario Scenario
	vars     vars
	notes    map[string]string

	mu      sync.Mutex
	created map[string]bool // paths of resources that are there because of us
}

func (p *play) steps(ctx context.Context) error {
	for _, step := range p.scenario.Steps {
		if err := p.step(ctx, step); err != nil {
			return fmt.Errorf("%s, %s (line %d): %w", p.scenario.Name, step.Name, step.Line, err)
		}
	}
	return nil
}

func (p *play) step(ctx context.Context, s Step) error {
	switch {
	case s.Together != nil:
		return p.together(ctx, s.Together)
	case s.Given != nil:
		return p.given(ctx, s.Given)
	case s.Look != nil:
		err := p.look(ctx, s.Look)
		p.report(Result{Step: "see " + strings.Join(s.Look, " "), Err: err})
		return err
	default:
		return p.request(ctx, s)
	}
}

func (p *play) report(r Result) {
	if p.Report == nil {
		return
	}
	p.mu.Lock() // requests that are sent together end together
	defer p.mu.Unlock()
	r.Scenario = p.scenario.Name
	p.Report(r)
}

func (p *play) together(ctx context.Context, steps []Step) error {
	errs := make([]error, len(steps))
	var all sync.WaitGroup
	for i, s := range steps {
		all.Go(func() { errs[i] = p.request(ctx, s) })
	}
	all.Wait()
	return errors.Join(errs...)
}

func (p *play) request(ctx context.Context, s Step) error {
	a, err := p.send(ctx, *s.Request)
	if err == nil {
		err = p.taking(s.Request).judge(a, &p.vars)
	}
	p.report(Result{Step: s.Name, Status: a.status, Err: err})
	return err
}

// taking is a request with the headers that the client always sends.
func (p *play) taking(r *Request) *Request {
	whole := *r
	whole.Headers = append(append([]Header{}, p.script.Headers...), r.Headers...)
	return &whole
}

// send makes a request and keeps book of what it made.
func (p *play) send(ctx context.Context, r Request) (answer, error) {
	req, err := p.build(ctx, *p.taking(&r))
	if err != nil {
		return answer{}, err
	}
	res, err := p.client.Do(req)
	if err != nil {
		return answer{}, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if err != nil {
		return answer{}, fmt.Errorf("read answer: %w", err)
	}
	a := answer{res.StatusCode, res.Header, body}
	p.keepBook(req, a)
	return a, nil
}

func (p *play) build(ctx context.Context, r Request) (*http.Request, error) {
	target, err := p.target(r.Target)
	if err != nil {
		return nil, err
	}
	text, err := p.vars.fill(r.Body, quotedInside)
	if err != nil {
		return nil, err
	}
	var body io.Reader
	if r.HasBody {
		body = strings.NewReader(text)
	}
	req, err := http.NewRequestWithContext(ctx, r.Method, target, body)
	if err != nil {
		return nil, err
	}
	req.Header.Set("User-Agent", "") // an empty one keeps Go from sending its own
	req.Header.Set("Authorization", "Bearer "+p.Token)
	for _, h := range r.Headers {
		req.Header.Set(h.Name, h.Value)
		if h.Value == "" && !strings.EqualFold(h.Name, "User-Agent") {
			req.Header.Del(h.Name)
		}
		if !r.HasBody && strings.EqualFold(h.Name, "Content-Type") {
			req.Header.Del(h.Name)
		}
	}
	return req, nil
}

// target is the URL, with the query as the script writes it.
func (p *play) target(path string) (string, error) {
	filled, err := p.vars.fill(path, url.QueryEscape)
	if err != nil {
		return "", err
	}
	if p.script.Flag != "" {
		separator := "?"
		if strings.Contains(filled, "?") {
			separator = "&"
		}
		filled += separator + p.script.Flag
	}
	return p.vars.values["base"] + filled, nil
}
