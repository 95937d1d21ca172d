package store

import (
	"encoding/json"
	"time"

	"roster/internal/identity"
)

// Activity is when an application last saw an account.
type Activity struct {
	AccountID   identity.AccountID
	Application string // "" for an org that has one only
	At          time.Time
}

// AccountsOfOrg gives those of some accounts that an org manages or links.
func (tx *Tx) AccountsOfOrg(org identity.OrgID, accounts []identity.AccountID) ([]identity.AccountID, error) {
	ids, err := json.Marshal(accounts)
	if err != nil {
		return nil, err
	}
	return all(tx, column[identity.AccountID], `SELECT a.id FROM account a WHERE a.id IN (SELECT e.value FROM `+tx.dialect.elements("$1")+` e)
		AND (EXISTS (SELECT 1 FROM domain v WHERE v.name = a.email_domain AND v.org_id = $2 AND v.status = 'verified')
		OR EXISTS (SELECT 1 FROM link l WHERE l.account_id = a.id AND l.org_id = $2)) ORDER BY a.id`, string(ids), org)
}

// RecordActivity stores when an org's applications saw accounts; what is known
// to be later stays. Each account and application may be there once, in one
// order, or two writers would wait for each other.
func (tx *Tx) RecordActivity(org identity.OrgID, seen []Activity) error {
	type row struct {
		Account     identity.AccountID `json:"a"`
		Application string             `json:"n"`
		At          int64              `json:"t"`
	}
	rows := make([]row, len(seen))
	for i, s := range seen {
		rows[i] = row{s.AccountID, s.Application, micros(s.At)}
	}
	list, err := json.Marshal(rows)
	if err != nil {
		return err
	}
	_, err = tx.exec(`INSERT INTO account_activity (org_id, account_id, application, at)
		SELECT $1, e.value ->> 'a', e.value ->> 'n', CAST(e.value ->> 't' AS BIGINT) FROM `+tx.dialect.objects("$2")+` e WHERE TRUE
		ON CONFLICT (account_id, org_id, application) DO UPDATE SET at = excluded.at WHERE excluded.at > account_activity.at`, org, string(list))
	return err
}

// ActivityOf gives when an org's applications saw some accounts, the latest first.
func (tx *Tx) ActivityOf(org identity.OrgID, accounts []identity.AccountID) (map[identity.AccountID][]Activity, error) {
	ids, err := json.Marshal(append([]identity.AccountID{}, accounts...))
	if err != nil {
		return nil, err
	}
	seen := make(map[identity.AccountID][]Activity, len(accounts))
	err = each(tx, scanActivity, func(a Activity) error {
		seen[a.AccountID] = append(seen[a.AccountID], a)
		return nil
	}, `SELECT account_id, application, at FROM account_activity WHERE account_id IN (SELECT e.value FROM `+tx.dialect.elements("$1")+` e) AND org_id = $2 ORDER BY at DESC, application`, string(ids), org)
	return seen, err
}

func scanActivity(row scanner) (a Activity, err error) {
	err = row.Scan(&a.AccountID, &a.Application, timeInto{&a.At})
	return a, err
}
