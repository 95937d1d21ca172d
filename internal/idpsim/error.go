package idpsim

import (
	"encoding/json"
	"fmt"
)

// Error is an answer other than 2xx. SCIMType and Detail are empty where the
// answer was no SCIM error (RFC 7644 section 3.12).
type Error struct {
	Method, Path     string // of the request, below the base URL
	Status           int
	SCIMType, Detail string
	Body             []byte
}

// Error says what was asked and what came back.
func (e *Error) Error() string {
	text := fmt.Sprintf("%s %s: status %d", e.Method, e.Path, e.Status)
	if e.SCIMType != "" {
		text += " " + e.SCIMType
	}
	if e.Detail != "" {
		text += ": " + e.Detail
	}
	return text
}

func newError(method, path string, r Result) *Error {
	var body struct {
		SCIMType string `json:"scimType"`
		Detail   string `json:"detail"`
	}
	// An answer that is no JSON leaves both texts empty, as Error documents.
	_ = json.Unmarshal(r.Body, &body)
	return &Error{Method: method, Path: path, Status: r.Status, SCIMType: body.SCIMType, Detail: body.Detail, Body: r.Body}
}
