package repair

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"roster/internal/identity"
	"roster/internal/store"
)

// refusedPages reads the refused writes of a cause, and keeps those that are a
// finding of a kind.
func refusedPages(cause store.RefusalCause, kind FindingKind) func(*store.Tx, identity.OrgID, store.Page) ([]keyed, string, error) {
	return func(tx *store.Tx, org identity.OrgID, p store.Page) (found []keyed, next string, err error) {
		rows, next, err := tx.RefusedWrites(org, cause, p)
		if err != nil || len(rows) == 0 {
			return nil, "", err
		}
		b, err := openBook(tx, org)
		if err != nil {
			return nil, "", err
		}
		if err := b.lookRefused(rows); err != nil {
			return nil, "", err
		}
		for _, w := range rows {
			f, err := refusedFinding(b, w)
			if errors.Is(err, store.ErrNotFound) {
				continue
			}
			if err != nil {
				return nil, "", err
			}
			if f.Kind == kind {
				found = append(found, keyed{string(w.DirectoryID) + "/" + w.Subject, f})
			}
		}
		return found, next, nil
	}
}

func refusedOne(kind FindingKind) func(*store.Tx, identity.OrgID, []string) (Finding, error) {
	return func(tx *store.Tx, org identity.OrgID, subject []string) (Finding, error) {
		if len(subject) != 2 {
			return Finding{}, store.ErrNotFound
		}
		w, err := tx.RefusedWrite(org, identity.DirectoryID(subject[0]), subject[1])
		if err != nil {
			return Finding{}, err
		}
		b, err := openBook(tx, org)
		if err != nil {
			return Finding{}, err
		}
		f, err := refusedFinding(b, w)
		if err == nil && f.Kind != kind {
			err = store.ErrNotFound
		}
		return f, err
	}
}

// lookRefused reads in sets what refusedFinding asks about: the records, who
// has what they want, and the accounts of both.
func (b *book) lookRefused(rows []store.RefusedWrite) error {
	var records []Record
	var keys []string
	pushed := map[identity.DirectoryID][]string{}
	for _, w := range rows {
		records = append(records, Record{w.DirectoryID, identity.SCIMUserID(w.Subject)})
		if wanted, err := identity.ParseEmail(w.Wanted); err == nil {
			keys = append(keys, wanted.Key)
			pushed[w.DirectoryID] = append(pushed[w.DirectoryID], wanted.Key)
		}
	}
	if err := errors.Join(b.lookRecords(records), b.lookAddresses(keys)); err != nil {
		return err
	}
	var accounts []identity.AccountID
	for d, keys := range pushed {
		if err := b.lookPushed(d, keys); err != nil {
			return err
		}
		for _, key := range keys {
			accounts = append(accounts, b.pushed[pushedAddress{d, key}].AccountID, b.addresses[key].ID)
		}
	}
	for _, r := range records {
		accounts = append(accounts, b.records[r].AccountID)
	}
	return b.look(accounts...)
}

// refusedFinding is the finding about a refused write; ErrNotFound when what
// was refused would be accepted by now, or happened in another way.
func refusedFinding(b *book, w store.RefusedWrite) (Finding, error) {
	f := Finding{
		DirectoryID: w.DirectoryID, Record: Record{w.DirectoryID, identity.SCIMUserID(w.Subject)},
		NewEmail: w.Wanted, Attempts: w.Attempts, FirstSeen: w.FirstAt, LastSeen: w.LastAt,
	}
	var err error
	switch w.Cause {
	case store.RefusedEmailTaken:
		err = f.emailTaken(b, w)
	case store.RefusedEmailLeaves:
		err = f.emailLeaves(b, w)
	case store.RefusedDeletedRecord:
		err = f.deletedRecord(b, w)
	case store.RefusedGroupName:
		err = f.groupName(b, w)
	default:
		err = store.ErrNotFound
	}
	f.ID = findingID(f.Kind, string(w.DirectoryID), w.Subject)
	return f, err
}

