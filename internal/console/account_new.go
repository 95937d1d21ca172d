package console

import (
	"strings"

	"roster/internal/accounts"
	"roster/internal/identity"
	"roster/internal/store"
)

// newAccountView is the form for a new account.
type newAccountView struct {
	Header header
	Fields []field
	Why    string
}

func (h *Handler) newAccount(c *call) error {
	return h.page(c, "account_new", newAccountView{
		Header: header{Title: "New account", Lead: "For a person whom no directory pushes, with an address on one of your domains.", Crumbs: []link{{"Accounts", base + "/accounts"}}},
		Fields: []field{
			{Name: "email", Label: "Email", Type: "email", IsRequired: true},
			{Name: "name", Label: "Name", Hint: "The address, where there is none."},
		},
		Why: c.lacks(manages),
	})
}

// createAccount makes an account, or one that waits for its person.
func (h *Handler) createAccount(c *call) error {
	n := accounts.NewAccount{Email: strings.TrimSpace(c.FormValue("email")), Name: strings.TrimSpace(c.FormValue("name")), Origin: identity.OriginCreatedByAdmin}
	var made store.Account
	var err error
	text := "The account is made."
	if c.FormValue("do") == "invite" {
		text = "The account waits for its person. Roster sends no mail: tell the person yourself."
		made, err = h.Accounts.Invite(c.Context(), c.caller, c.org, n)
	} else {
		made, err = h.Accounts.Create(c.Context(), c.caller, c.org, n)
	}
	if err != nil {
		return err
	}
	return h.done(c, accountURL(made.ID), flash{Text: text})
}
