package store

import (
	"time"

	"roster/internal/identity"
	"roster/internal/scim"
)

// OrgGroup is a group that applications see.
type OrgGroup struct {
	OrgID       identity.OrgID
	ID          identity.OrgGroupID
	Name        string
	Description string
	Source      identity.GroupSource
	DirectoryID identity.DirectoryID // of the SCIM group behind a synced one
	SCIMGroupID identity.SCIMGroupID
	LeftBy      identity.DirectoryID // of a local one: that was disconnected from it
	CreatedAt   time.Time
}

// GroupMember is an account in an org group. Of an account that the org does not
// manage, it holds what the org's own record says, as the rest is none of its
// business: no email and no name where there is no record any more.
type GroupMember struct {
	AccountID  identity.AccountID
	Email      string
	Name       string
	Status     identity.AccountStatus
	SCIMUserID identity.SCIMUserID // the record by which a synced group has it; "" in a local one
}

const orgGroupColumns = `org_id, id, name, description, source, directory_id, scim_group_id, left_by, created_at`

func scanOrgGroup(row scanner) (g OrgGroup, err error) {
	err = row.Scan(&g.OrgID, &g.ID, &g.Name, &g.Description, &g.Source, textInto(&g.DirectoryID), textInto(&g.SCIMGroupID), textInto(&g.LeftBy), timeInto{&g.CreatedAt})
	return g, err
}

// InsertOrgGroup stores a group, created now. A taken name is a [UniqueError]
// of [ConstraintOrgGroupName].
func (tx *Tx) InsertOrgGroup(g OrgGroup) (OrgGroup, error) {
	return one(tx, scanOrgGroup, `INSERT INTO org_group (org_id, id, name, name_key, description, source, directory_id, scim_group_id, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING `+orgGroupColumns,
		g.OrgID, g.ID, g.Name, scim.Fold(g.Name), g.Description, g.Source, null(g.DirectoryID), null(g.SCIMGroupID), micros(tx.now))
}

// UpdateOrgGroup stores a group's name, description and source.
func (tx *Tx) UpdateOrgGroup(g OrgGroup) error {
	return tx.execOne(`UPDATE org_group SET name = $1, name_key = $2, description = $3, source = $4, directory_id = $5, scim_group_id = $6, left_by = $7 WHERE org_id = $8 AND id = $9`,
		g.Name, scim.Fold(g.Name), g.Description, g.Source, null(g.DirectoryID), null(g.SCIMGroupID), null(g.LeftBy), g.OrgID, g.ID)
}

// DeleteOrgGroup removes a group with its local members.
func (tx *Tx) DeleteOrgGroup(org identity.OrgID, id identity.OrgGroupID) error {
	if err := tx.noteAllLeft(org, id); err != nil {
		return err
	}
	return tx.execOne(`DELETE FROM org_group WHERE org_id = $1 AND id = $2`, org, id)
}

// OrgGroup gives one group of an org.
func (tx *Tx) OrgGroup(org identity.OrgID, id identity.OrgGroupID) (OrgGroup, error) {
	return one(tx, scanOrgGroup, `SELECT `+orgGroupColumns+` FROM org_group WHERE org_id = $1 AND id = $2`, org, id)
}

// LockOrgGroup is OrgGroup, held against other writers.
func (tx *Tx) LockOrgGroup(org identity.OrgID, id identity.OrgGroupID) (OrgGroup, error) {
	return one(tx, scanOrgGroup, `SELECT `+orgGroupColumns+` FROM org_group WHERE org_id = $1 AND id = $2`+tx.dialect.forUpdate(), org, id)
}

// OrgGroupByName gives the group of an org that has a name, whatever its case.
func (tx *Tx) OrgGroupByName(org identity.OrgID, name string) (OrgGroup, error) {
	return one(tx, scanOrgGroup, `SELECT `+orgGroupColumns+` FROM org_group WHERE org_id = $1 AND name_key = $2`, org, scim.Fold(name))
}

