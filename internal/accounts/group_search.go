package accounts

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"roster/internal/identity"
	"roster/internal/scim"
	"roster/internal/store"
)

// GroupSearch says which groups of an org are wanted; with no field set, all,
// by id. Names are compared whatever the letter case.
type GroupSearch struct {
	Name     string   // the whole name
	Text     string   // the beginning of the name
	Names    []string // any of these
	IDs      []identity.OrgGroupID
	Accounts []identity.AccountID // any of these is a member
	ByName   bool                 // in the order of the names, as with Text; without Name, Names, IDs and Accounts only
}

// Groups lists an org's groups. A page may be short and still have a next one.
func (s *Service) Groups(ctx context.Context, org identity.OrgID, q GroupSearch, p store.Page) (groups []store.OrgGroup, next string, err error) {
	if err := q.check(); err != nil {
		return nil, "", err
	}
	p.Limit = cmp.Or(p.Limit, store.MaxPage)
	err = s.store.View(ctx, func(tx *store.Tx) error {
		groups, next, err = q.page(tx, org, p)
		return err
	})
	return groups, next, err
}

func (q GroupSearch) check() error {
	if q.Name != "" && q.Text != "" {
		return identity.Errorf(identity.CodeInvalid, "both the whole name and its beginning are asked for").
			WithField("q").WithHint("give name or q, not both")
	}
	return nil
}

func (q GroupSearch) page(tx *store.Tx, org identity.OrgID, p store.Page) ([]store.OrgGroup, string, error) {
	switch {
	case q.Name != "":
		g, err := tx.OrgGroupByName(org, q.Name)
		if errors.Is(err, store.ErrNotFound) {
			return nil, "", nil
		}
		return []store.OrgGroup{g}, "", err
	case len(q.Names)+len(q.IDs) > 0:
		return q.named(tx, org, p)
	case len(q.Accounts) > 0:
		return q.ofAccounts(tx, org, p)
	case q.Text != "" || q.ByName:
		return tx.OrgGroupsBeginning(org, q.Text, p)
	}
	return tx.OrgGroups(org, p)
}

// named gives the groups of the ids and names, by id.
func (q GroupSearch) named(tx *store.Tx, org identity.OrgID, p store.Page) (groups []store.OrgGroup, next string, err error) {
	for _, id := range q.IDs {
		if g, isThere, err := orgGroup(tx, org, id); err != nil {
			return nil, "", err
		} else if isThere {
			groups = append(groups, g)
		}
	}
	for _, name := range q.Names {
		switch g, err := tx.OrgGroupByName(org, name); {
		case err == nil:
			groups = append(groups, g)
		case !errors.Is(err, store.ErrNotFound):
			return nil, "", err
		}
	}
	groups, next = q.cut(groups, p, false)
	if len(q.Accounts) == 0 {
		return groups, next, nil
	}
	var having []store.OrgGroup
	for _, g := range groups {
		members, err := tx.MembersAmong(g, q.Accounts)
		if err != nil {
			return nil, "", err
		}
		if len(members) > 0 {
			having = append(having, g)
		}
	}
	return having, next, nil
}

// ofAccounts merges a page of the groups of each account.
func (q GroupSearch) ofAccounts(tx *store.Tx, org identity.OrgID, p store.Page) ([]store.OrgGroup, string, error) {
	var groups []store.OrgGroup
	more := false
	for _, a := range q.Accounts {
		found, behind, err := tx.GroupsOfAccount(org, a, p)
		if err != nil {
			return nil, "", err
		}
		more = more || behind != ""
		for _, g := range found {
			groups = append(groups, g.OrgGroup)
		}
	}
	groups, next := q.cut(groups, p, more)
	return groups, next, nil
}

// cut sorts groups by id, takes the page of them, and leaves out whose name the
// text does not begin; more tells that there are others behind them.
func (q GroupSearch) cut(groups []store.OrgGroup, p store.Page, more bool) (page []store.OrgGroup, next string) {
	slices.SortFunc(groups, func(a, b store.OrgGroup) int { return cmp.Compare(a.ID, b.ID) })
	groups = slices.CompactFunc(groups, func(a, b store.OrgGroup) bool { return a.ID == b.ID })
	groups = slices.DeleteFunc(groups, func(g store.OrgGroup) bool { return string(g.ID) <= p.After })
	if len(groups) > p.Limit || more {
		groups = groups[:p.Limit]
		next = string(groups[p.Limit-1].ID)
	}
	text := scim.Fold(q.Text)
	return slices.DeleteFunc(groups, func(g store.OrgGroup) bool { return !strings.HasPrefix(scim.Fold(g.Name), text) }), next
}

// orgGroup gives a group of an org, if it has it.
func orgGroup(tx *store.Tx, org identity.OrgID, id identity.OrgGroupID) (g store.OrgGroup, isThere bool, err error) {
	g, err = tx.OrgGroup(org, id)
	if errors.Is(err, store.ErrNotFound) {
		return g, false, nil
	}
	return g, err == nil, err
}
