package adminapi

import (
	"net/url"
	"strconv"
	"time"

	"roster/internal/accounts"
	"roster/internal/adminapi/api"
	"roster/internal/identity"
	"roster/internal/store"
)

// searchAccounts lists accounts of the org, managed or external.
func (h *Handler) searchAccounts(c *call) error {
	p, err := c.page()
	if err != nil {
		return err
	}
	q, err := accountSearch(c.URL.Query())
	if err != nil {
		return err
	}
	found, next, err := h.accounts.Search(c.Context(), c.org, q, p)
	if err != nil {
		return err
	}
	return c.ok(api.AccountList{Data: converted(found, accountView), Links: c.links(next)})
}

// accountSearch reads the filters of the query.
func accountSearch(q url.Values) (s store.AccountSearch, err error) {
	s = store.AccountSearch{
		Text: q.Get("q"), ID: identity.AccountID(q.Get("accountId")), ExternalID: q.Get("externalId"), DirectoryID: identity.DirectoryID(q.Get("directoryId")),
		Status: identity.AccountStatus(q.Get("status")), Origin: identity.Origin(q.Get("origin")), Invitation: identity.Invitation(q.Get("invitation")),
	}
	if q.Has("email") {
		if s.Email, err = identity.ParseEmail(q.Get("email")); err != nil {
			return s, err
		}
	}
	if q.Has("linked") {
		linked, err := strconv.ParseBool(q.Get("linked"))
		if err != nil {
			return s, refusal(badValue, `"linked" is %.20q; it must be true or false`, q.Get("linked")).withField("linked")
		}
		s.Linked = &linked
	}
	if s.External, err = isExternal(q.Get("scope")); err != nil {
		return s, err
	}
	return s, checkChoices(q)
}

func isExternal(scope string) (bool, error) {
	switch scope {
	case "", "managed":
		return false, nil
	case "external":
		return true, nil
	}
	return false, refusal(badValue, `"scope" is %.20q; it must be managed or external`, scope).withField("scope")
}

// checkChoices refuses a value that the filter cannot have.
func checkChoices(q url.Values) error {
	for _, choice := range []struct {
		name    string
		isValid bool
		are     string
	}{
		{"status", api.AccountStatus(q.Get("status")).Valid(), "active, inactive or closed"},
		{"origin", api.Origin(q.Get("origin")).Valid(), "invited, created-by-admin, self-signup, scim or imported"},
		{"invitation", api.Invitation(q.Get("invitation")).Valid(), "pending or accepted"},
	} {
		if q.Get(choice.name) != "" && !choice.isValid {
			return refusal(badValue, "%q is %.40q; it must be %s", choice.name, q.Get(choice.name), choice.are).withField(choice.name)
		}
	}
	return nil
}

func (h *Handler) getAccount(c *call) error {
	a, err := h.accounts.Find(c.Context(), c.org, c.accountID())
	if err != nil {
		return err
	}
	return c.ok(api.AccountResponse{Data: accountView(a)})
}

// inviteAccount makes an account that waits for its person.
func (h *Handler) inviteAccount(c *call) error {
	body, err := readOwn[api.AccountInvite](c, "email")
	if err != nil {
		return err
	}
	a, err := h.accounts.Invite(c.Context(), c.caller, c.org, accounts.NewAccount{Email: body.Email, Name: body.Name})
	if err != nil {
		return err
	}
	return c.created(api.AccountResponse{Data: accountView(accounts.Found{FoundAccount: store.FoundAccount{Account: a}})})
}

func (h *Handler) acceptInvitation(c *call) error {
	if err := h.accounts.AcceptInvitation(c.Context(), c.caller, c.org, c.accountID()); err != nil {
		return err
	}
	return h.getAccount(c)
}

func accountView(a accounts.Found) api.Account {
	v := api.Account{
		ID: string(a.ID), Email: a.Email.Address, Name: a.Name, Status: api.AccountStatus(a.Status), Managed: !a.External,
		Links: converted(a.Links, linkOfAccount), Activity: converted(a.Activity, activityView),
		Origin: api.Origin(a.Origin), Invitation: api.Invitation(a.Invitation),
		StatusBy: a.StatusBy, StatusReason: a.StatusReason, StatusAt: a.StatusAt, DeletionDueAt: a.DeleteAt, CreatedAt: a.CreatedAt, UpdatedAt: a.UpdatedAt,
		Nickname: a.Profile.Nickname, Zoneinfo: a.Profile.Zoneinfo, Locale: a.Profile.Locale, JobTitle: a.Profile.JobTitle,
		Organization: a.Profile.Organization, Department: a.Profile.Department, Location: a.Profile.Location,
	}
	if len(a.Activity) > 0 {
		v.LastActiveAt = a.Activity[0].At
	}
	return v
}

func linkOfAccount(l store.Link) api.AccountLink {
	return api.AccountLink{DirectoryID: string(l.DirectoryID), SCIMUserID: string(l.SCIMUserID), CreatedAt: l.CreatedAt, CreatedBy: l.CreatedBy}
}

func activityView(a store.Activity) api.AccountActivity {
	return api.AccountActivity{Application: a.Application, At: a.At}
}

// recordActivity takes an application's report of whom it saw when.
func (h *Handler) recordActivity(c *call) error {
	body, err := readOwn[api.ActivityReport](c, "accounts")
	if err != nil {
		return err
	}
	seen := make([]store.Activity, len(body.Accounts))
	for i, a := range body.Accounts {
		seen[i] = store.Activity{AccountID: identity.AccountID(a.AccountID), At: a.At.UTC().Truncate(time.Microsecond)}
	}
	unknown, err := h.accounts.RecordActivity(c.Context(), c.org, body.Application, seen)
	if err != nil {
		return err
	}
	return c.ok(api.ActivityRecorded{Unknown: converted(unknown, func(id identity.AccountID) string { return string(id) })})
}
