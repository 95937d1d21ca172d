package cli

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"roster/internal/adminapi/api"
)

func newDirectoryHealthCmd(env *Env) *cobra.Command {
	days := 14
	cmd := &cobra.Command{
		Use:   "health DIRECTORY [--days N]",
		Short: "Show when a directory was last heard of, and how much of what it sends is refused",
		Long: `Show how a directory fares: its last write and refusal, and for each day (UTC) what it wrote, what was refused, and
how many requests came with an expired or revoked token. The bars are the hours of a day. With --output json every hour
is listed. roster log list has the reasons of refusals.`,
		Example: "  roster directory health okta",
		Args:    exactArgs(1, "a directory"),
		RunE: func(cmd *cobra.Command, args []string) error {
			s, org, err := env.connectOrg(cmd.Context())
			if err != nil {
				return err
			}
			id, err := s.directoryID(cmd.Context(), org, args[0])
			if err != nil {
				return err
			}
			answer, err := decode[api.DirectoryHealthResponse](s.GetDirectoryHealth(cmd.Context(), org, id, &api.GetDirectoryHealthParams{Days: &days}))
			if err != nil {
				return err
			}
			return env.printHealth(answer.Data)
		},
	}
	cmd.Flags().IntVar(&days, "days", days, "days to show, at most 30")
	return cmd
}

var healthLines = []column[api.DirectoryHealth]{
	{"DIRECTORY", func(h api.DirectoryHealth) string { return h.Name }},
	{"STATUS", func(h api.DirectoryHealth) string { return string(h.Status) }},
	{"USERS", func(h api.DirectoryHealth) string { return strconv.FormatInt(h.Users, 10) }},
	{"GROUPS", func(h api.DirectoryHealth) string { return strconv.FormatInt(h.Groups, 10) }},
	{"UNLINKED", func(h api.DirectoryHealth) string { return strconv.FormatInt(h.Unlinked, 10) }},
	{"LAST WRITE", func(h api.DirectoryHealth) string { return orNever(h.LastWriteAt) }},
	{"LAST REFUSAL", func(h api.DirectoryHealth) string { return orNever(h.LastRefusalAt) }},
	{"LAST DEAD TOKEN", func(h api.DirectoryHealth) string { return when(h.LastUnauthenticatedAt) }},
	{"LAST 24 HOURS", func(h api.DirectoryHealth) string {
		a := h.Last24Hours
		return fmt.Sprintf("%d written, %d refused%s", a.Writes, a.Refusals, mark(a.ErrorRate != nil, " ("+errorRate(a.Writes, a.Refusals)+")"))
	}},
}

func orNever(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	return when(t)
}

// healthDay is a day of a directory with its hours.
type healthDay struct {
	start                             time.Time
	writes, refusals, unauthenticated int
	hours                             []int // requests of all three kinds
	busiest                           int   // hour of all days
}

var healthDayColumns = []column[healthDay]{
	{"DAY", func(d healthDay) string { return d.start.Format(time.DateOnly) }},
	{"WRITES", func(d healthDay) string { return strconv.Itoa(d.writes) }},
	{"REFUSALS", func(d healthDay) string { return strconv.Itoa(d.refusals) }},
	{"ERRORS", func(d healthDay) string { return errorRate(d.writes, d.refusals) }},
	{"DEAD TOKEN", func(d healthDay) string { return strconv.Itoa(d.unauthenticated) }},
	{"HOURS", func(d healthDay) string { return sparkline(d.hours, d.busiest) }},
}

// errorRate is in per cent, "" when nothing was sent.
func errorRate(writes, refusals int) string {
	if writes+refusals == 0 {
		return ""
	}
	return fmt.Sprintf("%.1f%%", 100*float64(refusals)/float64(writes+refusals))
}

func (env *Env) printHealth(h api.DirectoryHealth) error {
	if err := printOne(env, h, healthLines); err != nil || env.flags.output == outputJSON {
		return err
	}
	if _, err := fmt.Fprintln(env.Stdout); err != nil {
		return fmt.Errorf("print: %w", err)
	}
	return printRows(env, healthDays(h.Series), healthDayColumns)
}

// healthDays sums hours up to days.
func healthDays(hours []api.DirectoryActivity) []healthDay {
	var days []healthDay
	busiest := 0
	for _, a := range hours {
		start := a.Start.UTC().Truncate(24 * time.Hour)
		if n := len(days); n == 0 || !days[n-1].start.Equal(start) {
			days = append(days, healthDay{start: start})
		}
		d := &days[len(days)-1]
		d.writes += a.Writes
		d.refusals += a.Refusals
		d.unauthenticated += a.Unauthenticated
		sent := a.Writes + a.Refusals + a.Unauthenticated
		d.hours = append(d.hours, sent)
		busiest = max(busiest, sent)
	}
	for i := range days {
		days[i].busiest = busiest
	}
	slices.Reverse(days) // today first
	return days
}

// bars are the heights of a sparkline's bars.
var bars = []rune("▁▂▃▄▅▆▇█")

// sparkline draws values as bars, the greatest possible one as the highest. A
// dot stands for nothing, so that little is not taken for it.
func sparkline(values []int, greatest int) string {
	var line strings.Builder
	for _, v := range values {
		if v == 0 {
			line.WriteRune('·')
			continue
		}
		line.WriteRune(bars[(v*len(bars)-1)/greatest])
	}
	return line.String()
}