// emailTaken is story A while the address is still another account's.
func (f *Finding) emailTaken(b *book, w store.RefusedWrite) error {
	record, wanted, err := refusedUpdate(b, w)
	if err != nil {
		return err
	}
	holder, err := holderOf(b, w.DirectoryID, wanted)
	if err != nil { // free by now: the IdP's next attempt succeeds
		return err
	}
	if holder == record.AccountID || record.AccountID == "" {
		return store.ErrNotFound
	}
	right, err := b.party(record.AccountID)
	if err != nil {
		return err
	}
	wrong, err := b.party(holder)
	if err != nil {
		return err
	}
	f.RightAccount, f.WrongAccount, f.OldEmail = right.ID, wrong.ID, right.Email.Address
	f.Kind = KindEmailHeld
	if len(wrong.links) > 0 {
		f.Kind = KindEmailConflict
	}
	var facts evidence
	facts.add(70, fmt.Sprintf("the directory asked %s to give SCIM user %s the address %s, and was refused because account %s holds it", times(w.Attempts), w.Subject, w.Wanted, wrong.ID))
	f.Title = fmt.Sprintf("%s cannot become %s", orUnknown(f.OldEmail), f.NewEmail)
	if f.Kind == KindEmailConflict {
		facts.add(15, fmt.Sprintf("account %s is synced as well: the identity provider has this person twice, or two identity providers push the person", wrong.ID))
		f.Explanation = fmt.Sprintf("The identity provider wants to rename %s to %s. Roster refuses, because another account of the same name, %s, already has that address and is synced too. The person keeps the old address until the other account gives it up.", orUnknown(f.OldEmail), f.NewEmail, wrong.ID)
	} else {
		f.Explanation = fmt.Sprintf("The identity provider wants to rename %s to %s. Roster refuses, because account %s already has that address. No directory syncs that account, so its address can be changed.", orUnknown(f.OldEmail), f.NewEmail, wrong.ID)
	}
	if wrong.managed {
		compareHistory(&facts, right.Account, wrong.Account)
	}
	f.Evidence, f.Confidence = facts.facts, facts.confidence()
	f.strategiesFor(right, wrong)
	return nil
}

// holderOf is the account in the way of an address: of the directory's record
// that has it, else the one that has it itself.
func holderOf(b *book, d identity.DirectoryID, email identity.Email) (identity.AccountID, error) {
	record, err := b.recordWith(d, email.Key)
	if err == nil && record.AccountID != "" {
		return record.AccountID, nil
	}
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return "", err
	}
	account, err := b.holder(email.Key)
	return account.ID, err
}

// strategiesFor offers what the org may do: both accounts must be its own.
func (f *Finding) strategiesFor(right, wrong party) {
	if !right.managed || !wrong.managed {
		f.Next = "one of the two accounts is not managed by this organization: verify and claim the domain of its address first, or correct the address in the identity provider"
		return
	}
	f.Strategies = []Strategy{StrategyAtomic, StrategyCookbook}
	f.Next = "roster repair plan " + f.ID
}

// refusedUpdate gives the record of a refused update and the address that it
// wants; ErrNotFound when the record is gone or has the address by now.
func refusedUpdate(b *book, w store.RefusedWrite) (store.SCIMUser, identity.Email, error) {
	record, err := b.record(Record{w.DirectoryID, identity.SCIMUserID(w.Subject)})
	if err != nil {
		return record, identity.Email{}, err
	}
	wanted, err := identity.ParseEmail(w.Wanted)
	if err != nil || record.Email.Key == wanted.Key {
		return record, wanted, store.ErrNotFound
	}
	return record, wanted, nil
}