// LockLeftGroup gives the local group of a name that a directory left behind
// when it was disconnected, held against other writers.
func (tx *Tx) LockLeftGroup(org identity.OrgID, d identity.DirectoryID, name string) (OrgGroup, error) {
	return one(tx, scanOrgGroup, `SELECT `+orgGroupColumns+` FROM org_group WHERE org_id = $1 AND name_key = $2 AND left_by = $3 AND source = 'local'`+tx.dialect.forUpdate(),
		org, scim.Fold(name), d)
}

// OrgGroupOf gives the org group that is synced from a SCIM group.
func (tx *Tx) OrgGroupOf(org identity.OrgID, d identity.DirectoryID, g identity.SCIMGroupID) (OrgGroup, error) {
	return one(tx, scanOrgGroup, `SELECT `+orgGroupColumns+` FROM org_group WHERE org_id = $1 AND directory_id = $2 AND scim_group_id = $3`, org, d, g)
}

// OrgGroups lists an org's groups.
func (tx *Tx) OrgGroups(org identity.OrgID, p Page) ([]OrgGroup, string, error) {
	rows, err := all(tx, scanOrgGroup, `SELECT `+orgGroupColumns+` FROM org_group WHERE org_id = $1 AND id > $2 ORDER BY id LIMIT $3`, org, p.After, p.limit())
	if err != nil {
		return nil, "", err
	}
	rows, next := cut(p, rows, func(g OrgGroup) string { return string(g.ID) })
	return rows, next, nil
}

// OrgGroupsBeginning lists those of an org's groups whose name begins with a
// text, whatever its letter case, in the order of their names. The page key is
// the folded name.
func (tx *Tx) OrgGroupsBeginning(org identity.OrgID, text string, p Page) ([]OrgGroup, string, error) {
	prefix := scim.Fold(text)
	bound, after := ">", p.After
	if after < prefix { // at the beginning, or behind a key of another list
		bound, after = ">=", prefix
	}
	rows, err := all(tx, scanOrgGroup, `SELECT `+orgGroupColumns+` FROM org_group WHERE org_id = $1 AND name_key `+bound+` $2 AND name_key < $3 ORDER BY name_key LIMIT $4`,
		org, after, prefix+beyond, p.limit())
	if err != nil {
		return nil, "", err
	}
	rows, next := cut(p, rows, func(g OrgGroup) string { return scim.Fold(g.Name) })
	return rows, next, nil
}

// CountOrgGroups counts an org's groups by their source. It costs what they are.
func (tx *Tx) CountOrgGroups(org identity.OrgID) (local, synced int, err error) {
	err = each(tx, scanSourceCount, func(c sourceCount) error {
		if c.source == identity.GroupSynced {
			synced = c.n
		} else {
			local = c.n
		}
		return nil
	}, `SELECT source, count(*) FROM org_group WHERE org_id = $1 GROUP BY source`, org)
	return local, synced, err
}

type sourceCount struct {
	source identity.GroupSource
	n      int
}

func scanSourceCount(row scanner) (c sourceCount, err error) {
	err = row.Scan(&c.source, &c.n)
	return c, err
}

// AddLocalMember makes an account a member of a local group; false if it was one.
func (tx *Tx) AddLocalMember(org identity.OrgID, g identity.OrgGroupID, a identity.AccountID) (bool, error) {
	n, err := tx.exec(`INSERT INTO org_group_member (org_id, group_id, account_id, added_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (org_id, group_id, account_id) DO NOTHING`, org, g, a, micros(tx.now))
	if err != nil || n == 0 {
		return false, err
	}
	return true, tx.noteLocalMember(EventGroupJoined, org, g, a)
}

// RemoveLocalMember ends a local membership; [ErrNotFound] if there was none.
func (tx *Tx) RemoveLocalMember(org identity.OrgID, g identity.OrgGroupID, a identity.AccountID) error {
	if err := tx.execOne(`DELETE FROM org_group_member WHERE org_id = $1 AND group_id = $2 AND account_id = $3`, org, g, a); err != nil {
		return err
	}
	return tx.noteLocalMember(EventGroupLeft, org, g, a)
}

// ClearLocalMembers empties a local group.
func (tx *Tx) ClearLocalMembers(org identity.OrgID, g identity.OrgGroupID) error {
	if err := tx.noteAllLeft(org, g); err != nil {
		return err
	}
	_, err := tx.exec(`DELETE FROM org_group_member WHERE org_id = $1 AND group_id = $2`, org, g)
	return err
}

