package adminapi

import (
	"roster/internal/adminapi/api"
	"roster/internal/identity"
	"roster/internal/repair"
	"roster/internal/store"
)

// onlyDeleteUsersInDB is onlyDeleteUserInDB for many accounts.
func (h *Handler) onlyDeleteUsersInDB(c *call) error {
	body, err := readOwn[api.DeletionRequest](c, "accountIds")
	if err != nil {
		return err
	}
	ids := converted(body.AccountIds, func(id string) identity.AccountID { return identity.AccountID(id) })
	rows, err := h.repair.DeleteByAccounts(c.Context(), c.caller, c.org, ids, body.DryRun)
	if err != nil {
		return err
	}
	return c.ok(api.DeletionResult{Applied: !body.DryRun, Data: converted(rows, deletionView)})
}

func deletionView(d repair.Deletion) api.Deletion {
	v := api.Deletion{
		AccountID: string(d.AccountID),
		Removed: converted(d.Removed, func(l store.Link) api.SCIMUserRef {
			return api.SCIMUserRef{DirectoryID: string(l.DirectoryID), SCIMUserID: string(l.SCIMUserID)}
		}),
	}
	if d.Refused == nil {
		return v
	}
	v.Refused = api.DeletionRefusal{Message: sentence(d.Refused.Message)}
	if d.Refused.Hint != "" {
		v.Refused.Hint = sentence(d.Refused.Hint)
	}
	return v
}
