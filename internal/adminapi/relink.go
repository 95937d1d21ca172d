package adminapi

import (
	"roster/internal/adminapi/api"
	"roster/internal/identity"
	"roster/internal/repair"
)

func (h *Handler) relinkSCIMUser(c *call) error {
	body, err := readOwn[api.RelinkRequest](c, "accountId")
	if err != nil {
		return err
	}
	done, err := h.repair.Relink(c.Context(), c.caller, c.org, repair.Relink{
		Record: c.record(), AccountID: identity.AccountID(body.AccountID),
		TakeEmail: body.TakeEmail, ParkEmail: body.ParkEmail, DryRun: body.DryRun,
	})
	if err != nil {
		return err
	}
	return c.ok(relinkResult(done))
}

func relinkResult(r repair.Relinked) api.RelinkResult {
	v := api.RelinkResult{
		Applied:  r.Applied,
		SCIMUser: api.SCIMUserRef{DirectoryID: string(r.Record.DirectoryID), SCIMUserID: string(r.Record.SCIMUserID)},
		To:       accountRef(r.To), Changes: converted(r.Changes, changeView), Next: converted(r.Next, sentence),
	}
	if r.From != nil {
		v.From = new(accountRef(*r.From))
	}
	return v
}

func changeView(c repair.Change) api.Change {
	return api.Change{What: c.What, ID: c.ID, Field: c.Field, Before: nullable(c.Before), After: nullable(c.After)}
}
