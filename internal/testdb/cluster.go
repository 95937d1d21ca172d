package testdb

import (
	"bufio"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"

	"github.com/jackc/pgx/v5"
)

// superuser is the role that every DSN of this package names.
const superuser = "roster"

// maxSocketDir is the longest socket directory that leaves room for /.s.PGSQL.5432 in the 104 bytes which the
// strictest system (macOS) allows a unix socket's path.
const maxSocketDir = 104 - len("/.s.PGSQL.5432") - 1

// supervisor is the shell script that owns the server: see supervise.sh.
//
//go:embed supervise.sh
var supervisor string

// cluster is one running PostgreSQL server of this process.
type cluster struct {
	dir        string // data directory's and socket's parent; the supervisor removes it
	supervisor *exec.Cmd
	lifeline   *os.File // the supervisor stops the server when this closes
	databases  atomic.Int64

	mu        sync.Mutex
	templates map[string]func() error // by name; each prepares its template once
}

// startCluster creates a cluster and returns when it answers.
func startCluster() (*cluster, error) {
	bin, err := findBinaries()
	if err != nil {
		return nil, err
	}
	flags, err := initdbFlags(bin)
	if err != nil {
		return nil, err
	}
	owner, err := serverOwner()
	if err != nil {
		return nil, err
	}
	dir, err := makeDir(owner)
	if err != nil {
		return nil, fmt.Errorf("make cluster directory: %w", err)
	}
	c := &cluster{dir: dir, templates: map[string]func() error{}}
	args := append([]string{"-c", supervisor, "supervise", dir, bin}, flags...)
	c.supervisor = exec.CommandContext(context.Background(), "sh", args...)
	c.supervisor.Dir = dir
	// The caller's PG* variables would otherwise configure this server too.
	c.supervisor.Env = []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C"}
	// Its own process group, so that Ctrl-C ends the tests and leaves the tidying to the supervisor.
	c.supervisor.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Credential: owner}
	if err := c.launch(); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	return c, nil
}

// launch runs the supervisor and waits for its word that the server is ready.
func (c *cluster) launch() error {
	stdin, lifeline, err := os.Pipe()
	if err != nil {
		return fmt.Errorf("make lifeline: %w", err)
	}
	defer stdin.Close()
	stdout, report, err := os.Pipe()
	if err != nil {
		return errors.Join(fmt.Errorf("make report pipe: %w", err), lifeline.Close())
	}
	defer stdout.Close()
	c.lifeline = lifeline
	c.supervisor.Stdin, c.supervisor.Stdout = stdin, report
	err = c.supervisor.Start()
	report.Close()
	if err != nil {
		return errors.Join(fmt.Errorf("start PostgreSQL supervisor: %w", err), lifeline.Close())
	}
	reader := bufio.NewReader(stdout)
	word, err := reader.ReadString('\n')
	if err == nil && word == "ready\n" {
		return nil
	}
	log, _ := io.ReadAll(reader)
	return errors.Join(fmt.Errorf("start PostgreSQL: the server said:\n%s%s", word, log), c.stop())
}

// stop ends the server and returns when it and its directory are gone.
func (c *cluster) stop() error {
	err := errors.Join(c.lifeline.Close(), c.supervisor.Wait())
	return errors.Join(err, os.RemoveAll(c.dir))
}

// dsn returns the connection string of one database of the cluster.
func (c *cluster) dsn(database string) string {
	query := url.Values{"host": {c.dir}, "port": {"5432"}, "sslmode": {"disable"}}
	return (&url.URL{Scheme: "postgres", User: url.User(superuser), Path: "/" + database, RawQuery: query.Encode()}).String()
}

// exec runs one administrative statement on a connection of its own. A pool would be faster and would leave
// goroutines behind in packages that check for leaked ones.
func (c *cluster) exec(ctx context.Context, sql string) error {
	conn, err := pgx.Connect(ctx, c.dsn("postgres"))
	if err != nil {
		return fmt.Errorf("connect to test cluster: %w", err)
	}
	_, err = conn.Exec(ctx, sql)
	return errors.Join(err, conn.Close(ctx))
}

// initdbFlags returns the flags that shape the cluster. Text sorts as people expect, not by bytes, as it does on most
// servers in production: SQL that needs byte order without saying COLLATE "C" fails here and not at a customer.
func initdbFlags(bin string) ([]string, error) {
	version, err := exec.CommandContext(context.Background(), filepath.Join(bin, "initdb"), "--version").Output()
	if err != nil {
		return nil, fmt.Errorf("ask initdb for its version: %w", err)
	}
	flags := []string{"--username=" + superuser, "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"}
	if majorVersion(string(version)) >= 15 {
		flags = append(flags, "--locale-provider=icu", "--icu-locale=en-US")
	}
	return flags, nil
}

// serverOwner returns whom the server runs as: nil means the caller. PostgreSQL refuses to run as root, so root
// gives way to the packaged user, or to nobody.
func serverOwner() (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil //nolint:nilnil // SysProcAttr.Credential says "the caller" by nil too
	}
	account, err := user.Lookup("postgres")
	if err != nil {
		account, err = user.Lookup("nobody")
	}
	if err != nil {
		return nil, fmt.Errorf("find an unprivileged user for PostgreSQL: %w", err)
	}
	uid, err := strconv.ParseUint(account.Uid, 10, 32)
	if err != nil {
		return nil, fmt.Errorf("read uid of %s: %w", account.Username, err)
	}
	gid, err := strconv.ParseUint(account.Gid, 10, 32)
	if err != nil {
		return nil, fmt.Errorf("read gid of %s: %w", account.Username, err)
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
}

// makeDir makes the cluster's directory, owned by owner, in the first temporary directory that suits.
func makeDir(owner *syscall.Credential) (string, error) {
	parent := os.TempDir()
	if !suits(parent, owner) {
		parent = "/tmp"
	}
	dir, err := os.MkdirTemp(parent, "roster-pg-")
	if err != nil || owner == nil {
		return dir, err
	}
	return dir, os.Chown(dir, int(owner.Uid), int(owner.Gid))
}

// suits reports whether a cluster can live under parent: its socket's path fits, the supervisor's script can quote
// it, and its owner can reach it.
func suits(parent string, owner *syscall.Credential) bool {
	if len(parent)+len("/roster-pg-0123456789") > maxSocketDir || strings.Contains(parent, "'") {
		return false
	}
	for dir := filepath.Clean(parent); owner != nil; dir = filepath.Dir(dir) {
		info, err := os.Stat(dir)
		if err != nil || info.Mode()&0o001 == 0 {
			return false
		}
		if dir == filepath.Dir(dir) {
			break
		}
	}
	return true
}
