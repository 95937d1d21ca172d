package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"maps"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"roster/internal/identity"
	"roster/internal/repair"
	"roster/internal/repair/remote"
)

// readSCIMTokens reads lines of a directory id and its token. Its errors name
// the line, never what stands in it.
func readSCIMTokens(file string) (map[identity.DirectoryID]string, error) {
	if file == "" {
		return nil, nil //nolint:nilnil // no tokens are given
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, usagef("read SCIM tokens: %v", err)
	}
	tokens := map[identity.DirectoryID]string{}
	for i, line := range slices.Collect(strings.Lines(string(text))) {
		fields := strings.Fields(line)
		if len(fields) == 0 || strings.HasPrefix(fields[0], "#") {
			continue
		}
		if len(fields) != 2 {
			return nil, usagef("line %d of %s is not a directory id and a SCIM token", i+1, file)
		}
		tokens[identity.DirectoryID(fields[0])] = fields[1]
	}
	return tokens, nil
}

// Document implements [remote.Server].
func (r *remoteServer) Document(ctx context.Context, record repair.Record) (json.RawMessage, error) {
	if r.tokens[record.DirectoryID] == "" {
		return nil, nil
	}
	return scimGet[json.RawMessage](ctx, r, record.DirectoryID, nil, "Users", url.PathEscape(string(record.SCIMUserID)))
}

// scimPage is the page size that the hosted service allows at most.
const scimPage = 100

// scimList is a page of SCIM users.
type scimList struct {
	Total     int        `json:"totalResults"`
	Resources []scimUser `json:"Resources"`
}

// scimUser is what is read of a SCIM user in a list.
type scimUser struct {
	ID         string `json:"id"`
	UserName   string `json:"userName"`
	ExternalID string `json:"externalId"`
	Emails     []struct {
		Value   string `json:"value"`
		Primary bool   `json:"primary"`
	} `json:"emails"`
	Meta struct {
		Created string `json:"created"`
	} `json:"meta"`
	External struct {
		AccountID string `json:"atlassianAccountId"`
	} `json:"urn:scim:schemas:extension:atlassian-external:1.0"`
}

// SCIMUsers implements [remote.Server], directory by directory.
func (r *remoteServer) SCIMUsers(ctx context.Context) iter.Seq2[remote.SCIMUser, error] {
	return func(yield func(remote.SCIMUser, error) bool) {
		for _, directory := range slices.Sorted(maps.Keys(r.tokens)) {
			for start := 1; ; {
				query := url.Values{"startIndex": {strconv.Itoa(start)}, "count": {strconv.Itoa(scimPage)}}
				page, err := scimGet[scimList](ctx, r, directory, query, "Users")
				if err != nil {
					yield(remote.SCIMUser{}, fmt.Errorf("directory %s: %w", directory, err))
					return
				}
				for _, u := range page.Resources {
					if !yield(u.of(directory), nil) {
						return
					}
				}
				if start += len(page.Resources); len(page.Resources) == 0 || start > page.Total {
					break
				}
			}
		}
	}
}

// tokenFault says of a refused token where it stands.
func tokenFault(err error) error {
	answer, ok := errors.AsType[*answerError](err)
	if ok && (answer.status == http.StatusUnauthorized || answer.status == http.StatusForbidden) {
		answer.next = "look at the directory's line in --scim-token-file: its id, and a SCIM token of it"
	}
	return err
}

func (u scimUser) of(directory identity.DirectoryID) remote.SCIMUser {
	out := remote.SCIMUser{
		Link: remote.Link{
			Record:    repair.Record{DirectoryID: directory, SCIMUserID: identity.SCIMUserID(u.ID)},
			AccountID: identity.AccountID(u.External.AccountID),
		},
		UserName: u.UserName, ExternalID: u.ExternalID, Email: u.linking(),
	}
	for _, e := range u.Emails {
		if e.Value != out.Email {
			out.Aliases = append(out.Aliases, e.Value)
		}
	}
	out.Created, _ = time.Parse(time.RFC3339, u.Meta.Created) // without it there is one fact less
	return out
}

// linking is the email that links (rule which-email).
func (u scimUser) linking() string {
	for _, e := range u.Emails {
		if e.Primary {
			return e.Value
		}
	}
	switch {
	case len(u.Emails) > 0:
		return u.Emails[0].Value
	case strings.Contains(u.UserName, "@"):
		return u.UserName
	}
	return ""
}

// scimGet asks a directory with its SCIM token.
func scimGet[T any](ctx context.Context, r *remoteServer, directory identity.DirectoryID, query url.Values, path ...string) (T, error) {
	var none T
	own, isGentle := r.session.Client.Client.(gentle)
	if !isGentle {
		return none, errors.New("a remote server is asked gently")
	}
	address, err := url.JoinPath(own.base, append([]string{"scim/directory", url.PathEscape(string(directory))}, path...)...)
	if err != nil {
		return none, err
	}
	if len(query) > 0 {
		address += "?" + query.Encode()
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return none, err
	}
	request.Header.Set("Accept", "application/scim+json")
	with := *own.doer
	with.key = r.tokens[directory]
	answer, err := decode[T](gentle{&with}.Do(request))
	return answer, aboutPerson(tokenFault(err))
}
