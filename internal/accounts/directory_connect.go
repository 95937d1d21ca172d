package accounts

import (
	"context"
	"errors"

	"roster/internal/identity"
	"roster/internal/journal"
	"roster/internal/store"
)

// Disconnect ends at once what an IdP may write. Records and links stay as they
// are, and so do accounts, unless another directory wrote something that waits
// until this one decides no longer (rule authority); a job applies that, and
// turns the directory's synced groups into local ones with their members (rule
// synced-is-read-only). Disconnecting twice changes nothing, but for groups of
// which a job that was given up has left some.
func (s *Service) Disconnect(ctx context.Context, c identity.Caller, org identity.OrgID, id identity.DirectoryID) (Directory, error) {
	return update(ctx, s, func(tx *store.Tx) (Directory, error) {
		d, err := tx.LockDirectory(org, id)
		if err != nil {
			return Directory{}, store.Missing(err, "directory", string(id))
		}
		if d, err = disconnect(tx, c, d); err != nil {
			return Directory{}, err
		}
		if err := startLeavingGroups(tx, c, d); err != nil {
			return Directory{}, err
		}
		return counted(tx, d)
	})
}

// disconnect marks a directory that is locked.
func disconnect(tx *store.Tx, c identity.Caller, d store.Directory) (store.Directory, error) {
	if d.Status == identity.DirectoryDisconnected {
		return d, nil
	}
	before := describeDirectory(d)
	d.Status = identity.DirectoryDisconnected
	if err := tx.UpdateDirectory(d); err != nil {
		return d, err
	}
	return d, journal.Audit(tx, c, d.OrgID, ActionDirectoryDisconnected, string(d.ID), before, describeDirectory(d))
}

func startLeavingGroups(tx *store.Tx, c identity.Caller, d store.Directory) error {
	groups, err := tx.Count(d.ID, store.CountGroups)
	if err != nil {
		return err
	}
	waiting, err := tx.PendingLinks(d.OrgID, "", "", 1)
	if err != nil || groups+len(waiting) == 0 {
		return err
	}
	if jobs, err := tx.OpenJobs(d.OrgID, string(d.ID)); err != nil || len(jobs) > 0 {
		return err
	}
	_, err = startJob(tx, c, store.Job{OrgID: d.OrgID, Kind: JobLeaveGroups, Target: string(d.ID), Name: d.Name, Total: groups})
	return err
}

// LeaveGroup makes the next synced group of a disconnected directory local, and
// gives how many members it has; false when there is none. Before it and after
// it every membership is whole, so a job may stop between any two.
func LeaveGroup(tx *store.Tx, d store.Directory) (members int, found bool, err error) {
	g, err := tx.SyncedGroup(d.OrgID, d.ID)
	if errors.Is(err, store.ErrNotFound) {
		return 0, false, nil
	}
	if err != nil {
		return 0, false, err
	}
	if members, err = tx.KeepMembersLocally(g); err != nil {
		return 0, false, err
	}
	scimGroup := g.SCIMGroupID
	g.Source, g.DirectoryID, g.SCIMGroupID, g.LeftBy = identity.GroupLocal, "", "", d.ID
	if err := tx.UpdateOrgGroup(g); err != nil {
		return 0, false, err
	}
	return members, true, tx.DeleteSCIMGroup(d.ID, scimGroup)
}

// Reconnect lets the IdP of a disconnected directory write again, with the
// tokens that are neither revoked nor expired. Records and links are as they
// were left; a group that the disconnection made local goes back to the
// directory when the IdP pushes one of its name (see provision). It is refused
// while groups are becoming local or the directory is being deleted.
// Reconnecting twice changes nothing.
func (s *Service) Reconnect(ctx context.Context, c identity.Caller, org identity.OrgID, id identity.DirectoryID) (Directory, error) {
	return update(ctx, s, func(tx *store.Tx) (Directory, error) {
		d, err := tx.LockDirectory(org, id)
		if err != nil {
			return Directory{}, store.Missing(err, "directory", string(id))
		}
		if d.Status == identity.DirectoryConnected {
			return counted(tx, d)
		}
		if err := CheckLeft(tx, d); err != nil {
			return Directory{}, err
		}
		before := describeDirectory(d)
		d.Status = identity.DirectoryConnected
		if err := tx.UpdateDirectory(d); err != nil {
			return Directory{}, err
		}
		if err := journal.Audit(tx, c, org, ActionDirectoryReconnected, string(id), before, describeDirectory(d)); err != nil {
			return Directory{}, err
		}
		return counted(tx, d)
	})
}

// CheckLeft refuses what must wait until a disconnected directory has left all
// its groups.
func CheckLeft(tx *store.Tx, d store.Directory) error {
	jobs, err := tx.OpenJobs(d.OrgID, string(d.ID))
	if err != nil {
		return err
	}
	if len(jobs) > 0 {
		j := jobs[len(jobs)-1]
		return identity.Errorf(identity.CodeConflict, "job %s (%s) is under way for directory %s", j.ID, j.Kind, d.Name).
			WithHint("wait until it is done, and try again")
	}
	left, err := tx.Count(d.ID, store.CountGroups)
	if err != nil || left == 0 {
		return err
	}
	return identity.Errorf(identity.CodeConflict, "%d groups of directory %s have not become local: the job that does it was given up", left, d.Name).
		WithRule(identity.RuleSyncedIsReadOnly).
		WithHint("disconnect the directory again, which starts the job anew, and try again when it is done")
}
