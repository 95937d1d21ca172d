package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"time"

	"roster/internal/adminapi/api"
)

const followPause = 2 * time.Second

// followLog prints the latest entries and then every new one, oldest first,
// one line each (with --output json, one JSON object a line), until the
// context ends.
func (env *Env) followLog(ctx context.Context, s *session, org string, params api.ListLogParams, limit limitFlag) error {
	seen := map[string]bool{}
	for first := true; ; first = false {
		most := limit
		if !first {
			most = 0 // everything new
		}
		entries, _, err := collect[api.LogEntry](func(cursor *string, size *int) (*http.Response, error) {
			params.Cursor, params.Limit = cursor, size
			return s.ListLog(ctx, org, &params)
		}, most)
		if ctx.Err() != nil {
			return nil //nolint:nilerr // an interrupt is how this ends
		}
		if err != nil {
			return err
		}
		slices.Reverse(entries)
		if err := env.printNewEntries(entries, seen); err != nil {
			return err
		}
		if len(entries) > 0 {
			params.From, seen = lastMoment(entries)
		}
		if env.Sleep(ctx, followPause) != nil {
			return nil //nolint:nilerr // an interrupt is how this ends
		}
	}
}

// lastMoment is where the next look starts: at the time of the latest entry,
// whose ids are known, because another entry of the same time may still come.
func lastMoment(entries []api.LogEntry) (*time.Time, map[string]bool) {
	last := entries[len(entries)-1].Time
	seen := map[string]bool{}
	for _, entry := range entries {
		if entry.Time.Equal(last) {
			seen[entry.ID] = true
		}
	}
	return &last, seen
}

func (env *Env) printNewEntries(entries []api.LogEntry, seen map[string]bool) error {
	for _, entry := range entries {
		if seen[entry.ID] {
			continue
		}
		if err := env.printEntry(entry); err != nil {
			return err
		}
	}
	return nil
}

func (env *Env) printEntry(e api.LogEntry) error {
	if env.flags.output == outputJSON {
		return json.NewEncoder(env.Stdout).Encode(e)
	}
	_, err := fmt.Fprintf(env.Stdout, "%s  %-7s  %-3s  %s %s  %s  %s\n",
		when(e.Time), e.Level, cell(statusText(e)), clean(e.Operation), clean(e.Resource), cell(e.Name), clean(e.Message))
	return err
}
