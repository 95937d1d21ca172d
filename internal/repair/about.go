package repair

import (
	"context"

	"roster/internal/identity"
	"roster/internal/journal"
	"roster/internal/scim"
	"roster/internal/store"
)

// FindingsAbout gives the findings that an entry of the troubleshooting log
// tells of and that still are there: about the write that was refused, and
// about the record.
func (s *Service) FindingsAbout(ctx context.Context, org identity.OrgID, e store.LogEntry) (found []Finding, err error) {
	err = s.store.View(ctx, func(tx *store.Tx) error {
		found = nil
		for _, id := range idsAbout(e) {
			f, err := findingByID(tx, org, id)
			if identity.CodeOf(err) == identity.CodeNotFound {
				continue
			}
			if err != nil {
				return err
			}
			found = append(found, f)
		}
		return nil
	})
	return found, err
}

// idsAbout are the ids that a finding about an entry could have.
func idsAbout(e store.LogEntry) (ids []string) {
	if e.DirectoryID == "" {
		return nil
	}
	if e.Resource == journal.ResourceGroup {
		return []string{findingID(KindGroupName, string(e.DirectoryID), "+"+scim.Fold(e.Name))}
	}
	if e.SCIMID == "" {
		return nil
	}
	for _, kind := range []FindingKind{KindEmailConflict, KindEmailHeld, KindEmailLeaves, KindDeletedRecord, KindUnlinked, KindHeld} {
		ids = append(ids, findingID(kind, string(e.DirectoryID), e.SCIMID))
	}
	return ids
}
