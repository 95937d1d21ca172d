package provision

import (
	"context"
	"errors"
	"strings"

	"roster/internal/identity"
	"roster/internal/journal"
	"roster/internal/scim"
	"roster/internal/store"
)

// Group is a SCIM group with its members, where those are wanted.
type Group struct {
	store.SCIMGroup
	Members []store.Member
}

func groupOf(types *scim.Catalogue, doc scim.Value) store.SCIMGroup {
	name := textOf(doc, "displayName")
	return store.SCIMGroup{
		ExternalID:     textOf(doc, "externalId"),
		DisplayName:    name,
		DisplayNameKey: scim.Fold(name),
		Doc:            doc.AppendJSON(nil),
		Folded:         types.Group().Folded(doc).AppendJSON(nil),
		Schemas:        types.Group().Schemas(doc),
	}
}

// CreateGroup stores a pushed group and the org group that follows it (rule
// group-name-once). wantMembers says whether the answer needs the members.
func (s *Service) CreateGroup(ctx context.Context, r Request, body scim.Value, wantMembers bool) (group Group, err error) {
	about := store.LogEntry{Operation: OpGroupCreate, Resource: journal.ResourceGroup, HTTPStatus: 201, Name: textOf(body, "displayName"), ExternalID: textOf(body, "externalId")}
	doc, members, _, err := s.decodeGroup(r, body)
	if err != nil {
		return Group{}, s.Refuse(ctx, r, about, err)
	}
	err = s.write(ctx, r, about, func(w *write) error {
		g := groupOf(r.types(), doc)
		g.DirectoryID, g.ID = r.DirectoryID, identity.SCIMGroupID(r.newID())
		g.Version, g.CreatedAt, g.ModifiedAt = 1, w.Now(), w.Now()
		if err := r.If.Check(""); err != nil {
			return err
		}
		if err := w.addSynced(g); err != nil {
			return err
		}
		if err := w.holdGroupValues(g.ID, scim.Null(), doc); err != nil {
			return err
		}
		if _, err := w.addMembers(g, members); err != nil {
			return err
		}
		w.note("Group created.")
		w.entry.SCIMID = string(g.ID)
		group, err = groupWith(w.Tx, g, wantMembers)
		return err
	})
	return group, err
}

// NewGroup gives a group, not yet stored, that has nothing but a name.
func NewGroup(types *scim.Catalogue, d identity.DirectoryID, name string) (store.SCIMGroup, error) {
	body := scim.Object(scim.Member{Name: "displayName", Value: scim.String(name)})
	doc, err := types.Group().Canonical(body, scim.DefaultHabits())
	if err != nil {
		return store.SCIMGroup{}, err
	}
	g := groupOf(types, doc)
	g.DirectoryID, g.ID = d, identity.SCIMGroupID(identity.NewUUID())
	return g, nil
}

// addSynced stores a new SCIM group and the org group that follows it.
func (w *write) addSynced(g store.SCIMGroup) error {
	if err := checkGroupNames(g); err != nil {
		return err
	}
	if err := w.InsertSCIMGroup(g); err != nil {
		return err
	}
	if isBack, err := w.takeBack(g); err != nil || isBack {
		return err
	}
	_, err := w.InsertOrgGroup(store.OrgGroup{
		OrgID: w.OrgID, ID: identity.OrgGroupID(identity.NewUUID()), Name: g.DisplayName,
		Source: identity.GroupSynced, DirectoryID: g.DirectoryID, SCIMGroupID: g.ID,
	})
	return err
}

// takeBack lets the local group of the same name follow a new SCIM group, when
// this directory itself left it behind by being disconnected. Its members are
// those that the IdP pushes from now on: it may have removed some meanwhile.
func (w *write) takeBack(g store.SCIMGroup) (bool, error) {
	left, err := w.LockLeftGroup(w.OrgID, w.DirectoryID, g.DisplayName)
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if err := w.ClearLocalMembers(w.OrgID, left.ID); err != nil {
		return false, err
	}
	left.Name, left.Source, left.DirectoryID, left.SCIMGroupID, left.LeftBy = g.DisplayName, identity.GroupSynced, g.DirectoryID, g.ID, ""
	w.note("The directory took its group back that became local when it was disconnected.")
	return true, w.UpdateOrgGroup(left)
}

