package cli

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"

	"roster/internal/adminapi/api"
	"roster/internal/identity"
)

// mappedPair is a line of a mapping file.
type mappedPair struct {
	api.EmailPair

	line int
}

// emailPairs reads a mapping file.
func emailPairs(text string) ([]mappedPair, error) {
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\ufeff"))) // spreadsheets write a byte order mark
	r.FieldsPerRecord, r.Comment, r.TrimLeadingSpace = -1, '#', true
	var pairs []mappedPair
	for first := true; ; first = false {
		fields, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, usagef("read the mapping: %v", err)
		}
		line, _ := r.FieldPos(0)
		switch {
		case first && !strings.Contains(strings.Join(fields, ""), "@"):
			continue
		case len(fields) < 2 || !strings.Contains(fields[0], "@") || !strings.Contains(fields[1], "@"):
			return nil, usagef("line %d of the mapping is %q; it needs an old and a new address", line, strings.Join(fields, ","))
		}
		pairs = append(pairs, mappedPair{api.EmailPair{Old: strings.TrimSpace(fields[0]), New: strings.TrimSpace(fields[1])}, line})
	}
	if len(pairs) == 0 {
		return nil, usagef("the mapping holds no addresses")
	}
	return pairs, nil
}

// mistakesShown bounds how many mistakes of a mapping are told of at once.
const mistakesShown = 20

// checkMapping refuses a mapping that names an address twice, since a person has
// one old and one new address, or that has what is no address.
func checkMapping(pairs []mappedPair) error {
	var mistakes []string
	seen := make(map[string]int, 2*len(pairs))
	for _, pair := range pairs {
		for _, address := range []string{pair.Old, pair.New} {
			email, err := identity.ParseEmail(address)
			if err != nil {
				mistakes = append(mistakes, fmt.Sprintf("line %d: %v", pair.line, err))
				continue
			}
			if first, twice := seen[email.Key]; twice {
				mistakes = append(mistakes, fmt.Sprintf("line %d: %s stands in line %d already", pair.line, email.Address, first))
				continue
			}
			seen[email.Key] = pair.line
		}
	}
	if len(mistakes) == 0 {
		return nil
	}
	if more := len(mistakes) - mistakesShown; more > 0 {
		mistakes = append(mistakes[:mistakesShown], fmt.Sprintf("and %d more", more))
	}
	return usagef("the mapping has mistakes, so nothing was planned: %s", strings.Join(mistakes, "; "))
}
