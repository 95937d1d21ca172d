package store

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"

	"roster/internal/identity"
	"roster/internal/scim"
)

// AccountSearch says which accounts of an org are wanted; zero fields want all
// that it manages.
type AccountSearch struct {
	// Text begins the address, the name or the name's last word, whatever the
	// letter case.
	Text        string
	ID          identity.AccountID
	IDs         []identity.AccountID // any of these; nil for all
	Email       identity.Email
	ExternalID  string // of a SCIM user that is linked to it
	DirectoryID identity.DirectoryID
	Status      identity.AccountStatus
	Origin      identity.Origin
	Invitation  identity.Invitation
	Linked      *bool
	// External asks for accounts that the org links without managing them, as
	// its own records say.
	External bool
}

// FoundAccount is an account as an org may see it, with its links in the org.
type FoundAccount struct {
	Account
	External bool
	Links    []Link // oldest first
}

// maxExamined bounds the rows that one page of a search looks at. A page may
// therefore be short, or even empty, and still have a next one.
const maxExamined = 2500

// minExamined is how many are looked at together, however small the page.
const minExamined = 100

// candidate is an account that a search looks at, with its place in the order
// of the search.
type candidate struct {
	Account
	term     string // that Text begins, "" where the order is that of the ids
	external bool
	// externalID is that of the record which an external account was read from.
	externalID string
}

func (c candidate) key() string { return joinKey(string(c.ID), c.term) }

// candidates give the accounts behind a place, in order, at most limit.
type candidates func(term string, id identity.AccountID, limit int) ([]candidate, error)

// SearchAccounts lists accounts of an org: by id, or, with a Text, by the term
// that it begins. One filter is answered from its index, the others are
// compared; a page looks at no more than maxExamined rows.
func (tx *Tx) SearchAccounts(org identity.OrgID, q AccountSearch, p Page) ([]FoundAccount, string, error) {
	domains, err := tx.verifiedDomains(org)
	if err != nil {
		return nil, "", err
	}
	q.Text = strings.Join(strings.Fields(scim.Fold(q.Text)), " ")
	s := accountSearch{Tx: tx, org: org, q: q, domains: domains}
	return s.page(s.source(), p)
}

// accountSearch is one search under way.
type accountSearch struct {
	*Tx
	org     identity.OrgID
	q       AccountSearch
	domains []Domain // that the org has verified
}

func (s *accountSearch) page(next candidates, p Page) ([]FoundAccount, string, error) {
	var found []FoundAccount
	var keys []string
	id, term := splitKey2(p.After)
	size := max(p.limit(), minExamined)
	for examined := 0; examined < maxExamined; size = min(2*size, MaxPage) { // what is rare is looked for in larger steps
		examined += size
		batch, err := next(term, identity.AccountID(id), size)
		if err != nil {
			return nil, "", err
		}
		isLast := len(batch) < size
		if !isLast {
			id, term = string(batch[size-1].ID), batch[size-1].term
		}
		batch = slices.DeleteFunc(batch, func(c candidate) bool { return !s.fits(c) }) // before their links are read
		linked, err := s.withLinks(batch)
		if err != nil {
			return nil, "", err
		}
		for i, a := range linked {
			isTwin := len(found) > 0 && found[len(found)-1].ID == a.ID // an external account of two directories
			if isTwin || !s.isLinkedAsWanted(a) {
				continue
			}
			found, keys = append(found, a), append(keys, batch[i].key())
			if len(found) > p.size() {
				return found[:p.size()], keys[p.size()-1], nil
			}
		}
		if isLast {
			return found, "", nil
		}
	}
	return found, joinKey(id, term), nil
}

