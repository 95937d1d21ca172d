package store

import "roster/internal/identity"

// SyncedGroup gives the first of the org groups that are synced from a
// directory, held against other writers; [ErrNotFound] when there is none.
func (tx *Tx) SyncedGroup(org identity.OrgID, d identity.DirectoryID) (OrgGroup, error) {
	return one(tx, scanOrgGroup, `SELECT `+orgGroupColumns+` FROM org_group WHERE org_id = $1 AND directory_id = $2 AND scim_group_id IS NOT NULL
		ORDER BY scim_group_id LIMIT 1`+tx.dialect.forUpdate(), org, d)
}

// FirstSCIMUsers gives the ids of at most limit records of a directory, in the
// order in which records are locked.
func (tx *Tx) FirstSCIMUsers(d identity.DirectoryID, limit int) ([]identity.SCIMUserID, error) {
	return all(tx, column[identity.SCIMUserID], `SELECT id FROM scim_user WHERE directory_id = $1 ORDER BY id LIMIT $2`, d, limit)
}

// leftovers remove what a directory without users and groups still has, $2 rows
// at a time.
var leftovers = [...]string{
	`DELETE FROM tombstone WHERE directory_id = $1 AND scim_user_id IN (SELECT scim_user_id FROM tombstone WHERE directory_id = $1 ORDER BY scim_user_id LIMIT $2)`,
	`DELETE FROM refused_write WHERE directory_id = $1 AND subject IN (SELECT subject FROM refused_write WHERE directory_id = $1 ORDER BY subject LIMIT $2)`,
	`DELETE FROM scim_resource WHERE directory_id = $1 AND (type, id) IN (SELECT type, id FROM scim_resource WHERE directory_id = $1 ORDER BY type, id LIMIT $2)`,
	`DELETE FROM scim_value WHERE directory_id = $1 AND (type, holder, name, digest) IN
		(SELECT type, holder, name, digest FROM scim_value WHERE directory_id = $1 ORDER BY type, holder, name, digest LIMIT $2)`,
	`UPDATE org_group SET left_by = NULL WHERE left_by = $1 AND (org_id, id) IN (SELECT org_id, id FROM org_group WHERE left_by = $1 ORDER BY org_id, id LIMIT $2)`,
}

// DeleteLeftovers removes at most limit rows of what a directory has that has
// no users and groups any more, and gives how many; 0 when nothing is left but
// what [Tx.DeleteDirectory] removes.
func (tx *Tx) DeleteLeftovers(d identity.DirectoryID, limit int) (int, error) {
	for _, statement := range leftovers {
		n, err := tx.exec(statement, d, limit)
		if err != nil || n > 0 {
			return int(n), err
		}
	}
	return 0, nil
}

// DeleteDirectory removes a directory with its tokens, schemas, counts and
// activity. Domains that were assigned to it are assigned to none. The entries
// of the logs and of the accounts' timelines stay. Users, groups and leftovers
// must be gone.
func (tx *Tx) DeleteDirectory(org identity.OrgID, d identity.DirectoryID) error {
	for _, statement := range []string{
		`UPDATE domain SET directory_id = NULL WHERE directory_id = $1`,
		`DELETE FROM credential WHERE directory_id = $1`,
		`DELETE FROM scim_definition WHERE directory_id = $1`,
		`DELETE FROM tally WHERE owner = $1`,
	} {
		if _, err := tx.exec(statement, d); err != nil {
			return err
		}
	}
	return tx.execOne(`DELETE FROM directory WHERE org_id = $1 AND id = $2`, org, d)
}

// CountTombstones gives how many deleted records of a directory can be
// restored, counting no further than most.
func (tx *Tx) CountTombstones(org identity.OrgID, d identity.DirectoryID, most int) (int, error) {
	return one(tx, column[int], `SELECT count(*) FROM (SELECT 1 AS one FROM tombstone WHERE org_id = $1 AND directory_id = $2 AND expires_at > $3 LIMIT $4) t`, org, d, micros(tx.now), most)
}
