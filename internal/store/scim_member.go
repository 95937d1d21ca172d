package store

import (
	"encoding/json"

	"roster/internal/identity"
)

// Member is one member of a SCIM group, as a group's `members` shows it.
type Member struct {
	UserID  identity.SCIMUserID
	Display string
}

// GroupRef is one group of a SCIM user, as a user's `groups` shows it.
type GroupRef struct {
	UserID  identity.SCIMUserID
	GroupID identity.SCIMGroupID
	Display string
}

// AddMembers adds users of the directory to a group. It gives how many were
// not members before, and the ids that no user of the directory has.
func (tx *Tx) AddMembers(d identity.DirectoryID, g identity.SCIMGroupID, users []identity.SCIMUserID) (added int64, unknown []identity.SCIMUserID, err error) {
	if len(users) == 0 {
		return 0, nil, nil
	}
	ids, err := json.Marshal(users)
	if err != nil {
		return 0, nil, err
	}
	unknown, err = all(tx, column[identity.SCIMUserID], `SELECT e.value FROM `+tx.dialect.elements("$1")+` e
		WHERE (SELECT count(*) FROM scim_user u WHERE u.directory_id = $2 AND u.id = e.value) = 0`, string(ids), d)
	if err != nil || len(unknown) > 0 {
		return 0, unknown, err
	}
	joined, err := all(tx, column[identity.SCIMUserID], `INSERT INTO scim_group_member (directory_id, group_id, user_id)
		SELECT u.directory_id, $1, u.id`+tx.dialect.probe("$2", "scim_user", "u", "u.directory_id = $3 AND u.id = e.value")+`
		ON CONFLICT (directory_id, group_id, user_id) DO NOTHING RETURNING user_id`, g, string(ids), d)
	if err != nil {
		return 0, nil, err
	}
	return int64(len(joined)), nil, tx.noteMembers(EventGroupJoined, d, g, joined)
}

// RemoveMembers removes users from a group and gives how many were members.
func (tx *Tx) RemoveMembers(d identity.DirectoryID, g identity.SCIMGroupID, users []identity.SCIMUserID) (int64, error) {
	if len(users) == 0 {
		return 0, nil
	}
	ids, err := json.Marshal(users)
	if err != nil {
		return 0, err
	}
	return tx.membersLeft(d, g, `DELETE FROM scim_group_member WHERE `+tx.dialect.found("directory_id, group_id, user_id", "$1",
		"scim_group_member", "m", "m.directory_id = $2 AND m.group_id = $3 AND m.user_id = e.value")+` RETURNING user_id`, string(ids), d, g)
}

// RemoveMembersExcept removes all members of a group but the given ones and
// gives how many that were.
func (tx *Tx) RemoveMembersExcept(d identity.DirectoryID, g identity.SCIMGroupID, keep []identity.SCIMUserID) (int64, error) {
	ids, err := json.Marshal(append([]identity.SCIMUserID{}, keep...)) // [] rather than null
	if err != nil {
		return 0, err
	}
	return tx.membersLeft(d, g, `DELETE FROM scim_group_member WHERE directory_id = $1 AND group_id = $2 AND user_id NOT IN (SELECT e.value FROM `+tx.dialect.elements("$3")+` e) RETURNING user_id`, d, g, string(ids))
}

// membersLeft runs a removal that gives who was a member, and counts them.
func (tx *Tx) membersLeft(d identity.DirectoryID, g identity.SCIMGroupID, removal string, args ...any) (int64, error) {
	gone, err := all(tx, column[identity.SCIMUserID], removal, args...)
	if err != nil {
		return 0, err
	}
	return int64(len(gone)), tx.noteMembers(EventGroupLeft, d, g, gone)
}

