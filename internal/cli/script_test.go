package cli_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"roster/internal/cli"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"roster": func() { os.Exit(cli.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) },
	})
}

// TestScripts runs testdata/script against the real program. Each script has a
// demo server of its own, and knows it by BASE_URL, ORG_ID, ORG_KEY, SITE_KEY
// and DEMO_JSON; ROSTER_URL and ROSTER_KEY are set for the CLI.
func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		Setup:               serveDemo,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"demovar": demoVar,
			"exits":   exits,
			"jsonvar": jsonVar,
			"scim":    scim,
		},
	})
}

// serveDemo starts a demo server and ends it with the script.
func serveDemo(env *testscript.Env) error {
	data := filepath.Join(env.WorkDir, "data")
	log, err := os.Create(filepath.Join(env.WorkDir, "server.log"))
	if err != nil {
		return err
	}
	server := exec.Command("roster", "serve", "--demo", "--listen", "127.0.0.1:0", "--data", data)
	server.Stdout, server.Stderr = log, log
	if err := server.Start(); err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Wait() }()
	env.Defer(func() {
		_ = server.Process.Signal(syscall.SIGTERM)
		if err := <-ended; err != nil {
			env.T().Log("the server ended with", err)
		}
		_ = log.Close()
	})

	file := filepath.Join(data, "demo.json")
	demo, err := awaitDemo(file, ended)
	if err != nil {
		return err
	}
	for name, path := range map[string]string{"BASE_URL": "baseUrl", "ORG_ID": "orgId", "ORG_KEY": "orgKey", "SITE_KEY": "siteKey"} {
		value, err := lookup(demo, path)
		if err != nil {
			return err
		}
		env.Setenv(name, value)
	}
	env.Setenv("ROSTER_URL", env.Getenv("BASE_URL"))
	env.Setenv("ROSTER_KEY", env.Getenv("ORG_KEY"))
	env.Setenv("XDG_CONFIG_HOME", filepath.Join(env.WorkDir, "config"))
	env.Setenv("DEMO_JSON", file)
	return nil
}

// awaitDemo reads demo.json, which the server writes once it serves.
func awaitDemo(file string, ended chan error) (any, error) {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case err := <-ended:
			ended <- err
			return nil, fmt.Errorf("the server ended before it served: %w", err)
		case <-tick.C:
		}
		text, err := os.ReadFile(file)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		var demo any
		if err != nil || json.Unmarshal(text, &demo) != nil {
			return nil, fmt.Errorf("read %s: %w", file, err)
		}
		return demo, nil
	}
}

// demoVar is the command "demovar NAME PATH": sets NAME to a value of
// demo.json, such as scenarios.A.aaid1 or directories.0.token.
func demoVar(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: demovar NAME PATH")
	}
	text, err := os.ReadFile(ts.Getenv("DEMO_JSON"))
	ts.Check(err)
	var demo any
	ts.Check(json.Unmarshal(text, &demo))
	value, err := lookup(demo, args[1])
	ts.Check(err)
	ts.Setenv(args[0], value)
}

// jsonVar is the command "jsonvar NAME PATH": sets NAME to a value of the JSON
// that the last command wrote, such as 0.id.
func jsonVar(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: jsonvar NAME PATH")
	}
	var output any
	ts.Check(json.Unmarshal([]byte(ts.ReadFile("stdout")), &output))
	value, err := lookup(output, args[1])
	ts.Check(err)
	ts.Setenv(args[0], value)
}

// lookup finds the string at a path of member names and indexes.
func lookup(value any, path string) (string, error) {
	for part := range strings.SplitSeq(path, ".") {
		switch v := value.(type) {
		case map[string]any:
			value = v[part]
		case []any:
			i, err := strconv.Atoi(part)
			if err != nil || i >= len(v) {
				return "", fmt.Errorf("there is no %s in %s", part, path)
			}
			value = v[i]
		}
	}
	text, ok := value.(string)
	if !ok {
		return "", fmt.Errorf("there is no text at %s", path)
	}
	return text, nil
}

// exits is the command "exits CODE roster …": runs a command that must end
// with an exit code; "stdout" and "stderr" match its output.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND...")
	}
	code := 0
	err := ts.Exec(args[1], args[2:]...)
	if ended, ok := errors.AsType[*exec.ExitError](err); ok {
		code = ended.ExitCode()
	} else {
		ts.Check(err)
	}
	if strconv.Itoa(code) != args[0] {
		ts.Fatalf("exit code %d, want %s", code, args[0])
	}
}

// scim is the command "scim STATUS METHOD DIRECTORY PATH [BODY]": what an
// identity provider sends to a directory, given by its place in demo.json.
// The answer is in the file "answer".
func scim(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 4 {
		ts.Fatalf("usage: scim STATUS METHOD DIRECTORY PATH [BODY]")
	}
	demoVar(ts, false, []string{"scim_base", "directories." + args[2] + ".scimBaseUrl"})
	demoVar(ts, false, []string{"scim_token", "directories." + args[2] + ".token"})
	request, err := http.NewRequest(args[1], ts.Getenv("scim_base")+args[3], strings.NewReader(strings.Join(args[4:], " ")))
	ts.Check(err)
	request.Header.Set("Authorization", "Bearer "+ts.Getenv("scim_token"))
	request.Header.Set("Content-Type", "application/scim+json")
	response, err := http.DefaultClient.Do(request)
	ts.Check(err)
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs("answer"), answer, 0o600))
	if strconv.Itoa(response.StatusCode) != args[0] {
		ts.Fatalf("status %d, want %s: %s", response.StatusCode, args[0], answer)
	}
}
