package browsertest

import (
	"crypto/sha256"
	"encoding/hex"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestAxe holds axe-core to what its authors published: axe.min.js of axe-core 4.14.1.
func TestAxe(t *testing.T) {
	t.Parallel()
	sum := sha256.Sum256([]byte(axe))
	if diff := cmp.Diff("29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c", hex.EncodeToString(sum[:])); diff != "" {
		t.Errorf("SHA-256 (-want +got):\n%s", diff)
	}
}
