package repair

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"roster/internal/identity"
	"roster/internal/scim"
	"roster/internal/store"
)

// manySharers is from how many records of one number on it is no number of one
// person, but "n/a".
const manySharers = 4

// samePersonPage looks for people with two accounts, each of which is synced:
// by an address that differs in the domain only, by an address that another
// account's record lists, by an externalId that two records have. The page key
// is the place that is read, and a key there.
func samePersonPage(tx *store.Tx, org identity.OrgID, p store.Page) (found []keyed, next string, err error) {
	b, err := openBook(tx, org)
	if err != nil {
		return nil, "", err
	}
	places, err := b.pairPlaces()
	if err != nil {
		return nil, "", err
	}
	start, after, _ := strings.Cut(p.After, " ")
	for i, place := range places {
		if place.name < start {
			continue
		}
		if place.name != start {
			after = ""
		}
		pairs, more, err := place.read(store.Page{After: after})
		if err != nil {
			return nil, "", err
		}
		if found, err = b.samePeople(place, pairs); err != nil {
			return nil, "", err
		}
		switch {
		case more != "":
			return found, place.name + " " + more, nil
		case i+1 < len(places):
			return found, places[i+1].name + " ", nil
		}
	}
	return found, "", nil
}

// sharing is what two accounts may have in common. A pair that shares several
// things is listed for the first of them.
type sharing int

const (
	sharingLocalPart sharing = iota
	sharingAddress
	sharingNumber
)

// pairPlace is a domain or directory in which pairs are looked for.
type pairPlace struct {
	name string // in the order in which places are read
	by   sharing
	read func(store.Page) ([]pair, string, error)
}

func placeName(by sharing, id string) string { return fmt.Sprintf("%d/%s", by, id) }

// pair is two synced accounts, in any order, with the key of where it was found.
type pair struct {
	key  string
	a, b identity.AccountID
}

// pairPlaces gives the domains and directories to read. Of those that are
// compared with one another the largest need not be read through.
func (b *book) pairPlaces() ([]pairPlace, error) {
	domains, err := b.domainsButLargest()
	if err != nil {
		return nil, err
	}
	readers, err := b.allButLargest()
	if err != nil {
		return nil, err
	}
	place := func(by sharing, id string, read func(store.Page) ([]pair, string, error)) pairPlace {
		return pairPlace{placeName(by, id), by, read}
	}
	var places []pairPlace
	for i, name := range domains {
		places = append(places, place(sharingLocalPart, name, func(p store.Page) ([]pair, string, error) { return b.siblings(name, domains[:i], p) }))
	}
	for _, d := range b.connected() {
		places = append(places, place(sharingAddress, string(d.ID), func(p store.Page) ([]pair, string, error) { return b.sharedAddresses(d.ID, p) }))
	}
	for i, d := range readers {
		places = append(places, place(sharingNumber, string(d), func(p store.Page) ([]pair, string, error) { return b.sharedNumbers(d, readers[:i], p) }))
	}
	return places, nil
}

// domainsButLargest gives the org's verified domains but for the one with the
// most accounts, by name.
func (b *book) domainsButLargest() ([]string, error) {
	var names []string
	largest, most := -1, -1
	for i, d := range b.domains {
		n, _, err := b.CountAccountsOn(b.org, d.Name)
		if err != nil {
			return nil, err
		}
		if n > most {
			largest, most = i, n
		}
		names = append(names, d.Name)
	}
	if largest < 0 {
		return nil, nil
	}
	return append(names[:largest:largest], names[largest+1:]...), nil
}

// siblings pairs the accounts of a domain with those that have the same name
// before the @ on another one, but for those that were read before.
func (b *book) siblings(domain string, before []string, p store.Page) (pairs []pair, next string, err error) {
	accounts, next, err := b.SyncedSiblings(b.org, domain, p)
	if err != nil {
		return nil, "", err
	}
	var keys []string
	for _, a := range accounts {
		keys = append(keys, b.elsewhere(a.Email)...)
	}
	if err := b.lookAddresses(keys); err != nil {
		return nil, "", err
	}
	for _, a := range accounts {
		for _, key := range b.elsewhere(a.Email) {
			if other := b.addresses[key]; other.ID != "" && !slices.Contains(before, other.Email.Domain) {
				pairs = append(pairs, pair{a.Email.Key, a.ID, other.ID})
			}
		}
	}
	return pairs, next, nil
}

func (b *book) sharedAddresses(d identity.DirectoryID, p store.Page) (pairs []pair, next string, err error) {
	rows, next, err := b.AddressesOfOthers(b.org, d, p)
	for _, r := range rows {
		pairs = append(pairs, pair{string(r.UserID) + "/" + r.Address, r.Lists, r.Holds})
	}
	return pairs, next, err
}

