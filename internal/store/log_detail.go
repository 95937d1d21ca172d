package store

import (
	"strconv"
	"strings"

	"roster/internal/identity"
)

// LogDetail is what an entry of the troubleshooting log was made by.
type LogDetail struct {
	Request  string // that was refused, as far as it is kept, without secrets; "" where there was none
	Response string // to it
	Changes  string // of an update: JSON, an array of {"path", "before", "after"}; "" where there are none
}

func (tx *Tx) insertLogDetail(e LogEntry) error {
	_, err := tx.exec(`INSERT INTO log_detail (org_id, entry_id, request, response, changes) VALUES ($1, $2, $3, $4, $5)`,
		e.OrgID, e.ID, e.Detail.Request, e.Detail.Response, e.Detail.Changes)
	return err
}

type loggedDetail struct {
	id     identity.EntryID
	detail LogDetail
}

func scanLogDetail(row scanner) (d loggedDetail, err error) {
	err = row.Scan(&d.id, &d.detail.Request, &d.detail.Response, &d.detail.Changes)
	return d, err
}

// ReadLogDetails fills in the details of an org's entries, at most a page of them.
func (tx *Tx) ReadLogDetails(org identity.OrgID, entries []LogEntry) error {
	if len(entries) == 0 {
		return nil
	}
	args, places := []any{org}, make([]string, len(entries))
	at := make(map[identity.EntryID]int, len(entries))
	for i, e := range entries {
		at[e.ID] = i
		args = append(args, e.ID)
		places[i] = "$" + strconv.Itoa(len(args))
	}
	return each(tx, scanLogDetail, func(d loggedDetail) error {
		entries[at[d.id]].Detail = d.detail
		return nil
	}, `SELECT entry_id, request, response, changes FROM log_detail WHERE org_id = $1 AND entry_id IN (`+strings.Join(places, ", ")+`)`, args...)
}
