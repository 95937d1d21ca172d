package e2e

import (
	"fmt"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"unsafe"
)

// TestDiskFull takes the room to write from a running server: writes are
// answered 507 and change nothing, reads go on, and when there is room again
// the server goes on by itself.
func TestDiskFull(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	p, info := startDemo(t, dir)
	d := info.Directories[2]
	wal, err := os.Stat(filepath.Join(dir, "roster.db-wal"))
	if err != nil {
		t.Fatal(err)
	}
	limitFileSize(t, p.cmd.Process.Pid, uint64(wal.Size())+64<<10)

	acknowledged := fillUp(t, d.SCIMBaseURL, d.Token)
	request(t, http.MethodGet, d.SCIMBaseURL+"/Users?count=1", d.Token, "").want(t, 200)
	orgs := info.BaseURL + "/admin/v1/orgs"
	request(t, http.MethodGet, orgs, info.SiteKey, "").want(t, 200)
	refused := request(t, http.MethodPost, orgs, info.SiteKey, `{"name":"No room"}`)
	for range 100 { // it takes less than a user, and may find the last of the room
		if refused.status != http.StatusCreated {
			break
		}
		refused = request(t, http.MethodPost, orgs, info.SiteKey, `{"name":"No room"}`)
	}
	refused.want(t, 507)
	diff(t, "code", "ADMIN-507-1", at(t, refused.object(t), "errors", 0, "code"))

	limitFileSize(t, p.cmd.Process.Pid, math.MaxUint64)
	last, err := createUser(d.SCIMBaseURL, d.Token, "full-again@newcorp.example")
	if err != nil {
		t.Fatalf("with room again: %v", err)
	}
	for _, id := range append(acknowledged, last) {
		request(t, http.MethodGet, d.SCIMBaseURL+"/Users/"+id, d.Token, "").want(t, 200)
	}
	p.stop(t)
	checkInvariants(t, filepath.Join(dir, "roster.db"))
}

// fillUp creates users until there is no room, and gives the ids that were
// acknowledged.
func fillUp(t *testing.T, base, token string) (ids []string) {
	t.Helper()
	for n := range 1000 {
		body := fmt.Sprintf(`{"userName":"full-%d@newcorp.example"}`, n)
		a := request(t, http.MethodPost, base+"/Users", token, body)
		if a.status == http.StatusCreated {
			ids = append(ids, fmt.Sprint(a.object(t)["id"]))
			continue
		}
		a.want(t, 507)
		diff(t, "status", "507", a.object(t)["status"])
		diff(t, "Retry-After", "60", a.header.Get("Retry-After"))
		return ids
	}
	t.Fatal("there was room for everything")
	return nil
}

// limitFileSize bounds the files that a process writes, as a quota does.
func limitFileSize(t *testing.T, pid int, size uint64) {
	t.Helper()
	limit := syscall.Rlimit{Cur: size, Max: math.MaxUint64}
	const rlimitFileSize = 1
	_, _, errno := syscall.RawSyscall6(syscall.SYS_PRLIMIT64, uintptr(pid), rlimitFileSize, uintptr(unsafe.Pointer(&limit)), 0, 0, 0)
	if errno != 0 {
		t.Fatalf("limit the size of files: %v", errno)
	}
}
