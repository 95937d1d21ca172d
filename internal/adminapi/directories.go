package adminapi

import (
	"roster/internal/accounts"
	"roster/internal/adminapi/api"
	"roster/internal/identity"
)

func (h *Handler) listDirectories(c *call) error {
	p, err := c.page()
	if err != nil {
		return err
	}
	found, next, err := h.accounts.Directories(c.Context(), c.org, p)
	if err != nil {
		return err
	}
	return c.ok(api.DirectoryList{Data: converted(found, c.directoryView), Links: c.links(next)})
}

func (h *Handler) createDirectory(c *call) error {
	body, err := readOwn[api.DirectoryCreate](c, "name", "kind")
	if err != nil {
		return err
	}
	kind, err := identity.ParseDirectoryKind(string(body.Kind))
	if err != nil {
		return err
	}
	d, err := h.accounts.CreateDirectory(c.Context(), c.caller, c.org, accounts.NewDirectory{Name: body.Name, Kind: kind, Restore: body.RestoreMemberships})
	if err != nil {
		return err
	}
	return c.created(api.DirectoryResponse{Data: c.directoryView(d)})
}

func (h *Handler) getDirectory(c *call) error {
	d, err := h.accounts.Directory(c.Context(), c.org, c.directoryID())
	if err != nil {
		return err
	}
	return c.ok(api.DirectoryResponse{Data: c.directoryView(d)})
}

func (h *Handler) updateDirectory(c *call) error {
	body, err := readOwn[api.DirectoryUpdate](c)
	if err != nil {
		return err
	}
	d, err := h.accounts.UpdateDirectory(c.Context(), c.caller, c.org, c.directoryID(), accounts.DirectoryUpdate{Name: body.Name, Restore: body.RestoreMemberships})
	if err != nil {
		return err
	}
	return c.ok(api.DirectoryResponse{Data: c.directoryView(d)})
}

func (h *Handler) getDirectorySetup(c *call) error {
	d, err := h.accounts.Directory(c.Context(), c.org, c.directoryID())
	if err != nil {
		return err
	}
	setup := accounts.SetupFor(d.Kind)
	return c.ok(api.DirectorySetupResponse{Data: api.DirectorySetup{
		DirectoryID: string(d.ID), Kind: api.DirectoryKind(d.Kind), Provider: setup.Provider, SCIMBaseURL: c.scimBaseURL(d.ID),
		Steps: converted(setup.Steps, func(s accounts.SetupStep) api.DirectorySetupStep {
			return api.DirectorySetupStep{Enter: s.Enter, Where: s.Where, What: s.What}
		}),
		Traps: setup.Traps,
	}})
}

func (h *Handler) disconnectDirectory(c *call) error {
	d, err := h.accounts.Disconnect(c.Context(), c.caller, c.org, c.directoryID())
	if err != nil {
		return err
	}
	return c.ok(api.DirectoryResponse{Data: c.directoryView(d)})
}

func (h *Handler) reconnectDirectory(c *call) error {
	d, err := h.accounts.Reconnect(c.Context(), c.caller, c.org, c.directoryID())
	if err != nil {
		return err
	}
	return c.ok(api.DirectoryResponse{Data: c.directoryView(d)})
}

func (h *Handler) deleteDirectory(c *call) error {
	dryRun, err := c.flag("dryRun")
	if err != nil {
		return err
	}
	disconnect, err := c.flag("disconnect")
	if err != nil {
		return err
	}
	d, err := h.accounts.DeleteDirectory(c.Context(), c.caller, c.org, c.directoryID(), accounts.DeletionOptions{Disconnect: disconnect, DryRun: dryRun})
	if err != nil {
		return err
	}
	view := api.DirectoryDeletion{
		DirectoryID: string(d.ID), Name: d.Name, DryRun: dryRun, Users: int64(d.Users), Linked: int64(d.Linked), Groups: int64(d.Groups),
		DeletedUsers: int64(d.Tombstones), Tokens: d.Tokens,
	}
	if !dryRun {
		view.JobID = string(d.Job)
	}
	return c.ok(api.DirectoryDeletionResponse{Data: view})
}

func (c *call) directoryView(d accounts.Directory) api.Directory {
	return api.Directory{ID: string(d.ID), Type: api.DirectoryTypeDirectories, Attributes: api.DirectoryAttributes{
		Name: d.Name, Kind: api.DirectoryKind(d.Kind), Status: api.DirectoryAttributesStatus(d.Status),
		SCIMBaseURL: c.scimBaseURL(d.ID), RestoreMemberships: d.RestoreMemberships(),
		Users: int64(d.Users), Groups: int64(d.Groups), Unlinked: int64(d.Unlinked), CreatedAt: d.CreatedAt, JobID: string(d.Job),
		LastWriteAt: d.Last.WriteAt, LastRefusalAt: d.Last.RefusalAt,
	}}
}

func (c *call) scimBaseURL(id identity.DirectoryID) string {
	return c.base + "/scim/directory/" + string(id)
}
