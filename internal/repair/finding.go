package repair

import (
	"strings"
	"time"

	"roster/internal/identity"
)

// FindingKind names a kind of problem that diagnosis finds.
type FindingKind string

// The kinds, in the order in which they are listed.
const (
	// KindEmailConflict is story A: the directory wants to give an account a
	// new address, which another synced account holds.
	KindEmailConflict FindingKind = "email-conflict"
	// KindEmailHeld is the same with an account that no directory syncs.
	KindEmailHeld FindingKind = "email-held"
	// KindWrongAccount is story B: a record is linked to a young account while
	// the person's older one, with the history, is not linked.
	KindWrongAccount FindingKind = "wrong-account"
	// KindSamePerson is one person with two accounts, each of which is synced.
	KindSamePerson FindingKind = "same-person"
	// KindSeveralDirectories is one account that several directories push, with
	// different data.
	KindSeveralDirectories FindingKind = "several-directories"
	// KindEmailLeaves is a new address on a domain that is not verified.
	KindEmailLeaves FindingKind = "email-leaves"
	// KindDeletedRecord is an IdP that writes to the id of a deleted record.
	KindDeletedRecord FindingKind = "deleted-record"
	// KindLostMemberships is a person who was deleted and created again without
	// the groups of before.
	KindLostMemberships FindingKind = "lost-memberships"
	// KindUnlinked is a record without an account.
	KindUnlinked FindingKind = "unlinked"
	// KindHeld is a record that an administrator unlinked, and holds apart.
	KindHeld FindingKind = "held"
	// KindGroupName is a group that a directory cannot create, as its name is taken.
	KindGroupName FindingKind = "group-name"
	// KindDeadLinks are accounts that a disconnected directory still locks.
	KindDeadLinks FindingKind = "dead-links"
	// KindQuietDirectory is a connected directory that sends nothing any more.
	KindQuietDirectory FindingKind = "quiet-directory"
	// KindUnclaimed are accounts on a verified domain that the organization
	// does not manage, as nobody has claimed them.
	KindUnclaimed FindingKind = "unclaimed-accounts"
)

// Kinds are all kinds of finding.
var Kinds = []FindingKind{
	KindEmailConflict, KindEmailHeld, KindWrongAccount, KindSamePerson, KindSeveralDirectories, KindEmailLeaves, KindDeletedRecord,
	KindLostMemberships, KindUnlinked, KindHeld, KindGroupName, KindDeadLinks, KindQuietDirectory, KindUnclaimed,
}

// Finding is one problem, however often the log tells of it. It is computed
// from what is stored at the time of asking, and so is gone once it is solved.
type Finding struct {
	ID           string // kind and subject; the same for the same problem
	Kind         FindingKind
	Title        string // one line
	Explanation  string // what is wrong, for somebody who does not know SCIM
	Confidence   int    // percent; the evidence explains it
	Evidence     []Evidence
	DirectoryID  identity.DirectoryID
	Record       Record             // concerned, or zero
	Formerly     Record             // the deleted record of the same person, or zero
	RightAccount identity.AccountID // that the person should have, or ""
	WrongAccount identity.AccountID // in the way, or ""
	OldEmail     string
	NewEmail     string // that the directory wants
	Count        int    // of what is concerned, for a finding about many
	Attempts     int    // of the IdP, or 0
	FirstSeen    time.Time
	LastSeen     time.Time
	Strategies   []Strategy // that can be planned; none where only people can act
	Next         string     // what to do first
}

// Evidence is one fact that speaks for a finding, and by how much.
type Evidence struct {
	Fact   string
	Weight int // percent points of confidence
}

// findingID makes the id of a kind's finding. Subjects are ids and keys, which
// hold no separator.
func findingID(kind FindingKind, subject ...string) string {
	return strings.Join(append([]string{string(kind)}, subject...), idSeparator)
}

const idSeparator = "~"

// parseFindingID is findingID backwards; ok is false for what is none.
func parseFindingID(id string) (kind FindingKind, subject []string, ok bool) {
	parts := strings.Split(id, idSeparator)
	for _, k := range Kinds {
		if string(k) == parts[0] {
			return k, parts[1:], true
		}
	}
	return "", nil, false
}

// evidence collects facts and their sum.
type evidence struct {
	facts []Evidence
}

func (e *evidence) add(weight int, fact string) {
	e.facts = append(e.facts, Evidence{Fact: fact, Weight: weight})
}

// maxConfidence leaves room for doubt: facts about people are never certain.
const maxConfidence = 99

func (e *evidence) confidence() int {
	sum := 0
	for _, f := range e.facts {
		sum += f.Weight
	}
	return min(max(sum, 0), maxConfidence)
}
