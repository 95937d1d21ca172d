//go:build unix

package store

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

// lockSQLite marks a database file as served by this process, until the file
// that it gives is closed or the process ends. Two servers on one file would
// not harm it, as SQLite's own locks see to that; but each would slow down the
// other and know nothing of its caches and limits.
func lockSQLite(path string) (*os.File, error) {
	f, err := os.OpenFile(path+".lock", os.O_CREATE|os.O_RDWR, 0o600) //nolint:gosec // the operator names the file
	if err != nil {
		return nil, fmt.Errorf("lock %s: %w", path, err)
	}
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		err = errors.New("another Roster serves it; end that one, or give this one a database of its own")
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("lock %s: %w", path, err), f.Close())
	}
	return f, nil
}
