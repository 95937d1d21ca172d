package store

import (
	"encoding/json"

	"roster/internal/identity"
)

// SeenAccount is an account with what the applications of an org need to know
// of it, found by keys alone.
type SeenAccount struct {
	Account
	Managed   bool // by the org
	Suspended bool // its access to the org
}

const seenSelect = `SELECT CASE WHEN v.name IS NULL THEN 0 ELSE 1 END, CASE WHEN s.account_id IS NULL THEN 0 ELSE 1 END, `

func (tx *Tx) seenWhere(condition string, org identity.OrgID, arg any) ([]SeenAccount, error) {
	return all(tx, scanSeenAccount, seenSelect+prefixed("a", accountColumns)+` FROM account a LEFT JOIN domain v ON v.org_id = $1 AND `+managedBy+`
		LEFT JOIN suspension s ON s.org_id = $1 AND s.account_id = a.id WHERE `+condition, org, arg)
}

func scanSeenAccount(row scanner) (a SeenAccount, err error) {
	var managed, suspended int
	a.Account, err = scanAccount(behind{behind{row, &managed}, &suspended})
	a.Managed, a.Suspended = managed > 0, suspended > 0
	return a, err
}

// SeenByID gives an account as an org's applications see it, if there is one.
func (tx *Tx) SeenByID(org identity.OrgID, id identity.AccountID) ([]SeenAccount, error) {
	return tx.seenWhere(`a.id = $2`, org, id)
}

// SeenByEmail is SeenByID of the account that holds an address.
func (tx *Tx) SeenByEmail(org identity.OrgID, e identity.Email) ([]SeenAccount, error) {
	return tx.seenWhere(`a.email_key = $2`, org, e.Key)
}

// SeenByIDs is SeenByID of several accounts.
func (tx *Tx) SeenByIDs(org identity.OrgID, ids []identity.AccountID) ([]SeenAccount, error) {
	list, err := json.Marshal(append([]identity.AccountID{}, ids...))
	if err != nil {
		return nil, err
	}
	return tx.seenWhere(`a.id IN (SELECT e.value FROM `+tx.dialect.elements("$2")+` e)`, org, string(list))
}

// SeenByEmails is SeenByEmail of several addresses.
func (tx *Tx) SeenByEmails(org identity.OrgID, emails []identity.Email) ([]SeenAccount, error) {
	keys := make([]string, len(emails))
	for i, e := range emails {
		keys[i] = e.Key
	}
	list, err := json.Marshal(keys)
	if err != nil {
		return nil, err
	}
	return tx.seenWhere(`a.email_key IN (SELECT e.value FROM `+tx.dialect.elements("$2")+` e)`, org, string(list))
}