// sharedNumbers pairs the records of a directory with those of others that have
// the same externalId, but for those that were read before.
func (b *book) sharedNumbers(d identity.DirectoryID, before []identity.DirectoryID, p store.Page) (pairs []pair, next string, err error) {
	rows, next, err := b.SharedExternalIDs(b.org, d, p)
	if err != nil || len(rows) == 0 {
		return nil, next, err
	}
	numbers := make([]string, len(rows))
	for i, u := range rows {
		numbers[i] = u.ExternalID
	}
	sharers := map[string][]store.SCIMUser{}
	for _, other := range slices.Sorted(maps.Keys(b.directories)) {
		users, err := b.LeanUsersByExternalID(other, numbers)
		if err != nil {
			return nil, "", err
		}
		for _, u := range users {
			sharers[u.ExternalID] = append(sharers[u.ExternalID], u)
		}
	}
	for _, u := range rows {
		if len(sharers[u.ExternalID]) >= manySharers {
			continue
		}
		for _, other := range sharers[u.ExternalID] {
			if other.DirectoryID != d && other.AccountID != "" && !slices.Contains(before, other.DirectoryID) {
				pairs = append(pairs, pair{string(u.ID) + "/" + u.ExternalID, u.AccountID, other.AccountID})
			}
		}
	}
	return pairs, next, nil
}

// samePeople gives the findings about the pairs of a page: of those with one
// key the surest, as a page goes on behind a key.
func (b *book) samePeople(place pairPlace, pairs []pair) (found []keyed, err error) {
	facts, err := b.lookPairs(pairs)
	if err != nil {
		return nil, err
	}
	for _, p := range pairs {
		if facts.isTold(place, p) {
			continue
		}
		f, err := facts.samePerson(p.a, p.b)
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		key := place.name + " " + p.key
		last := len(found) - 1
		switch {
		case slices.ContainsFunc(found, func(k keyed) bool { return k.ID == f.ID }): // two records list the address
		case last >= 0 && found[last].key == key:
			if f.Confidence > found[last].Confidence {
				found[last].Finding = f
			}
		default:
			found = append(found, keyed{key, f})
		}
	}
	return found, nil
}

func samePersonOne(tx *store.Tx, org identity.OrgID, subject []string) (Finding, error) {
	if len(subject) != 2 {
		return Finding{}, store.ErrNotFound
	}
	b, err := openBook(tx, org)
	if err != nil {
		return Finding{}, err
	}
	p := pair{"", identity.AccountID(subject[0]), identity.AccountID(subject[1])}
	facts, err := b.lookPairs([]pair{p})
	if err != nil {
		return Finding{}, err
	}
	return facts.samePerson(p.a, p.b)
}

// pairFacts is what was looked up about pairs.
type pairFacts struct {
	*book

	lists map[[2]identity.AccountID]store.SCIMUser // record of the first account that lists the second one's address
}

