package cli

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// accountsToUnlink gives the AAIDs of the arguments or of a file: each once,
// in their order, all of the right form.
func (env *Env) accountsToUnlink(args []string, file string) ([]string, error) {
	if file == "" {
		return uniqueAccounts("argument", args)
	}
	text, err := env.readInput(file)
	if err != nil {
		return nil, err
	}
	accounts, err := accountsInText(text)
	if err != nil {
		return nil, err
	}
	if len(accounts) == 0 {
		return nil, usagef("%s holds no AAIDs", file)
	}
	return uniqueAccounts("AAID", accounts)
}

func (env *Env) readInput(file string) (string, error) {
	if file == "-" {
		text, err := io.ReadAll(env.Stdin)
		if err != nil {
			return "", fmt.Errorf("read standard input: %w", err)
		}
		return string(text), nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return "", usagef("read input: %v", err)
	}
	return string(text), nil
}

// accountsInText reads one AAID a line, or a CSV when the first line names a
// column of AAIDs. Empty lines and lines that start with # do not count.
func accountsInText(text string) ([]string, error) {
	text = strings.TrimPrefix(text, "\ufeff") // spreadsheets write a byte order mark
	head, _, _ := strings.Cut(text, "\n")
	if column := accountColumn(head); column >= 0 {
		return accountsInCSV(text, column)
	}
	var accounts []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			accounts = append(accounts, line)
		}
	}
	return accounts, nil
}

// accountColumn finds the column of AAIDs in a CSV header; -1 is none.
func accountColumn(head string) int {
	names, err := csv.NewReader(strings.NewReader(head)).Read()
	if err != nil {
		return -1
	}
	for i, name := range names {
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "accountid", "account_id", "aaid":
			return i
		}
	}
	return -1
}

func accountsInCSV(text string, column int) ([]string, error) {
	reader := csv.NewReader(strings.NewReader(text))
	reader.FieldsPerRecord = -1
	if _, err := reader.Read(); err != nil {
		return nil, usagef("read CSV: %v", err)
	}
	var accounts []string
	for {
		record, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return accounts, nil
		}
		if err != nil {
			return nil, usagef("read CSV: %v", err)
		}
		line, _ := reader.FieldPos(0)
		if column >= len(record) {
			return nil, usagef("line %d of the CSV is too short", line)
		}
		accounts = append(accounts, strings.TrimSpace(record[column]))
	}
}

// uniqueAccounts checks the form of all before anything is done with one.
func uniqueAccounts(what string, accounts []string) ([]string, error) {
	seen := map[string]bool{}
	unique := make([]string, 0, len(accounts))
	for i, account := range accounts {
		if !isAccountID(account) {
			return nil, usagef("%s %d, %.60q, is not an account id", what, i+1, account)
		}
		if !seen[account] {
			seen[account] = true
			unique = append(unique, account)
		}
	}
	return unique, nil
}