// KeepMembersLocally copies the present members of a synced group into rows of
// its own, before it becomes a local one, and gives how many.
func (tx *Tx) KeepMembersLocally(g OrgGroup) (int, error) {
	n, err := tx.exec(`INSERT INTO org_group_member (org_id, group_id, account_id, added_at)
		SELECT $1, $2, l.account_id, $3 FROM scim_group_member m
		JOIN link l ON l.directory_id = m.directory_id AND l.scim_user_id = m.user_id
		WHERE m.directory_id = $4 AND m.group_id = $5
		ON CONFLICT (org_id, group_id, account_id) DO NOTHING`, g.OrgID, g.ID, micros(tx.now), g.DirectoryID, g.SCIMGroupID)
	return int(n), err
}

// memberColumns are those of a GroupMember, out of an account a, the verified
// domain v by which the org manages it, and the org's record u of it.
const memberColumns = `a.id, CASE WHEN v.name IS NULL THEN COALESCE(u.email, '') ELSE a.email END,
	CASE WHEN v.name IS NULL THEN COALESCE(NULLIF(u.display_name, ''), u.user_name, '') ELSE a.name END,
	CASE WHEN v.name IS NOT NULL THEN a.status WHEN u.active IS NULL OR u.active THEN 'active' ELSE 'inactive' END`

// localMembers takes the oldest record where several of the org push a member.
const localMembers = `SELECT m.account_id, ` + memberColumns + ` FROM org_group_member m JOIN account a ON a.id = m.account_id
	LEFT JOIN domain v ON v.org_id = m.org_id AND ` + managedBy + `
	LEFT JOIN link l ON l.account_id = m.account_id AND l.directory_id =
		(SELECT k.directory_id FROM link k WHERE k.account_id = m.account_id AND k.org_id = m.org_id ORDER BY k.created_at, k.directory_id LIMIT 1)
	LEFT JOIN scim_user u ON u.directory_id = l.directory_id AND u.id = l.scim_user_id
	WHERE m.org_id = $1 AND m.group_id = $2 AND m.account_id > $3 ORDER BY m.account_id LIMIT $4`

const syncedMembers = `SELECT m.user_id, ` + memberColumns + ` FROM scim_group_member m
	JOIN scim_user u ON u.directory_id = m.directory_id AND u.id = m.user_id
	JOIN link l ON l.directory_id = m.directory_id AND l.scim_user_id = m.user_id JOIN account a ON a.id = l.account_id
	LEFT JOIN domain v ON v.org_id = $1 AND ` + managedBy + `
	WHERE m.directory_id = $2 AND m.group_id = $3 AND m.user_id > $4 ORDER BY m.user_id LIMIT $5`

// GroupMembers lists the members of an org group: rows of a local group, by
// account; derived from the links for a synced one (rule
// memberships-follow-links), by record, the order in which they are stored.
func (tx *Tx) GroupMembers(g OrgGroup, p Page) ([]GroupMember, string, error) {
	query, args := localMembers, []any{g.OrgID, g.ID, p.After, p.limit()}
	if g.Source == identity.GroupSynced {
		query, args = syncedMembers, []any{g.OrgID, g.DirectoryID, g.SCIMGroupID, p.After, p.limit()}
	}
	rows, err := all(tx, scanKeyedMember, query, args...)
	if err != nil {
		return nil, "", err
	}
	rows, next := cut(p, rows, func(m keyedMember) string { return m.key })
	var members []GroupMember
	for _, row := range rows {
		if g.Source == identity.GroupSynced {
			row.SCIMUserID = identity.SCIMUserID(row.key)
		}
		members = append(members, row.GroupMember)
	}
	return members, next, nil
}

// keyedMember is a member with the key of its row.
type keyedMember struct {
	GroupMember
	key string
}

func scanKeyedMember(row scanner) (m keyedMember, err error) {
	err = row.Scan(&m.key, &m.AccountID, &m.Email, &m.Name, &m.Status)
	return m, err
}
