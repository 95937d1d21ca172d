package adminapi

import (
	"time"

	"roster/internal/accounts"
	"roster/internal/adminapi/api"
	"roster/internal/identity"
	"roster/internal/store"
)

// listUsers lists the accounts that the org manages.
func (h *Handler) listUsers(c *call) error {
	p, err := c.page()
	if err != nil {
		return err
	}
	found, total, next, err := h.accounts.Managed(c.Context(), c.org, c.URL.Query().Get("email"), p)
	if err != nil {
		return err
	}
	return c.ok(api.UserList{Data: converted(found, c.userView), Links: c.links(next), Meta: api.UserListMeta{Total: int64(total)}})
}

func (h *Handler) createUser(c *call) error {
	body, err := readOwn[api.UserCreate](c, "email")
	if err != nil {
		return err
	}
	origin, err := identity.ParseOrigin(string(body.Origin))
	if err != nil {
		return err
	}
	a, err := h.accounts.Create(c.Context(), c.caller, c.org, accounts.NewAccount{Email: body.Email, Name: body.Name, Origin: origin})
	if err != nil {
		return err
	}
	return c.created(api.UserResponse{Data: c.userView(accounts.Account{Account: a})})
}

func (c *call) userView(a accounts.Account) api.User {
	return api.User{
		AccountID: string(a.ID), AccountType: api.AccountTypeAtlassian, AccountStatus: statusOf(a.Account),
		Name: a.Name, Email: a.Email.Address, ProductAccess: []api.ProductAccess{},
		Links:  api.SelfLink{Self: c.base + "/users/" + string(a.ID) + "/manage/profile"},
		Origin: api.Origin(a.Origin), Linked: a.IsLocked(), CreatedAt: a.CreatedAt,
	}
}

// statusOf shows an account whose deletion can still be cancelled as inactive,
// as the hosted service does.
func statusOf(a store.Account) api.AccountStatus {
	if a.Status == identity.AccountClosed && time.Now().Before(a.DeleteAt) {
		return api.AccountStatusInactive
	}
	return api.AccountStatus(a.Status)
}

func accountRef(a store.Account) api.AccountRef {
	return api.AccountRef{AccountID: string(a.ID), Email: a.Email.Address, Name: a.Name, Status: statusOf(a)}
}
