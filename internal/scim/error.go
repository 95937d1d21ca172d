package scim

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// Type is the scimType of an error answer (RFC 7644 §3.12 table 9, RFC 9865 §2.1). It is empty where the RFC names
// none.
type Type string

// The scimType values of RFC 7644 §3.12 and, for cursors, RFC 9865 §2.1.
const (
	TypeInvalidFilter Type = "invalidFilter"
	TypeTooMany       Type = "tooMany"
	TypeUniqueness    Type = "uniqueness"
	TypeMutability    Type = "mutability"
	TypeInvalidSyntax Type = "invalidSyntax"
	TypeInvalidPath   Type = "invalidPath"
	TypeNoTarget      Type = "noTarget"
	TypeInvalidValue  Type = "invalidValue"
	TypeInvalidVers   Type = "invalidVers"
	TypeSensitive     Type = "sensitive"
	TypeInvalidCursor Type = "invalidCursor"
	TypeExpiredCursor Type = "expiredCursor"
	TypeInvalidCount  Type = "invalidCount"
)

const (
	statusBadRequest = 400
	statusInternal   = 500
)

// Error is a refusal in the protocol's own words. Detail is written for the administrator who reads it in the
// identity provider's log: it names the attribute or position and what was expected, never a secret.
type Error struct {
	Status int
	Type   Type
	Detail string
}

// maxDetail bounds a detail, which may quote what the client sent.
const maxDetail = 1000

// Errorf makes an Error whose Detail is formatted from format and args, and cut where it would be unreasonably long.
func Errorf(status int, typ Type, format string, args ...any) *Error {
	detail := fmt.Sprintf(format, args...)
	if len(detail) > maxDetail {
		detail = strings.ToValidUTF8(detail[:maxDetail], "") + "…"
	}
	return &Error{Status: status, Type: typ, Detail: detail}
}

// refuse is Errorf for 400, the answer to nearly everything that this package finds wrong.
func refuse(typ Type, format string, args ...any) *Error {
	return Errorf(statusBadRequest, typ, format, args...)
}

// Error gives the detail with its scimType, for logs.
func (e *Error) Error() string {
	if e.Type == "" {
		return e.Detail
	}
	return string(e.Type) + ": " + e.Detail
}

// AppendJSON appends the error body of RFC 7644 §3.12; status is a string there, which typed clients insist on.
func (e *Error) AppendJSON(b []byte) []byte {
	b = append(b, `{"schemas":["`+ErrorURN+`"],"status":"`...)
	b = strconv.AppendInt(b, int64(e.Status), 10)
	b = append(b, '"')
	if e.Type != "" {
		b = append(b, `,"scimType":`...)
		b = appendText(b, string(e.Type))
	}
	if e.Detail != "" {
		b = append(b, `,"detail":`...)
		b = appendText(b, e.Detail)
	}
	return append(b, '}')
}

// within says where in the request an error arose by prefixing its detail.
func within(where string, err error) error {
	e := asError(err)
	return &Error{Status: e.Status, Type: e.Type, Detail: where + ": " + e.Detail}
}

// appendText appends s as a JSON string. Invalid UTF-8 cannot be in a decoded value; where a caller lets it in, the
// replacement character stands for it, so that the output is always valid.
func appendText(b []byte, s string) []byte {
	b, _ = jsontext.AppendQuote(b, s)
	return b
}

// asError is err as the protocol's error; anything else would be a fault of this package, which is a server's 500.
func asError(err error) *Error {
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	return Errorf(statusInternal, "", "%v", err)
}
