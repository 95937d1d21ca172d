package adminapi

import (
	"encoding/json"

	"roster/internal/adminapi/api"
	"roster/internal/identity"
)

// getLogEntry shows an entry of the troubleshooting log with what made it.
func (h *Handler) getLogEntry(c *call) error {
	e, err := h.journal.Entry(c.Context(), c.org, identity.EntryID(c.PathValue("entryId")))
	if err != nil {
		return err
	}
	changes, err := changesView(e.Detail.Changes)
	if err != nil {
		return err
	}
	return c.ok(api.LogEntryDetail{Data: logView(e), Request: e.Detail.Request, Response: e.Detail.Response, Changes: changes})
}

// changesView reads the changes as the log keeps them.
func changesView(stored string) ([]api.AttributeChange, error) {
	changes := []api.AttributeChange{}
	if stored == "" {
		return changes, nil
	}
	err := json.Unmarshal([]byte(stored), &changes)
	return changes, err
}