// emailLeaves stays a finding until the domain is verified.
func (f *Finding) emailLeaves(b *book, w store.RefusedWrite) error {
	record, wanted, err := refusedUpdate(b, w)
	if err != nil {
		return err
	}
	if verifier, err := b.Verifier(wanted.Domain); err == nil && verifier.OrgID == w.OrgID {
		return store.ErrNotFound
	}
	f.Kind, f.RightAccount, f.OldEmail, f.NewEmail = KindEmailLeaves, record.AccountID, record.Email.Address, wanted.Address
	f.Title = fmt.Sprintf("%s cannot become %s: the domain is not verified", f.OldEmail, f.NewEmail)
	f.Explanation = fmt.Sprintf("The identity provider wants to move the person to an address on %s, which this organization has not verified. The account keeps its address.", wanted.Domain)
	f.Evidence = []Evidence{{Fact: fmt.Sprintf("the directory asked %s and was refused", times(w.Attempts)), Weight: maxConfidence}}
	f.Confidence = maxConfidence
	f.Next = "roster domain add " + wanted.Domain + ", or correct the address in the identity provider"
	return nil
}

// deletedRecord stays a finding while the record is neither restored nor forgotten.
func (f *Finding) deletedRecord(b *book, w store.RefusedWrite) error {
	t, err := b.Tombstone(w.OrgID, w.DirectoryID, identity.SCIMUserID(w.Subject))
	if err != nil {
		return err
	}
	if again, err := createdAgain(b, w, t); err != nil || again {
		return cmp.Or(err, store.ErrNotFound)
	}
	f.Kind, f.RightAccount, f.OldEmail, f.NewEmail = KindDeletedRecord, t.AccountID, t.Email, ""
	f.Title = "the identity provider pushes " + t.UserName + " to a deleted record"
	f.Explanation = "Somebody deleted this person's SCIM record here, and the identity provider still sends its updates to the old record. A force push goes to the same old id for ever."
	f.Evidence = []Evidence{
		{Fact: fmt.Sprintf("SCIM user %s was deleted at %s by %s", w.Subject, t.DeletedAt.Format("2006-01-02 15:04"), t.DeletedBy), Weight: 60},
		{Fact: fmt.Sprintf("the directory wrote to it %s since", times(w.Attempts)), Weight: 39},
	}
	f.Confidence = maxConfidence
	f.Strategies = []Strategy{StrategyAtomic, StrategyCookbook}
	f.Next = "roster repair plan " + f.ID
	return nil
}

// createdAgain tells whether the identity provider made a new record of the
// person since its last write to the deleted one, and so uses the new id.
func createdAgain(b *book, w store.RefusedWrite, t store.Tombstone) (bool, error) {
	var again []store.SCIMUser
	if t.ExternalID != "" {
		same, err := b.LeanUsersByExternalID(w.DirectoryID, []string{t.ExternalID})
		if err != nil {
			return false, err
		}
		again = same
	}
	if email, err := identity.ParseEmail(t.Email); err == nil {
		u, err := b.recordWith(w.DirectoryID, email.Key)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return false, err
		}
		if err == nil {
			again = append(again, u)
		}
	}
	return slices.ContainsFunc(again, func(u store.SCIMUser) bool {
		return u.CreatedAt.After(w.LastAt)
	}), nil
}

// groupName stays a finding while a local group has the name.
func (f *Finding) groupName(b *book, w store.RefusedWrite) error {
	holder, err := b.OrgGroupByName(w.OrgID, w.Wanted)
	if err != nil {
		return err
	}
	if holder.DirectoryID == w.DirectoryID {
		return store.ErrNotFound
	}
	f.Kind, f.Record, f.NewEmail = KindGroupName, Record{}, ""
	f.Title = fmt.Sprintf("the group %q cannot be created", w.Wanted)
	f.Explanation = fmt.Sprintf("The identity provider wants to push a group %q, and the organization has one of that name already.", w.Wanted)
	f.Evidence = []Evidence{{Fact: fmt.Sprintf("the directory asked %s and was refused; the name is %s group %s", times(w.Attempts), holder.Source, holder.ID), Weight: maxConfidence}}
	f.Confidence = maxConfidence
	f.Next = fmt.Sprintf("roster group adopt %s %s --dry-run, or rename one of the two", holder.ID, w.DirectoryID)
	if holder.Source == identity.GroupSynced {
		f.Next = fmt.Sprintf("the group is synced from directory %s: rename one of the two in its identity provider", holder.DirectoryID)
	}
	return nil
}

func times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}

func orUnknown(email string) string {
	if email == "" {
		return "the account"
	}
	return email
}
