package identity

import (
	"crypto/rand"
	"encoding/binary"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
)

// entries orders what this process logs within one microsecond.
var entries atomic.Uint32

// NewEntryID gives the id of a log entry of a time: a UUIDv7 (RFC 9562 section
// 5.7) that holds the time to the microsecond, so that entries are read in
// order of time, and from any time on, by their key.
func NewEntryID(t time.Time) EntryID {
	id := entryUUID(t)
	binary.BigEndian.PutUint32(id[9:13], entries.Add(1))
	rand.Read(id[13:]) // never fails, see crypto/rand
	return EntryID(id.String())
}

// FirstEntryID is not above the id of any entry of a time or later, and above
// those of all entries before it.
func FirstEntryID(t time.Time) EntryID { return EntryID(entryUUID(t).String()) }

// entryUUID is the time as a UUIDv7: milliseconds, then the microseconds of the
// millisecond where the RFC leaves room for a fraction. A time before 1970 is 1970.
func entryUUID(t time.Time) (id uuid.UUID) {
	micros := uint64(max(t.UnixMicro(), 0))
	binary.BigEndian.PutUint64(id[:8], micros/1000<<16|0x7000|micros%1000)
	id[8] = 0x80 // the variant
	return id
}
