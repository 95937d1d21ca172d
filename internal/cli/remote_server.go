package cli

import (
	"context"
	"errors"
	"iter"
	"net/http"
	"strings"

	"roster/internal/adminapi/api"
	"roster/internal/identity"
	"roster/internal/repair"
	"roster/internal/repair/remote"
)

// remoteServer is [remote.Server] by hosted calls alone, with hosted
// parameters alone.
type remoteServer struct {
	session *session
	org     string
	tokens  map[identity.DirectoryID]string // SCIM tokens
}

// Accounts implements [remote.Server].
func (r *remoteServer) Accounts(ctx context.Context) iter.Seq2[remote.Account, error] {
	pages := func(cursor *string, _ *int) (*http.Response, error) {
		return r.session.ListUsers(ctx, r.org, &api.ListUsersParams{Cursor: cursor})
	}
	return func(yield func(remote.Account, error) bool) {
		for u, err := range walk[api.User](pages, 0) {
			a := remote.Account{ID: identity.AccountID(u.AccountID), Email: u.Email, Name: u.Name, Status: identity.AccountStatus(u.AccountStatus), LastActive: u.LastActive}
			if !yield(a, err) {
				return
			}
		}
	}
}

// VerifiedDomains implements [remote.Server].
func (r *remoteServer) VerifiedDomains(ctx context.Context) ([]string, error) {
	pages := func(cursor *string, _ *int) (*http.Response, error) {
		return r.session.ListDomains(ctx, r.org, &api.ListDomainsParams{Cursor: cursor})
	}
	var verified []string
	for d, err := range walk[api.Domain](pages, 0) {
		if err != nil {
			return nil, err
		}
		if d.Attributes.Claim.Status == "verified" {
			verified = append(verified, strings.ToLower(d.Attributes.Name))
		}
	}
	return verified, nil
}

// Links implements [remote.Server].
func (r *remoteServer) Links(ctx context.Context, id identity.AccountID) ([]remote.Link, error) {
	return remoteLinks(decode[api.SCIMLinks](r.session.GetSCIMLinks(ctx, r.org, string(id))))
}

// LinksOfEmail implements [remote.Server].
func (r *remoteServer) LinksOfEmail(ctx context.Context, address string) ([]remote.Link, error) {
	return remoteLinks(decode[api.SCIMLinks](r.session.GetSCIMLinksForEmail(ctx, r.org, api.EmailQuery{Email: address})))
}

func remoteLinks(found api.SCIMLinks, err error) ([]remote.Link, error) {
	if err != nil {
		return nil, aboutPerson(err)
	}
	links := make([]remote.Link, len(found.SCIMLinks))
	for i, l := range found.SCIMLinks {
		links[i] = remote.Link{
			Record:    repair.Record{DirectoryID: identity.DirectoryID(l.DirectoryID), SCIMUserID: identity.SCIMUserID(l.SCIMUserID)},
			AccountID: identity.AccountID(deref(l.AtlassianAccountID)),
		}
	}
	return links, nil
}

// Profile implements [remote.Server].
func (r *remoteServer) Profile(ctx context.Context, id identity.AccountID) (remote.Account, error) {
	found, err := decode[api.ProfileResponse](r.session.GetProfile(ctx, string(id)))
	a := found.Account
	return remote.Account{ID: id, Email: a.Email, Name: a.Name, Status: identity.AccountStatus(a.AccountStatus)}, aboutPerson(err)
}

// DeleteRecords implements [remote.Server].
func (r *remoteServer) DeleteRecords(ctx context.Context, id identity.AccountID) error {
	return aboutPerson(done(r.session.OnlyDeleteUserInDB(ctx, r.org, string(id))))
}

// SetEmail implements [remote.Server].
func (r *remoteServer) SetEmail(ctx context.Context, id identity.AccountID, address string) error {
	return aboutPerson(done(r.session.SetEmail(ctx, string(id), api.EmailUpdate{Email: address})))
}

// SetActive implements [remote.Server].
func (r *remoteServer) SetActive(ctx context.Context, id identity.AccountID, active bool) error {
	if active {
		return aboutPerson(done(r.session.EnableAccount(ctx, string(id))))
	}
	return aboutPerson(done(r.session.DisableAccount(ctx, string(id), api.DisableAccountJSONRequestBody{})))
}

// aboutPerson marks an answer that the next person's request need not meet:
// a refusal that is not about the key, the rate or the server.
func aboutPerson(err error) error {
	answer, ok := errors.AsType[*answerError](err)
	if !ok || answer.status >= http.StatusInternalServerError {
		return err
	}
	switch answer.status {
	case http.StatusUnauthorized, http.StatusTooManyRequests:
		return err
	case http.StatusForbidden:
		if !ruleCodes[answer.code] {
			return err
		}
	}
	return &remote.RefusedError{Cause: answer}
}