// source chooses the index that leaves the fewest to look at.
func (s *accountSearch) source() candidates {
	switch {
	case s.q.IDs != nil && s.q.External:
		return s.externalByIDs
	case s.q.IDs != nil:
		return s.byIDs
	case s.q.External:
		return s.external
	case s.q.ID != "":
		return s.single(`SELECT `+accountColumns+` FROM account WHERE id = $1 AND id > $2`, s.q.ID)
	case s.q.Email.Key != "":
		return s.single(`SELECT `+accountColumns+` FROM account WHERE email_key = $1 AND id > $2`, s.q.Email.Key)
	case s.q.ExternalID != "":
		return s.byExternalID
	case s.q.Text != "":
		return s.byText
	case s.q.DirectoryID != "":
		return s.byDirectory
	case s.q.Invitation == identity.InvitationPending:
		return s.byDomain(` AND invitation = 'pending'`)
	case s.q.Status != "" && s.q.Status != identity.AccountActive:
		return s.byDomain(` AND status = '` + string(s.q.Status) + `' AND status <> 'active'`)
	case s.q.Origin != "" && s.q.Origin != identity.OriginSCIM:
		return s.byDomain(` AND origin = '` + string(s.q.Origin) + `' AND origin <> 'scim'`)
	default:
		return s.managed
	}
}

func scanCandidate(row scanner) (c candidate, err error) {
	c.Account, err = scanAccount(row)
	return c, err
}

// single gives the one account that a query finds, unless it was seen.
func (s *accountSearch) single(query string, arg any) candidates {
	return func(_ string, after identity.AccountID, _ int) ([]candidate, error) {
		return all(s.Tx, scanCandidate, query, arg, after)
	}
}

func (s *accountSearch) byIDs(_ string, after identity.AccountID, limit int) ([]candidate, error) {
	ids, err := json.Marshal(s.q.IDs)
	if err != nil {
		return nil, err
	}
	return all(s.Tx, scanCandidate, `SELECT `+accountColumns+` FROM account WHERE id IN (SELECT e.value FROM `+s.dialect.elements("$1")+` e) AND id > $2 ORDER BY id LIMIT $3`, string(ids), after, limit)
}

// externalByIDs is external of some accounts, by the oldest link of each.
func (s *accountSearch) externalByIDs(_ string, after identity.AccountID, limit int) ([]candidate, error) {
	ids, err := json.Marshal(s.q.IDs)
	if err != nil {
		return nil, err
	}
	return all(s.Tx, scanExternal, externalSelect+`WHERE l.account_id IN (SELECT e.value FROM `+s.dialect.elements("$1")+` e) AND l.org_id = $2 AND l.account_id > $3
		ORDER BY l.account_id, l.created_at, l.directory_id LIMIT $4`, string(ids), s.org, after, limit)
}

// byDomain merges a page of each domain: each is read from its index in order,
// while one query would read the accounts of all domains to sort them. The
// condition is a constant of this package.
func (s *accountSearch) byDomain(condition string) candidates {
	return func(_ string, after identity.AccountID, limit int) (rows []candidate, err error) {
		for _, domain := range s.domains {
			found, err := all(s.Tx, scanCandidate, `SELECT `+accountColumns+` FROM account WHERE email_domain = $1`+condition+` AND id > $2 ORDER BY id LIMIT $3`, domain.Name, after, limit)
			if err != nil {
				return nil, err
			}
			rows = append(rows, found...)
		}
		return first(rows, limit), nil
	}
}

// managed is byDomain without a condition: on a domain whose claims are
// selected, only the claimed accounts are looked at.
func (s *accountSearch) managed(_ string, after identity.AccountID, limit int) (rows []candidate, err error) {
	for _, d := range s.domains {
		accounts, err := s.managedOn(d, Page{After: string(after), Limit: limit - 1})
		if err != nil {
			return nil, err
		}
		for _, a := range accounts {
			rows = append(rows, candidate{Account: a})
		}
	}
	return first(rows, limit), nil
}

