package jobs

import (
	"strings"

	"roster/internal/accounts"
	"roster/internal/identity"
	"roster/internal/provision"
	"roster/internal/store"
)

// memberBatch is after how many memberships a step makes no further group local.
const memberBatch = 1000

// leaveGroups makes the groups of a disconnected directory local,
// and lets other directories decide about its accounts.
func leaveGroups(tx *store.Tx, c identity.Caller, j *store.Job) (bool, error) {
	d, left, err := leftBy(tx, j)
	if err != nil || left {
		return true, err
	}
	if none, err := leaveSome(tx, d, j); err != nil || !none {
		return false, err
	}
	return takeOver(tx, c, j)
}

// takeOver applies what waits of the org's records, where their directory
// decides by now. It goes through all that wait, which are few: only accounts
// of which several directories said different things have any.
func takeOver(tx *store.Tx, c identity.Caller, j *store.Job) (bool, error) {
	directory, record, _ := strings.Cut(j.Cursor, " ")
	waiting, err := tx.PendingLinks(j.OrgID, identity.DirectoryID(directory), identity.SCIMUserID(record), batch)
	if err != nil || len(waiting) == 0 {
		return err == nil, err
	}
	for _, l := range waiting {
		if err := provision.TakeOver(tx, c, l.OrgID, l.AccountID); err != nil {
			return false, err
		}
		j.Cursor = string(l.DirectoryID) + " " + string(l.SCIMUserID)
	}
	return false, nil
}

// leaveSome makes some groups local, and tells whether none is left.
func leaveSome(tx *store.Tx, d store.Directory, j *store.Job) (bool, error) {
	for moved := 0; moved < memberBatch; {
		members, found, err := accounts.LeaveGroup(tx, d)
		if err != nil || !found {
			return err == nil, err
		}
		j.Done++
		moved += members + 1
	}
	return false, nil
}

// deleteDirectory removes a disconnected directory with all that it has. What
// it has is looked up anew by every step, so none can be forgotten.
func deleteDirectory(tx *store.Tx, c identity.Caller, j *store.Job) (bool, error) {
	_, over, err := leftBy(tx, j)
	if err != nil || over {
		return true, err
	}
	if left, err := leaveGroups(tx, c, j); err != nil || !left {
		return false, err
	}
	d, err := tx.Directory(j.OrgID, identity.DirectoryID(j.Target))
	if err != nil {
		return false, err
	}
	records, gone, err := accounts.DeleteNext(tx, d, batch)
	j.Done += records
	return gone, err
}

// leftBy gives the directory that a job is about, held against other writers;
// over is true when it is gone or connected, and there is nothing left to do.
func leftBy(tx *store.Tx, j *store.Job) (d store.Directory, over bool, err error) {
	d, err = tx.LockDirectory(j.OrgID, identity.DirectoryID(j.Target))
	if err != nil {
		return d, true, ignoreMissing(err)
	}
	return d, d.Status != identity.DirectoryDisconnected, nil
}
