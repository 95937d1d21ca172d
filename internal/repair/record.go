package repair

import (
	"context"

	"roster/internal/identity"
	"roster/internal/provision"
	"roster/internal/scim"
	"roster/internal/store"
)

// RecordView is a SCIM user as an administrator sees it.
type RecordView struct {
	store.SCIMUser
	Holds  []store.Hold
	Groups []store.GroupRef
	Types  *scim.Catalogue // of its directory; set by [Service.Record]
}

// Record gives one SCIM user of the org, with its holds and groups.
func (s *Service) Record(ctx context.Context, org identity.OrgID, r Record) (v RecordView, err error) {
	err = s.store.View(ctx, func(tx *store.Tx) error {
		if _, v.SCIMUser, err = findRecord(tx, org, r, tx.SCIMUser); err != nil {
			return err
		}
		if v.Types, err = provision.TypesNow(tx, r.DirectoryID); err != nil {
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

// Records lists the SCIM users of one directory, with their holds.
func (s *Service) Records(ctx context.Context, org identity.OrgID, d identity.DirectoryID, f store.SCIMUserFilter, p store.Page) (views []RecordView, next string, err error) {
	return s.records(ctx, org, d, func(tx *store.Tx) ([]store.SCIMUser, string, error) { return tx.SCIMUsers(d, f, p) })
}

// Unlinked lists the SCIM users without an account, of one directory or ("")
// of all, with their holds.
func (s *Service) Unlinked(ctx context.Context, org identity.OrgID, d identity.DirectoryID, p store.Page) (views []RecordView, next string, err error) {
	return s.records(ctx, org, d, func(tx *store.Tx) ([]store.SCIMUser, string, error) { return tx.UnlinkedSCIMUsers(org, d, p) })
}

func (s *Service) records(ctx context.Context, org identity.OrgID, d identity.DirectoryID, list func(*store.Tx) ([]store.SCIMUser, string, error)) (views []RecordView, next string, err error) {
	err = s.store.View(ctx, func(tx *store.Tx) error {
		if err := checkDirectory(tx, org, d); err != nil {
			return err
		}
		var records []store.SCIMUser
		if records, next, err = list(tx); err != nil {
			return err
		}
		views, err = withHolds(tx, records)
		return err
	})
	return views, next, err
}

// withHolds gives records their holds, those of a directory by one query.
func withHolds(tx *store.Tx, records []store.SCIMUser) ([]RecordView, error) {
	users := map[identity.DirectoryID][]identity.SCIMUserID{}
	for _, u := range records {
		users[u.DirectoryID] = append(users[u.DirectoryID], u.ID)
	}
	holds := make(map[identity.DirectoryID]map[identity.SCIMUserID][]store.Hold, len(users))
	for d, ids := range users {
		var err error
		if holds[d], err = tx.HoldsOfUsers(d, ids); err != nil {
			return nil, err
		}
	}
	views := make([]RecordView, len(records))
	for i, u := range records {
		views[i] = RecordView{SCIMUser: u, Holds: holds[u.DirectoryID][u.ID]}
	}
	return views, nil
}

// checkDirectory accepts a directory of the org, or none.
func checkDirectory(tx *store.Tx, org identity.OrgID, d identity.DirectoryID) error {
	if d == "" {
		return nil
	}
	_, err := tx.Directory(org, d)
	return store.Missing(err, "directory", string(d))
}
