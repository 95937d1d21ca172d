package store

import (
	"roster/internal/identity"
	"roster/internal/scim"
)

// SCIMGroupsBeginning lists those of a directory's groups whose name begins
// with a text, whatever its letter case, in the order of their names. The page
// key is the folded name.
func (tx *Tx) SCIMGroupsBeginning(d identity.DirectoryID, text string, p Page) ([]SCIMGroup, string, error) {
	prefix := scim.Fold(text)
	bound, after := ">", p.After
	if after < prefix { // at the beginning, or behind a key of another list
		bound, after = ">=", prefix
	}
	rows, err := all(tx, scanSCIMGroup, scimGroupSelect+`WHERE g.directory_id = $1 AND g.display_name_key `+bound+` $2 AND g.display_name_key < $3 ORDER BY g.display_name_key LIMIT $4`,
		d, after, prefix+beyond, p.limit())
	if err != nil {
		return nil, "", err
	}
	rows, next := cut(p, rows, func(g SCIMGroup) string { return g.DisplayNameKey })
	return rows, next, nil
}

// MemberRecords lists the members of a SCIM group, by id.
func (tx *Tx) MemberRecords(d identity.DirectoryID, g identity.SCIMGroupID, p Page) ([]SCIMUser, string, error) {
	rows, err := all(tx, scanSCIMUser, scimUserSelect+`JOIN scim_group_member m ON m.directory_id = u.directory_id AND m.user_id = u.id
		WHERE m.directory_id = $1 AND m.group_id = $2 AND m.user_id > $3 ORDER BY m.user_id LIMIT $4`, d, g, p.After, p.limit())
	if err != nil {
		return nil, "", err
	}
	rows, next := cut(p, rows, func(u SCIMUser) string { return string(u.ID) })
	return rows, next, nil
}
