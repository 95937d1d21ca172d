package accounts

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"roster/internal/identity"
	"roster/internal/store"
)

// User is an account as a directory of users shows it: one that the org manages
// or links, with its access to the org.
type User struct {
	Found
	Suspended bool
	Groups    []store.AccountGroup // where UserSearch asks for them
}

// UserSearch says which users are wanted; zero fields want all.
type UserSearch struct {
	IDs      []identity.AccountID
	Emails   []string // whole addresses; of an external user, that of the org's record
	Groups   []identity.OrgGroupID
	Text     string                   // as AccountSearch has it
	External *bool                    // only accounts that the org does not manage, or only those that it does
	Statuses []identity.AccountStatus // as they are stored
	// Suspended leaves out whose access is not suspended.
	Suspended bool
	// Keep leaves out what it is false for, by comparing user by user.
	Keep func(User) bool

	WithGroups bool // at most a page of each user
}

// Users lists users of an org. A page may be short, or empty, and still have a
// next one, as what Keep leaves out is looked at all the same.
func (s *Service) Users(ctx context.Context, org identity.OrgID, q UserSearch, p store.Page) (users []User, next string, err error) {
	p.Limit = cmp.Or(p.Limit, store.MaxPage)
	err = s.store.View(ctx, func(tx *store.Tx) error {
		users, next, err = userSearch{tx, org, q}.page(p)
		return err
	})
	return users, next, err
}

// User gives one user of an org.
func (s *Service) User(ctx context.Context, org identity.OrgID, id identity.AccountID) (User, error) {
	return view(ctx, s, func(tx *store.Tx) (User, error) {
		found, err := find(tx, org, id)
		if err != nil {
			return User{}, err
		}
		suspended, err := tx.IsSuspended(org, id)
		return User{Found: found, Suspended: suspended}, err
	})
}

// userSearch is one search under way.
type userSearch struct {
	tx  *store.Tx
	org identity.OrgID
	q   UserSearch
}

// page takes the ids from the shortest list that there is of them, else goes
// through all accounts.
func (s userSearch) page(p store.Page) ([]User, string, error) {
	ids, err := s.named()
	if err != nil {
		return nil, "", err
	}
	var next string
	switch {
	case ids != nil:
		ids, next = cutIDs(ids, p)
	case len(s.q.Groups) > 0:
		ids, next, err = s.members(p)
	case s.q.Suspended:
		ids, next, err = s.tx.Suspended(s.org, p)
	default:
		return s.all(p)
	}
	if err != nil {
		return nil, "", err
	}
	users, err := s.lookUp(ids)
	return users, next, err
}

// named are the ids that the search names, by themselves or by address; nil
// where it names none.
func (s userSearch) named() ([]identity.AccountID, error) {
	if len(s.q.IDs)+len(s.q.Emails) == 0 {
		return nil, nil
	}
	ids := slices.Clone(s.q.IDs)
	if len(s.q.Emails) > 0 {
		found, err := s.idsOf(s.q.Emails)
		if err != nil {
			return nil, err
		}
		if len(s.q.IDs) > 0 {
			found = slices.DeleteFunc(found, func(id identity.AccountID) bool { return !slices.Contains(s.q.IDs, id) })
		}
		ids = found
	}
	slices.Sort(ids)
	return append([]identity.AccountID{}, slices.Compact(ids)...), nil
}

func (s userSearch) idsOf(addresses []string) (ids []identity.AccountID, err error) {
	for _, address := range addresses {
		email, err := identity.ParseEmail(address)
		if err != nil {
			return nil, err
		}
		switch found, err := seenByEmail(s.tx, s.org, email); {
		case err != nil:
			return nil, err
		case found != nil:
			ids = append(ids, found.ID)
		}
	}
	return ids, nil
}

func cutIDs(ids []identity.AccountID, p store.Page) (page []identity.AccountID, next string) {
	i, isThere := slices.BinarySearch(ids, identity.AccountID(p.After))
	if isThere {
		i++
	}
	if ids = ids[i:]; len(ids) <= p.Limit {
		return ids, ""
	}
	return ids[:p.Limit], string(ids[p.Limit-1])
}

// members gives a page of the members of the groups, one group after the other,
// without those that an earlier one has too. A group that the org has not has
// no members. The page key is the group's place and that of the member in it.
func (s userSearch) members(p store.Page) (ids []identity.AccountID, next string, err error) {
	groups, err := s.groups()
	if err != nil {
		return nil, "", err
	}
	place, after, _ := strings.Cut(p.After, "/")
	i, err := strconv.Atoi(cmp.Or(place, "0"))
	if err != nil || i < 0 || i >= len(groups) {
		return nil, "", nil //nolint:nilerr // nothing is there
	}
	members, next, err := s.tx.GroupMembers(groups[i], store.Page{After: after, Limit: p.Limit})
	if err != nil {
		return nil, "", err
	}
	for _, m := range members {
		ids = append(ids, m.AccountID)
	}
	for _, g := range groups[:i] {
		seen, err := s.tx.MembersAmong(g, ids)
		if err != nil {
			return nil, "", err
		}
		ids = slices.DeleteFunc(ids, func(id identity.AccountID) bool { return seen[id] })
	}
	switch {
	case next != "":
		next = strconv.Itoa(i) + "/" + next
	case i+1 < len(groups):
		next = strconv.Itoa(i+1) + "/"
	}
	return ids, next, nil
}

