package repair

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"roster/internal/identity"
	"roster/internal/store"
)

// State is what a repair can change of its parties, at one moment: the picture
// before and after it, the precondition of its plan, and what an undo goes
// back to. Accounts and records are in the order of their ids.
type State struct {
	Accounts []AccountState `json:"accounts"`
	Records  []RecordState  `json:"records"`
}

// AccountState is an account's part of a [State].
type AccountState struct {
	ID           identity.AccountID     `json:"id"`
	Email        string                 `json:"email"`
	Name         string                 `json:"name"`
	Status       identity.AccountStatus `json:"status"`
	StatusBy     string                 `json:"statusBy"`
	StatusReason string                 `json:"statusReason"`
	StatusAt     time.Time              `json:"statusAt"`
	Profile      store.Profile          `json:"profile"`
	ClaimedBy    identity.OrgID         `json:"claimedBy,omitempty"` // by name, see store.Account
	DeleteAt     time.Time              `json:"deleteAt,omitzero"`   // of a closed account
}

// RecordState is a SCIM user's part of a [State].
type RecordState struct {
	DirectoryID    identity.DirectoryID   `json:"directoryId"`
	SCIMUserID     identity.SCIMUserID    `json:"scimUserId"`
	Deleted        bool                   `json:"deleted,omitempty"`
	UserName       string                 `json:"userName"`
	ExternalID     string                 `json:"externalId,omitempty"`
	Email          string                 `json:"email,omitempty"`
	Doc            json.RawMessage        `json:"doc"`
	AccountID      identity.AccountID     `json:"accountId,omitempty"` // linked to
	LinkedAt       time.Time              `json:"linkedAt,omitzero"`
	UnlinkedReason string                 `json:"unlinkedReason,omitempty"`
	HeldApart      []identity.AccountID   `json:"heldApart,omitempty"`
	Groups         []identity.SCIMGroupID `json:"groups,omitempty"`
}

func (r RecordState) record() Record { return Record{r.DirectoryID, r.SCIMUserID} }

// Account gives an account of the state; nil if it is none of the parties.
func (s State) Account(id identity.AccountID) *AccountState {
	for i := range s.Accounts {
		if s.Accounts[i].ID == id {
			return &s.Accounts[i]
		}
	}
	return nil
}

// Record gives a record of the state; nil if it is none of the parties.
func (s State) Record(r Record) *RecordState {
	for i := range s.Records {
		if s.Records[i].record() == r {
			return &s.Records[i]
		}
	}
	return nil
}

// parties are those whom a repair may change.
type parties struct {
	accounts []identity.AccountID
	records  []Record
}

func (p *parties) addAccount(id identity.AccountID) {
	if id != "" && !slices.Contains(p.accounts, id) {
		p.accounts = append(p.accounts, id)
	}
}

func (p *parties) addRecord(r Record) {
	if r.SCIMUserID != "" && !slices.Contains(p.records, r) {
		p.records = append(p.records, r)
	}
}

// partiesOf are those of a state.
func partiesOf(s State) *parties {
	p := &parties{}
	for _, a := range s.Accounts {
		p.addAccount(a.ID)
	}
	for _, r := range s.Records {
		p.addRecord(r.record())
	}
	return p
}

// withLinks adds the org's records that are linked to the accounts by now.
func (p *parties) withLinks(tx *store.Tx, org identity.OrgID) (parties, error) {
	all := parties{slices.Clone(p.accounts), slices.Clone(p.records)}
	for _, a := range p.accounts {
		links, err := tx.LinksOfAccountIn(org, a)
		if err != nil {
			return all, err
		}
		for _, l := range links {
			all.addRecord(Record{l.DirectoryID, l.SCIMUserID})
		}
	}
	return all, nil
}

// lock holds the parties against other writers: records before accounts, each
// in the order of their ids, as every writer does. Deleted records and accounts
// that are gone are passed over.
func (p *parties) lock(tx *store.Tx) error {
	slices.SortFunc(p.records, compareRecords)
	slices.Sort(p.accounts)
	for _, r := range p.records {
		if _, err := tx.LockSCIMUser(r.DirectoryID, r.SCIMUserID); err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
	}
	for _, a := range p.accounts {
		if _, err := tx.LockAccount(a); err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
	}
	return nil
}

func compareRecords(a, b Record) int {
	return cmp.Or(cmp.Compare(a.SCIMUserID, b.SCIMUserID), cmp.Compare(a.DirectoryID, b.DirectoryID))
}

// readState gives the parties' state.
func readState(tx *store.Tx, org identity.OrgID, p parties) (State, error) {
	s := State{Accounts: []AccountState{}, Records: []RecordState{}}
	slices.SortFunc(p.records, compareRecords)
	slices.Sort(p.accounts)
	for _, id := range p.accounts {
		a, err := tx.Account(id)
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return s, err
		}
		s.Accounts = append(s.Accounts, accountState(a))
	}
	for _, r := range p.records {
		state, err := readRecord(tx, org, r)
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return s, err
		}
		s.Records = append(s.Records, state)
	}
	return s, nil
}

