package console

import (
	"roster/internal/identity"
	"roster/internal/store"
)

// maxPreview bounds the people of a preview that are named.
const maxPreview = 50

// adoptView previews what becomes of a local group that a directory takes over.
type adoptView struct {
	Header      header
	Directory   field
	IsPreview   bool
	Stay, Leave int
	StayRows    []memberRow
	LeaveRows   []memberRow
	URL, Why    string // of the form that does it, and why nobody may
	MaxPreview  int
}

func (h *Handler) previewAdoption(c *call) error {
	g, err := h.Accounts.Group(c.Context(), c.org, c.groupID())
	if err != nil {
		return err
	}
	directories, err := h.directoryOptions(c)
	if err != nil {
		return err
	}
	chosen := c.URL.Query().Get("directory")
	v := adoptView{
		Header: header{
			Title: "Adopt " + g.Name, Lead: "A directory takes the group over: its identity provider finds it by name and decides its members from then on.",
			Crumbs: []link{{"Groups", base + "/groups"}, {g.Name, groupURL(g.ID)}},
		},
		Directory: choose("directory", "Directory", chosen, "Choose a directory", directories...),
		URL:       groupURL(g.ID) + "/adopt", Why: c.lacks(repairs), MaxPreview: maxPreview,
	}
	if chosen == "" {
		return h.page(c, "group_adopt", v)
	}
	found, err := h.Repair.Adopt(c.Context(), c.caller, c.org, g.ID, identity.DirectoryID(chosen), true)
	if err != nil {
		return err
	}
	v.IsPreview, v.Stay, v.Leave = true, len(found.Stay), len(found.Leave)
	v.StayRows, v.LeaveRows = previewRows(g, found.Stay), previewRows(g, found.Leave)
	return h.page(c, "group_adopt", v)
}

func previewRows(g store.OrgGroup, members []store.GroupMember) (rows []memberRow) {
	for _, m := range members[:min(len(members), maxPreview)] {
		rows = append(rows, memberRowOf(g, m))
	}
	return rows
}

func (h *Handler) adoptGroup(c *call) error {
	g, err := h.Accounts.Group(c.Context(), c.org, c.groupID())
	if err != nil {
		return err
	}
	done, err := h.Repair.Adopt(c.Context(), c.caller, c.org, g.ID, identity.DirectoryID(c.FormValue("directory")), false)
	if err != nil {
		return err
	}
	h.findings.report(c.org, true)
	return h.done(c, groupURL(g.ID), flash{Text: "The group is synced: " + num(len(done.Stay)) + " stayed, " + num(len(done.Leave)) + " left."})
}
