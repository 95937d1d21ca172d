package adminapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"roster/internal/scim"
)

// readHosted reads the body of a call that the hosted service has too. As
// there, members that are not known are ignored.
func readHosted[T any](c *call, required ...string) (body T, err error) {
	data, err := c.readObject(required)
	if err != nil {
		return body, err
	}
	return body, unmarshal(json.NewDecoder(bytes.NewReader(data)), &body)
}

// readOwn reads the body of a call that only Roster has. A member that is not
// known is refused, as it is most likely a mistake.
func readOwn[T any](c *call, required ...string) (body T, err error) {
	data, err := c.readObject(required)
	if err != nil {
		return body, err
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	return body, unmarshal(dec, &body)
}

// readOptionalOwn is readOwn where a body may be missing.
func readOptionalOwn[T any](c *call) (body T, err error) {
	data, err := c.readBody()
	if err != nil || len(bytes.TrimSpace(data)) == 0 {
		return body, err
	}
	if err := checkObject(data, nil); err != nil {
		return body, err
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	return body, unmarshal(dec, &body)
}

// readOptional is readHosted where a body may be missing.
func readOptional[T any](c *call) (body T, err error) {
	data, err := c.readBody()
	if err != nil || len(bytes.TrimSpace(data)) == 0 {
		return body, err
	}
	if err := checkObject(data, nil); err != nil {
		return body, err
	}
	return body, unmarshal(json.NewDecoder(bytes.NewReader(data)), &body)
}

func (c *call) readObject(required []string) ([]byte, error) {
	data, err := c.readBody()
	if err != nil {
		return nil, err
	}
	return data, checkObject(data, required)
}

func (c *call) readBody() ([]byte, error) {
	data, err := io.ReadAll(http.MaxBytesReader(c.w, c.Body, c.maxBody))
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return nil, refusal(bodyTooLarge, "the body is larger than %d bytes", c.maxBody)
	}
	if err != nil {
		return nil, refusal(badBody, "the body ended before it was complete").withCause(err)
	}
	return data, nil
}

// checkObject reads JSON more strictly than encoding/json does: duplicate
// names, invalid UTF-8, control characters and trailing data are refused.
func checkObject(data []byte, required []string) error {
	v, err := scim.Decode(data, scim.DefaultLimits)
	if refused, ok := errors.AsType[*scim.Error](err); ok {
		return refusal(badBody, "%s", strings.TrimSuffix(refused.Detail, "."))
	}
	if err != nil {
		return err
	}
	if v.Kind() != scim.KindObject {
		return refusal(badBody, "the body must be a JSON object")
	}
	for _, name := range required {
		if _, ok := v.Get(name); !ok {
			return refusal(badBody, "%q is missing", name).withField(name)
		}
	}
	return nil
}

// unmarshal decodes and names the member that has a wrong type.
func unmarshal(dec *json.Decoder, into any) error {
	err := dec.Decode(into)
	if err == nil {
		return nil
	}
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return refusal(badBody, "%q must be %s, not %s", wrong.Field, jsonTypes[wrong.Type.Kind().String()], wrong.Value).withField(wrong.Field)
	}
	if wrong, ok := errors.AsType[*time.ParseError](err); ok {
		return refusal(badTime, "%.60q is not a time", wrong.Value).withHint("write times as in 2026-01-31T13:00:00Z (RFC 3339)")
	}
	if text, ok := strings.CutPrefix(err.Error(), "json: "); ok { // an unknown member
		return refusal(badBody, "%s", text)
	}
	return refusal(badBody, "a time must be a string").withCause(err) // no other type of ours reads JSON itself
}

// jsonTypes words the kinds of Go that bodies have.
var jsonTypes = map[string]string{"string": "a string", "bool": "a boolean", "struct": "an object", "ptr": "an object", "slice": "an array", "int": "a number"}
