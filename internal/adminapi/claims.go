package adminapi

import (
	"roster/internal/accounts"
	"roster/internal/adminapi/api"
	"roster/internal/identity"
	"roster/internal/store"
)

func (h *Handler) previewClaims(c *call) error {
	p, err := c.page()
	if err != nil {
		return err
	}
	found, next, err := h.accounts.PreviewClaims(c.Context(), c.org, c.domainID(), p)
	if err != nil {
		return err
	}
	list := api.ClaimableList{Data: converted(found.Accounts, claimableView), Links: c.links(next)}
	list.Meta.Total, list.Meta.Managed = found.Total, found.Managed
	return c.ok(list)
}

func claimableView(a store.Claimable) api.Claimable {
	return api.Claimable{
		AccountID: string(a.ID), Email: a.Email.Address, Name: a.Name, AccountStatus: api.AccountStatus(a.Status), Managed: a.Managed, Linked: a.Linked,
	}
}

func (h *Handler) changeClaims(c *call) error {
	body, err := readOwn[api.ClaimChange](c, "accounts")
	if err != nil {
		return err
	}
	results, err := h.accounts.Claim(c.Context(), c.caller, c.org, c.domainID(), body.Accounts, body.Release)
	if err != nil {
		return err
	}
	changed := api.ClaimResultResultClaimed
	if body.Release {
		changed = api.ClaimResultResultReleased
	}
	return c.ok(api.ClaimResults{Data: converted(results, func(r accounts.ClaimResult) api.ClaimResult {
		view := api.ClaimResult{Account: r.Given, AccountID: string(r.AccountID), Result: api.ClaimResultResultUnchanged}
		switch {
		case r.Err != nil:
			view.Result, view.Message = api.ClaimResultResultFailed, r.Err.Error()
		case r.Changed:
			view.Result = changed
		}
		return view
	})})
}

func (h *Handler) setClaimMode(c *call) error {
	body, err := readOwn[api.ClaimModeChange](c, "mode")
	if err != nil {
		return err
	}
	mode, err := identity.ParseClaimMode(string(body.Mode))
	if err != nil {
		return err
	}
	if body.Present != "" && !body.Present.Valid() {
		return refusal(badValue, `"present" is %.40q; it must be keep or release`, body.Present).withField("present")
	}
	keep := body.Present != api.ClaimModeChangePresentRelease
	d, err := h.accounts.SetClaimMode(c.Context(), c.caller, c.org, c.domainID(), mode, keep)
	if err != nil {
		return err
	}
	return c.ok(api.DomainResponse{Data: c.domainView(d)})
}
