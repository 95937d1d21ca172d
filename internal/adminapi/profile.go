package adminapi

import (
	"roster/internal/accounts"
	"roster/internal/adminapi/api"
	"roster/internal/identity"
)

func (h *Handler) getProfile(c *call) error {
	a, err := h.accounts.Get(c.Context(), c.org, c.accountID())
	if err != nil {
		return err
	}
	return c.ok(api.ProfileResponse{Account: profileView(a)})
}

func (h *Handler) updateProfile(c *call) error {
	body, err := readHosted[api.ProfileUpdate](c)
	if err != nil {
		return err
	}
	a, err := h.accounts.UpdateProfile(c.Context(), c.caller, c.org, c.accountID(), profileFields(body))
	if err != nil {
		return err
	}
	return c.ok(api.ProfileResponse{Account: profileView(a)})
}

// profileFields are the fields that a body gives; null gives none.
func profileFields(body api.ProfileUpdate) map[accounts.Field]string {
	given := map[accounts.Field]*string{
		accounts.FieldName: body.Name, accounts.FieldNickname: body.Nickname,
		accounts.FieldZoneinfo: body.Zoneinfo, accounts.FieldLocale: body.Locale,
	}
	if e := body.ExtendedProfile; e != nil {
		given[accounts.FieldJobTitle], given[accounts.FieldOrganization] = e.JobTitle, e.Organization
		given[accounts.FieldDepartment], given[accounts.FieldLocation] = e.Department, e.Location
	}
	values := map[accounts.Field]string{}
	for field, value := range given {
		if value != nil {
			values[field] = *value
		}
	}
	return values
}

func (h *Handler) setEmail(c *call) error {
	body, err := readHosted[api.EmailUpdate](c, "email")
	if err != nil {
		return err
	}
	if err := h.accounts.SetEmail(c.Context(), c.caller, c.org, c.accountID(), body.Email); err != nil {
		return err
	}
	return c.noContent()
}

// profileView shows a managed account. Its email counts as verified because
// the org has verified the domain.
func profileView(a accounts.Account) api.Profile {
	p := a.Profile
	v := api.Profile{
		AccountID: string(a.ID), AccountType: api.AccountTypeAtlassian, AccountStatus: statusOf(a.Account),
		Name: a.Name, Nickname: p.Nickname, Zoneinfo: p.Zoneinfo, Locale: p.Locale,
		Email: a.Email.Address, EmailVerified: true, Origin: api.Origin(a.Origin), CreatedAt: a.CreatedAt, DeletionDueAt: a.DeleteAt,
		ExtendedProfile: api.ExtendedProfile{JobTitle: p.JobTitle, Organization: p.Organization, Department: p.Department, Location: p.Location},
	}
	if a.Status != identity.AccountActive {
		v.DeactivatedAt, v.DeactivatedBy = a.StatusAt, a.StatusBy
	}
	return v
}
