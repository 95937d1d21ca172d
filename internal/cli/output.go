package cli

import (
	"encoding/json"
	"fmt"
	"io"
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
	var lines strings.Builder
	cells := make([]string, len(columns))
	for i, c := range columns {
		cells[i] = c.title
	}
	lines.WriteString(strings.Join(cells, "\t") + "\n")
	for _, row := range rows {
		for i, c := range columns {
			cells[i] = cell(c.value(row))
		}
		lines.WriteString(strings.Join(cells, "\t") + "\n")
	}
	return env.printAligned(lines.String())
}

// printOne prints one thing: the API's own object, or a line for each column
// that has a value.
func printOne[T any](env *Env, one T, columns []column[T]) error {
	if env.flags.output == outputJSON {
		return env.printJSON(one)
	}
	var lines strings.Builder
	for _, c := range columns {
		if value := c.value(one); value != "" {
			lines.WriteString(strings.ToLower(c.title) + "\t" + clean(value) + "\n")
		}
	}
	return env.printAligned(lines.String())
}

// printAligned prints lines whose cells are parted by tabs.
func (env *Env) printAligned(lines string) error {
	w := tabwriter.NewWriter(env.Stdout, 0, 0, 2, ' ', 0)
	if _, err := io.WriteString(w, lines); err != nil {
		return fmt.Errorf("print: %w", err)
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("print: %w", err)
	}
	return nil
}

func (env *Env) printJSON(value any) error {
	encoder := json.NewEncoder(env.Stdout)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(value)
}

// sayf tells people what was done, beside the output proper.
func (env *Env) sayf(format string, args ...any) {
	env.tell(clean(fmt.Sprintf(format, args...)) + "\n")
}

// hintf names the command to try next, to people at a terminal only.
// It returns nil so that a command can end with it.
func (env *Env) hintf(format string, args ...any) error {
	if env.flags.output == outputTable && env.IsTerminal(env.Stderr) {
		env.tell("\n" + env.dim("next:") + " " + clean(fmt.Sprintf(format, args...)) + "\n")
	}
	return nil
}

// tell writes to standard error. When nobody can read that, nobody can be told.
func (env *Env) tell(text string) {
	env.telling.Lock()
	defer env.telling.Unlock()
	_, _ = io.WriteString(env.Stderr, text)
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

// counted is a number of things in words: 1 account, 2 accounts.
func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
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
