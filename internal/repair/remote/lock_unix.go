//go:build unix

package remote

import (
	"errors"
	"os"
	"syscall"
)

// lockFile keeps a second program from going on with the same journal, until
// the file is closed or the process ends.
func lockFile(f *os.File) error {
	err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return errors.New("another roster is at work with it")
	}
	return err
}
