package identity

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxName bounds the names that administrators give: of orgs, directories, keys
// and groups, in characters.
const MaxName = 200

// CheckName gives a name without the spaces around it; it may not be empty.
func CheckName(name string) (string, error) {
	name, err := CheckOptionalName(name)
	if err == nil && name == "" {
		return "", Errorf(CodeInvalid, "name is empty").WithField("name")
	}
	return name, err
}

// CheckOptionalName is [CheckName] of what need not have a name.
func CheckOptionalName(name string) (string, error) {
	name = strings.TrimSpace(name)
	if err := CheckText("name", name, MaxName); err != nil {
		return "", err
	}
	return name, nil
}

// CheckText refuses what is longer than a number of characters, or not text.
func CheckText(field, text string, maxLength int) error {
	switch {
	case !utf8.ValidString(text) || strings.ContainsFunc(text, unicode.IsControl):
		return Errorf(CodeInvalid, "%s has characters that are not text", field).WithField(field)
	case utf8.RuneCountInString(text) > maxLength:
		return Errorf(CodeInvalid, "%s is longer than %d characters", field, maxLength).WithField(field)
	}
	return nil
}
