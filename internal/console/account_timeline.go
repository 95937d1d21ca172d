package console

import (
	"net/url"
	"time"

	"roster/internal/identity"
	"roster/internal/journal"
	"roster/internal/store"
)

// accountTimelineView is what happened to an account.
type accountTimelineView struct {
	Header header
	Tabs   []tab
	Rows   []timelineRow
	Pager  pager
	Empty  empty
}

// timelineRow is one event.
type timelineRow struct {
	At                    time.Time
	Text, Before, After   string
	By, Reason, Operation string
	Directory, Record     link
}

func (h *Handler) showTimeline(c *call) error {
	u, err := h.user(c)
	if err != nil {
		return err
	}
	p, err := c.rows()
	if err != nil {
		return err
	}
	events, next, err := h.Accounts.Timeline(c.Context(), c.org, u.ID, p)
	if err != nil {
		return err
	}
	directories, err := h.directoryOptions(c)
	if err != nil {
		return err
	}
	v := accountTimelineView{
		Header: accountHeader(u), Tabs: accountPages(c, u.ID), Pager: c.pager(len(events), next, "event", "events"),
		Empty: empty{Icon: "clock", Title: "Nothing has happened yet", Text: "What your directories, administrators and repairs do with this account is listed here."},
	}
	for _, e := range events {
		v.Rows = append(v.Rows, timelineRowOf(e, directories))
	}
	return h.page(c, "account_timeline", v)
}

// eventNames say what happened.
var eventNames = map[store.EventKind]string{
	store.EventCreated: "Created", store.EventEmailChanged: "Email changed", store.EventStatusChanged: "Status changed",
	store.EventNameChanged: "Name changed", store.EventProfileChanged: "Profile changed", store.EventClaimed: "Claimed", store.EventReleased: "Released",
	store.EventLinked: "Linked", store.EventUnlinked: "Unlinked", store.EventGroupJoined: "Joined group", store.EventGroupLeft: "Left group", store.EventDeleted: "Deleted",
}

func timelineRowOf(e store.AccountEvent, directories []option) timelineRow {
	row := timelineRow{At: e.Time, Text: eventNames[e.Kind], Before: e.Before, After: e.After, By: e.Actor, Reason: e.Reason, Operation: journal.Describe(journal.Action(e.Operation)).Name}
	if row.Operation == "" {
		row.Operation = e.Operation
	}
	if e.DirectoryID != "" {
		row.Directory = link{labelOf(directories, string(e.DirectoryID)), base + "/directories/" + url.PathEscape(string(e.DirectoryID))}
	}
	if e.SCIMID != "" && e.DirectoryID != "" {
		row.Record = link{short(e.SCIMID), recordURL(e.DirectoryID, identity.SCIMUserID(e.SCIMID))}
	}
	return row
}

// accountGroupsView is the groups of an account, each with why it is in it.
type accountGroupsView struct {
	Header header
	Tabs   []tab
	Rows   []accountGroupRow
	Pager  pager
	Empty  empty
}

// accountGroupRow is a membership.
type accountGroupRow struct {
	Name, URL         string
	Source            badge
	Directory, Record link // by which a synced group has the account
	Since             time.Time
}

func (h *Handler) showAccountGroups(c *call) error {
	u, err := h.user(c)
	if err != nil {
		return err
	}
	p, err := c.rows()
	if err != nil {
		return err
	}
	groups, next, err := h.Accounts.GroupsOf(c.Context(), c.org, u.ID, p)
	if err != nil {
		return err
	}
	directories, err := h.directoryOptions(c)
	if err != nil {
		return err
	}
	v := accountGroupsView{
		Header: accountHeader(u), Tabs: accountPages(c, u.ID), Pager: c.pager(len(groups), next, "group", "groups"),
		Empty: empty{Icon: "groups", Title: "In no group", Text: "Groups are pushed by your directories, or are made here."},
	}
	for _, g := range groups {
		v.Rows = append(v.Rows, accountGroupRowOf(g, directories))
	}
	return h.page(c, "account_groups", v)
}

func accountGroupRowOf(g store.AccountGroup, directories []option) accountGroupRow {
	row := accountGroupRow{Name: g.Name, URL: groupURL(g.ID), Source: sourceBadge(g.Source), Since: g.Since}
	if g.Source == identity.GroupSynced {
		row.Directory = link{labelOf(directories, string(g.DirectoryID)), base + "/directories/" + url.PathEscape(string(g.DirectoryID))}
		row.Record = link{short(g.SCIMUserID), recordURL(g.DirectoryID, g.SCIMUserID)}
	}
	return row
}
