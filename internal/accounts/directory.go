package accounts

import (
	"context"

	"roster/internal/identity"
	"roster/internal/journal"
	"roster/internal/store"
)

// Directory is an IdP connection with its counts.
type Directory struct {
	store.Directory
	Users, Groups, Unlinked int
	Last                    store.LastActivity
	Job                     identity.JobID // the last one that is under way for it; "" when none is
}

// NewDirectory is what a directory is created with.
type NewDirectory struct {
	Name    string
	Kind    identity.DirectoryKind
	Restore *bool // restoreMemberships; nil: as the org's behaviour says
}

// CreateDirectory makes a directory. Its tokens are made apart, by auth.
func (s *Service) CreateDirectory(ctx context.Context, c identity.Caller, org identity.OrgID, n NewDirectory) (Directory, error) {
	name, err := identity.CheckName(n.Name)
	if err != nil {
		return Directory{}, err
	}
	return update(ctx, s, func(tx *store.Tx) (Directory, error) {
		if err := checkOrg(tx, org); err != nil {
			return Directory{}, err
		}
		d, err := tx.InsertDirectory(store.Directory{ID: identity.DirectoryID(identity.NewUUID()), OrgID: org, Name: name, Kind: n.Kind, Restore: n.Restore})
		if err != nil {
			return Directory{}, directoryNameTaken(err, name)
		}
		return Directory{Directory: d}, journal.Audit(tx, c, org, ActionDirectoryCreated, string(d.ID), nil, describeDirectory(d))
	})
}

// DirectoryUpdate says what of a directory is to change; nil fields stay.
type DirectoryUpdate struct {
	Name    *string
	Restore *bool
}

// UpdateDirectory changes a directory's name and settings.
func (s *Service) UpdateDirectory(ctx context.Context, c identity.Caller, org identity.OrgID, id identity.DirectoryID, u DirectoryUpdate) (Directory, error) {
	return update(ctx, s, func(tx *store.Tx) (Directory, error) {
		d, err := tx.LockDirectory(org, id)
		if err != nil {
			return Directory{}, store.Missing(err, "directory", string(id))
		}
		before := describeDirectory(d)
		if u.Name != nil {
			if d.Name, err = identity.CheckName(*u.Name); err != nil {
				return Directory{}, err
			}
		}
		if u.Restore != nil {
			d.Restore = u.Restore
		}
		if err := tx.UpdateDirectory(d); err != nil {
			return Directory{}, directoryNameTaken(err, d.Name)
		}
		if err := journal.Audit(tx, c, org, ActionDirectoryUpdated, string(id), before, describeDirectory(d)); err != nil {
			return Directory{}, err
		}
		return counted(tx, d)
	})
}

// Directory gives one directory of an org.
func (s *Service) Directory(ctx context.Context, org identity.OrgID, id identity.DirectoryID) (Directory, error) {
	return view(ctx, s, func(tx *store.Tx) (Directory, error) {
		d, err := tx.Directory(org, id)
		if err != nil {
			return Directory{}, store.Missing(err, "directory", string(id))
		}
		return counted(tx, d)
	})
}

// Directories lists an org's directories.
func (s *Service) Directories(ctx context.Context, org identity.OrgID, p store.Page) (out []Directory, next string, err error) {
	err = s.store.View(ctx, func(tx *store.Tx) error {
		var found []store.Directory
		if found, next, err = tx.Directories(org, p); err != nil {
			return err
		}
		out = make([]Directory, len(found))
		for i, d := range found {
			if out[i], err = counted(tx, d); err != nil {
				return err
			}
		}
		return nil
	})
	return out, next, err
}

func counted(tx *store.Tx, d store.Directory) (Directory, error) {
	out := Directory{Directory: d}
	for kind, n := range map[store.CountKind]*int{store.CountUsers: &out.Users, store.CountGroups: &out.Groups, store.CountUnlinked: &out.Unlinked} {
		var err error
		if *n, err = tx.Count(d.ID, kind); err != nil {
			return out, err
		}
	}
	jobs, err := tx.OpenJobs(d.OrgID, string(d.ID))
	if err != nil {
		return out, err
	}
	if len(jobs) > 0 {
		out.Job = jobs[len(jobs)-1].ID
	}
	out.Last, err = tx.LastActivity(d.OrgID, d.ID)
	return out, err
}

func directoryNameTaken(err error, name string) error {
	return taken(err, store.ConstraintDirectoryName, identity.Errorf(identity.CodeConflict, "the organization has a directory called %s already", name).
		WithField("name").WithHint("choose another name, or use the directory that has it"))
}

func describeDirectory(d store.Directory) map[string]any {
	return map[string]any{"name": d.Name, "kind": d.Kind, "status": d.Status, "restoreMemberships": d.RestoreMemberships()}
}