// ReplaceGroup is PUT. A body without `members` leaves the members alone, as
// RFC 7644 section 3.5.1 allows: clients of the hosted API send the name only,
// and an emptied group takes access from everybody in it. wantMembers says
// whether the answer needs the members.
func (s *Service) ReplaceGroup(ctx context.Context, r Request, id identity.SCIMGroupID, body scim.Value, wantMembers bool) (Group, error) {
	about := store.LogEntry{Operation: OpGroupReplace, Resource: journal.ResourceGroup, SCIMID: string(id), HTTPStatus: 200, Name: textOf(body, "displayName"), ExternalID: textOf(body, "externalId")}
	doc, members, hasMembers, err := s.decodeGroup(r, body)
	if err != nil {
		return Group{}, s.Refuse(ctx, r, about, err)
	}
	changes := []scim.MemberChange{}
	if hasMembers {
		changes = append(changes, scim.MemberChange{Kind: scim.ReplaceMembers, Members: members})
	}
	group, _, err := s.updateGroup(ctx, r, about, id, changes, GroupWish{Always: true, Members: wantMembers}, func(before scim.Value) (scim.Value, error) { return r.types().Group().Succeed(before, doc) })
	return group, err
}

// GroupWish says what the answer to a group's PATCH should hold.
type GroupWish struct {
	Always  bool // the group; else it is answered to directories of kind generic only
	Members bool // the members with it
}

// PatchGroup applies PATCH operations to a group, all or none. It costs what
// the operations hold, not what the group holds, unless the answer is to hold
// the members. answered tells whether the group is the answer, else there is
// none: clients of the hosted API read it, IdPs do not.
func (s *Service) PatchGroup(ctx context.Context, r Request, id identity.SCIMGroupID, ops []scim.Operation, wish GroupWish) (group Group, answered bool, err error) {
	about := store.LogEntry{Operation: OpGroupPatch, Resource: journal.ResourceGroup, SCIMID: string(id)}
	changes, rest, err := scim.SplitMembers(ops)
	if err != nil {
		return Group{}, false, s.Refuse(ctx, r, about, err)
	}
	return s.updateGroup(ctx, r, about, id, changes, wish, func(doc scim.Value) (scim.Value, error) {
		if len(rest) == 0 {
			return doc, nil
		}
		out, _, err := r.types().Group().Patch(doc, rest, s.habits)
		return out, err
	})
}

func (s *Service) updateGroup(ctx context.Context, r Request, about store.LogEntry, id identity.SCIMGroupID, changes []scim.MemberChange, wish GroupWish, change func(scim.Value) (scim.Value, error)) (group Group, answered bool, err error) {
	err = s.write(ctx, r, about, func(w *write) error {
		g, err := w.LockSCIMGroup(r.DirectoryID, id)
		if err != nil {
			return err
		}
		w.entry.Name, w.entry.ExternalID = g.DisplayName, g.ExternalID
		if err := r.If.Check(scim.WeakTag(g.Version)); err != nil {
			return err
		}
		before, err := scim.Decode(g.Doc, scim.DefaultLimits)
		if err != nil {
			return err
		}
		doc, err := change(before)
		if err != nil {
			return err
		}
		moved, err := w.changeMembers(g, changes)
		if err != nil {
			return err
		}
		if g, err = w.storeGroup(g, before, doc, moved); err != nil {
			return err
		}
		answered = wish.Always || w.dir.Kind == identity.KindGeneric
		w.entry.HTTPStatus = 204
		if answered {
			w.entry.HTTPStatus = 200
		}
		group, err = groupWith(w.Tx, g, answered && wish.Members)
		return err
	})
	return group, answered, err
}

