package jobs

import (
	"roster/internal/accounts"
	"roster/internal/identity"
	"roster/internal/store"
)

// memberBatch is after how many memberships a step makes no further group local.
const memberBatch = 1000

// leaveGroups makes the groups of a disconnected directory local.
func leaveGroups(tx *store.Tx, _ identity.Caller, j *store.Job) (bool, error) {
	d, left, err := leftBy(tx, j)
	if err != nil || left {
		return true, err
	}
	return leaveSome(tx, d, j)
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
func deleteDirectory(tx *store.Tx, _ identity.Caller, j *store.Job) (bool, error) {
	d, over, err := leftBy(tx, j)
	if err != nil || over {
		return true, err
	}
	if none, err := leaveSome(tx, d, j); err != nil || !none {
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
