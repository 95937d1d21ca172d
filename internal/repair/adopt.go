package repair

import (
	"context"
	"errors"

	"roster/internal/identity"
	"roster/internal/journal"
	"roster/internal/provision"
	"roster/internal/store"
)

// Adoption is what becomes of a local group that a directory takes over.
type Adoption struct {
	Applied     bool
	SCIMGroupID identity.SCIMGroupID // "" in a dry run
	Stay        []store.GroupMember  // have a SCIM user in the directory
	Leave       []store.GroupMember  // have none: the directory cannot hold them
}

// Adopt turns a local group into one that is synced from a directory, whose
// IdP finds it by name from then on. Members with a SCIM user in the directory
// stay, the others leave; a dry run says who (rule group-name-once).
func (s *Service) Adopt(ctx context.Context, c identity.Caller, org identity.OrgID, group identity.OrgGroupID, directory identity.DirectoryID, dryRun bool) (out Adoption, err error) {
	run := s.store.Update
	if dryRun {
		run = s.store.View // a large group takes a while to sort, and nobody should wait for that
	}
	err = run(ctx, func(tx *store.Tx) error {
		a := &adopting{Tx: tx, caller: c, org: org}
		if err := a.run(group, directory, dryRun); err != nil {
			return err
		}
		out = a.out
		out.Applied = !dryRun
		return nil
	})
	return out, err
}

// adopting is one adoption's transaction.
type adopting struct {
	*store.Tx
	caller identity.Caller
	org    identity.OrgID
	out    Adoption
	stay   []identity.SCIMUserID
}

func (a *adopting) run(group identity.OrgGroupID, directory identity.DirectoryID, dryRun bool) error {
	findDirectory, findGroup := a.LockDirectory, a.LockOrgGroup
	if dryRun {
		findDirectory, findGroup = a.Directory, a.OrgGroup
	}
	d, err := findDirectory(a.org, directory)
	if err != nil {
		return store.Missing(err, "directory", string(directory))
	}
	if d.Status != identity.DirectoryConnected {
		return identity.Errorf(identity.CodeConflict, "directory %s is disconnected", d.Name).
			WithHint("choose a connected directory: nobody writes to this one any more")
	}
	g, err := findGroup(a.org, group)
	if err != nil {
		return store.Missing(err, "group", string(group))
	}
	if g.Source == identity.GroupSynced {
		return identity.Errorf(identity.CodeConflict, "group %s is synced from directory %s already", g.Name, g.DirectoryID).
			WithRule(identity.RuleSyncedIsReadOnly).
			WithHint("there is nothing to do for the same directory; for another one, delete the group in the identity provider that pushes it first")
	}
	if err := a.sort(g, d); err != nil || dryRun {
		return err
	}
	return a.take(g, d)
}

// sort finds who stays and who leaves.
func (a *adopting) sort(g store.OrgGroup, d store.Directory) error {
	page := store.Page{}
	for {
		members, next, err := a.GroupMembers(g, page)
		if err != nil {
			return err
		}
		for _, m := range members {
			u, err := a.SCIMUserByAccount(d.ID, m.AccountID)
			switch {
			case errors.Is(err, store.ErrNotFound):
				a.out.Leave = append(a.out.Leave, m)
			case err != nil:
				return err
			default:
				a.out.Stay, a.stay = append(a.out.Stay, m), append(a.stay, u.ID)
			}
		}
		if next == "" {
			return nil
		}
		page.After = next
	}
}

// take makes the SCIM group and lets the org group follow it.
func (a *adopting) take(g store.OrgGroup, d store.Directory) error {
	types, err := a.Catalogue(d)
	if err != nil {
		return err
	}
	s, err := provision.NewGroup(types, d.ID, g.Name)
	if err != nil {
		return err
	}
	if err := a.InsertSCIMGroup(s); err != nil {
		return err
	}
	before := g
	g.Source, g.DirectoryID, g.SCIMGroupID, g.LeftBy = identity.GroupSynced, d.ID, s.ID, ""
	if err := a.ClearLocalMembers(a.org, g.ID); err != nil {
		return err
	}
	if err := a.UpdateOrgGroup(g); err != nil {
		return err
	}
	if _, _, err := a.AddMembers(d.ID, s.ID, a.stay); err != nil {
		return err
	}
	a.out.SCIMGroupID = s.ID
	e := store.LogEntry{DirectoryID: d.ID, Operation: opAdopt, Resource: journal.ResourceGroup, SCIMID: string(s.ID), Name: g.Name, Message: "Local group adopted into the directory."}
	return both(a.Tx, a.caller, a.org, e, ActionGroupAdopted, map[string]any{"source": before.Source}, map[string]any{"source": g.Source, "directoryId": d.ID, "stay": len(a.out.Stay), "leave": len(a.out.Leave)})
}