// storeGroup writes what changed of a group: its attributes, or only the note
// that its members did. Nothing changed means nothing written.
func (w *write) storeGroup(old store.SCIMGroup, before, doc scim.Value, moved int64) (store.SCIMGroup, error) {
	g := groupOf(w.types(), doc)
	g.DirectoryID, g.ID, g.Version, g.CreatedAt, g.ModifiedAt = old.DirectoryID, old.ID, old.Version, old.CreatedAt, old.ModifiedAt
	renamed := !doc.Equal(before)
	switch {
	case !renamed && moved == 0:
		w.note("Nothing to change.")
		return g, nil
	case !renamed:
		if err := w.TouchSCIMGroup(g.DirectoryID, g.ID); err != nil {
			return g, err
		}
	default:
		w.entry.Name = g.DisplayName
		if err := w.rename(g); err != nil {
			return g, err
		}
		if err := w.holdGroupValues(g.ID, before, doc); err != nil {
			return g, err
		}
		w.changed(w.types().Group(), before, doc)
	}
	w.note("Group updated.")
	g.Version, g.ModifiedAt = old.Version+1, w.Now()
	return g, nil
}

// rename stores a group's attributes and gives its org group the same name.
func (w *write) rename(g store.SCIMGroup) error {
	if err := checkGroupNames(g); err != nil {
		return err
	}
	if err := w.UpdateSCIMGroup(g); err != nil {
		return err
	}
	synced, err := w.OrgGroupOf(w.OrgID, g.DirectoryID, g.ID)
	if err != nil {
		return err
	}
	if synced.Name == g.DisplayName {
		return nil
	}
	synced.Name = g.DisplayName
	return w.UpdateOrgGroup(synced)
}

// DeleteGroup removes a group and the org group that follows it.
func (s *Service) DeleteGroup(ctx context.Context, r Request, id identity.SCIMGroupID) error {
	about := store.LogEntry{Operation: OpGroupDelete, Resource: journal.ResourceGroup, SCIMID: string(id), HTTPStatus: 204}
	return s.write(ctx, r, about, func(w *write) error {
		g, err := w.LockSCIMGroup(r.DirectoryID, id)
		if err != nil {
			return err
		}
		w.entry.Name, w.entry.ExternalID = g.DisplayName, g.ExternalID
		if err := r.If.Check(scim.WeakTag(g.Version)); err != nil {
			return err
		}
		synced, err := w.OrgGroupOf(r.OrgID, g.DirectoryID, g.ID)
		if err != nil {
			return err
		}
		if err := w.DeleteOrgGroup(r.OrgID, synced.ID); err != nil {
			return err
		}
		w.note("Group deleted.")
		return w.DeleteSCIMGroup(g.DirectoryID, g.ID)
	})
}

// GetGroup gives one group; wantMembers says whether its members are wanted. A
// client that has its version already does not get them.
func (s *Service) GetGroup(ctx context.Context, r Request, id identity.SCIMGroupID, wantMembers bool) (group Group, err error) {
	about := store.LogEntry{Operation: OpGroupGet, Resource: journal.ResourceGroup, SCIMID: string(id)}
	err = s.read(ctx, r, about, func(tx *store.Tx) error {
		g, err := tx.SCIMGroup(r.DirectoryID, id)
		if err != nil {
			return err
		}
		group, err = groupWith(tx, g, wantMembers && !r.If.IsNotModified(scim.WeakTag(g.Version)))
		return err
	})
	return group, err
}

func groupWith(tx *store.Tx, g store.SCIMGroup, wantMembers bool) (Group, error) {
	if !wantMembers {
		return Group{SCIMGroup: g}, nil
	}
	members, err := tx.Members(g.DirectoryID, g.ID)
	return Group{SCIMGroup: g, Members: members}, err
}

func (s *Service) decodeGroup(r Request, body scim.Value) (doc scim.Value, members []scim.MemberRef, hasMembers bool, err error) {
	if doc, err = r.types().Group().Canonical(body, s.habits); err != nil {
		return doc, nil, false, err
	}
	members, hasMembers, err = scim.Members(body)
	return doc, members, hasMembers, err
}

