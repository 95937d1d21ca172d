package repair

import (
	"fmt"
	"strconv"
	"strings"

	"roster/internal/identity"
	"roster/internal/provision"
	"roster/internal/scim"
	"roster/internal/store"
)

// The weights of what two directories say differently about one person.
const (
	weightPushedTwice    = 40
	weightOtherEmail     = 40
	weightOtherStatus    = 40
	weightOtherName      = 25
	weightOtherAttribute = 10
)

// severalDirectoriesPage reads the accounts that several directories push. The
// page key is directory/account. An account with two links has one to another
// directory than the largest, so that one is not read through.
func severalDirectoriesPage(tx *store.Tx, org identity.OrgID, p store.Page) (found []keyed, next string, err error) {
	b, err := openBook(tx, org)
	if err != nil {
		return nil, "", err
	}
	readers, err := b.allButLargest()
	if err != nil {
		return nil, "", err
	}
	start, after, _ := strings.Cut(p.After, "/")
	for i, d := range readers {
		if string(d) < start {
			continue
		}
		if string(d) != start {
			after = ""
		}
		shared, more, err := tx.SharedAccounts(org, d, store.Page{After: after, Limit: p.Limit})
		if err != nil {
			return nil, "", err
		}
		if found, err = b.severalDirectories(shared, readers[:i+1]); err != nil {
			return nil, "", err
		}
		switch {
		case more != "":
			return found, string(d) + "/" + more, nil
		case i+1 < len(readers):
			return found, string(readers[i+1]) + "/", nil
		}
	}
	return found, "", nil
}

// allButLargest gives the ids of the connected directories but for the one with
// the most users, in their order.
func (b *book) allButLargest() ([]identity.DirectoryID, error) {
	var ids []identity.DirectoryID
	largest, most := -1, -1
	for i, d := range b.connected() {
		n, err := b.Count(d.ID, store.CountUsers)
		if err != nil {
			return nil, err
		}
		if n > most {
			largest, most = i, n
		}
		ids = append(ids, d.ID)
	}
	if largest < 0 {
		return nil, nil
	}
	return append(ids[:largest:largest], ids[largest+1:]...), nil
}

// severalDirectories gives the findings about accounts that the last of some
// directories links; those that an earlier one links as well were read with it.
func (b *book) severalDirectories(ids []identity.AccountID, readers []identity.DirectoryID) (found []keyed, err error) {
	if err := b.look(ids...); err != nil {
		return nil, err
	}
	records, err := b.recordsOf(ids)
	if err != nil {
		return nil, err
	}
	this := readers[len(readers)-1]
	for _, id := range ids {
		if earlier(b.links[id], readers[:len(readers)-1]) {
			continue
		}
		f, err := b.disagreement(id, records)
		if found, err = keep(found, string(this)+"/"+string(id), f, err); err != nil {
			return nil, err
		}
	}
	return found, nil
}

func earlier(links []store.Link, readers []identity.DirectoryID) bool {
	for _, d := range readers {
		if hasDirectory(links, d) {
			return true
		}
	}
	return false
}

// recordsOf gives the records that are linked to accounts, with their documents.
func (b *book) recordsOf(accounts []identity.AccountID) (map[Record]store.SCIMUser, error) {
	ids := map[identity.DirectoryID][]string{}
	for _, a := range accounts {
		for _, l := range b.links[a] {
			ids[l.DirectoryID] = append(ids[l.DirectoryID], string(l.SCIMUserID))
		}
	}
	records := map[Record]store.SCIMUser{}
	for d, of := range ids {
		users, err := b.SCIMUsersByID(d, of)
		if err != nil {
			return nil, err
		}
		for _, u := range users {
			records[Record{d, u.ID}] = u
		}
	}
	return records, nil
}

func severalDirectoriesOne(tx *store.Tx, org identity.OrgID, subject []string) (Finding, error) {
	if len(subject) != 1 {
		return Finding{}, store.ErrNotFound
	}
	b, err := openBook(tx, org)
	if err != nil {
		return Finding{}, err
	}
	id := identity.AccountID(subject[0])
	if err := b.look(id); err != nil {
		return Finding{}, err
	}
	records, err := b.recordsOf([]identity.AccountID{id})
	if err != nil {
		return Finding{}, err
	}
	return b.disagreement(id, records)
}

