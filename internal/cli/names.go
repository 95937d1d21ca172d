package cli

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"roster/internal/adminapi/api"
)

// Commands take a directory, a domain or a group by id or by name, and a
// directory also by its kind where it is the only one of it. These functions
// give the id; what looks like an id is not looked up.

func (s *session) directoryID(ctx context.Context, org, text string) (string, error) {
	if isID(text) {
		return text, nil
	}
	return findByName(text, "directory", "roster directory list", func(cursor *string, limit *int) (*http.Response, error) {
		return s.ListDirectories(ctx, org, &api.ListDirectoriesParams{Cursor: cursor, Limit: limit})
	}, func(d api.Directory) (id, name, kind string) {
		return d.ID, d.Attributes.Name, string(d.Attributes.Kind)
	})
}

func (s *session) domainID(ctx context.Context, org, text string) (string, error) {
	if isID(text) {
		return text, nil
	}
	return findByName(text, "domain", "roster domain list", func(cursor *string, limit *int) (*http.Response, error) {
		return s.ListDomains(ctx, org, &api.ListDomainsParams{Cursor: cursor, Limit: limit})
	}, func(d api.Domain) (id, name, kind string) { return d.ID, d.Attributes.Name, "" })
}

func (s *session) groupID(ctx context.Context, org, text string) (string, error) {
	if isID(text) {
		return text, nil
	}
	return findByName(text, "group", "roster group list", func(cursor *string, limit *int) (*http.Response, error) {
		return s.ListGroups(ctx, org, &api.ListGroupsParams{Name: &text, Cursor: cursor, Limit: limit})
	}, func(g api.Group) (id, name, kind string) { return g.ID, g.Name, "" })
}

// accountID takes an account by id or by email.
func (s *session) accountID(ctx context.Context, text string) (string, error) {
	if isAccountID(text) {
		return text, nil
	}
	if !strings.Contains(text, "@") {
		return "", usagef("%q is neither an account id nor an email", text)
	}
	org, err := s.orgID(ctx)
	if err != nil {
		return "", err
	}
	found, err := decode[api.UserList](s.ListUsers(ctx, org, &api.ListUsersParams{Email: &text}))
	if err != nil {
		return "", fmt.Errorf("find account: %w", err)
	}
	for _, user := range found.Data {
		if strings.EqualFold(user.Email, text) {
			return user.AccountID, nil
		}
	}
	return "", &notFoundError{text: "no managed account has the email " + text, next: "roster links --email " + text}
}

// findByName walks a list for the one thing that has the name or, when none
// has, the kind.
func findByName[T any](text, what, listCommand string, get fetch, read func(T) (id, name, kind string)) (string, error) {
	var named, ofKind []string
	for row, err := range walk[T](get, pageSize) {
		if err != nil {
			return "", fmt.Errorf("find %s: %w", what, err)
		}
		id, name, kind := read(row)
		if id == text || strings.EqualFold(name, text) {
			named = append(named, id)
		} else if strings.EqualFold(kind, text) {
			ofKind = append(ofKind, id)
		}
	}
	if len(named) == 0 {
		named = ofKind
	}
	switch len(named) {
	case 0:
		return "", &notFoundError{text: fmt.Sprintf("there is no %s %q", what, text), next: listCommand}
	case 1:
		return named[0], nil
	}
	return "", usagef("%d of them are called %q; give the id (%s shows them)", len(named), text, listCommand)
}
