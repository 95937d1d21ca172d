package repair

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"roster/internal/identity"
	"roster/internal/store"
)

// The weights of the facts that a new record is a deleted one's person, and of
// what is left of the groups.
const (
	weightSameExternalID = 65
	weightSameUserName   = 40
	weightSameEmail      = 30
	weightAllLost        = 30
	weightSomeLost       = 10
)

// lostMembershipsPage reads the deleted records that were in groups, and looks
// for a new record of the same person that is not. The page key is
// directory/user of the deleted one.
func lostMembershipsPage(tx *store.Tx, org identity.OrgID, p store.Page) (found []keyed, next string, err error) {
	deleted, next, err := tx.DeletedWithGroups(org, p)
	if err != nil || len(deleted) == 0 {
		return nil, next, err
	}
	again := map[identity.DirectoryID]*recreated{}
	for _, t := range deleted {
		if again[t.DirectoryID] == nil {
			again[t.DirectoryID] = &recreated{Tx: tx}
		}
		again[t.DirectoryID].deleted = append(again[t.DirectoryID].deleted, t)
	}
	for d, r := range again {
		if r.directory, err = tx.Directory(org, d); err != nil {
			return nil, "", err
		}
		if err := r.look(); err != nil {
			return nil, "", err
		}
	}
	for _, t := range deleted {
		f, err := again[t.DirectoryID].finding(t)
		if found, err = keep(found, string(t.DirectoryID)+"/"+string(t.SCIMUserID), f, err); err != nil {
			return nil, "", err
		}
	}
	return found, next, nil
}

func lostMembershipsOne(tx *store.Tx, org identity.OrgID, subject []string) (Finding, error) {
	if len(subject) != 2 {
		return Finding{}, store.ErrNotFound
	}
	t, err := tx.Tombstone(org, identity.DirectoryID(subject[0]), identity.SCIMUserID(subject[1]))
	if err != nil {
		return Finding{}, err
	}
	r := &recreated{Tx: tx, deleted: []store.Tombstone{t}}
	if r.directory, err = tx.Directory(org, t.DirectoryID); err != nil {
		return Finding{}, err
	}
	if err := r.look(); err != nil {
		return Finding{}, err
	}
	return r.finding(t)
}

// recreated looks for the new records of a directory's deleted people.
type recreated struct {
	*store.Tx

	directory store.Directory
	deleted   []store.Tombstone
	records   [3]map[string][]store.SCIMUser // by userName, by externalId, by address
	groups    map[identity.SCIMUserID][]identity.SCIMGroupID
	names     map[identity.SCIMGroupID]string // of the groups that are still there
}

// look reads in sets what finding needs.
func (r *recreated) look() error {
	r.groups, r.names = map[identity.SCIMUserID][]identity.SCIMGroupID{}, map[identity.SCIMGroupID]string{}
	if r.directory.Status != identity.DirectoryConnected {
		return nil // its groups are local by now
	}
	var values [3][]string
	var groups []string
	for _, t := range r.deleted {
		for i, key := range personKeys(t) {
			if key != "" {
				values[i] = append(values[i], key)
			}
		}
		for _, g := range t.GroupIDs {
			groups = append(groups, string(g))
		}
	}
	var ids []identity.SCIMUserID
	for i, by := range []func(identity.DirectoryID, []string) ([]store.SCIMUser, error){r.LeanUsersByName, r.LeanUsersByExternalID, r.LeanUsersByEmail} {
		users, err := by(r.directory.ID, values[i])
		if err != nil {
			return err
		}
		r.records[i] = map[string][]store.SCIMUser{}
		for _, u := range users {
			key := [3]string{u.UserNameKey, u.ExternalID, u.Email.Key}[i]
			r.records[i][key] = append(r.records[i][key], u)
			ids = append(ids, u.ID)
		}
	}
	slices.Sort(ids)
	return r.lookGroups(slices.Compact(ids), groups)
}

// personKeys is what a deleted record had that its person's next one may have:
// folded userName, externalId, canonical address.
func personKeys(t store.Tombstone) [3]string {
	email, err := identity.ParseEmail(t.Email)
	if err != nil {
		email = identity.Email{}
	}
	return [3]string{t.UserNameKey, t.ExternalID, email.Key}
}

func (r *recreated) lookGroups(users []identity.SCIMUserID, groups []string) error {
	if len(users) == 0 {
		return nil
	}
	refs, err := r.GroupsOfUsers(r.directory.ID, users)
	if err != nil {
		return err
	}
	for _, g := range refs {
		r.groups[g.UserID] = append(r.groups[g.UserID], g.GroupID)
	}
	slices.Sort(groups)
	there, err := r.SCIMGroupsByID(r.directory.ID, slices.Compact(groups))
	for _, g := range there {
		r.names[g.ID] = g.DisplayName
	}
	return err
}