// Members gives a group's members by id. The answer is as long as the group.
func (tx *Tx) Members(d identity.DirectoryID, g identity.SCIMGroupID) ([]Member, error) {
	return all(tx, scanMember, `SELECT m.user_id, CASE WHEN u.display_name = '' THEN u.user_name ELSE u.display_name END
		FROM scim_group_member m JOIN scim_user u ON u.directory_id = m.directory_id AND u.id = m.user_id
		WHERE m.directory_id = $1 AND m.group_id = $2 ORDER BY m.user_id`, d, g)
}

// MembersOfGroups gives the members of several groups of a directory, each
// group's by id. The answer is as long as the groups together.
func (tx *Tx) MembersOfGroups(d identity.DirectoryID, groups []identity.SCIMGroupID) (map[identity.SCIMGroupID][]Member, error) {
	if len(groups) == 0 {
		return nil, nil //nolint:nilnil // nobody is a member
	}
	ids, err := json.Marshal(groups)
	if err != nil {
		return nil, err
	}
	members := make(map[identity.SCIMGroupID][]Member, len(groups))
	err = each(tx, scanMemberOf, func(m memberOf) error {
		members[m.group] = append(members[m.group], m.Member)
		return nil
	}, `SELECT m.group_id, m.user_id, (SELECT CASE WHEN u.display_name = '' THEN u.user_name ELSE u.display_name END FROM scim_user u WHERE u.directory_id = m.directory_id AND u.id = m.user_id)`+
		tx.dialect.probe("$1", "scim_group_member", "m", "m.directory_id = $2 AND m.group_id = e.value")+` ORDER BY m.group_id, m.user_id`, string(ids), d)
	return members, err
}

// memberOf is a member with its group.
type memberOf struct {
	Member

	group identity.SCIMGroupID
}

func scanMemberOf(row scanner) (m memberOf, err error) {
	err = row.Scan(&m.group, &m.UserID, &m.Display)
	return m, err
}

func scanMember(row scanner) (m Member, err error) {
	err = row.Scan(&m.UserID, &m.Display)
	return m, err
}

// GroupsOfUsers gives the groups of the given users of a directory.
func (tx *Tx) GroupsOfUsers(d identity.DirectoryID, users []identity.SCIMUserID) ([]GroupRef, error) {
	if len(users) == 0 {
		return nil, nil
	}
	ids, err := json.Marshal(users)
	if err != nil {
		return nil, err
	}
	return all(tx, scanGroupRef, `SELECT m.user_id, m.group_id, (SELECT g.display_name FROM scim_group g WHERE g.directory_id = m.directory_id AND g.id = m.group_id)`+
		tx.dialect.probe("$1", "scim_group_member", "m", "m.directory_id = $2 AND m.user_id = e.value")+` ORDER BY m.user_id, m.group_id`, string(ids), d)
}

func scanGroupRef(row scanner) (r GroupRef, err error) {
	err = row.Scan(&r.UserID, &r.GroupID, &r.Display)
	return r, err
}

// AddToGroups makes a user a member of those of the given groups that still exist.
func (tx *Tx) AddToGroups(d identity.DirectoryID, u identity.SCIMUserID, groups []identity.SCIMGroupID) (int64, error) {
	if len(groups) == 0 {
		return 0, nil
	}
	ids, err := json.Marshal(groups)
	if err != nil {
		return 0, err
	}
	joined, err := all(tx, column[identity.SCIMGroupID], `INSERT INTO scim_group_member (directory_id, group_id, user_id)
		SELECT g.directory_id, g.id, $1`+tx.dialect.probe("$2", "scim_group", "g", "g.directory_id = $3 AND g.id = e.value")+`
		ON CONFLICT (directory_id, group_id, user_id) DO NOTHING RETURNING group_id`, u, string(ids), d)
	if err != nil {
		return 0, err
	}
	for _, g := range joined {
		if err := tx.noteMembers(EventGroupJoined, d, g, []identity.SCIMUserID{u}); err != nil {
			return 0, err
		}
	}
	return int64(len(joined)), nil
}
