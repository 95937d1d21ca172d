package adminapi

import (
	"encoding/csv"
	"encoding/json"
	"net/http"
	"time"

	"roster/internal/accounts"
	"roster/internal/adminapi/api"
	"roster/internal/store"
)

// exportAccounts writes all accounts that the filters want, page by page. When
// a page fails the connection breaks, so that nobody takes the part for the whole.
func (h *Handler) exportAccounts(c *call) error {
	q, err := accountSearch(c.URL.Query())
	if err != nil {
		return err
	}
	write, err := c.accountWriter()
	if err != nil {
		return err
	}
	p := store.Page{Limit: store.MaxPage}
	connection := http.NewResponseController(c.w)
	for begun := false; ; begun = true {
		found, next, err := h.accounts.Search(c.Context(), c.org, q, p)
		if err != nil && !begun {
			return err
		}
		if err == nil {
			err = write(found, !begun)
		}
		if err != nil {
			h.logger.WarnContext(c.Context(), "export broke off", "requestId", requestID(c.w), "error", err)
			panic(http.ErrAbortHandler)
		}
		if next == "" {
			return nil
		}
		p.After = next
		_ = connection.SetWriteDeadline(time.Now().Add(pageTime)) // as in exportRest
	}
}

// accountWriter gives what writes a page in the format that is asked for.
func (c *call) accountWriter() (func(page []accounts.Found, isFirst bool) error, error) {
	switch format := c.URL.Query().Get("format"); format {
	case "", "csv":
		return c.writeAccountsCSV, nil
	case "jsonl":
		return c.writeAccountsJSON, nil
	default:
		return nil, refusal(badValue, `"format" is %.20q; it must be csv or jsonl`, format).withField("format")
	}
}

func (c *call) writeAccountsCSV(page []accounts.Found, isFirst bool) error {
	out := csv.NewWriter(c.w)
	out.UseCRLF = true
	if isFirst {
		c.w.Header().Set("Content-Type", "text/csv; charset=utf-8; header=present")
		c.w.Header().Set("Content-Disposition", `attachment; filename="accounts.csv"`)
		head := converted(accountFields, func(f accountField) string { return f.name })
		if err := out.Write(head); err != nil {
			return err
		}
	}
	for _, a := range page {
		v := exportedAccount(a)
		row := []string{
			v.ID, v.Email, v.Name, string(v.Status), v.Nickname, v.Zoneinfo, v.Locale, v.JobTitle, v.Organization, v.Department, v.Location,
			v.StatusReason, string(v.Origin), string(v.Invitation), string(v.Linked), v.LastActiveAt, v.CreatedAt,
		}
		if err := out.Write(converted(row, harmless)); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

func (c *call) writeAccountsJSON(page []accounts.Found, isFirst bool) error {
	if isFirst {
		c.w.Header().Set("Content-Type", "application/x-ndjson")
	}
	out := json.NewEncoder(c.w)
	out.SetEscapeHTML(false)
	for _, a := range page {
		if err := out.Encode(exportedAccount(a)); err != nil {
			return err
		}
	}
	return nil
}

// exportedAccount is an account in files: all members are strings, so that the
// same file can be imported.
func exportedAccount(a accounts.Found) api.AccountRecord {
	linked := api.AccountRecordLinkedNo
	if len(a.Links) > 0 {
		linked = api.AccountRecordLinkedYes
	}
	v := api.AccountRecord{
		ID: string(a.ID), Email: a.Email.Address, Name: a.Name, Status: api.AccountStatus(a.Status), StatusReason: a.StatusReason,
		Nickname: a.Profile.Nickname, Zoneinfo: a.Profile.Zoneinfo, Locale: a.Profile.Locale, JobTitle: a.Profile.JobTitle,
		Organization: a.Profile.Organization, Department: a.Profile.Department, Location: a.Profile.Location,
		Origin: api.Origin(a.Origin), Invitation: api.Invitation(a.Invitation), Linked: linked,
	}
	if len(a.Activity) > 0 {
		v.LastActiveAt = a.Activity[0].At.Format(time.RFC3339)
	}
	if !a.CreatedAt.IsZero() {
		v.CreatedAt = a.CreatedAt.Format(time.RFC3339)
	}
	return v
}