// groups are those of the search that the org has.
func (s userSearch) groups() (groups []store.OrgGroup, err error) {
	for _, id := range s.q.Groups {
		g, isThere, err := orgGroup(s.tx, s.org, id)
		if err != nil {
			return nil, err
		}
		if isThere {
			groups = append(groups, g)
		}
	}
	return groups, nil
}

// kinds are the searches that together find the accounts that are wanted:
// managed ones before external ones, each by one status where several are asked for.
func (s userSearch) kinds() (kinds []store.AccountSearch) {
	statuses := s.q.Statuses
	if len(statuses) == 0 {
		statuses = []identity.AccountStatus{""}
	}
	for _, external := range []bool{false, true} {
		if s.q.External != nil && *s.q.External != external {
			continue
		}
		for _, status := range statuses {
			kinds = append(kinds, store.AccountSearch{Text: s.q.Text, External: external, Status: status})
		}
	}
	return kinds
}

// all goes through the accounts of each kind, one after the other. The page key
// is the place of the kind and that of the account in it.
func (s userSearch) all(p store.Page) (users []User, next string, err error) {
	kinds := s.kinds()
	place, after, _ := strings.Cut(p.After, "/")
	i, err := strconv.Atoi(cmp.Or(place, "0"))
	if err != nil || i < 0 {
		return nil, "", nil //nolint:nilerr // nothing is there
	}
	for ; i < len(kinds); i++ {
		if len(users) == p.Limit {
			return users, strconv.Itoa(i) + "/", nil
		}
		found, behind, err := s.tx.SearchAccounts(s.org, kinds[i], store.Page{After: after, Limit: p.Limit - len(users)})
		if err != nil {
			return nil, "", err
		}
		kept, err := s.kept(found)
		if err != nil {
			return nil, "", err
		}
		users, after = append(users, kept...), ""
		if behind != "" {
			return users, strconv.Itoa(i) + "/" + behind, nil
		}
	}
	return users, "", nil
}

// lookUp gives those of some accounts that are wanted, by id.
func (s userSearch) lookUp(ids []identity.AccountID) ([]User, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var all []store.FoundAccount
	for _, kind := range s.kinds() {
		kind.IDs = ids
		found, _, err := s.tx.SearchAccounts(s.org, kind, store.Page{})
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	slices.SortFunc(all, func(a, b store.FoundAccount) int { return cmp.Compare(a.ID, b.ID) })
	return s.kept(all)
}

// kept completes what was found and leaves out what is not wanted.
func (s userSearch) kept(found []store.FoundAccount) (users []User, err error) {
	ids := make([]identity.AccountID, len(found))
	for i, a := range found {
		ids[i] = a.ID
	}
	suspended, err := s.tx.SuspendedAmong(s.org, ids)
	if err != nil {
		return nil, err
	}
	members, err := s.membersAmong(ids)
	if err != nil {
		return nil, err
	}
	with, err := withActivity(s.tx, s.org, found)
	if err != nil {
		return nil, err
	}
	for _, a := range with {
		u := User{Found: a, Suspended: suspended[a.ID]}
		if !members(a.ID) || (s.q.Suspended && !u.Suspended) || (s.q.Keep != nil && !s.q.Keep(u)) {
			continue
		}
		if s.q.WithGroups {
			if u.Groups, _, err = s.tx.GroupsOfAccount(s.org, a.ID, store.Page{}); err != nil {
				return nil, err
			}
		}
		users = append(users, u)
	}
	return users, nil
}

// membersAmong tells which of some accounts are in one of the groups; all are
// where none is asked for.
func (s userSearch) membersAmong(ids []identity.AccountID) (func(identity.AccountID) bool, error) {
	if len(s.q.Groups) == 0 {
		return func(identity.AccountID) bool { return true }, nil
	}
	groups, err := s.groups()
	if err != nil {
		return nil, err
	}
	members := map[identity.AccountID]bool{}
	for _, g := range groups {
		of, err := s.tx.MembersAmong(g, ids)
		if err != nil {
			return nil, err
		}
		for id := range of {
			members[id] = true
		}
	}
	return func(id identity.AccountID) bool { return members[id] }, nil
}
