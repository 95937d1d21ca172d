package console

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"

	"roster/internal/identity"
	"roster/internal/journal"
	"roster/internal/store"
)

// logEntryView is one entry of the troubleshooting log.
type logEntryView struct {
	Header   header
	Said     alert // what was decided, and what to do next
	Findings []link
	Facts    []fact
	Changes  []changeRow
	Request  string
	Response string
}

// changeRow is an attribute that an update changed.
type changeRow struct{ Path, Before, After string }

func (h *Handler) showLogEntry(c *call) error {
	e, err := h.Journal.Entry(c.Context(), c.org, identity.EntryID(c.PathValue("entryId")))
	if err != nil {
		return err
	}
	changes, err := changeRows(e.Detail.Changes)
	if err != nil {
		return err
	}
	v := logEntryView{
		Header: header{
			Title: capital(operationText(e)), Crumbs: []link{{"Log", base + "/log"}}, ID: string(e.ID), Badges: []badge{levelBadge(e.Level)},
		},
		Said: saidOf(e), Changes: changes, Request: prettyExchange(e.Detail.Request), Response: prettyExchange(e.Detail.Response),
	}
	if v.Facts, err = h.logFacts(c, e); err != nil {
		return err
	}
	found, err := h.Repair.FindingsAbout(c.Context(), c.org, e)
	if err != nil {
		return err
	}
	for _, f := range found {
		v.Findings = append(v.Findings, link{capital(f.Title), base + "/findings/" + url.PathEscape(f.ID)})
	}
	return h.page(c, "log_entry", v)
}

func saidOf(e store.LogEntry) alert {
	tones := map[string]tone{journal.LevelError: bad, journal.LevelWarning: warn}
	a := alert{Tone: tones[e.Level], Title: e.Message, Text: e.Hint}
	if a.Tone == "" {
		a.Tone = neutral
	}
	return a
}

func (h *Handler) logFacts(c *call, e store.LogEntry) ([]fact, error) {
	directories, err := h.directoryOptions(c)
	if err != nil {
		return nil, err
	}
	facts := []fact{{Label: "Time", At: e.Time}}
	add := func(label, value string, f fact) {
		if value != "" {
			f.Label = label
			facts = append(facts, f)
		}
	}
	add("Answer", statusText(e.HTTPStatus), fact{Text: strings.TrimSpace(statusText(e.HTTPStatus) + " " + e.SCIMType)})
	add("Directory", string(e.DirectoryID), fact{Link: link{labelOf(directories, string(e.DirectoryID)), base + "/directories/" + url.PathEscape(string(e.DirectoryID))}})
	add("Name", e.Name, fact{Text: e.Name})
	add("External id", e.ExternalID, fact{Text: e.ExternalID})
	add("Account", string(e.AccountID), fact{Link: accountLink(e.AccountID)})
	add("SCIM id", e.SCIMID, fact{Link: recordLink(e, e.SCIMID)})
	add("Other account", string(e.OtherAccountID), fact{Link: accountLink(e.OtherAccountID)})
	add("Other SCIM id", e.OtherSCIMID, fact{ID: e.OtherSCIMID})
	add("By", e.Actor, fact{Text: e.Actor})
	add("Request id", e.RequestID, fact{ID: e.RequestID})
	return facts, nil
}

func accountLink(id identity.AccountID) link {
	return link{short(id), base + "/accounts/" + url.PathEscape(string(id))}
}

func recordLink(e store.LogEntry, id string) link {
	place := "/users/"
	if e.Resource == journal.ResourceGroup {
		place = "/groups/"
	}
	return link{short(id), base + "/directories/" + url.PathEscape(string(e.DirectoryID)) + place + url.PathEscape(id)}
}

// changeRows reads the changes as the log keeps them.
func changeRows(stored string) ([]changeRow, error) {
	if stored == "" {
		return nil, nil
	}
	var changes []struct {
		Path      string          `json:"path"`
		Before    json.RawMessage `json:"before"`
		After     json.RawMessage `json:"after"`
		IsTooLong bool            `json:"isTooLong"`
	}
	if err := json.Unmarshal([]byte(stored), &changes); err != nil {
		return nil, fmt.Errorf("read changes: %w", err)
	}
	rows := make([]changeRow, len(changes))
	for i, c := range changes {
		rows[i] = changeRow{c.Path, valueText(c.Before), valueText(c.After)}
		if c.IsTooLong {
			rows[i].Before, rows[i].After = "too long to be kept", "too long to be kept"
		}
	}
	return rows, nil
}

// valueText shows a value: a text as it is, others as JSON, none as nothing.
func valueText(raw json.RawMessage) string {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return text // of null too, which leaves it empty
	}
	return indented(raw)
}

// prettyExchange lays out the body of a request or answer, if it is JSON and
// was not cut off.
func prettyExchange(text string) string {
	head, body, ok := strings.Cut(text, "\n\n")
	if !ok {
		return text
	}
	return head + "\n\n" + indented([]byte(body))
}

func indented(raw []byte) string {
	var out bytes.Buffer
	if json.Indent(&out, raw, "", "  ") != nil {
		return string(raw)
	}
	return out.String()
}
