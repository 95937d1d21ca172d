package adminapi

import (
	"roster/internal/accounts"
	"roster/internal/adminapi/api"
	"roster/internal/identity"
	"roster/internal/store"
)

// The calls of applications, which ask for a person at every login.

func (h *Handler) seeAccount(c *call) error {
	a, err := h.accounts.See(c.Context(), c.org, c.accountID())
	if err != nil {
		return err
	}
	return c.ok(api.AppAccountResponse{Data: appAccountView(a)})
}

// seeAccounts gives the account of one address, else the managed ones page by page.
func (h *Handler) seeAccounts(c *call) error {
	p, err := c.page()
	if err != nil {
		return err
	}
	if email := c.URL.Query().Get("email"); email != "" {
		found, err := h.accounts.SeeByEmail(c.Context(), c.org, email)
		if err != nil {
			return err
		}
		list := api.AppAccountList{Data: []api.AppAccount{}, Links: c.links("")}
		if found != nil {
			list.Data = append(list.Data, appAccountView(*found))
		}
		return c.ok(list)
	}
	found, next, err := h.accounts.SeeManaged(c.Context(), c.org, p)
	if err != nil {
		return err
	}
	return c.ok(api.AppAccountList{Data: converted(found, appAccountView), Links: c.links(next)})
}

// maxLookup bounds the ids and addresses of one call.
const maxLookup = 200

func (h *Handler) lookUpAccounts(c *call) error {
	body, err := readOwn[api.AppLookup](c)
	if err != nil {
		return err
	}
	if n := len(body.AccountIds) + len(body.Emails); n == 0 || n > maxLookup {
		return refusal(badValue, "%d accounts are asked for; there must be 1 to %d", n, maxLookup).
			withHint("name them in accountIds and emails, and ask in several calls for more")
	}
	ids := converted(body.AccountIds, func(id string) identity.AccountID { return identity.AccountID(id) })
	l, err := h.accounts.SeeAll(c.Context(), c.org, ids, body.Emails)
	if err != nil {
		return err
	}
	return c.ok(api.AppLookupResult{
		Data:    converted(l.Found, appAccountView),
		Missing: api.AppMissing{AccountIds: converted(l.MissingIDs, func(id identity.AccountID) string { return string(id) }), Emails: converted(l.MissingEmails, func(e string) string { return e })},
	})
}

func (h *Handler) seeGroupsOfAccount(c *call) error {
	p, err := c.page()
	if err != nil {
		return err
	}
	found, next, err := h.accounts.SeeGroups(c.Context(), c.org, c.accountID(), p)
	if err != nil {
		return err
	}
	return c.ok(api.AppGroupList{Data: converted(found, func(g store.AccountGroup) api.AppGroup { return appGroupView(g.OrgGroup) }), Links: c.links(next)})
}

func (h *Handler) seeGroups(c *call) error {
	p, err := c.page()
	if err != nil {
		return err
	}
	found, next, err := h.accounts.Groups(c.Context(), c.org, accounts.GroupSearch{Name: c.URL.Query().Get("name")}, p)
	if err != nil {
		return err
	}
	return c.ok(api.AppGroupList{Data: converted(found, appGroupView), Links: c.links(next)})
}

func (h *Handler) seeMembers(c *call) error {
	p, err := c.page()
	if err != nil {
		return err
	}
	_, members, next, err := h.accounts.Members(c.Context(), c.org, c.groupID(), p)
	if err != nil {
		return err
	}
	return c.ok(api.AppMemberList{Data: converted(members, func(m store.GroupMember) api.AppMember {
		return api.AppMember{AccountID: string(m.AccountID), Email: m.Email, Name: m.Name, Status: api.AccountStatus(m.Status)}
	}), Links: c.links(next)})
}

func appGroupView(g store.OrgGroup) api.AppGroup {
	return api.AppGroup{ID: string(g.ID), Name: g.Name, Source: api.Source(g.Source)}
}

// appAccountView leaves out of an external account what its own record does
// not say.
func appAccountView(a accounts.Seen) api.AppAccount {
	v := api.AppAccount{AccountID: string(a.ID), Email: a.Email.Address, Name: a.Name, Status: statusOf(a.Account), Managed: !a.External, Suspended: a.Suspended}
	if a.Suspended { // for clients that look at the status alone
		v.Status = api.AccountStatusInactive
	}
	if !a.External {
		p := a.Profile
		v.Nickname, v.Zoneinfo, v.Locale, v.JobTitle = p.Nickname, p.Zoneinfo, p.Locale, p.JobTitle
		v.Organization, v.Department, v.Location = p.Organization, p.Department, p.Location
	}
	return v
}
