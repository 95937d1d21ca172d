package repair

import (
	"context"

	"roster/internal/identity"
	"roster/internal/store"
)

// RecordView is a SCIM user as an administrator sees it.
type RecordView struct {
	store.SCIMUser
	Holds  []store.Hold
	Groups []store.GroupRef
}

// Record gives one SCIM user of the org, with its holds and groups.
func (s *Service) Record(ctx context.Context, org identity.OrgID, r Record) (v RecordView, err error) {
	err = s.store.View(ctx, func(tx *store.Tx) error {
		if _, v.SCIMUser, err = findRecord(tx, org, r, tx.SCIMUser); err != nil {
			return err
		}
		if v.Holds, err = tx.HoldsOf(r.DirectoryID, r.SCIMUserID); err != nil {
			return err
		}
		v.Groups, err = tx.GroupsOfUsers(r.DirectoryID, []identity.SCIMUserID{r.SCIMUserID})
		return err
	})
	return v, err
}

// Records lists the SCIM users of one directory.
func (s *Service) Records(ctx context.Context, org identity.OrgID, d identity.DirectoryID, f store.SCIMUserFilter, p store.Page) (records []store.SCIMUser, next string, err error) {
	err = s.store.View(ctx, func(tx *store.Tx) error {
		if err := checkDirectory(tx, org, d); err != nil {
			return err
		}
		records, next, err = tx.SCIMUsers(d, f, p)
		return err
	})
	return records, next, err
}
