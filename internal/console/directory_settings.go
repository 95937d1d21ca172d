package console

import (
	"roster/internal/accounts"
	"roster/internal/identity"
)

// directorySettingsView is a directory's name, settings and end.
type directorySettingsView struct {
	Header  header
	Tabs    []tab
	Job     *jobView
	Fields  []field
	SaveURL string
	SaveWhy string
	Ends    []directoryEnd
	Dialogs []confirm
}

// directoryEnd is a way to end what a directory does, or to begin it again.
type directoryEnd struct {
	Title, Text string
	Action      action
}

func (h *Handler) showDirectorySettings(c *call) error {
	d, err := h.Accounts.Directory(c.Context(), c.org, c.directoryID())
	if err != nil {
		return err
	}
	path := directoryURL(d.ID)
	v := directorySettingsView{
		Header: directoryHeader(d), Tabs: directoryTabs(d, "settings"), SaveURL: path + "/settings", SaveWhy: c.lacks(manages),
		Fields: []field{
			{Name: "name", Label: "Name", Value: d.Name, IsRequired: true},
			{Name: "restore", Label: "Give groups back", Value: restoreOf(d), Type: "select", Options: restoresOf(d), Hint: "To people who were deleted and are created again"},
		},
		Ends: []directoryEnd{{
			"Delete", "Removes its users, links, tokens and deleted users for good. Accounts stay, unlocked, and its groups become local.",
			action{Label: "Delete…", URL: path + "/delete", Danger: true, Why: c.lacks(manages)},
		}},
	}
	if v.Job, err = h.jobOf(c, d); err != nil {
		return err
	}
	switch d.Status {
	case identity.DirectoryConnected:
		v.Dialogs = append(v.Dialogs, disconnectDialog(d))
		v.Ends = append([]directoryEnd{{
			"Disconnect", "Stops at once what the identity provider may write. It can be connected again.",
			action{Label: "Disconnect…", Dialog: "disconnect", Danger: true, Why: c.lacks(manages)},
		}}, v.Ends...)
	default:
		v.Dialogs = append(v.Dialogs, reconnectDialog(d))
		v.Ends = append([]directoryEnd{{
			"Reconnect", "Lets the identity provider write again, with the tokens that are still live.",
			action{Label: "Reconnect…", Dialog: "reconnect", Why: c.lacks(manages)},
		}}, v.Ends...)
	}
	return h.page(c, "directory_settings", v)
}

// restoreOf is the present choice of restores, and restoresOf those to choose
// from: a choice that was made can be changed, not unmade.
func restoreOf(d accounts.Directory) string {
	switch {
	case d.Restore == nil:
		return ""
	case *d.Restore:
		return "true"
	default:
		return "false"
	}
}

func restoresOf(d accounts.Directory) []option {
	if d.Restore == nil {
		return restores
	}
	return restores[1:]
}

func disconnectDialog(d accounts.Directory) confirm {
	return confirm{
		ID: "disconnect", Title: "Disconnect " + d.Name, URL: directoryURL(d.ID) + "/disconnect", Button: "Disconnect", Danger: true,
		Points: []string{
			"Its tokens are refused from this moment on.",
			count(d.Groups, "group becomes a local one", "groups become local ones") + ", with the members of now.",
			count(d.Users, "user", "users") + " and their links stay: accounts remain locked until they are unlinked, or the directory is deleted.",
		},
	}
}

func reconnectDialog(d accounts.Directory) confirm {
	return confirm{
		ID: "reconnect", Title: "Reconnect " + d.Name, URL: directoryURL(d.ID) + "/reconnect", Button: "Reconnect",
		Points: []string{"Users and links go on as they were left.", "A group that became local is the directory's again when the identity provider pushes one of its name."},
	}
}

func (h *Handler) saveDirectory(c *call) error {
	if _, err := h.Accounts.Directory(c.Context(), c.org, c.directoryID()); err != nil {
		return err
	}
	restore, err := c.restore()
	if err != nil {
		return err
	}
	d, err := h.Accounts.UpdateDirectory(c.Context(), c.caller, c.org, c.directoryID(), accounts.DirectoryUpdate{Name: new(c.FormValue("name")), Restore: restore})
	if err != nil {
		return err
	}
	return h.done(c, directoryURL(d.ID)+"/settings", flash{Text: "The directory is changed."})
}

func (h *Handler) disconnectDirectory(c *call) error {
	d, err := h.Accounts.Disconnect(c.Context(), c.caller, c.org, c.directoryID())
	if err != nil {
		return err
	}
	return h.done(c, directoryURL(d.ID), flash{Text: d.Name + " is disconnected."})
}

func (h *Handler) reconnectDirectory(c *call) error {
	d, err := h.Accounts.Reconnect(c.Context(), c.caller, c.org, c.directoryID())
	if err != nil {
		return err
	}
	return h.done(c, directoryURL(d.ID), flash{Text: d.Name + " is connected again."})
}

// directoryEndView is what goes with a directory.
type directoryEndView struct {
	Header header
	Said   alert
	Facts  []fact
	URL    string
	Name   string
	Why    string
	Back   action
}

// previewDirectoryEnd says what goes with a directory, before it is deleted.
func (h *Handler) previewDirectoryEnd(c *call) error {
	d, err := h.Accounts.DeleteDirectory(c.Context(), c.caller, c.org, c.directoryID(), accounts.DeletionOptions{DryRun: true})
	if err != nil {
		return err
	}
	settings := directoryURL(d.ID) + "/settings"
	v := directoryEndView{
		Header: header{Title: "Delete " + d.Name, Crumbs: []link{{"Directories", base + "/directories"}, {d.Name, directoryURL(d.ID)}}},
		Said:   alert{Tone: warn, Title: "This cannot be undone", Text: "Nobody is deactivated: accounts, timelines and both logs stay."},
		Facts: []fact{
			{Label: "Users removed", Text: num(d.Users)},
			{Label: "Accounts unlinked and unlocked", Text: num(d.Linked)},
			{Label: "Groups that become local", Text: num(d.Groups)},
			{Label: "Deleted users that can no longer be restored", Text: num(d.Tombstones)},
			{Label: "Tokens revoked", Text: num(d.Tokens)},
		},
		URL: directoryURL(d.ID) + "/delete", Name: d.Name, Why: c.lacks(manages), Back: action{Label: "Cancel", URL: settings},
	}
	if d.Status == identity.DirectoryConnected {
		v.Said.Text = "It is connected, and is disconnected first. " + v.Said.Text
	}
	return h.page(c, "directory_delete", v)
}

func (h *Handler) deleteDirectory(c *call) error {
	d, err := h.Accounts.Directory(c.Context(), c.org, c.directoryID())
	if err != nil {
		return err
	}
	if err := checkTyped(c, d.Name); err != nil {
		return err
	}
	if _, err := h.Accounts.DeleteDirectory(c.Context(), c.caller, c.org, d.ID, accounts.DeletionOptions{Disconnect: true}); err != nil {
		return err
	}
	return h.done(c, directoryURL(d.ID), flash{Text: d.Name + " is being deleted in the background."})
}
