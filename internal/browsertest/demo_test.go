package browsertest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// demo is a running `roster serve --demo` and what it says of itself.
type demo struct {
	BaseURL     string `json:"baseUrl"`
	SiteKey     string `json:"siteKey"`
	OrgID       string `json:"orgId"`
	OrgKey      string `json:"orgKey"`
	Directories []struct {
		ID          string `json:"id"`
		Name        string `json:"name"`
		Kind        string `json:"kind"`
		SCIMBaseURL string `json:"scimBaseUrl"`
		Token       string `json:"token"`
	} `json:"directories"`
	Scenarios struct {
		A scenario `json:"A"`
		B scenario `json:"B"`
	} `json:"scenarios"`

	process
}

// process is the running program.
type process struct {
	cmd    *exec.Cmd
	output *output
	exited chan error
}

// scenario is one of the two broken people.
type scenario struct {
	DirectoryID string `json:"directoryId"`
	AAID1       string `json:"aaid1"`
	AAID2       string `json:"aaid2"`
	SCIMUser1   string `json:"scimUser1"`
	SCIMUser2   string `json:"scimUser2"`
	OldEmail    string `json:"oldEmail"`
	NewEmail    string `json:"newEmail"`
}

// output is what a process printed; it may still be printing.
type output struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.String()
}

// startDemo runs the demo in a folder until it is ready.
func startDemo(dir string, args ...string) (*demo, error) {
	d := &demo{process: process{output: &output{}, exited: make(chan error, 1)}}
	d.cmd = exec.Command(binary, append([]string{"serve", "--demo", "--listen", "127.0.0.1:0", "--rate-limit", "0", "--data", dir}, args...)...)
	d.cmd.Stdout, d.cmd.Stderr = d.output, d.output
	d.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := d.cmd.Start(); err != nil {
		return nil, err
	}
	go func() { d.exited <- d.cmd.Wait() }()
	deadline := time.After(time.Minute)
	for {
		text, err := os.ReadFile(filepath.Join(dir, "demo.json"))
		if err == nil {
			return d, json.Unmarshal(text, d)
		}
		select {
		case err := <-d.exited:
			return nil, fmt.Errorf("the server ended: %w\n%s", err, d.output)
		case <-deadline:
			return nil, fmt.Errorf("the server is not ready:\n%s", d.output)
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// stop ends the server as an operator does.
func (d *demo) stop() error {
	_ = d.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case err := <-d.exited:
		if err != nil {
			return fmt.Errorf("the server did not stop cleanly: %w\n%s", err, d.output)
		}
		return nil
	case <-time.After(30 * time.Second):
		_ = d.cmd.Process.Kill()
		return fmt.Errorf("the server did not stop:\n%s", d.output)
	}
}

// call sends a request to the admin API with the organization's key and gives
// the answer's JSON.
func (d *demo) call(t *testing.T, method, path, body string, into any) {
	t.Helper()
	d.callBy(t, d.OrgKey, method, path, body, into)
}

// callBy is call with another key.
func (d *demo) callBy(t *testing.T, key, method, path, body string, into any) {
	t.Helper()
	r, err := http.NewRequest(method, d.BaseURL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+key)
	r.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var text bytes.Buffer
	if _, err := text.ReadFrom(res.Body); err != nil {
		t.Fatal(err)
	}
	if res.StatusCode >= http.StatusBadRequest {
		t.Fatalf("%s %s: %s\n%s", method, path, res.Status, text.String())
	}
	if err := json.Unmarshal(text.Bytes(), into); into != nil && err != nil {
		t.Fatal(err)
	}
}

// signInLink makes a link for a role.
func (d *demo) signInLink(t *testing.T, role string) string {
	t.Helper()
	var answer struct {
		Data struct {
			Attributes struct {
				URL string `json:"url"`
			} `json:"attributes"`
		} `json:"data"`
	}
	d.call(t, http.MethodPost, "/admin/v1/orgs/"+d.OrgID+"/console-links", fmt.Sprintf(`{"role":%q,"person":"%s@demo.example"}`, role, role), &answer)
	return answer.Data.Attributes.URL
}