func (s *accountSearch) byDirectory(_ string, after identity.AccountID, limit int) ([]candidate, error) {
	return all(s.Tx, scanCandidate, `SELECT `+prefixed("a", accountColumns)+` FROM directory d JOIN link l ON l.directory_id = d.id JOIN account a ON a.id = l.account_id
		WHERE d.org_id = $1 AND d.id = $2 AND l.account_id > $3 ORDER BY l.account_id LIMIT $4`, s.org, s.q.DirectoryID, after, limit)
}

func (s *accountSearch) byExternalID(_ string, after identity.AccountID, limit int) ([]candidate, error) {
	return all(s.Tx, scanCandidate, `SELECT `+accountColumns+` FROM account WHERE id IN (
		SELECT l.account_id FROM directory d JOIN scim_user u ON u.directory_id = d.id
		JOIN link l ON l.directory_id = u.directory_id AND l.scim_user_id = u.id WHERE u.external_id = $1 AND d.org_id = $2)
		AND id > $3 ORDER BY id LIMIT $4`, s.q.ExternalID, s.org, after, limit)
}

// searchTerms are the columns in which a text is looked for, each with its
// index; that of the last leaves out who has no such term.
var searchTerms = []string{"email_key", "name_key", "last_name_key"}

// beyond follows every text that begins with the one before it.
const beyond = "\U0010FFFF"

func (s *accountSearch) byText(term string, after identity.AccountID, limit int) (rows []candidate, err error) {
	term = cmp.Or(term, s.q.Text)
	for _, domain := range s.domains {
		for _, column := range searchTerms {
			found, err := all(s.Tx, scanTerm, `SELECT `+column+`, `+accountColumns+` FROM account
				WHERE email_domain = $1 AND (`+column+`, id) > ($2, $3) AND `+column+` < $4 AND `+column+` <> '' ORDER BY `+column+`, id LIMIT $5`, domain.Name, term, after, s.q.Text+beyond, limit)
			if err != nil {
				return nil, err
			}
			rows = append(rows, found...)
		}
	}
	return first(rows, limit), nil
}

func scanTerm(row scanner) (c candidate, err error) {
	c.Account, err = scanAccount(behind{row, &c.term})
	return c, err
}

// behind scans a row whose first column is another one.
type behind struct {
	scanner
	first any
}

// Scan is scanner.
func (b behind) Scan(dest ...any) error { return b.scanner.Scan(append([]any{b.first}, dest...)...) }

// external gives the accounts that a directory of the org links, as its record
// has them; wants leaves out those that the org manages.
func (s *accountSearch) external(_ string, after identity.AccountID, limit int) (rows []candidate, err error) {
	directories, err := all(s.Tx, column[identity.DirectoryID], `SELECT id FROM directory WHERE org_id = $1 ORDER BY id`, s.org)
	if err != nil {
		return nil, err
	}
	for _, d := range directories {
		if s.q.DirectoryID != "" && d != s.q.DirectoryID {
			continue
		}
		found, err := all(s.Tx, scanExternal, externalSelect+`WHERE l.directory_id = $1 AND l.account_id > $2 ORDER BY l.account_id LIMIT $3`, d, after, limit)
		if err != nil {
			return nil, err
		}
		rows = append(rows, found...)
	}
	return first(rows, limit), nil
}

// ExternalAccount gives an account that an org links without managing it, as
// the record of its oldest link says; none where there is no such account.
func (tx *Tx) ExternalAccount(org identity.OrgID, id identity.AccountID) ([]FoundAccount, error) {
	links, err := tx.LinksOfAccountIn(org, id)
	if err != nil || len(links) == 0 {
		return nil, err
	}
	found, err := all(tx, scanExternal, externalSelect+`WHERE l.directory_id = $1 AND l.account_id = $2`, links[0].DirectoryID, id)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return []FoundAccount{shown(found[0], links)}, nil
}

