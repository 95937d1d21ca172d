package store

import (
	"encoding/json"
	"time"

	"roster/internal/identity"
)

// EventKind says what happened to an account.
type EventKind string

// The kinds of events. Before and After hold what changed: addresses,
// statuses, names, or a group's name.
const (
	EventCreated        EventKind = "created"
	EventEmailChanged   EventKind = "email_changed"
	EventStatusChanged  EventKind = "status_changed"
	EventNameChanged    EventKind = "name_changed"
	EventProfileChanged EventKind = "profile_changed" // without Before and After
	EventClaimed        EventKind = "claimed"         // by name; see Account.ClaimedBy
	EventReleased       EventKind = "released"
	EventLinked         EventKind = "linked"
	EventUnlinked       EventKind = "unlinked"
	EventGroupJoined    EventKind = "group_joined"
	EventGroupLeft      EventKind = "group_left"
	EventDeleted        EventKind = "deleted"
)

// AccountEvent is one line of an account's timeline. The methods of Tx that
// change an account, its links or its memberships write it, so that no caller
// can forget to; who did it and in which org's name is what the transaction's
// last journal entry says.
type AccountEvent struct {
	AccountID   identity.AccountID   `json:"a"`
	OrgID       identity.OrgID       `json:"o"`
	ID          identity.EntryID     `json:"i"`
	Time        time.Time            `json:"-"`
	Kind        EventKind            `json:"k"`
	Before      string               `json:"b"`
	After       string               `json:"f"`
	Reason      string               `json:"r"`
	DirectoryID identity.DirectoryID `json:"d"` // of a link and of a synced group
	SCIMID      string               `json:"s"` // the record of a link, or by which a synced group has the member
	GroupID     identity.OrgGroupID  `json:"g"`
	Operation   string               `json:"p"` // of the troubleshooting log, or the action of the audit log
	Actor       string               `json:"w"`
	RequestID   string               `json:"q"`
}

// author is who answers for a transaction.
type author struct {
	org                         identity.OrgID
	operation, actor, requestID string
}

const eventColumns = `account_id, org_id, id, time, kind, before, after, reason, directory_id, scim_id, group_id, operation, actor, request_id`

func scanAccountEvent(row scanner) (e AccountEvent, err error) {
	err = row.Scan(&e.AccountID, &e.OrgID, &e.ID, timeInto{&e.Time}, &e.Kind, &e.Before, &e.After, &e.Reason, &e.DirectoryID, &e.SCIMID, &e.GroupID, &e.Operation, &e.Actor, &e.RequestID)
	return e, err
}

// AccountEvents lists what happened to an account in an org's name, newest
// first. The page key is the event's id.
func (tx *Tx) AccountEvents(org identity.OrgID, a identity.AccountID, p Page) ([]AccountEvent, string, error) {
	query, args := `SELECT `+eventColumns+` FROM account_event WHERE account_id = $1 AND org_id = $2 ORDER BY id DESC LIMIT $3`, []any{a, org, p.limit()}
	if p.After != "" {
		query, args = `SELECT `+eventColumns+` FROM account_event WHERE account_id = $1 AND org_id = $2 AND id < $3 ORDER BY id DESC LIMIT $4`, []any{a, org, p.After, p.limit()}
	}
	rows, err := all(tx, scanAccountEvent, query, args...)
	if err != nil {
		return nil, "", err
	}
	rows, next := cut(p, rows, func(e AccountEvent) string { return string(e.ID) })
	return rows, next, nil
}

// noteEvent remembers an event until flushEvents.
func (tx *Tx) noteEvent(e AccountEvent) {
	e.ID = identity.NewEntryID(tx.now)
	tx.events = append(tx.events, e)
}

func (tx *Tx) noteAccountCreated(a Account) {
	tx.noteEvent(AccountEvent{Kind: EventCreated, AccountID: a.ID, After: a.Email.Address, Reason: a.StatusReason})
}

