package console

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"roster/internal/identity"
	"roster/internal/repair"
)

// maxPairs bounds the people of one mapping file.
const maxPairs = 15_000

// wrongLine is a line of a mapping file that cannot be used.
type wrongLine struct {
	Line int
	Text string
	Why  string
}

// mappingText is the file of the form, or the lines that were pasted into it.
func (c *call) mappingText() (string, error) {
	file, _, err := c.FormFile("file")
	if errors.Is(err, http.ErrMissingFile) || errors.Is(err, http.ErrNotMultipart) {
		return c.PostFormValue("pairs"), nil
	}
	if err != nil {
		return "", err
	}
	defer file.Close()
	text, err := io.ReadAll(file) // the whole form is bounded
	if err != nil || len(text) == 0 {
		return c.PostFormValue("pairs"), err
	}
	return string(text), nil
}

// readMapping reads an old and a new address from each line. A first line
// without an @ is a heading.
func readMapping(text string) (pairs []repair.EmailPair, wrong []wrongLine) {
	text = strings.TrimPrefix(text, "\ufeff") // spreadsheets write a byte order mark
	r := csv.NewReader(strings.NewReader(text))
	r.FieldsPerRecord, r.Comment, r.TrimLeadingSpace, r.LazyQuotes = -1, '#', true, true
	r.Comma = separatorOf(text)
	m := mapping{old: map[string]int{}, new: map[string]int{}}
	for first := true; ; first = false {
		fields, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, append(m.wrong, wrongLine{1, "", err.Error()})
		}
		line, _ := r.FieldPos(0)
		if joined := strings.Join(fields, ","); !first || strings.Contains(joined, "@") {
			m.add(line, fields)
		}
	}
	if len(m.pairs) == 0 && len(m.wrong) == 0 {
		m.wrong = []wrongLine{{1, "", "there are no addresses: choose a file, or paste lines"}}
	}
	return m.pairs, m.wrong
}

// separatorOf is the one that a spreadsheet used: in many countries the
// semicolon.
func separatorOf(text string) rune {
	first, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	for _, separator := range []rune{';', '\t'} {
		if !strings.Contains(first, ",") && strings.ContainsRune(first, separator) {
			return separator
		}
	}
	return ','
}

// mapping collects the pairs of a file; old and new tell on which line an
// address stands.
type mapping struct {
	pairs    []repair.EmailPair
	wrong    []wrongLine
	old, new map[string]int
}

func (m *mapping) add(line int, fields []string) {
	refuse := func(format string, args ...any) {
		m.wrong = append(m.wrong, wrongLine{line, strings.Join(fields, ","), fmt.Sprintf(format, args...)})
	}
	if len(fields) < 2 {
		refuse("it needs an old and a new address")
		return
	}
	from, fromErr := identity.ParseEmail(strings.TrimSpace(fields[0]))
	to, toErr := identity.ParseEmail(strings.TrimSpace(fields[1]))
	switch {
	case fromErr != nil:
		refuse("the old address: %v", fromErr)
	case toErr != nil:
		refuse("the new address: %v", toErr)
	case from.Key == to.Key:
		refuse("both addresses are the same")
	case m.old[from.Key] > 0:
		refuse("%s stands on line %d as well", from.Address, m.old[from.Key])
	case m.new[to.Key] > 0:
		refuse("%s is the new address of line %d as well", to.Address, m.new[to.Key])
	case len(m.pairs) == maxPairs:
		refuse("a file holds at most %s people: plan the rest in another repair", num(maxPairs))
	default:
		m.old[from.Key], m.new[to.Key] = line, line
		m.pairs = append(m.pairs, repair.EmailPair{Old: from.Address, New: to.Address})
	}
}
