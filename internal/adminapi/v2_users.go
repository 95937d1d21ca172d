package adminapi

import (
	"slices"
	"time"

	"roster/internal/accounts"
	"roster/internal/adminapi/api"
	"roster/internal/identity"
	"roster/internal/store"
)

// usualUsers are on a page of users.
const usualUsers = 50

func (h *Handler) searchDirectoryUsers(c *call) error {
	body, err := readOptional[api.DirectoryUserSearch](c)
	if err != nil {
		return err
	}
	return h.answerUsers(c, body)
}

func (h *Handler) listDirectoryUsers(c *call) error {
	body, err := userSearchOf(c)
	if err != nil {
		return err
	}
	return h.answerUsers(c, body)
}

// userSearchOf reads the filters of a query.
func userSearchOf(c *call) (s api.DirectoryUserSearch, err error) {
	q := c.URL.Query()
	if err := checkQuery(q); err != nil {
		return s, err
	}
	s = api.DirectoryUserSearch{
		Cursor: q.Get("cursor"), SearchTerm: q.Get("searchTerm"), ClaimStatus: api.ClaimStatus(q.Get("claimStatus")),
		AccountIds: listOf[string](q, "accountIds"), DirectoryIds: listOf[string](q, "directoryIds"), GroupIds: listOf[string](q, "groupIds"),
		EmailDomains: listOf[string](q, "emailDomains"), Status: listOf[api.UserStatus](q, "status"),
		AccountStatus: listOf[api.AccountStatus](q, "accountStatus"), MembershipStatus: listOf[api.UserMembershipStatus](q, "membershipStatus"),
	}
	s.Limit, err = intOf(q, "limit")
	return s, err
}

func (h *Handler) answerUsers(c *call, body api.DirectoryUserSearch) error {
	cursor := body.Cursor
	body.Cursor = ""
	r, err := resume(c, cursor, body)
	if err != nil {
		return err
	}
	q, isEmpty, err := c.userSearch(r.Search)
	if err != nil {
		return err
	}
	p, err := r.pageAt(r.Search.Limit, usualUsers)
	if err != nil {
		return err
	}
	var found []accounts.User
	var next string
	if !isEmpty {
		if found, next, err = h.accounts.Users(c.Context(), c.org, q, p); err != nil {
			return err
		}
	}
	links, err := cursors(c, cursor, r, next)
	if err != nil {
		return err
	}
	view := func(u accounts.User) api.DirectoryUser { return directoryUserView(u, r.Search.Expand) }
	return c.ok(api.DirectoryUserList{Data: converted(found, view), Links: links})
}

func (h *Handler) countDirectoryUsers(c *call) error {
	body, err := userSearchOf(c)
	if err != nil {
		return err
	}
	if body.ClaimStatus == "" {
		body.ClaimStatus = api.ClaimStatusManaged
	}
	q, isEmpty, err := c.userSearch(body)
	if err != nil {
		return err
	}
	n := 0
	if !isEmpty {
		if n, err = h.accounts.CountUsers(c.Context(), c.org, q); err != nil {
			return err
		}
	}
	return c.ok(api.Count{Count: int64(n)})
}

func (h *Handler) getDirectoryUserStats(c *call) error {
	n, err := h.accounts.UserCounts(c.Context(), c.org)
	if err != nil {
		return err
	}
	return c.ok(api.DirectoryUserStats{Roles: []string{}, AccountStatus: []api.AccountStatusCount{
		{Status: api.AccountStatusActive, Count: int64(n.Active)},
		{Status: api.AccountStatusInactive, Count: int64(n.Inactive)},
		{Status: api.AccountStatusClosed, Count: int64(n.Closed)},
	}})
}

func (h *Handler) getDirectoryUser(c *call) error {
	u, err := h.accounts.User(c.Context(), c.org, c.accountID())
	if err != nil {
		return err
	}
	return c.ok(api.DirectoryUserResponse{Data: directoryUserView(u, nil)})
}

func (h *Handler) suspendDirectoryUser(c *call) error {
	if _, err := h.accounts.SuspendAccess(c.Context(), c.caller, c.org, c.accountID()); err != nil {
		return err
	}
	return c.noContent()
}

func (h *Handler) restoreDirectoryUser(c *call) error {
	if _, err := h.accounts.RestoreAccess(c.Context(), c.caller, c.org, c.accountID()); err != nil {
		return err
	}
	return c.noContent()
}

