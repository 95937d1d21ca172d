package remote

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"roster/internal/identity"
	"roster/internal/repair"
	"roster/internal/scim"
)

// Finding is a problem as far as hosted calls show it. What they do not show
// is the directories' logs, deleted SCIM users, and when an account was made.
type Finding struct {
	Kind       repair.FindingKind `json:"kind"`
	Title      string             `json:"title"`
	Old        string             `json:"old,omitempty"` // the right account's address
	New        string             `json:"new,omitempty"` // that it should have
	Right      identity.AccountID `json:"rightAccount,omitempty"`
	Wrong      identity.AccountID `json:"wrongAccount,omitempty"`
	Record     repair.Record      `json:"record,omitzero"`
	Confidence int                `json:"confidence"`
	Evidence   []string           `json:"evidence"`
	Unknown    string             `json:"unknown,omitempty"` // what hosted calls cannot tell, and how to find out
}

// Planned tells whether a plan can be made of it: both accounts are known, and
// which of them is the right one.
func (f Finding) Planned() bool { return f.Old != "" && f.New != "" && f.Confidence >= minConfidence }

// The weights are those of diagnosis on a Roster, where it has the same facts
// (package repair). Those of the second group tell which of two accounts of a
// person is the right one; hosted calls do not tell which is older.
const (
	minConfidence = 60

	weightAlias      = 65 // the record of one lists the address of the other
	weightLocalPart  = 30
	weightName       = 30
	weightCommonName = 5
	weightExternalID = 25
	weightAmbiguous  = -20

	weightDomain  = 10 // the directories have most of their people on the other's domain
	weightHistory = 10 // a product saw it, and not the other
	weightRecord  = 10 // its SCIM user is older

	manyNamesakes = 4
)

// Diagnosis looks for people with two accounts, and for SCIM users without
// one. It only reads.
type Diagnosis struct {
	Server Server
	Lanes  int

	// Progress is told how many of the pairs were looked at.
	Progress func(done, total int)

	domains  []string
	byKey    map[string]*Account   // by the key of the address
	byLocal  map[string][]*Account // by the part before the @
	byID     map[identity.AccountID]*Account
	names    map[string]int // accounts of a folded name
	records  map[identity.AccountID][]SCIMUser
	unlinked []SCIMUser
	people   map[string]int // linked SCIM users by domain, where tokens let them be seen
}

// Seen is what a diagnosis rests on.
type Seen struct {
	Accounts  int `json:"accounts"`
	SCIMUsers int `json:"scimUsers"` // 0 without tokens
	Pairs     int `json:"pairs"`     // of accounts that were compared
}

// Run reads the accounts, and the SCIM users where tokens were given, compares
// what may be one person's, and asks for the links of these alone.
func (d *Diagnosis) Run(ctx context.Context) (found []Finding, seen Seen, err error) {
	if d.domains, err = d.Server.VerifiedDomains(ctx); err != nil {
		return nil, seen, fmt.Errorf("read domains: %w", err)
	}
	if seen.Accounts, err = d.readAccounts(ctx); err != nil {
		return nil, seen, fmt.Errorf("read accounts: %w", err)
	}
	if seen.SCIMUsers, err = d.readSCIMUsers(ctx); err != nil {
		return nil, seen, fmt.Errorf("read SCIM users: %w", err)
	}
	pairs := d.pairs()
	seen.Pairs = len(pairs)
	done := 0
	err = inLanes(d.Lanes, pairs, func(p *pair) error { return d.look(ctx, p) }, func(*pair) error {
		if done++; d.Progress != nil {
			d.Progress(done, len(pairs))
		}
		return nil
	})
	if err != nil {
		return nil, seen, err
	}
	d.countPeople(pairs)
	found = append(best(d.judge(pairs)), d.withoutAccount()...)
	slices.SortStableFunc(found, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(b.Confidence, a.Confidence), strings.Compare(a.Title, b.Title))
	})
	return found, seen, nil
}

func (d *Diagnosis) readAccounts(ctx context.Context) (n int, err error) {
	d.byKey, d.byLocal, d.byID, d.names = map[string]*Account{}, map[string][]*Account{}, map[identity.AccountID]*Account{}, map[string]int{}
	for a, err := range d.Server.Accounts(ctx) {
		if err != nil {
			return n, err
		}
		n++
		email, err := identity.ParseEmail(a.Email)
		if err != nil || !slices.Contains(d.domains, email.Domain) || a.Status == identity.AccountClosed {
			continue // app accounts have no address
		}
		d.byKey[email.Key], d.byID[a.ID] = &a, &a
		d.names[scim.Fold(a.Name)]++
		if local := localOf(email); !repair.IsRole(local) {
			d.byLocal[local] = append(d.byLocal[local], &a)
		}
	}
	return n, nil
}

func localOf(email identity.Email) string {
	local, _, _ := strings.Cut(email.Key, "@")
	return local
}

func (d *Diagnosis) readSCIMUsers(ctx context.Context) (n int, err error) {
	d.records = map[identity.AccountID][]SCIMUser{}
	for u, err := range d.Server.SCIMUsers(ctx) {
		if err != nil {
			return n, err
		}
		n++
		if u.AccountID == "" {
			d.unlinked = append(d.unlinked, u)
			continue
		}
		d.records[u.AccountID] = append(d.records[u.AccountID], u)
	}
	return n, nil
}

// withoutAccount are the SCIM users that have none.
func (d *Diagnosis) withoutAccount() (found []Finding) {
	for _, u := range d.unlinked {
		f := Finding{
			Kind: repair.KindUnlinked, Title: "SCIM user " + cmp.Or(u.Email, u.UserName) + " has no account", New: u.Email, Record: u.Record, Confidence: 99,
			Evidence: []string{fmt.Sprintf("SCIM user %s of directory %s shows no account", u.SCIMUserID, u.DirectoryID)},
			Unknown:  "why is in the directory's log, which hosted calls do not show",
		}
		if email, err := identity.ParseEmail(u.Email); err == nil {
			if a, ok := d.byKey[email.Key]; ok {
				f.Evidence = append(f.Evidence, fmt.Sprintf("account %s has its address: the identity provider's next update links it", a.ID))
			} else if !slices.Contains(d.domains, email.Domain) {
				f.Evidence = append(f.Evidence, "the organization has not verified the domain "+email.Domain)
			}
		}
		found = append(found, f)
	}
	return found
}
