package adminapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"net/http"

	"roster/internal/auth"
	"roster/internal/identity"
	"roster/internal/repair"
)

// call is one request under way.
type call struct {
	*http.Request
	w       http.ResponseWriter
	base    string // URL of this server
	maxBody int64
	key     auth.Principal
	caller  identity.Caller
	org     identity.OrgID // that the call is about; "" where it is about none
	// isConditional tells that answers have an ETag.
	isConditional bool
}

// authorize finds who asks, whether their key opens the org (the one in the
// path, or where there is none, their own), and whether it has the scope.
func (h *Handler) authorize(c *call, a access) (err error) {
	c.key, err = h.keys.Authenticate(c.Context(), c.Header.Get("Authorization"), a.keys...)
	if err != nil {
		return err
	}
	if err := h.limit(c); err != nil {
		return err
	}
	c.caller = c.key.Caller(requestID(c.w))
	c.caller.IP = clientIP(c.Request)
	c.org = identity.OrgID(c.PathValue("orgId"))
	if c.org == "" {
		c.org = c.key.OrgID
	} else if err := c.key.OpensOrg(c.org); err != nil {
		return err
	}
	return c.key.Allows(a.scope)
}

// clientIP is where a request came from: a proxy, where there is one.
func clientIP(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// limit takes the call from what its key has left.
func (h *Handler) limit(c *call) error {
	quota, ok := h.limiter.Take(c.key.ID)
	quota.Announce(c.w.Header())
	if ok {
		return nil
	}
	return refusal(tooManyRequests, "too many requests with this key: at most %d at once", quota.Limit).
		withHint("send the request again in %d seconds", quota.Seconds())
}

// requestID is what the server's middleware has set on the answer.
func requestID(w http.ResponseWriter) string { return w.Header().Get("X-Request-ID") }

func (c *call) accountID() identity.AccountID { return identity.AccountID(c.PathValue("accountId")) }

func (c *call) domainID() identity.DomainID { return identity.DomainID(c.PathValue("domainId")) }

func (c *call) directoryID() identity.DirectoryID {
	return identity.DirectoryID(c.PathValue("directoryId"))
}

func (c *call) groupID() identity.OrgGroupID { return identity.OrgGroupID(c.PathValue("groupId")) }

func (c *call) record() repair.Record {
	return repair.Record{DirectoryID: c.directoryID(), SCIMUserID: identity.SCIMUserID(c.PathValue("scimUserId"))}
}

func (c *call) ok(body any) error {
	if !c.isConditional {
		return writeJSON(c.w, http.StatusOK, body)
	}
	text, err := encoded(body)
	if err != nil || c.notModified(text) {
		return err
	}
	c.w.Header().Set("Content-Type", "application/json")
	c.w.WriteHeader(http.StatusOK)
	c.w.Write(text)
	return nil
}

func (c *call) created(body any) error { return writeJSON(c.w, http.StatusCreated, body) }

func (c *call) noContent() error {
	c.w.WriteHeader(http.StatusNoContent)
	return nil
}

// writeJSON encodes before it writes, so that an error can still be answered.
// When the client is gone there is nobody to tell.
func writeJSON(w http.ResponseWriter, status int, body any) error {
	text, err := encoded(body)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	w.Write(text)
	return nil
}

func encoded(body any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(body); err != nil {
		return nil, fmt.Errorf("encode answer: %w", err)
	}
	return b.Bytes(), nil
}

// converted applies convert to each element; the result is never null in JSON.
func converted[T, U any](in []T, convert func(T) U) []U {
	out := make([]U, len(in))
	for i, v := range in {
		out[i] = convert(v)
	}
	return out
}
