package store

import (
	"encoding/json"
	"strings"
	"time"

	"roster/internal/identity"
)

// ClaimKey is something that an identity provider says of a person, in the form
// in which it is compared: an email in its canonical form, or a value of the
// claim that names groups, as it stands.
type ClaimKey string

// The beginnings of claim keys.
const (
	emailClaim = "email:"
	valueClaim = "claim:"
)

// EmailClaim is the key of an address.
func EmailClaim(e identity.Email) ClaimKey { return ClaimKey(emailClaim + e.Key) }

// ValueClaim is the key of a value of the groups claim.
func ValueClaim(value string) ClaimKey { return ClaimKey(valueClaim + value) }

// IsEmail tells an address from a value of the groups claim.
func (k ClaimKey) IsEmail() bool { return strings.HasPrefix(string(k), emailClaim) }

// ConsoleGrant lets people of whom the identity provider says something sign in
// to the console of an org.
type ConsoleGrant struct {
	OrgID     identity.OrgID
	ID        identity.GrantID
	Claim     ClaimKey
	Value     string // of the claim, as the administrator wrote it
	Role      string
	CreatedAt time.Time
}

const consoleGrantColumns = `org_id, id, claim_key, value, role, created_at`

func scanConsoleGrant(row scanner) (g ConsoleGrant, err error) {
	err = row.Scan(&g.OrgID, &g.ID, &g.Claim, &g.Value, &g.Role, timeInto{&g.CreatedAt})
	return g, err
}

// InsertConsoleGrant stores a grant, created now. The org must have none of the
// same claim.
func (tx *Tx) InsertConsoleGrant(g ConsoleGrant) (ConsoleGrant, error) {
	return one(tx, scanConsoleGrant, `INSERT INTO console_grant (`+consoleGrantColumns+`) VALUES ($1, $2, $3, $4, $5, $6) RETURNING `+consoleGrantColumns,
		g.OrgID, g.ID, g.Claim, g.Value, g.Role, micros(tx.now))
}

// SetConsoleGrantRole changes what a grant gives; [ErrNotFound] when the org has
// no grant of that id.
func (tx *Tx) SetConsoleGrantRole(org identity.OrgID, id identity.GrantID, role string) (ConsoleGrant, error) {
	return one(tx, scanConsoleGrant, `UPDATE console_grant SET role = $1 WHERE org_id = $2 AND id = $3 RETURNING `+consoleGrantColumns, role, org, id)
}

// DeleteConsoleGrant takes a grant back; [ErrNotFound] when the org has no grant
// of that id.
func (tx *Tx) DeleteConsoleGrant(org identity.OrgID, id identity.GrantID) (ConsoleGrant, error) {
	return one(tx, scanConsoleGrant, `DELETE FROM console_grant WHERE org_id = $1 AND id = $2 RETURNING `+consoleGrantColumns, org, id)
}

// ConsoleGrants gives all grants of an org.
func (tx *Tx) ConsoleGrants(org identity.OrgID) ([]ConsoleGrant, error) {
	return all(tx, scanConsoleGrant, `SELECT `+consoleGrantColumns+` FROM console_grant WHERE org_id = $1 ORDER BY id`, org)
}

// ConsoleGrantsFor gives the grants of an org for a person of some claims.
func (tx *Tx) ConsoleGrantsFor(org identity.OrgID, claims []ClaimKey) ([]ConsoleGrant, error) {
	list, err := claimList(claims)
	if err != nil {
		return nil, err
	}
	return all(tx, scanConsoleGrant, `SELECT `+consoleGrantColumns+` FROM console_grant
		WHERE claim_key IN (SELECT e.value FROM `+tx.dialect.elements("$1")+` e) AND org_id = $2 ORDER BY id`, list, org)
}

// ConsoleGrantsAnywhere gives the grants of all orgs for a person of some
// claims, those of an org together.
func (tx *Tx) ConsoleGrantsAnywhere(claims []ClaimKey) ([]ConsoleGrant, error) {
	list, err := claimList(claims)
	if err != nil {
		return nil, err
	}
	return all(tx, scanConsoleGrant, `SELECT `+consoleGrantColumns+` FROM console_grant
		WHERE claim_key IN (SELECT e.value FROM `+tx.dialect.elements("$1")+` e) ORDER BY org_id, id`, list)
}

// claimList is how claims are stored; none is an empty list.
func claimList(claims []ClaimKey) (string, error) {
	if claims == nil {
		claims = []ClaimKey{}
	}
	list, err := json.Marshal(claims)
	return string(list), err
}
