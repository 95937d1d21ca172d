package store

import (
	"encoding/json"
	"time"

	"roster/internal/identity"
)

// Import is how far an import of accounts has got.
type Import struct {
	OrgID     identity.OrgID
	ID        string // chosen by the client
	Position  int64  // records of the file that are settled
	Created   int64
	Existing  int64
	Refused   int64
	Done      bool
	StartedBy string
	StartedAt time.Time
	UpdatedAt time.Time
}

const importColumns = `org_id, id, position, created, existing, refused, done, started_by, started_at, updated_at`

func scanImport(row scanner) (i Import, err error) {
	err = row.Scan(&i.OrgID, &i.ID, &i.Position, &i.Created, &i.Existing, &i.Refused, &i.Done, &i.StartedBy, timeInto{&i.StartedAt}, timeInto{&i.UpdatedAt})
	return i, err
}

// Import gives one import of an org.
func (tx *Tx) Import(org identity.OrgID, id string) (Import, error) {
	return one(tx, scanImport, `SELECT `+importColumns+` FROM account_import WHERE org_id = $1 AND id = $2`, org, id)
}

// StartImport gives an import, which begins now unless it has begun before.
func (tx *Tx) StartImport(org identity.OrgID, id, by string) (Import, error) {
	_, err := tx.exec(`INSERT INTO account_import (org_id, id, position, created, existing, refused, done, started_by, started_at, updated_at)
		VALUES ($1, $2, 0, 0, 0, 0, FALSE, $3, $4, $4) ON CONFLICT (org_id, id) DO NOTHING`, org, id, by, micros(tx.now))
	if err != nil {
		return Import{}, err
	}
	return tx.Import(org, id)
}

// AdvanceImport stores that an import has got from one position to that of i;
// [ErrNotFound] when somebody else has moved it meanwhile.
func (tx *Tx) AdvanceImport(from int64, i Import) error {
	return tx.execOne(`UPDATE account_import SET position = $1, created = $2, existing = $3, refused = $4, done = $5, updated_at = $6 WHERE org_id = $7 AND id = $8 AND position = $9`,
		i.Position, i.Created, i.Existing, i.Refused, i.Done, micros(tx.now), i.OrgID, i.ID, from)
}

// ForgetImports forgets at most limit imports that nobody has touched since a
// time, and gives how many there were.
func (tx *Tx) ForgetImports(since time.Time, limit int) (int64, error) {
	return tx.exec(`DELETE FROM account_import WHERE (org_id, id) IN (SELECT org_id, id FROM account_import WHERE updated_at < $1 LIMIT $2)`, micros(since), limit)
}

// AccountsByEmail gives the accounts that hold some addresses, by canonical address.
func (tx *Tx) AccountsByEmail(keys []string) (map[string]Account, error) {
	list, err := json.Marshal(append([]string{}, keys...))
	if err != nil {
		return nil, err
	}
	found := make(map[string]Account)
	err = each(tx, scanAccount, func(a Account) error {
		found[a.Email.Key] = a
		return nil
	}, `SELECT `+accountColumns+` FROM account WHERE email_key IN (SELECT e.value FROM `+tx.dialect.elements("$1")+` e)`, string(list))
	return found, err
}

// accountRow is an account as InsertAccountsIfFree hands it to the database.
type accountRow struct {
	ID           identity.AccountID     `json:"i"`
	Email        string                 `json:"e"`
	Key          string                 `json:"k"`
	Domain       string                 `json:"d"`
	Name         string                 `json:"n"`
	NameKey      string                 `json:"w"`
	LastNameKey  string                 `json:"l"`
	Status       identity.AccountStatus `json:"s"`
	Origin       identity.Origin        `json:"o"`
	Profile      string                 `json:"p"`
	ClaimedBy    identity.OrgID         `json:"c"`
	StatusBy     string                 `json:"b"`
	StatusReason string                 `json:"r"`
}

// InsertAccountsIfFree stores accounts, created now, in one statement, and
// gives how many; those whose address somebody holds are left out. They are in
// the order of their addresses, or two writers would wait for each other.
func (tx *Tx) InsertAccountsIfFree(accounts []Account) (int, error) {
	rows := make([]accountRow, len(accounts))
	byID := make(map[identity.AccountID]Account, len(accounts))
	for i, a := range accounts {
		profile, err := json.Marshal(a.Profile)
		if err != nil {
			return 0, err
		}
		keys := nameKeysOf(a.Name)
		rows[i] = accountRow{a.ID, a.Email.Address, a.Email.Key, a.Email.Domain, a.Name, keys.whole, keys.last, a.Status, a.Origin, string(profile), a.ClaimedBy, a.StatusBy, a.StatusReason}
		byID[a.ID] = a
	}
	list, err := json.Marshal(rows)
	if err != nil {
		return 0, err
	}
	inserted, err := all(tx, column[identity.AccountID], `INSERT INTO account (status_at, created_at, updated_at, id, email, email_key, email_domain, name, name_key, last_name_key, status, origin, profile, claimed_by, status_by, status_reason)
		SELECT $1, $1, $1, e.value ->> 'i', e.value ->> 'e', e.value ->> 'k', e.value ->> 'd', e.value ->> 'n', e.value ->> 'w', e.value ->> 'l', e.value ->> 's', e.value ->> 'o',
		e.value ->> 'p', NULLIF(e.value ->> 'c', ''), e.value ->> 'b', e.value ->> 'r' FROM `+tx.dialect.objects("$2")+` e WHERE TRUE ON CONFLICT (email_key) DO NOTHING RETURNING id`, micros(tx.now), string(list))
	for _, id := range inserted {
		a := byID[id]
		tx.countAccount(a, 1)
		tx.noteAccountCreated(a)
	}
	return len(inserted), err
}