const externalSelect = `SELECT a.id, a.email_domain, a.claimed_by, COALESCE(u.email, ''), COALESCE(u.email_key, ''), COALESCE(NULLIF(u.display_name, ''), u.user_name), u.active, COALESCE(u.external_id, '')
	FROM link l JOIN account a ON a.id = l.account_id JOIN scim_user u ON u.directory_id = l.directory_id AND u.id = l.scim_user_id `

// scanExternal gives the account as the record has it, but for what tells whose
// it is: its domain and who claimed it.
func scanExternal(row scanner) (c candidate, err error) {
	var isActive bool
	err = row.Scan(&c.ID, &c.Email.Domain, textInto(&c.ClaimedBy), &c.Email.Address, &c.Email.Key, &c.Name, &isActive, &c.externalID)
	c.external, c.Status = true, identity.AccountActive
	if !isActive {
		c.Status = identity.AccountInactive
	}
	return c, err
}

// first sorts candidates by their place and keeps the first ones.
func first(rows []candidate, limit int) []candidate {
	slices.SortStableFunc(rows, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.term, b.term), cmp.Compare(a.ID, b.ID))
	})
	return rows[:min(len(rows), limit)]
}

// fits compares what the source has not chosen by, but for the links.
func (s *accountSearch) fits(c candidate) bool {
	q := s.q
	switch {
	case s.manages(c.Account) == q.External,
		q.ID != "" && c.ID != q.ID,
		q.External && q.ExternalID != "" && c.externalID != q.ExternalID,
		q.Email.Key != "" && c.Email.Key != q.Email.Key,
		q.Status != "" && c.Status != q.Status,
		q.Origin != "" && c.Origin != q.Origin,
		q.Invitation != "" && c.Invitation != q.Invitation:
		return false
	}
	return q.Text == "" || s.isAtItsTerm(c)
}

// isLinkedAsWanted compares the links of an account that fits.
func (s *accountSearch) isLinkedAsWanted(a FoundAccount) bool {
	if s.q.Linked != nil && (len(a.Links) > 0) != *s.q.Linked {
		return false
	}
	return s.q.DirectoryID == "" || slices.ContainsFunc(a.Links, func(l Link) bool { return l.DirectoryID == s.q.DirectoryID })
}

func (s *accountSearch) manages(a Account) bool {
	return slices.ContainsFunc(s.domains, func(d Domain) bool { return d.Manages(a) })
}

// isAtItsTerm tells whether an account has the text, and, as it may have it in
// several terms, whether a search by them is at the first: there it is listed, once.
func (s *accountSearch) isAtItsTerm(c candidate) bool {
	keys := nameKeysOf(c.Name)
	least := ""
	for _, term := range []string{c.Email.Key, keys.whole, keys.last} {
		if strings.HasPrefix(term, s.q.Text) && (least == "" || term < least) {
			least = term
		}
	}
	return least != "" && (c.term == "" || least == c.term)
}

// withLinks gives each candidate its links in the org, all by one query.
func (s *accountSearch) withLinks(batch []candidate) ([]FoundAccount, error) {
	ids := make([]identity.AccountID, len(batch))
	for i, c := range batch {
		ids[i] = c.ID
	}
	links, err := s.LinksOfAccountsIn(s.org, ids)
	if err != nil {
		return nil, err
	}
	found := make([]FoundAccount, len(batch))
	for i, c := range batch {
		found[i] = shown(c, links[c.ID])
	}
	return found, nil
}

// shown is a candidate without what is none of the org's business.
func shown(c candidate, links []Link) FoundAccount {
	a := FoundAccount{Account: c.Account, External: c.external, Links: links}
	if c.external {
		a.Email.Domain, a.ClaimedBy = domainOfKey(c.Email.Key), ""
	}
	return a
}

// prefixed puts the name of a table before each of a list of columns.
func prefixed(table, columns string) string {
	return table + "." + strings.ReplaceAll(columns, ", ", ", "+table+".")
}