func accountState(a store.Account) AccountState {
	return AccountState{
		ID: a.ID, Email: a.Email.Address, Name: a.Name, Status: a.Status, StatusBy: a.StatusBy,
		StatusReason: a.StatusReason, StatusAt: a.StatusAt, Profile: a.Profile, ClaimedBy: a.ClaimedBy, DeleteAt: a.DeleteAt,
	}
}

func readRecord(tx *store.Tx, org identity.OrgID, r Record) (RecordState, error) {
	u, err := tx.SCIMUser(r.DirectoryID, r.SCIMUserID)
	if errors.Is(err, store.ErrNotFound) {
		return readDeleted(tx, org, r)
	}
	if err != nil {
		return RecordState{}, err
	}
	state := RecordState{
		DirectoryID: u.DirectoryID, SCIMUserID: u.ID, UserName: u.UserName, ExternalID: u.ExternalID, Email: u.Email.Address,
		Doc: u.Doc, AccountID: u.AccountID, LinkedAt: u.LinkedAt, UnlinkedReason: u.UnlinkedReason,
	}
	holds, err := tx.HoldsOf(r.DirectoryID, r.SCIMUserID)
	if err != nil {
		return state, err
	}
	for _, h := range holds {
		state.HeldApart = append(state.HeldApart, h.AccountID)
	}
	groups, err := tx.GroupsOfUsers(r.DirectoryID, []identity.SCIMUserID{r.SCIMUserID})
	for _, g := range groups {
		state.Groups = append(state.Groups, g.GroupID)
	}
	slices.Sort(state.Groups)
	return state, err
}

// readDeleted gives a deleted record with the groups that nobody else got.
func readDeleted(tx *store.Tx, org identity.OrgID, r Record) (RecordState, error) {
	t, err := tx.Tombstone(org, r.DirectoryID, r.SCIMUserID)
	slices.Sort(t.GroupIDs)
	return RecordState{
		DirectoryID: r.DirectoryID, SCIMUserID: r.SCIMUserID, Deleted: true,
		UserName: t.UserName, ExternalID: t.ExternalID, Email: t.Email, Doc: t.Doc, Groups: t.GroupIDs,
	}, err
}

// Diff lists what differs between two states, as changes from one to the
// other. Times are left out: they follow from the rest.
func Diff(before, after State) []Change {
	changes := []Change{}
	for _, b := range before.Accounts {
		if a := after.Account(b.ID); a != nil {
			changes = append(changes, diffAccount(b, *a)...)
		}
	}
	for _, b := range before.Records {
		if a := after.Record(b.record()); a != nil {
			changes = append(changes, diffRecord(b, *a)...)
		} else {
			changes = append(changes, Change{What: "scimUser", ID: string(b.SCIMUserID), Field: "record", Before: "there", After: "gone for good"})
		}
	}
	for _, a := range after.Records {
		if before.Record(a.record()) == nil {
			changes = append(changes, Change{What: "scimUser", ID: string(a.SCIMUserID), Field: "record", Before: "not there", After: "there"})
		}
	}
	return changes
}

func diffAccount(b, a AccountState) []Change {
	d := differ{what: "account", id: string(b.ID)}
	d.field("email", b.Email, a.Email)
	d.field("name", b.Name, a.Name)
	d.field("status", string(b.Status), string(a.Status))
	d.field("claim", string(b.ClaimedBy), string(a.ClaimedBy))
	if a.Profile != b.Profile {
		d.field("profile", fmt.Sprintf("%+v", b.Profile), fmt.Sprintf("%+v", a.Profile))
	}
	return d.changes
}

func diffRecord(b, a RecordState) []Change {
	d := differ{what: "scimUser", id: string(b.SCIMUserID)}
	if a.Deleted != b.Deleted {
		d.field("record", presence(b), presence(a))
	}
	d.field("link", string(b.AccountID), string(a.AccountID))
	d.field("email", b.Email, a.Email)
	if b.Email == a.Email {
		d.field("attributes", string(b.Doc), string(a.Doc))
	}
	if a.Deleted == b.Deleted {
		d.field("holds", listOf(b.HeldApart), listOf(a.HeldApart))
		d.field("groups", listOf(b.Groups), listOf(a.Groups))
	}
	return d.changes
}

func presence(r RecordState) string {
	if r.Deleted {
		return "deleted"
	}
	return "there"
}

// differ collects the fields of one thing that differ.
type differ struct {
	what, id string
	changes  []Change
}

func (d *differ) field(name, before, after string) {
	if before != after {
		d.changes = append(d.changes, Change{What: d.what, ID: d.id, Field: name, Before: before, After: after})
	}
}

func listOf[T ~string](ids []T) string {
	texts := make([]string, len(ids))
	for i, id := range ids {
		texts[i] = string(id)
	}
	return strings.Join(texts, " ")
}