// lookPairs reads in sets what samePerson asks about.
func (b *book) lookPairs(pairs []pair) (*pairFacts, error) {
	facts := &pairFacts{b, map[[2]identity.AccountID]store.SCIMUser{}}
	var ids []identity.AccountID
	for _, p := range pairs {
		ids = append(ids, p.a, p.b)
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	if err := b.look(ids...); err != nil {
		return nil, err
	}
	var records []Record
	var names, addresses []string
	holders := map[string]identity.AccountID{}
	for _, id := range ids {
		a := b.accounts[id]
		address := scim.Fold(a.Email.Address)
		names, addresses, holders[address] = append(names, a.Name), append(addresses, address), id
		for _, l := range b.links[id] {
			records = append(records, Record{l.DirectoryID, l.SCIMUserID})
		}
	}
	for _, d := range slices.Sorted(maps.Keys(b.directories)) {
		users, err := b.LeanUsersByAddress(d, addresses)
		if err != nil {
			return nil, err
		}
		for _, u := range users {
			facts.lists[[2]identity.AccountID{u.AccountID, holders[u.Address]}] = u.SCIMUser
		}
	}
	if len(ids) == 0 {
		return facts, nil
	}
	return facts, errors.Join(b.lookRecords(records), b.lookNamesakes(names))
}

// isTold tells whether a pair is listed in another place as well, which is read
// before.
func (p *pairFacts) isTold(place pairPlace, found pair) bool {
	if place.by > p.first(found.a, found.b) {
		return true
	}
	if place.by != sharingAddress {
		return false
	}
	u := p.lists[[2]identity.AccountID{found.a, found.b}]
	_, back := p.lists[[2]identity.AccountID{found.b, found.a}]
	return place.name != placeName(sharingAddress, string(u.DirectoryID)) || (back && found.b < found.a)
}

// first is the first thing that two accounts share of those that pairs are
// looked for by.
func (p *pairFacts) first(a, b identity.AccountID) sharing {
	x, y := p.accounts[a], p.accounts[b]
	_, forth := p.lists[[2]identity.AccountID{a, b}]
	_, back := p.lists[[2]identity.AccountID{b, a}]
	switch {
	case slices.Contains(p.elsewhere(x.Email), y.Email.Key):
		return sharingLocalPart
	case forth || back:
		return sharingAddress
	default:
		return sharingNumber
	}
}

// samePerson is the finding about two accounts, each of which is synced, active
// and managed; ErrNotFound if the evidence is too weak.
func (p *pairFacts) samePerson(a, b identity.AccountID) (Finding, error) {
	older, err := p.party(a)
	if err != nil {
		return Finding{}, err
	}
	younger, err := p.party(b)
	if err != nil {
		return Finding{}, err
	}
	if a == b || !isInUse(older) || !isInUse(younger) {
		return Finding{}, store.ErrNotFound
	}
	if younger.CreatedAt.Before(older.CreatedAt) || (younger.CreatedAt.Equal(older.CreatedAt) && younger.ID < older.ID) {
		older, younger = younger, older
	}
	facts := p.compare(older, younger)
	if facts.confidence() < minConfidence {
		return Finding{}, store.ErrNotFound
	}
	if told, err := p.isRefused(older, younger); err != nil || told {
		return Finding{}, orNotFound(err)
	}
	return p.samePersonFinding(older, younger, facts), nil
}

func isInUse(p party) bool {
	return p.managed && len(p.links) > 0 && p.Status == identity.AccountActive
}

// compare collects what speaks for two accounts being one person's.
func (p *pairFacts) compare(older, younger party) (facts evidence) {
	if slices.Contains(p.elsewhere(older.Email), younger.Email.Key) {
		facts.add(weightLocalPart, fmt.Sprintf("the addresses %s and %s differ in the domain only", older.Email.Address, younger.Email.Address))
	}
	for _, way := range [][2]party{{older, younger}, {younger, older}} {
		if u, ok := p.lists[[2]identity.AccountID{way[0].ID, way[1].ID}]; ok {
			facts.add(weightAlias, fmt.Sprintf("SCIM user %s of account %s lists %s among its addresses", u.ID, way[0].ID, way[1].Email.Address))
			break
		}
	}
	p.compareNumbers(&facts, older, younger)
	p.compareNames(&facts, older.Account, younger.Account)
	facts.add(10, fmt.Sprintf("account %s is older: created %s, the other %s", older.ID, day(older.CreatedAt), day(younger.CreatedAt)))
	return facts
}

func (p *pairFacts) compareNumbers(facts *evidence, older, younger party) {
	for _, l := range older.links {
		for _, m := range younger.links {
			x, y := p.records[Record{l.DirectoryID, l.SCIMUserID}], p.records[Record{m.DirectoryID, m.SCIMUserID}]
			if x.ExternalID == "" || x.ExternalID != y.ExternalID {
				continue
			}
			weight := weightForeignExternalID
			if l.DirectoryID == m.DirectoryID {
				weight = weightExternalID
			}
			facts.add(weight, fmt.Sprintf("SCIM users %s and %s have the same externalId %s", x.ID, y.ID, short(x.ExternalID)))
			return
		}
	}
}

// isRefused tells whether a directory wants to give one of the accounts the
// other's address: that is the finding then.
func (p *pairFacts) isRefused(older, younger party) (bool, error) {
	for _, way := range [][2]party{{older, younger}, {younger, older}} {
		for _, l := range way[0].links {
			w, err := p.RefusedWrite(p.org, l.DirectoryID, string(l.SCIMUserID))
			if errors.Is(err, store.ErrNotFound) {
				continue
			}
			if err != nil {
				return false, err
			}
			wanted, err := identity.ParseEmail(w.Wanted)
			if err == nil && w.Cause == store.RefusedEmailTaken && wanted.Key == way[1].Email.Key {
				return true, nil
			}
		}
	}
	return false, nil
}

func (p *pairFacts) samePersonFinding(older, younger party, facts evidence) Finding {
	last := younger.links[len(younger.links)-1]
	f := Finding{
		ID: findingID(KindSamePerson, string(older.ID), string(younger.ID)), Kind: KindSamePerson,
		DirectoryID: last.DirectoryID, Record: Record{last.DirectoryID, last.SCIMUserID},
		RightAccount: older.ID, WrongAccount: younger.ID, OldEmail: older.Email.Address, NewEmail: younger.Email.Address, Count: 2,
		Title:       fmt.Sprintf("%s and %s seem to be one person", older.Email.Address, younger.Email.Address),
		Explanation: fmt.Sprintf("One person seems to have two accounts, %s and %s, and each of them is synced. What the person does is split between the two, and when the person leaves, one of them may be forgotten.", older.ID, younger.ID),
		Evidence:    facts.facts, Confidence: facts.confidence(), FirstSeen: last.CreatedAt, LastSeen: last.CreatedAt,
	}
	for _, l := range younger.links {
		if hasDirectory(older.links, l.DirectoryID) {
			f.Next = fmt.Sprintf("the identity provider of directory %s has this person twice: remove the user there that is not needed, and its account is deactivated", p.nameOf(l.DirectoryID))
			return f
		}
	}
	f.Strategies = []Strategy{StrategyAtomic}
	f.Next = "if they are one person: roster repair plan " + f.ID + " moves what is synced to the older account; if they are two, leave them"
	return f
}