// changeMembers applies membership changes in order and gives how many rows
// they moved.
func (w *write) changeMembers(g store.SCIMGroup, changes []scim.MemberChange) (moved int64, err error) {
	for _, c := range changes {
		n, err := w.changeMembersOnce(g, c)
		if err != nil {
			return 0, err
		}
		moved += n
	}
	return moved, nil
}

func (w *write) changeMembersOnce(g store.SCIMGroup, c scim.MemberChange) (int64, error) {
	switch c.Kind {
	case scim.AddMembers:
		return w.addMembers(g, c.Members)
	case scim.RemoveMembers:
		return w.RemoveMembers(g.DirectoryID, g.ID, idsOf(c.Members))
	case scim.RemoveMembersWhere:
		return w.removeMembersWhere(g, c.Where)
	case scim.ReplaceMembers:
		users, err := w.usersAmong(c.Members)
		if err != nil {
			return 0, err
		}
		removed, err := w.RemoveMembersExcept(g.DirectoryID, g.ID, idsOf(users))
		if err != nil {
			return 0, err
		}
		added, err := w.addMembers(g, users)
		return removed + added, err
	default:
		return 0, errors.New("unknown kind of membership change")
	}
}

// removeMembersWhere is the one change that must read the group: a filter on
// something else than the members' ids.
func (w *write) removeMembersWhere(g store.SCIMGroup, where scim.Filter) (int64, error) {
	members, err := w.Members(g.DirectoryID, g.ID)
	if err != nil {
		return 0, err
	}
	var gone []identity.SCIMUserID
	for _, m := range members {
		if scim.Match(where, memberValue(m)) {
			gone = append(gone, m.UserID)
		}
	}
	return w.RemoveMembers(g.DirectoryID, g.ID, gone)
}

// memberValue is a member as a filter sees it, folded as `display` is.
func memberValue(m store.Member) scim.Value {
	return scim.Object(
		scim.Member{Name: "value", Value: scim.String(string(m.UserID))},
		scim.Member{Name: "display", Value: scim.String(m.Display)},
		scim.Member{Name: "type", Value: scim.String("User")},
	)
}

func (w *write) addMembers(g store.SCIMGroup, members []scim.MemberRef) (int64, error) {
	users, err := w.usersAmong(members)
	if err != nil {
		return 0, err
	}
	added, unknown, err := w.AddMembers(g.DirectoryID, g.ID, idsOf(users))
	if err != nil {
		return 0, err
	}
	if len(unknown) > 0 {
		return 0, unknownMembers(unknown)
	}
	return added, nil
}

// usersAmong drops or refuses nested groups, as the behaviour says (rule
// nested-groups).
func (w *write) usersAmong(members []scim.MemberRef) ([]scim.MemberRef, error) {
	users := make([]scim.MemberRef, 0, len(members))
	for _, m := range members {
		switch {
		case !strings.EqualFold(m.Type, "Group"):
			users = append(users, m)
		case w.dir.Behaviour == identity.BehaviourSafe:
			return nil, identity.Errorf(identity.CodeInvalid, "members: %.60s is a group; nested groups are not supported", m.Value).
				WithRule(identity.RuleNestedGroups).WithField("members").
				WithHint("assign the users of the inner group to the outer one in the identity provider, or let it flatten the groups that it pushes")
		}
	}
	return users, nil
}

// unknownMembers is a 400 and not a 404: a 404 tells a client that the group
// is gone, and some create it anew then.
func unknownMembers(ids []identity.SCIMUserID) error {
	shown := ids[:min(len(ids), 5)]
	names := make([]string, len(shown))
	for i, id := range shown {
		names[i] = string(id)
	}
	return identity.Errorf(identity.CodeInvalid, "members: no user of this directory has the id %.400s (%d unknown in all); nothing was changed", strings.Join(names, ", "), len(ids)).
		WithField("members").WithHint("push the users first; the identity provider repeats the membership later")
}

func idsOf(members []scim.MemberRef) []identity.SCIMUserID {
	ids := make([]identity.SCIMUserID, len(members))
	for i, m := range members {
		ids[i] = identity.SCIMUserID(m.Value)
	}
	return ids
}
