package store

import (
	"cmp"
	"slices"
	"time"

	"roster/internal/identity"
)

// AccountGroup is a group that an account is in, and why.
type AccountGroup struct {
	OrgGroup
	SCIMUserID identity.SCIMUserID // the record by which a synced group has it; "" in a local one
	Since      time.Time           // of a local membership; zero for a synced one, which the timeline knows
}

func scanAccountGroup(row scanner) (g AccountGroup, err error) {
	g.OrgGroup, err = scanOrgGroup(behind{behind{row, timeInto{&g.Since}}, textInto(&g.SCIMUserID)})
	return g, err
}

// MembersAmong gives those of some accounts that are in an org group.
func (tx *Tx) MembersAmong(g OrgGroup, accounts []identity.AccountID) (map[identity.AccountID]bool, error) {
	if g.Source == identity.GroupSynced {
		return tx.among(`SELECT l.account_id FROM `+tx.dialect.elements("$1")+` e CROSS JOIN link l CROSS JOIN scim_group_member m
			WHERE l.directory_id = $2 AND l.account_id = e.value AND m.directory_id = l.directory_id AND m.group_id = $3 AND m.user_id = l.scim_user_id`, accounts, g.DirectoryID, g.SCIMGroupID)
	}
	return tx.among(`SELECT m.account_id`+tx.dialect.probe("$1", "org_group_member", "m", "m.org_id = $2 AND m.group_id = $3 AND m.account_id = e.value"), accounts, g.OrgID, g.ID)
}

// GroupsOfAccount lists the groups of an org that an account is in, by id.
func (tx *Tx) GroupsOfAccount(org identity.OrgID, a identity.AccountID, p Page) ([]AccountGroup, string, error) {
	columns := prefixed("o", orgGroupColumns)
	//nolint:unqueryvet // the columns are named within
	rows, err := all(tx, scanAccountGroup, `SELECT * FROM (SELECT m.added_at, NULL, `+columns+` FROM org_group_member m JOIN org_group o ON o.org_id = m.org_id AND o.id = m.group_id
		WHERE m.org_id = $1 AND m.account_id = $2 AND m.group_id > $3 ORDER BY m.group_id LIMIT $4) a
		UNION ALL SELECT * FROM (SELECT CAST(NULL AS BIGINT), l.scim_user_id, `+columns+` FROM link l
		JOIN scim_group_member m ON m.directory_id = l.directory_id AND m.user_id = l.scim_user_id
		JOIN org_group o ON o.directory_id = m.directory_id AND o.scim_group_id = m.group_id
		WHERE l.account_id = $2 AND l.org_id = $1 AND o.id > $3 ORDER BY o.id LIMIT $4) b`, org, a, p.After, p.limit())
	if err != nil {
		return nil, "", err
	}
	slices.SortFunc(rows, func(a, b AccountGroup) int { return cmp.Compare(a.ID, b.ID) })
	rows, next := cut(p, rows, func(g AccountGroup) string { return string(g.ID) })
	return rows, next, nil
}
