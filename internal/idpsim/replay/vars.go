package replay

import (
	"fmt"
	"regexp"
	"strings"
	"sync"
)

// constants are the placeholders that mean the same everywhere (RFC 7643
// section 10.3, RFC 7644 section 8.2).
var constants = map[string]string{
	"U": "urn:ietf:params:scim:schemas:core:2.0:User",
	"G": "urn:ietf:params:scim:schemas:core:2.0:Group",
	"E": "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
	"P": "urn:ietf:params:scim:api:messages:2.0:PatchOp",
	"L": "urn:ietf:params:scim:api:messages:2.0:ListResponse",
	"X": "urn:ietf:params:scim:api:messages:2.0:Error",
}

// placeholder cannot be taken for JSON, where a quote or a brace follows.
var placeholder = regexp.MustCompile(`\{([a-zA-Z][a-zA-Z0-9-]*(?:\.mail)?)\}`)

// vars are the placeholders of one scenario. They are safe for concurrent use.
type vars struct {
	mu     sync.Mutex
	values map[string]string
}

func (v *vars) get(name string) (string, bool) {
	if constant, ok := constants[name]; ok {
		return constant, true
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if who, ok := strings.CutSuffix(name, ".mail"); ok {
		return strings.ToLower(who) + "-" + v.values["run"] + "@" + v.values["domain"], true
	}
	value, ok := v.values[name]
	return value, ok
}

// learn gives a name the value that an answer holds. One that is known must
// stay the same: ids never change.
func (v *vars) learn(name, value string) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if before, ok := v.values[name]; ok && before != value {
		return fmt.Errorf("%s was %q and is %q", name, before, value)
	}
	v.values[name] = value
	return nil
}

// fill puts the values in, each as escape makes it.
func (v *vars) fill(text string, escape func(string) string) (string, error) {
	var unknown string
	filled := placeholder.ReplaceAllStringFunc(text, func(match string) string {
		value, ok := v.get(match[1 : len(match)-1])
		if !ok {
			unknown = match
		}
		return escape(value)
	})
	if unknown != "" {
		return "", fmt.Errorf("nothing has given %s a value", unknown)
	}
	return filled, nil
}

func plain(s string) string { return s }