func (tx *Tx) noteAccountChanged(before, after Account) {
	note := func(kind EventKind, was, is, reason string) {
		tx.noteEvent(AccountEvent{Kind: kind, AccountID: after.ID, Before: was, After: is, Reason: reason})
	}
	if before.Email != after.Email {
		note(EventEmailChanged, before.Email.Address, after.Email.Address, "")
	}
	if before.Status != after.Status {
		note(EventStatusChanged, string(before.Status), string(after.Status), after.StatusReason)
	}
	if before.Name != after.Name {
		note(EventNameChanged, before.Name, after.Name, "")
	}
	switch {
	case before.ClaimedBy == after.ClaimedBy:
	case after.ClaimedBy != "":
		note(EventClaimed, "", "", "")
	default:
		note(EventReleased, "", "", "")
	}
	if before.Profile != after.Profile {
		note(EventProfileChanged, "", "", "")
	}
}

// noteUnlinked notes the end of a link, and of the memberships that it gave.
func (tx *Tx) noteUnlinked(d identity.DirectoryID, u identity.SCIMUserID, a identity.AccountID, reason string) error {
	tx.noteEvent(AccountEvent{Kind: EventUnlinked, AccountID: a, DirectoryID: d, SCIMID: string(u), Reason: reason})
	return tx.noteGroupsOf(EventGroupLeft, d, u, a)
}

// namedGroup is the org group of a membership.
type namedGroup struct {
	id   identity.OrgGroupID
	name string
}

func scanNamedGroup(row scanner) (g namedGroup, err error) {
	err = row.Scan(&g.id, &g.name)
	return g, err
}

// membershipEvent names the group on the side of the event where it is.
func membershipEvent(kind EventKind, a identity.AccountID, g namedGroup) AccountEvent {
	e := AccountEvent{Kind: kind, AccountID: a, GroupID: g.id}
	if kind == EventGroupJoined {
		e.After = g.name
	} else {
		e.Before = g.name
	}
	return e
}

// noteGroupsOf notes for all groups of a record that its account came or went
// with the link (rule memberships-follow-links).
func (tx *Tx) noteGroupsOf(kind EventKind, d identity.DirectoryID, u identity.SCIMUserID, a identity.AccountID) error {
	groups, err := all(tx, scanNamedGroup, `SELECT o.id, o.name FROM scim_group_member m JOIN org_group o ON o.directory_id = m.directory_id AND o.scim_group_id = m.group_id
		WHERE m.directory_id = $1 AND m.user_id = $2 ORDER BY o.id`, d, u)
	for _, g := range groups {
		e := membershipEvent(kind, a, g)
		e.DirectoryID, e.SCIMID = d, string(u)
		tx.noteEvent(e)
	}
	return err
}

// noteMembers notes that records came to a SCIM group or left it, for those
// that have an account. It costs what they are, whatever the group holds.
func (tx *Tx) noteMembers(kind EventKind, d identity.DirectoryID, g identity.SCIMGroupID, users []identity.SCIMUserID) error {
	if len(users) == 0 {
		return nil
	}
	ids, err := json.Marshal(users)
	if err != nil {
		return err
	}
	return each(tx, scanMembership, func(m membership) error {
		e := membershipEvent(kind, m.account, m.group)
		e.DirectoryID, e.SCIMID = d, m.scimID
		tx.noteEvent(e)
		return nil
	}, `SELECT l.account_id, l.scim_user_id, o.id, o.name
		FROM (SELECT l.directory_id, l.scim_user_id, l.account_id`+tx.dialect.probe("$1", "link", "l", "l.directory_id = $2 AND l.scim_user_id = e.value")+`) l
		JOIN org_group o ON o.directory_id = l.directory_id AND o.scim_group_id = $3 ORDER BY l.scim_user_id`, string(ids), d, g)
}

// membership is an account in a synced group.
type membership struct {
	account identity.AccountID
	scimID  string
	group   namedGroup
}

