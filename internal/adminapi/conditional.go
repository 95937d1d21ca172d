package adminapi

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strings"
)

// conditional serves a read with an ETag, and answers 304 where the client has
// that already (RFC 9110 section 13.1.2).
func conditional(serve func(*Handler, *call) error) func(*Handler, *call) error {
	return func(h *Handler, c *call) error {
		c.isConditional = true
		return serve(h, c)
	}
}

// tagBytes of a digest make an ETag.
const tagBytes = 16

// notModified sets the ETag of a body and tells whether the client has it.
func (c *call) notModified(body []byte) bool {
	digest := sha256.Sum256(body)
	tag := `"` + base64.RawURLEncoding.EncodeToString(digest[:tagBytes]) + `"`
	c.w.Header().Set("ETag", tag)
	c.w.Header().Set("Cache-Control", "private, no-cache") // to be kept, and asked about each time
	for held := range strings.SplitSeq(strings.Join(c.Header.Values("If-None-Match"), ","), ",") {
		if held = strings.TrimPrefix(strings.TrimSpace(held), "W/"); held == tag || held == "*" {
			c.w.WriteHeader(http.StatusNotModified)
			return true
		}
	}
	return false
}
