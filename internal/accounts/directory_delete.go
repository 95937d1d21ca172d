package accounts

import (
	"context"
	"errors"

	"roster/internal/identity"
	"roster/internal/journal"
	"roster/internal/store"
)

// maxTombstonesCounted bounds what a preview of a deletion counts one by one.
const maxTombstonesCounted = 10_000

// Deletion is what goes with a directory. The entries of both logs and of the
// accounts' timelines stay, and so do the accounts: nobody is deactivated.
type Deletion struct {
	Directory      // its groups become local ones with their members; Job does it, "" in a dry run
	Linked     int // records whose accounts are unlinked
	Tombstones int // deleted records that could be restored, counted to 10,000
	Tokens     int // revoked and expired ones included
}

// DeletionOptions say how a directory is deleted.
type DeletionOptions struct {
	Disconnect bool // it too, when it is connected
	DryRun     bool // only say what would go
}

// DeleteDirectory deletes a disconnected directory with its records, links,
// deleted records, schemas and tokens, by a job. Its groups become local ones
// with their members; accounts stay as they are and are unlocked. Deleting it
// twice starts no second job.
func (s *Service) DeleteDirectory(ctx context.Context, c identity.Caller, org identity.OrgID, id identity.DirectoryID, o DeletionOptions) (Deletion, error) {
	if o.DryRun {
		return view(ctx, s, func(tx *store.Tx) (Deletion, error) {
			d, err := tx.Directory(org, id)
			if err != nil {
				return Deletion{}, store.Missing(err, "directory", string(id))
			}
			return deletionOf(tx, d)
		})
	}
	return update(ctx, s, func(tx *store.Tx) (Deletion, error) {
		d, err := tx.LockDirectory(org, id)
		if err != nil {
			return Deletion{}, store.Missing(err, "directory", string(id))
		}
		if d.Status == identity.DirectoryConnected && !o.Disconnect {
			return Deletion{}, identity.Errorf(identity.CodeConflict, "directory %s is connected: its identity provider may be writing to it", d.Name).
				WithHint("disconnect it first, or say that it is to be disconnected too (disconnect=true)")
		}
		if d, err = disconnect(tx, c, d); err != nil {
			return Deletion{}, err
		}
		return startDeletion(tx, c, d)
	})
}

func startDeletion(tx *store.Tx, c identity.Caller, d store.Directory) (Deletion, error) {
	out, err := deletionOf(tx, d)
	if err != nil {
		return out, err
	}
	jobs, err := tx.OpenJobs(d.OrgID, string(d.ID))
	if err != nil {
		return out, err
	}
	for _, j := range jobs {
		if j.Kind == JobDelete {
			out.Job = j.ID
			return out, nil
		}
	}
	j, err := startJob(tx, c, store.Job{OrgID: d.OrgID, Kind: JobDelete, Target: string(d.ID), Name: d.Name, Total: out.Groups + out.Users})
	if err != nil {
		return out, err
	}
	out.Job = j.ID
	before := describeDirectory(d)
	before["users"], before["groups"], before["linked"] = out.Users, out.Groups, out.Linked
	return out, journal.Audit(tx, c, d.OrgID, ActionDirectoryDeleted, string(d.ID), before, map[string]any{"jobId": j.ID})
}

func deletionOf(tx *store.Tx, d store.Directory) (out Deletion, err error) {
	if out.Directory, err = counted(tx, d); err != nil {
		return out, err
	}
	out.Linked = out.Users - out.Unlinked
	if out.Tombstones, err = tx.CountTombstones(d.OrgID, d.ID, maxTombstonesCounted); err != nil {
		return out, err
	}
	tokens, err := tx.SCIMTokens(d.OrgID, d.ID)
	out.Tokens = len(tokens)
	return out, err
}

// DeleteNext removes the next part of a disconnected directory that has left
// all its groups: at most limit records with their links, holds and values, or
// rows of what else it has, then the directory itself. It gives how many
// records it removed, and whether the directory is gone.
func DeleteNext(tx *store.Tx, d store.Directory, limit int) (records int, gone bool, err error) {
	ids, err := tx.FirstSCIMUsers(d.ID, limit)
	if err != nil {
		return 0, false, err
	}
	for _, id := range ids {
		if err := deleteRecord(tx, d.ID, id); err != nil {
			return 0, false, err
		}
	}
	if len(ids) > 0 {
		return len(ids), false, nil
	}
	if n, err := tx.DeleteLeftovers(d.ID, limit); err != nil || n > 0 {
		return 0, false, err
	}
	return 0, true, tx.DeleteDirectory(d.OrgID, d.ID)
}

// deleteRecord removes a record for good; its account is left alone.
func deleteRecord(tx *store.Tx, d identity.DirectoryID, id identity.SCIMUserID) error {
	u, err := tx.LockSCIMUser(d, id)
	if errors.Is(err, store.ErrNotFound) {
		return nil // deleted by an administrator meanwhile
	}
	if err != nil {
		return err
	}
	if u.AccountID != "" {
		if err := tx.DeleteLink(d, id, "its directory was deleted"); err != nil {
			return err
		}
		u.AccountID = ""
	}
	return tx.DeleteSCIMUser(u)
}
