package repair

import (
	"context"
	"errors"

	"roster/internal/identity"
	"roster/internal/store"
)

// GroupView is a SCIM group as an administrator sees it.
type GroupView struct {
	store.SCIMGroup
	OrgGroup *store.OrgGroup // that is synced from it; nil when there is none
}

// RecordGroups lists those SCIM groups of a directory of the org whose name
// begins with a text, by name.
func (s *Service) RecordGroups(ctx context.Context, org identity.OrgID, d identity.DirectoryID, text string, p store.Page) (found []store.SCIMGroup, next string, err error) {
	err = s.store.View(ctx, func(tx *store.Tx) error {
		if _, err := tx.Directory(org, d); err != nil {
			return store.Missing(err, "directory", string(d))
		}
		found, next, err = tx.SCIMGroupsBeginning(d, text, p)
		return err
	})
	return found, next, err
}

// RecordGroup gives one SCIM group of the org, with a page of its members.
func (s *Service) RecordGroup(ctx context.Context, org identity.OrgID, d identity.DirectoryID, id identity.SCIMGroupID, p store.Page) (g GroupView, members []store.SCIMUser, next string, err error) {
	err = s.store.View(ctx, func(tx *store.Tx) error {
		if _, err := tx.Directory(org, d); err != nil {
			return store.Missing(err, "directory", string(d))
		}
		if g.SCIMGroup, err = tx.SCIMGroup(d, id); err != nil {
			return store.Missing(err, "SCIM group", string(id))
		}
		synced, err := tx.OrgGroupOf(org, d, id)
		if err == nil {
			g.OrgGroup = &synced
		} else if !errors.Is(err, store.ErrNotFound) {
			return err
		}
		members, next, err = tx.MemberRecords(d, id, p)
		return err
	})
	return g, members, next, err
}