// finding is what a deleted record's person lost; ErrNotFound if the person was
// not created again, or has the groups.
func (r *recreated) finding(t store.Tombstone) (Finding, error) {
	u, facts := r.successor(t)
	lost, kept := r.lost(t, u)
	if u.ID == "" || len(lost) == 0 {
		return Finding{}, store.ErrNotFound
	}
	if kept == 0 {
		facts.add(weightAllLost, fmt.Sprintf("it is in none of the %d groups of before: %s", len(lost), enumerate(lost)))
	} else {
		facts.add(weightSomeLost, fmt.Sprintf("it is in %d of the groups of before, and not in %s", kept, enumerate(lost)))
	}
	if facts.confidence() < minConfidence {
		return Finding{}, store.ErrNotFound
	}
	// Of several deletions of one person the last one counts.
	if last, err := r.LastTombstone(t.DirectoryID, t.UserNameKey, t.ExternalID); err != nil || last.SCIMUserID != t.SCIMUserID {
		return Finding{}, cmp.Or(err, store.ErrNotFound)
	}
	f := Finding{
		ID: findingID(KindLostMemberships, string(t.DirectoryID), string(t.SCIMUserID)), Kind: KindLostMemberships,
		DirectoryID: t.DirectoryID, Record: Record{t.DirectoryID, u.ID}, Formerly: Record{t.DirectoryID, t.SCIMUserID},
		RightAccount: u.AccountID, NewEmail: u.Email.Address, Count: len(lost),
		Title:       fmt.Sprintf("%s was created again without %s", u.UserName, groupsOf(len(lost))),
		Explanation: fmt.Sprintf("The identity provider deleted %s and created the person again, but has not put the person back into the groups: identity providers send memberships only when they change there. Whatever these groups open is closed to the person.", t.UserName),
		Evidence:    facts.facts, Confidence: facts.confidence(), FirstSeen: u.CreatedAt, LastSeen: u.CreatedAt,
		Strategies: []Strategy{StrategyAtomic},
	}
	f.Next = "roster repair plan " + f.ID + "; or push the groups again: " + pushGroups(r.directory.Kind, u.UserName)
	return f, nil
}

// successor is the record that the identity provider made for a deleted one's
// person, zero if there is none. Another externalId is another person.
func (r *recreated) successor(t store.Tombstone) (best store.SCIMUser, facts evidence) {
	keys := personKeys(t)
	for i, key := range keys {
		if key == "" {
			continue
		}
		for _, u := range r.records[i][key] {
			if !u.CreatedAt.After(t.DeletedAt) || (u.ExternalID != "" && t.ExternalID != "" && u.ExternalID != t.ExternalID) {
				continue
			}
			e := sameRecordFacts(t, u, keys)
			if more := e.confidence(); more > facts.confidence() || (more == facts.confidence() && u.ID < best.ID) {
				best, facts = u, e
			}
		}
	}
	return best, facts
}

func sameRecordFacts(t store.Tombstone, u store.SCIMUser, keys [3]string) (e evidence) {
	if t.ExternalID != "" && u.ExternalID == t.ExternalID {
		e.add(weightSameExternalID, fmt.Sprintf("SCIM user %s has the externalId %s, as the deleted %s had", u.ID, u.ExternalID, t.SCIMUserID))
	}
	if u.UserNameKey == t.UserNameKey {
		e.add(weightSameUserName, "both have the userName "+u.UserName)
	}
	if keys[2] != "" && keys[2] == u.Email.Key {
		e.add(weightSameEmail, "both have the address "+u.Email.Address)
	}
	return e
}

// lost gives the names of the groups that a record does not have of a deleted
// one's, and how many it has.
func (r *recreated) lost(t store.Tombstone, u store.SCIMUser) (names []string, kept int) {
	for _, g := range t.GroupIDs {
		name, there := r.names[g]
		switch {
		case !there: // gone for everybody
		case slices.Contains(r.groups[u.ID], g):
			kept++
		default:
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names, kept
}

func groupsOf(n int) string {
	if n == 1 {
		return "a group of before"
	}
	return fmt.Sprintf("%d groups of before", n)
}

// enumerate names the first of some things.
func enumerate(names []string) string {
	const most = 5
	quoted := make([]string, min(len(names), most))
	for i := range quoted {
		quoted[i] = strconv.Quote(short(names[i]))
	}
	text := strings.Join(quoted, ", ")
	if len(names) > most {
		text += fmt.Sprintf(" and %d more", len(names)-most)
	}
	return text
}
