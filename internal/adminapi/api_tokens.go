package adminapi

import (
	"roster/internal/adminapi/api"
	"roster/internal/identity"
)

// listAPITokens lists the account's own API tokens. Accounts have none, since
// nobody logs in to Roster with one; clients of the hosted API ask all the same.
func (h *Handler) listAPITokens(c *call) error {
	if _, err := h.accounts.Get(c.Context(), c.org, c.accountID()); err != nil {
		return err
	}
	return c.ok([]api.APIToken{})
}

func (h *Handler) deleteAPIToken(c *call) error {
	if _, err := h.accounts.Get(c.Context(), c.org, c.accountID()); err != nil {
		return err
	}
	return identity.Errorf(identity.CodeNotFound, "account %s has no API token %.128s", c.accountID(), c.PathValue("tokenId")).WithField("tokenId")
}
