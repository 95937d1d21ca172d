package adminapi

import (
	"net/http"
	"strings"

	"roster/internal/accounts"
	"roster/internal/adminapi/api"
	"roster/internal/identity"
	"roster/internal/scim"
	"roster/internal/store"
)

// usualGroups are on a page of groups.
const usualGroups = 20

// listUserDirectories shows the one that there is: the organization itself.
func (h *Handler) listUserDirectories(c *call) error {
	p, err := c.page()
	if err != nil {
		return err
	}
	o, err := h.accounts.Org(c.Context(), c.org)
	if err != nil {
		return err
	}
	isWanted, err := h.isWanted(c, o)
	if err != nil {
		return err
	}
	list := api.UserDirectoryList{Data: []api.UserDirectory{}}
	if isWanted && p.After == "" {
		list.Data = append(list.Data, api.UserDirectory{DirectoryID: string(o.ID), Name: o.Name})
	}
	return c.ok(list)
}

// isWanted tells whether the filters leave the one directory in.
func (h *Handler) isWanted(c *call, o store.Org) (bool, error) {
	q := c.URL.Query()
	if c.isElsewhere(listOf[string](q, "directoryIds")) || !strings.HasPrefix(scim.Fold(o.Name), scim.Fold(q.Get("searchTerm"))) {
		return false, nil
	}
	if !q.Has("accountId") {
		return true, nil
	}
	_, err := h.accounts.User(c.Context(), c.org, identity.AccountID(q.Get("accountId")))
	if identity.CodeOf(err) == identity.CodeNotFound {
		return false, nil
	}
	return err == nil, err
}

func (h *Handler) searchDirectoryGroups(c *call) error {
	body, err := readOptional[api.DirectoryGroupSearch](c)
	if err != nil {
		return err
	}
	return h.answerGroups(c, body)
}

func (h *Handler) listDirectoryGroups(c *call) error {
	body, err := groupSearchOf(c)
	if err != nil {
		return err
	}
	return h.answerGroups(c, body)
}

// groupSearchOf reads the filters of a query.
func groupSearchOf(c *call) (s api.DirectoryGroupSearch, err error) {
	q := c.URL.Query()
	if err := checkQuery(q); err != nil {
		return s, err
	}
	s = api.DirectoryGroupSearch{
		Cursor: q.Get("cursor"), SearchTerm: q.Get("searchTerm"), DirectoryIds: listOf[string](q, "directoryIds"),
		AccountIds: listOf[string](q, "accountIds"), GroupIds: listOf[string](q, "groupIds"),
	}
	s.Limit, err = intOf(q, "limit")
	return s, err
}

func (h *Handler) answerGroups(c *call, body api.DirectoryGroupSearch) error {
	cursor := body.Cursor
	body.Cursor = ""
	r, err := resume(c, cursor, body)
	if err != nil {
		return err
	}
	q, err := groupSearch(r.Search)
	if err != nil {
		return err
	}
	p, err := r.pageAt(r.Search.Limit, usualGroups)
	if err != nil {
		return err
	}
	var found []store.OrgGroup
	var next string
	if !c.isElsewhere(r.Search.DirectoryIds) {
		if found, next, err = h.accounts.Groups(c.Context(), c.org, q, p); err != nil {
			return err
		}
	}
	links, err := cursors(c, cursor, r, next)
	if err != nil {
		return err
	}
	return c.ok(api.DirectoryGroupList{Data: converted(found, directoryGroupView), Links: links})
}

// groupSearch makes a search of the hosted one.
func groupSearch(s api.DirectoryGroupSearch) (q accounts.GroupSearch, err error) {
	if len(s.GroupNames) > 0 && (s.SearchTerm != "" || len(s.GroupIds) > 0) {
		return q, refusal(badValue, "groupNames is given together with searchTerm or groupIds").withField("groupNames").withHint("give one of them")
	}
	if err := refuseUnknownToRoster(map[string]bool{"resourceIds": len(s.ResourceIds) > 0, "resourceOwners": len(s.ResourceOwners) > 0, "roleIds": len(s.RoleIds) > 0}); err != nil {
		return q, err
	}
	if err := checkFilters(
		filter{"accountIds", len(s.AccountIds), true}, filter{"directoryIds", len(s.DirectoryIds), true}, filter{"groupIds", len(s.GroupIds), true},
		filter{"groupNames", len(s.GroupNames), true}, filter{"expand", len(s.Expand), allValid(s.Expand)},
	); err != nil {
		return q, err
	}
	q = accounts.GroupSearch{
		Text: s.SearchTerm, Names: s.GroupNames,
		IDs:      converted(s.GroupIds, func(id string) identity.OrgGroupID { return identity.OrgGroupID(id) }),
		Accounts: converted(s.AccountIds, func(id string) identity.AccountID { return identity.AccountID(id) }),
	}
	q.ByName, err = byName(s)
	return q, err
}

