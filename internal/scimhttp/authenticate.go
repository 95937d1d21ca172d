package scimhttp

import (
	"errors"
	"net/http"

	"roster/internal/auth"
	"roster/internal/identity"
	"roster/internal/provision"
	"roster/internal/scim"
	"roster/internal/store"
)

// realm names what the challenge of a 401 is for (RFC 9110 section 11.5).
const realm = "SCIM directory"

// authenticate finds the directory's token in the request. Before it succeeds
// nothing is told of the directory, not even whether it exists.
func (x *exchange) authenticate() error {
	header := x.r.Header.Get("Authorization")
	principal, err := x.keys.Authenticate(x.ctx(), header, store.CredentialSCIM)
	if err != nil {
		return x.unauthenticated(header, err)
	}
	x.actAs(principal)
	if err := x.limit(); err != nil {
		return err
	}
	if err := principal.OpensDirectory(x.target.directory); err != nil {
		return x.refuse(err) // noted in the token's own directory: its base URL is wrong there
	}
	return nil
}

func (x *exchange) actAs(p auth.Principal) {
	x.token = p.ID
	x.request = provision.Request{OrgID: p.OrgID, DirectoryID: p.DirectoryID, Caller: p.Caller(x.requestID), Sent: provision.Sent{Head: x.head}}
}

// unauthenticated is the answer to a request without a live SCIM token. One
// with a dead token, or another kind of key, is noted where its owner looks; an
// unknown one is not, as anybody could fill a log with those.
func (x *exchange) unauthenticated(header string, cause error) error {
	refusal, ok := errors.AsType[*identity.Error](cause)
	if !ok || refusal.Code != identity.CodeUnauthenticated {
		return cause
	}
	challenge := `Bearer realm="` + realm + `"`
	if header != "" {
		challenge += `, error="invalid_token"` // RFC 6750 section 3.1
	}
	x.w.Header().Set("WWW-Authenticate", challenge)
	known, err := x.keys.Whose(x.ctx(), header)
	if errors.Is(err, store.ErrNotFound) || (err == nil && known.OrgID == "") {
		return provision.Answer(refusal)
	}
	if err != nil {
		return errors.Join(provision.Answer(refusal), err)
	}
	x.actAs(known)
	x.dead = true
	if err := x.limit(); err != nil {
		return err
	}
	return x.refuse(refusal)
}

// limit takes the request from what the token has left, dead or alive: each
// refusal of a dead one is written to the log. That a token is used too often
// is written once a minute, as the limit is there to save the writing.
func (x *exchange) limit() error {
	quota, ok := x.limiter.Take(x.token)
	quota.Announce(x.w.Header())
	if ok {
		return nil
	}
	err := scim.Errorf(http.StatusTooManyRequests, "", "Too many requests with this token: at most %d at once. Send the request again in %d seconds.", quota.Limit, quota.Seconds())
	if quota.Note {
		return x.refuse(err)
	}
	return err
}