// disagreement is what the connected directories of an account say differently;
// ErrNotFound if they agree. What only one of them says is no disagreement.
func (b *book) disagreement(id identity.AccountID, records map[Record]store.SCIMUser) (Finding, error) {
	account, err := b.party(id)
	if err != nil || !account.managed || account.Status == identity.AccountClosed {
		return Finding{}, orNotFound(err)
	}
	live := b.liveLinks(id)
	if len(live) < 2 {
		return Finding{}, store.ErrNotFound
	}
	decides := provision.Decides(live, b.domainOf(account.Account))
	var facts evidence
	var names []string
	for _, l := range live {
		names = append(names, b.nameOf(l.DirectoryID))
	}
	facts.add(weightPushedTwice, fmt.Sprintf("%s push this account; %s decides, %s", strings.Join(names, " and "), b.nameOf(decides), b.whyDecides(account.Account, decides)))
	first, err := provision.WishOf(records[linked(live, decides)])
	if err != nil {
		return Finding{}, err
	}
	for _, l := range live {
		if l.DirectoryID == decides {
			continue
		}
		other, err := provision.WishOf(records[Record{l.DirectoryID, l.SCIMUserID}])
		if err != nil {
			return Finding{}, err
		}
		facts.compareWishes(b.nameOf(decides), b.nameOf(l.DirectoryID), first, other)
	}
	if facts.confidence() < minConfidence {
		return Finding{}, store.ErrNotFound
	}
	return b.disagreementFinding(account.Account, live, decides, facts), nil
}

func (b *book) disagreementFinding(a store.Account, live []store.Link, decides identity.DirectoryID, facts evidence) Finding {
	last := live[len(live)-1]
	first := b.nameOf(decides)
	return Finding{
		ID: findingID(KindSeveralDirectories, string(a.ID)), Kind: KindSeveralDirectories,
		DirectoryID: decides, Record: linked(live, decides), RightAccount: a.ID, OldEmail: a.Email.Address, Count: len(live),
		Title:       fmt.Sprintf("%d directories say different things about %s", len(live), a.Email.Address),
		Explanation: fmt.Sprintf("Several identity providers push this person, and not with the same data. Roster follows directory %s; what the others say is kept with them and does not reach the account. Whoever changes the person in another one changes nothing here.", first),
		Evidence:    facts.facts, Confidence: facts.confidence(), FirstSeen: last.CreatedAt, LastSeen: last.CreatedAt,
		Next: fmt.Sprintf("make the person's data alike in the identity providers, or stop pushing the person from all but one; to let another directory decide for everybody on the domain: roster domain assign %s DIRECTORY", a.Email.Domain),
	}
}

// liveLinks are an account's links to connected directories, oldest first.
func (b *book) liveLinks(id identity.AccountID) (live []store.Link) {
	for _, l := range b.links[id] {
		if b.directories[l.DirectoryID].Status == identity.DirectoryConnected {
			live = append(live, l)
		}
	}
	return live
}

// linked is the record of a directory among an account's links.
func linked(links []store.Link, d identity.DirectoryID) Record {
	for _, l := range links {
		if l.DirectoryID == d {
			return Record{l.DirectoryID, l.SCIMUserID}
		}
	}
	return Record{}
}

func (b *book) whyDecides(a store.Account, decides identity.DirectoryID) string {
	if b.domainOf(a).DirectoryID == decides {
		return "as the domain " + a.Email.Domain + " is assigned to it"
	}
	return "as it was linked first"
}

// compareWishes adds what one directory says otherwise than the one that decides.
func (e *evidence) compareWishes(first, other string, a, b provision.Wish) {
	e.differs(weightOtherEmail, "email", first, other, a.Email.Key, b.Email.Key)
	e.differs(weightOtherStatus, "active", first, other, strconv.FormatBool(a.Active), strconv.FormatBool(b.Active))
	e.differs(weightOtherName, "name", first, other, a.Name, b.Name)
	for _, field := range []struct{ name, a, b string }{
		{"job title", a.Profile.JobTitle, b.Profile.JobTitle},
		{"department", a.Profile.Department, b.Profile.Department},
		{"organization", a.Profile.Organization, b.Profile.Organization},
		{"nickname", a.Profile.Nickname, b.Profile.Nickname},
		{"time zone", a.Profile.Zoneinfo, b.Profile.Zoneinfo},
		{"language", a.Profile.Locale, b.Profile.Locale},
	} {
		e.differs(weightOtherAttribute, field.name, first, other, field.a, field.b)
	}
}

func (e *evidence) differs(weight int, field, first, other, a, b string) {
	if a == "" || b == "" || scim.Fold(a) == scim.Fold(b) {
		return
	}
	e.add(weight, fmt.Sprintf("%s: %s says %q, %s says %q", field, first, short(a), other, short(b)))
}