func byName(s api.DirectoryGroupSearch) (bool, error) {
	if len(s.SortBy) == 0 {
		return false, nil
	}
	isListed := len(s.AccountIds)+len(s.GroupIds)+len(s.GroupNames) > 0
	if len(s.SortBy) > 1 || s.SortBy[0].Field != "name" || s.SortBy[0].Direction != api.SortByDirectionAsc || isListed {
		return false, refusal(badValue, "groups are sorted by name, ascending, and only without accountIds, groupIds and groupNames").withField("sortBy").withHint("leave it out")
	}
	return true, nil
}

func (h *Handler) countDirectoryGroups(c *call) error {
	body, err := groupSearchOf(c)
	if err != nil {
		return err
	}
	q, err := groupSearch(body)
	if err != nil {
		return err
	}
	switch {
	case c.isElsewhere(body.DirectoryIds):
		return c.ok(api.Count{})
	case q.Text == "" && len(q.IDs)+len(q.Accounts) == 0:
		all, err := h.accounts.GroupCounts(c.Context(), c.org)
		if err != nil {
			return err
		}
		return c.ok(api.Count{Count: int64(all.Local + all.Synced)})
	default:
		n, err := h.accounts.CountGroups(c.Context(), c.org, q)
		if err != nil {
			return err
		}
		return c.ok(api.Count{Count: int64(n)})
	}
}

func (h *Handler) getDirectoryGroupStats(c *call) error {
	n, err := h.accounts.GroupCounts(c.Context(), c.org)
	if err != nil {
		return err
	}
	all, synced := int64(n.Local+n.Synced), int64(n.Synced)
	return c.ok(api.DirectoryGroupStats{
		Types:  []api.GroupTypeCount{{Type: api.GroupTypeCountTypeGROUP, Count: all}},
		Totals: api.GroupTotals{All: all, Synced: synced, Managed: synced},
	})
}

func (h *Handler) createDirectoryGroup(c *call) error {
	body, err := readHosted[api.GroupCreate](c, "name")
	if err != nil {
		return err
	}
	if _, err := h.accounts.CreateGroup(c.Context(), c.caller, c.org, body.Name, body.Description); err != nil {
		return err
	}
	c.w.WriteHeader(http.StatusCreated)
	return nil
}

func (h *Handler) getDirectoryGroup(c *call) error {
	g, err := h.accounts.Group(c.Context(), c.org, c.groupID())
	if err != nil {
		return err
	}
	return c.ok(api.DirectoryGroupResponse{Data: directoryGroupView(g)})
}

func (h *Handler) deleteDirectoryGroup(c *call) error {
	if _, err := h.accounts.DeleteGroup(c.Context(), c.caller, c.org, c.groupID()); err != nil {
		return err
	}
	return c.noContent()
}

func (h *Handler) addUserToDirectoryGroup(c *call) error {
	body, err := readHosted[api.DirectoryMembershipCreate](c, "accountId")
	if err != nil {
		return err
	}
	if _, err := h.accounts.AddMember(c.Context(), c.caller, c.org, c.groupID(), identity.AccountID(body.AccountID)); err != nil {
		return err
	}
	return c.noContent()
}

func (h *Handler) removeUserFromDirectoryGroup(c *call) error {
	if _, err := h.accounts.RemoveMember(c.Context(), c.caller, c.org, c.groupID(), c.accountID()); err != nil {
		return err
	}
	return c.noContent()
}

// listGroupRoleAssignments answers that a group has none.
func (h *Handler) listGroupRoleAssignments(c *call) error {
	if _, err := h.accounts.Group(c.Context(), c.org, c.groupID()); err != nil {
		return err
	}
	return c.ok(api.RoleAssignmentList{Data: []string{}})
}

func directoryGroupView(g store.OrgGroup) api.DirectoryGroup {
	v := api.DirectoryGroup{
		ID: string(g.ID), Name: g.Name, Description: g.Description, DirectoryID: string(g.OrgID),
		ManagementAccess: api.ManagementAccess{Deletable: true, Modifiable: true, Readable: true}, ManagedBy: api.DirectoryGroupManagedByAdmins,
	}
	if g.Source == identity.GroupSynced {
		v.ExternalSynced, v.ManagedBy, v.ManagementAccess = true, api.DirectoryGroupManagedByExternal, api.ManagementAccess{Readable: true}
	}
	return v
}
