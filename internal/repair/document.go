package repair

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// document writes a plan or a state as it is stored. A record's own document
// stays as it is within, letter by letter: the plan's precondition compares it,
// and an undo brings it back. So nothing is escaped for HTML, as json.Marshal
// would do.
func document(v any) ([]byte, error) {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, fmt.Errorf("write %T: %w", v, err)
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), nil
}
