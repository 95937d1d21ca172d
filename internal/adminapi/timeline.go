package adminapi

import (
	"roster/internal/adminapi/api"
	"roster/internal/store"
)

// listTimeline lists what happened to an account in the org's name.
func (h *Handler) listTimeline(c *call) error {
	p, err := c.page()
	if err != nil {
		return err
	}
	events, next, err := h.accounts.Timeline(c.Context(), c.org, c.accountID(), p)
	if err != nil {
		return err
	}
	return c.ok(api.Timeline{Data: converted(events, timelineView), Links: c.links(next)})
}

func timelineView(e store.AccountEvent) api.TimelineEvent {
	return api.TimelineEvent{
		ID: string(e.ID), Time: e.Time, Event: api.TimelineEventEvent(e.Kind), Before: e.Before, After: e.After, Reason: e.Reason,
		DirectoryID: string(e.DirectoryID), SCIMUserID: e.SCIMID, GroupID: string(e.GroupID),
		Operation: e.Operation, Actor: e.Actor, RequestID: e.RequestID,
	}
}

// listAccountGroups lists the groups of an account, each with why it is in it.
func (h *Handler) listAccountGroups(c *call) error {
	p, err := c.page()
	if err != nil {
		return err
	}
	groups, next, err := h.accounts.GroupsOf(c.Context(), c.org, c.accountID(), p)
	if err != nil {
		return err
	}
	return c.ok(api.AccountGroupList{Data: converted(groups, accountGroupView), Links: c.links(next)})
}

func accountGroupView(g store.AccountGroup) api.AccountGroup {
	return api.AccountGroup{
		ID: string(g.ID), Name: g.Name, Source: api.Source(g.Source), DirectoryID: string(g.DirectoryID),
		SCIMGroupID: string(g.SCIMGroupID), SCIMUserID: string(g.SCIMUserID), Since: g.Since,
	}
}