// listUserRoleAssignments answers that a user has none.
func (h *Handler) listUserRoleAssignments(c *call) error {
	if _, err := h.accounts.User(c.Context(), c.org, c.accountID()); err != nil {
		return err
	}
	return c.ok(api.RoleAssignmentList{Data: []string{}})
}

func (h *Handler) inviteUsers(c *call) error {
	body, err := readHosted[api.UserInvite](c, "emails")
	if err != nil {
		return err
	}
	switch {
	case len(body.Emails) == 0:
		return refusal(badValue, `"emails" is empty`).withField("emails").withHint("name at least one address")
	case len(body.PermissionRules) > 0:
		return refusal(badValue, `"permissionRules" are about products, which Roster has not`).withField("permissionRules").withHint("leave them out; additionalGroups give access")
	case body.SendNotification:
		return refusal(badValue, `"sendNotification" is true, and Roster sends no mail`).withField("sendNotification").withHint("leave it out and tell the people yourself")
	}
	if err := checkFilters(filter{"emails", len(body.Emails), true}, filter{"additionalGroups", len(body.AdditionalGroups), true}); err != nil {
		return err
	}
	groups := converted(body.AdditionalGroups, func(id string) identity.OrgGroupID { return identity.OrgGroupID(id) })
	ids, err := h.accounts.InviteAll(c.Context(), c.caller, c.org, body.Emails, groups)
	if err != nil {
		return err
	}
	result := api.InvitedUserAccess{RoleAssignmentResult: []string{}, GroupAssignmentResult: converted(body.AdditionalGroups, func(id string) api.GroupAssignment {
		return api.GroupAssignment{Group: id, Status: api.GroupAssignmentStatusINVITED}
	})}
	list := api.UserInviteResult{Data: make([]api.InvitedUser, len(ids))}
	for i, id := range ids {
		list.Data[i] = api.InvitedUser{ID: string(id), Email: body.Emails[i], Results: []api.InvitedUserAccess{result}}
	}
	return c.ok(list)
}

// directoryUserView leaves out of an external user what its own record does
// not say.
func directoryUserView(u accounts.User, expand []api.UserExpand) api.DirectoryUser {
	v := api.DirectoryUser{
		AccountID: string(u.ID), AccountType: api.AccountTypeAtlassian, AccountStatus: statusOf(u.Account), Status: userStatusOf(u), MembershipStatus: membershipOf(u),
		Name: u.Name, Email: u.Email.Address, ClaimStatus: api.ClaimStatusUnmanaged,
	}
	if !u.External {
		p := u.Profile
		v.ClaimStatus, v.EmailVerified, v.AddedToOrg, v.ManagementSource = api.ClaimStatusManaged, true, u.CreatedAt, managementSourceOf(u)
		v.Nickname, v.JobTitle, v.Department, v.Organization, v.Location, v.TimeZone = p.Nickname, p.JobTitle, p.Department, p.Organization, p.Location, p.Zoneinfo
		if u.Status != identity.AccountActive {
			v.DeactivatedOn = u.StatusAt
		}
	}
	if slices.Contains(expand, api.UserExpandProductAccess) {
		v.ProductAccess = converted(u.Activity, func(a store.Activity) api.UserProductAccess {
			return api.UserProductAccess{Key: a.Application, ID: a.Application, LastActiveTimestamp: a.At}
		})
	}
	if slices.Contains(expand, api.UserExpandGroups) {
		v.Groups = converted(u.Groups, func(g store.AccountGroup) api.UserGroup {
			return api.UserGroup{ID: string(g.ID), Name: g.Name, Description: g.Description}
		})
	}
	return v
}

// managementSourceOf says how an account came to be managed, in the words of
// the hosted API.
func managementSourceOf(u accounts.User) *string {
	source := "invited"
	switch {
	case len(u.Links) > 0 || u.Origin == identity.OriginSCIM:
		source = "synced"
	case u.Origin == identity.OriginSelfSignup:
		return nil
	}
	return &source
}

func membershipOf(u accounts.User) api.UserMembershipStatus {
	if u.Suspended {
		return api.UserMembershipStatusSuspended
	}
	return api.UserMembershipStatusActive
}

// userStatusOf is the hosted API's status of a user, which is composed of that
// of the account and that of the access.
func userStatusOf(u accounts.User) api.UserStatus {
	switch {
	case u.Status == identity.AccountClosed && time.Now().Before(u.DeleteAt):
		return api.UserStatusForDeletion
	case u.Status != identity.AccountActive:
		return api.UserStatusDeactivated
	case u.Suspended:
		return api.UserStatusSuspended
	}
	return api.UserStatusActive
}
