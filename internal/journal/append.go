package journal

import (
	"cmp"
	"encoding/json"
	"fmt"

	"roster/internal/identity"
	"roster/internal/store"
)

// The levels of the troubleshooting log.
const (
	LevelInfo    = "info"
	LevelWarning = "warning"
	LevelError   = "error"
)

// The resources that an entry can be about.
const (
	ResourceUser    = "USER"
	ResourceGroup   = "GROUP"
	ResourceRequest = "REQUEST" // a request that did not get as far as a resource
)

// maxText bounds the texts of an entry that a client decides, in bytes.
const maxText = 1024

// maxExchange bounds what is kept of a refused request, and of its answer, in bytes.
const maxExchange = 8 << 10

// Append adds an entry to the troubleshooting log, under a fresh id unless it has one.
func Append(tx *store.Tx, c identity.Caller, e store.LogEntry) error {
	e.ID = cmp.Or(e.ID, identity.NewEntryID(tx.Now()))
	e.Actor, e.RequestID = c.Actor, c.RequestID
	e.Name, e.ExternalID, e.Message = clip(e.Name, maxText), clip(e.ExternalID, maxText), clip(e.Message, maxText)
	e.Detail.Request, e.Detail.Response = clip(e.Detail.Request, maxExchange), clip(e.Detail.Response, maxExchange)
	if err := tx.InsertLogEntry(e); err != nil {
		return fmt.Errorf("append to troubleshooting log: %w", err)
	}
	return nil
}

// Action is what an administrator did, in the style of the hosted audit log.
type Action string

// Audit adds an entry to the audit log; before and after are written as JSON,
// nil where there is none. They must not hold secrets.
func Audit(tx *store.Tx, c identity.Caller, org identity.OrgID, action Action, target string, before, after any) error {
	b, err := json.Marshal(before)
	if err != nil {
		return fmt.Errorf("audit %s: %w", action, err)
	}
	a, err := json.Marshal(after)
	if err != nil {
		return fmt.Errorf("audit %s: %w", action, err)
	}
	err = tx.InsertAuditEntry(store.AuditEntry{
		OrgID: org, ID: identity.NewEntryID(tx.Now()), Action: string(action), Actor: c.Actor, ActorID: c.ActorID, IP: c.IP,
		Target: target, Before: string(b), After: string(a), RequestID: c.RequestID,
	})
	if err != nil {
		return fmt.Errorf("append to audit log: %w", err)
	}
	return nil
}

// clip shortens a text to a number of bytes, at a rune boundary.
func clip(s string, most int) string {
	if len(s) <= most {
		return s
	}
	cut := most
	for cut > 0 && s[cut]&0xC0 == 0x80 {
		cut--
	}
	return s[:cut] + "…"
}
