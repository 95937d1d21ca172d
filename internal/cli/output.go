package cli

import (
	"encoding/json"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"
	"unicode"
)

// The values of --output.
const (
	outputTable = "table"
	outputJSON  = "json"
)

// column is one column of a table, and one line of a single thing shown.
type column[T any] struct {
	title string
	value func(T) string
}

// printRows prints a list: an array of the API's own objects, or a table.
func printRows[T any](env *Env, rows []T, columns []column[T]) error {
	if env.flags.output == outputJSON {
		return env.printJSON(rows)
	}
	w := tabwriter.NewWriter(env.Stdout, 0, 0, 2, ' ', 0)
	titles := make([]string, len(columns))
	for i, c := range columns {
		titles[i] = c.title
	}
	fmt.Fprintln(w, strings.Join(titles, "\t"))
	for _, row := range rows {
		cells := make([]string, len(columns))
		for i, c := range columns {
			cells[i] = cell(c.value(row))
		}
		fmt.Fprintln(w, strings.Join(cells, "\t"))
	}
	return w.Flush()
}

// printOne prints one thing: the API's own object, or a line for each column
// that has a value.
func printOne[T any](env *Env, one T, columns []column[T]) error {
	if env.flags.output == outputJSON {
		return env.printJSON(one)
	}
	w := tabwriter.NewWriter(env.Stdout, 0, 0, 2, ' ', 0)
	for _, c := range columns {
		if value := c.value(one); value != "" {
			fmt.Fprintf(w, "%s\t%s\n", strings.ToLower(c.title), clean(value))
		}
	}
	return w.Flush()
}

func (env *Env) printJSON(value any) error {
	encoder := json.NewEncoder(env.Stdout)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(value)
}

// say tells people what was done, beside the output proper.
func (env *Env) say(format string, args ...any) {
	fmt.Fprintln(env.Stderr, clean(fmt.Sprintf(format, args...)))
}

// hint names the command to try next, to people at a terminal only.
// It returns nil so that a command can end with it.
func (env *Env) hint(format string, args ...any) error {
	if env.flags.output == outputTable && env.IsTerminal(env.Stderr) {
		_, err := fmt.Fprintf(env.Stderr, "\n%s %s\n", env.dim("next:"), clean(fmt.Sprintf(format, args...)))
		return err
	}
	return nil
}

// dim sets text back on a terminal that may show colour (https://no-color.org).
func (env *Env) dim(text string) string {
	if env.Getenv("NO_COLOR") != "" || env.Getenv("TERM") == "dumb" || !env.IsTerminal(env.Stderr) {
		return text
	}
	return "\x1b[2m" + text + "\x1b[0m"
}

// cell is a table cell; an empty one is shown as a dash so that columns stay readable.
func cell(text string) string {
	if text == "" {
		return "-"
	}
	return clean(text)
}

// clean replaces control characters: names come from identity providers, and
// must not steer the terminal of an administrator.
func clean(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			return '·'
		}
		return r
	}, text)
}

func mark(is bool, text string) string {
	if is {
		return text
	}
	return ""
}

// when shows a time in UTC, to the second.
func when(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02 15:04:05")
}

// deref is the text behind a pointer that may be nil.
func deref(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}
