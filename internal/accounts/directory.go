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

// Disconnect ends what an IdP may write. The directory's synced groups become
// local ones with their members; accounts, records and links stay as they are
// (rule synced-is-read-only). Disconnecting twice changes nothing.
func (s *Service) Disconnect(ctx context.Context, c identity.Caller, org identity.OrgID, id identity.DirectoryID) (Directory, error) {
	return update(ctx, s, func(tx *store.Tx) (Directory, error) {
		d, err := tx.LockDirectory(org, id)
		if err != nil {
			return Directory{}, store.Missing(err, "directory", string(id))
		}
		if d.Status == identity.DirectoryDisconnected {
			return counted(tx, d)
		}
		before := describeDirectory(d)
		if err := makeGroupsLocal(tx, d); err != nil {
			return Directory{}, err
		}
		d.Status = identity.DirectoryDisconnected
		if err := tx.UpdateDirectory(d); err != nil {
			return Directory{}, err
		}
		if err := journal.Audit(tx, c, org, ActionDirectoryDisconnected, string(id), before, describeDirectory(d)); err != nil {
			return Directory{}, err
		}
		return counted(tx, d)
	})
}

// Reconnect lets the IdP of a disconnected directory write again, with the
// tokens that are neither revoked nor expired. Records and links are as they
// were left; a group that the disconnection made local goes back to the
// directory when the IdP pushes one of its name (see provision). Reconnecting
// twice changes nothing.
func (s *Service) Reconnect(ctx context.Context, c identity.Caller, org identity.OrgID, id identity.DirectoryID) (Directory, error) {
	return update(ctx, s, func(tx *store.Tx) (Directory, error) {
		d, err := tx.LockDirectory(org, id)
		if err != nil {
			return Directory{}, store.Missing(err, "directory", string(id))
		}
		if d.Status == identity.DirectoryConnected {
			return counted(tx, d)
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

func makeGroupsLocal(tx *store.Tx, d store.Directory) error {
	groups, err := tx.SyncedGroups(d.OrgID, d.ID)
	if err != nil {
		return err
	}
	for _, g := range groups {
		if err := tx.KeepMembersLocally(g); err != nil {
			return err
		}
		scimGroup := g.SCIMGroupID
		g.Source, g.DirectoryID, g.SCIMGroupID, g.LeftBy = identity.GroupLocal, "", "", d.ID
		if err := tx.UpdateOrgGroup(g); err != nil {
			return err
		}
		if err := tx.DeleteSCIMGroup(d.ID, scimGroup); err != nil {
			return err
		}
	}
	return nil
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
	var err error
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
