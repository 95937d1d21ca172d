package adminapi

import (
	"strconv"
	"time"

	"roster/internal/store"
)

func (h *Handler) exportLog(c *call, f store.LogFilter, p store.Page) error {
	return export[store.LogEntry]{"troubleshooting-log.csv", logHeader, logRow, func(p store.Page) ([]store.LogEntry, string, error) {
		return h.journal.Troubleshooting(c.Context(), c.org, f, p)
	}}.write(h, c, p)
}

var logHeader = []string{
	"time", "level", "operation", "resource", "directoryId", "scimId", "externalId", "name", "accountId",
	"otherScimId", "otherAccountId", "httpStatus", "scimType", "message", "hint", "requestId", "actor", "id",
}

func logRow(e store.LogEntry) []string {
	status := ""
	if e.HTTPStatus != 0 {
		status = strconv.Itoa(e.HTTPStatus)
	}
	return []string{
		e.Time.UTC().Format(time.RFC3339Nano), e.Level, e.Operation, e.Resource, string(e.DirectoryID), e.SCIMID, e.ExternalID, e.Name, string(e.AccountID),
		e.OtherSCIMID, string(e.OtherAccountID), status, e.SCIMType, e.Message, e.Hint, e.RequestID, e.Actor, string(e.ID),
	}
}
