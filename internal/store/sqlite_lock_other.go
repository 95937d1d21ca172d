//go:build !unix

package store

import (
	"fmt"
	"os"
)

// lockSQLite only makes the lock file here: where there is no flock, SQLite's
// own locks keep the database whole, but a second server is not refused.
func lockSQLite(path string) (*os.File, error) {
	f, err := os.OpenFile(path+".lock", os.O_CREATE|os.O_RDWR, 0o600) //nolint:gosec // the operator names the file
	if err != nil {
		return nil, fmt.Errorf("lock %s: %w", path, err)
	}
	return f, nil
}