func scanMembership(row scanner) (m membership, err error) {
	err = row.Scan(&m.account, &m.scimID, &m.group.id, &m.group.name)
	return m, err
}

func (tx *Tx) noteLocalMember(kind EventKind, org identity.OrgID, g identity.OrgGroupID, a identity.AccountID) error {
	group, err := one(tx, scanNamedGroup, `SELECT id, name FROM org_group WHERE org_id = $1 AND id = $2`, org, g)
	if err == nil {
		tx.noteEvent(membershipEvent(kind, a, group))
	}
	return err
}

// noteAllLeft notes that all members leave a group, which costs what the group holds.
func (tx *Tx) noteAllLeft(org identity.OrgID, g identity.OrgGroupID) error {
	group, err := one(tx, scanNamedGroup, `SELECT id, name FROM org_group WHERE org_id = $1 AND id = $2`, org, g)
	if err != nil {
		return err
	}
	type member struct {
		account identity.AccountID
		d       identity.DirectoryID
		scimID  string
	}
	scan := func(row scanner) (m member, err error) {
		err = row.Scan(&m.account, &m.d, &m.scimID)
		return m, err
	}
	return each(tx, scan, func(m member) error {
		e := membershipEvent(EventGroupLeft, m.account, group)
		e.DirectoryID, e.SCIMID = m.d, m.scimID
		tx.noteEvent(e)
		return nil
	}, `SELECT account_id, '', '' FROM org_group_member WHERE org_id = $1 AND group_id = $2
		UNION ALL SELECT l.account_id, l.directory_id, l.scim_user_id FROM org_group o
		JOIN scim_group_member m ON m.directory_id = o.directory_id AND m.group_id = o.scim_group_id
		JOIN link l ON l.directory_id = m.directory_id AND l.scim_user_id = m.user_id WHERE o.org_id = $1 AND o.id = $2`, org, g)
}

// flushEvents writes the noted events in one statement. What came and went in one transaction did not happen.
func (tx *Tx) flushEvents() error {
	tx.attributeEvents(0)
	events := withoutDetours(tx.events)
	if len(events) == 0 {
		return nil
	}
	rows, err := json.Marshal(events)
	if err != nil {
		return err
	}
	_, err = tx.exec(`INSERT INTO account_event (`+eventColumns+`) SELECT e.value ->> 'a', e.value ->> 'o', e.value ->> 'i', $1, e.value ->> 'k', e.value ->> 'b', e.value ->> 'f', e.value ->> 'r',
		e.value ->> 'd', e.value ->> 's', e.value ->> 'g', e.value ->> 'p', e.value ->> 'w', e.value ->> 'q' FROM `+tx.dialect.objects("$2")+` e`, micros(tx.now), string(rows))
	return err
}

// attributeEvents says of the events from a place on who did them, as far as
// it is not said yet: whom the last journal entry names.
func (tx *Tx) attributeEvents(from int) {
	for i := range tx.events[from:] {
		if e := &tx.events[from+i]; e.Operation == "" {
			e.OrgID, e.Operation, e.Actor, e.RequestID = tx.author.org, tx.author.operation, tx.author.actor, tx.author.requestID
		}
	}
}

// withoutDetours leaves out memberships that end and begin in one transaction:
// an adopted group keeps its members, and a relinked record its groups.
func withoutDetours(events []AccountEvent) []AccountEvent {
	type pair struct {
		account identity.AccountID
		group   identity.OrgGroupID
	}
	net := map[pair]int{}
	for _, e := range events {
		switch e.Kind {
		case EventGroupJoined:
			net[pair{e.AccountID, e.GroupID}]++
		case EventGroupLeft:
			net[pair{e.AccountID, e.GroupID}]--
		default:
		}
	}
	kept := events[:0:0]
	for _, e := range events {
		if e.GroupID != "" && net[pair{e.AccountID, e.GroupID}] == 0 {
			continue
		}
		kept = append(kept, e)
	}
	return kept
}
