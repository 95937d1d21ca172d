package console

import (
	"cmp"

	"roster/internal/accounts"
	"roster/internal/identity"
)

// accountAction is what can be done with an account, with the dialog that does
// it or the reason why it cannot be done now.
type accountAction struct {
	Button  action
	Confirm confirm
	About   string
}

// accountActions are what makes sense in the account's state.
func accountActions(c *call, u accounts.User, links []linkRow) []accountAction {
	path := accountURL(u.ID)
	member := c.lacks(manages)
	managed := cmp.Or(member, notManaged(u))
	unlocked := cmp.Or(managed, lockedBy(links))
	open := cmp.Or(unlocked, isClosed(u))
	actions := []accountAction{{
		Button:  action{Label: "Set email", Why: unlocked},
		Confirm: confirm{ID: "set-email", Title: "Set email", URL: path + "/email", Button: "Set email", Text: "The account keeps its ID, its groups and its history.", Fields: []field{{Name: "email", Label: "New email", Value: u.Email.Address, Type: "email", IsRequired: true, Hint: "A free address on a domain that is yours."}}},
		About:   "To a free address on one of your domains.",
	}}
	actions = append(actions, statusActions(u, path, open)...)
	actions = append(actions, accessActions(u, path, member, links)...)
	actions = append(actions, deletionActions(u, path, managed, unlocked)...)
	if len(links) > 0 {
		actions = append(actions, unlockAction(c, u, path, links))
	}
	for i, a := range actions {
		actions[i].Button.Dialog = a.Confirm.ID
	}
	return actions
}

func notManaged(u accounts.User) string {
	if u.External {
		return "Not managed by your organization"
	}
	return ""
}

func isClosed(u accounts.User) string {
	if u.Status == identity.AccountClosed {
		return "Waits for deletion: cancel that first"
	}
	return ""
}

func statusActions(u accounts.User, path, why string) []accountAction {
	if u.Status == identity.AccountActive || u.Status == identity.AccountClosed {
		return []accountAction{{
			Button:  action{Label: "Deactivate", Why: why},
			Confirm: confirm{ID: "deactivate", Title: "Deactivate this account", URL: path + "/deactivate", Button: "Deactivate", Text: "Applications see the person as inactive. It can be activated again at any time.", Fields: []field{{Name: "message", Label: "Reason", Hint: "Kept, and shown on this page."}}},
			About:   "Applications see the person as inactive.",
		}}
	}
	activate := accountAction{
		Button:  action{Label: "Activate", Why: why},
		Confirm: confirm{ID: "activate", Title: "Activate this account", URL: path + "/activate", Button: "Activate", Text: "Applications see the person as active."},
		About:   "Applications see the person as active.",
	}
	if u.Invitation != identity.InvitationPending {
		return []accountAction{activate}
	}
	return []accountAction{{
		Button:  action{Label: "Accept invitation", Why: why},
		Confirm: confirm{ID: "accept", Title: "Accept the invitation", URL: path + "/accept", Button: "Accept", Text: "For a person who has come. The account becomes active."},
		About:   "The person has come.",
	}, activate}
}

func accessActions(u accounts.User, path, why string, links []linkRow) []accountAction {
	access := accountAction{
		Button:  action{Label: "Suspend access", Why: why},
		Confirm: confirm{ID: "suspend", Title: "Suspend access", URL: path + "/suspend", Button: "Suspend access", Text: "Applications of your organization see the person as inactive. Groups, links and the account's status stay."},
		About:   "To your organization only. Works for synced accounts too.",
	}
	if u.Suspended {
		access = accountAction{
			Button:  action{Label: "Restore access", Why: why},
			Confirm: confirm{ID: "restore", Title: "Restore access", URL: path + "/restore", Button: "Restore access", Text: "Applications of your organization see the person as the account's status says."},
			About:   "Takes the suspension back.",
		}
	}
	leave := accountAction{
		Button:  action{Label: "Leave all groups", Why: cmp.Or(why, lockedBy(links))},
		Confirm: confirm{ID: "leave", Title: "Leave all groups", URL: path + "/leave", Button: "Leave all groups", Danger: true, Text: "All memberships of local groups end. They have to be given again one by one."},
		About:   "Ends the memberships of local groups.",
	}
	return []accountAction{access, leave}
}

func deletionActions(u accounts.User, path, managed, unlocked string) []accountAction {
	if u.Status == identity.AccountClosed {
		return []accountAction{{
			Button:  action{Label: "Cancel deletion", Why: managed},
			Confirm: confirm{ID: "cancel-deletion", Title: "Cancel the deletion", URL: path + "/cancel-deletion", Button: "Keep the account", Text: "The account becomes active again, or what its directory says."},
			About:   "Possible for 14 days.",
		}}
	}
	return []accountAction{{
		Button: action{Label: "Delete account", Danger: true, Why: unlocked},
		Confirm: confirm{ID: "delete", Title: "Delete this account", URL: path + "/delete", Button: "Delete account", Danger: true, Points: []string{
			"Applications see the person as inactive from now on.", "For 14 days this can be cancelled here.", "After that name, address and groups are gone for ever; the ID is never given again.",
		}},
		About: "In 14 days; until then it can be cancelled.",
	}}
}

// unlockAction deletes the SCIM users by account ID, after a look at them.
func unlockAction(c *call, u accounts.User, path string, links []linkRow) accountAction {
	a := accountAction{
		Button: action{Label: "Delete SCIM users", Danger: true, Why: cmp.Or(c.lacks(repairs), notManaged(u))},
		Confirm: confirm{
			ID: "unlock", Title: "Delete the SCIM users of this account", URL: path + "/unlock", Button: "Delete " + count(len(links), "SCIM user", "SCIM users"), Danger: true,
			Text: "The account keeps its ID, email and status, and is unlocked. It leaves its synced groups. The identity provider must create the user again: unassign the person from the app, and assign it again.",
		},
		About: "The account stays, and is unlocked.",
	}
	for _, l := range links {
		a.Confirm.Points = append(a.Confirm.Points, "SCIM user "+string(l.ID)+" of "+l.Directory.Text)
	}
	return a
}
