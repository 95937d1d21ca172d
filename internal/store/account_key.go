package store

import (
	"strings"

	"roster/internal/scim"
)

// maxNameKey bounds the key of a name, in characters: an index row has its bound.
const maxNameKey = 100

// nameKeys are what a search compares of a name.
type nameKeys struct {
	whole string
	last  string // the last word, "" where there is only one
}

func nameKeysOf(name string) nameKeys {
	words := strings.Fields(scim.Fold(name))
	keys := nameKeys{whole: clipKey(strings.Join(words, " "))}
	if len(words) > 1 {
		keys.last = clipKey(words[len(words)-1])
	}
	return keys
}

// clipKey cuts a key between two characters.
func clipKey(key string) string {
	n := 0
	for i := range key {
		if n == maxNameKey {
			return key[:i]
		}
		n++
	}
	return key
}
