package repair

import (
	"fmt"
	"slices"
	"time"

	"roster/internal/identity"
	"roster/internal/store"
)

// directoryPages reads the org's directories: at most one finding each.
func directoryPages(finding func(*store.Tx, store.Directory) (Finding, error)) func(*store.Tx, identity.OrgID, store.Page) ([]keyed, string, error) {
	return func(tx *store.Tx, org identity.OrgID, p store.Page) (found []keyed, next string, err error) {
		directories, next, err := tx.Directories(org, p)
		if err != nil {
			return nil, "", err
		}
		for _, d := range directories {
			f, err := finding(tx, d)
			if found, err = keep(found, string(d.ID), f, err); err != nil {
				return nil, "", err
			}
		}
		return found, next, nil
	}
}

func directoryOne(finding func(*store.Tx, store.Directory) (Finding, error)) func(*store.Tx, identity.OrgID, []string) (Finding, error) {
	return func(tx *store.Tx, org identity.OrgID, subject []string) (Finding, error) {
		if len(subject) != 1 {
			return Finding{}, store.ErrNotFound
		}
		d, err := tx.Directory(org, identity.DirectoryID(subject[0]))
		if err != nil {
			return Finding{}, err
		}
		return finding(tx, d)
	}
}

// deadLinks is a directory that is disconnected and still locks accounts.
func deadLinks(tx *store.Tx, d store.Directory) (Finding, error) {
	if d.Status == identity.DirectoryConnected {
		return Finding{}, store.ErrNotFound
	}
	n, err := tx.CountLinks(d.ID)
	if err != nil {
		return Finding{}, err
	}
	if n == 0 {
		return Finding{}, store.ErrNotFound
	}
	id := findingID(KindDeadLinks, string(d.ID))
	return Finding{
		ID: id, Kind: KindDeadLinks, DirectoryID: d.ID, Count: n,
		Title:       fmt.Sprintf("%s locked by the disconnected directory %s", accountsAre(n), d.Name),
		Explanation: "The directory is disconnected, so nothing will ever come from it again, and still its links keep administrators from changing these accounts.",
		Evidence:    []Evidence{{Fact: fmt.Sprintf("directory %s is disconnected and has %d links", d.Name, n), Weight: maxConfidence}},
		Confidence:  maxConfidence, Strategies: []Strategy{StrategyAtomic},
		Next: "roster repair plan " + id + " deletes its records, which unlocks the accounts and changes nothing else of them; or reconnect it: roster directory reconnect " + string(d.ID),
	}, nil
}

// quietAfter is for how long a directory may send nothing before somebody
// should look. The slowest identity provider's cycle is a day, and an
// organization without any change of people for a month is hardly alive.
const quietAfter = 30 * 24 * time.Hour

// quietDirectory is a connected directory that sends nothing any more.
func quietDirectory(tx *store.Tx, d store.Directory) (Finding, error) {
	if d.Status != identity.DirectoryConnected {
		return Finding{}, store.ErrNotFound
	}
	heard, err := lastHeard(tx, d)
	if err != nil {
		return Finding{}, err
	}
	silent := tx.Now().Sub(heard)
	if silent < quietAfter {
		return Finding{}, store.ErrNotFound
	}
	n, err := tx.CountLinks(d.ID)
	if err != nil {
		return Finding{}, err
	}
	if n == 0 { // it never began, or somebody has cleared it
		return Finding{}, store.ErrNotFound
	}
	var facts evidence
	days := int(silent.Hours() / 24)
	facts.add(60, fmt.Sprintf("nothing came from directory %s for %d days, since %s", d.Name, days, day(heard)))
	facts.add(15, accountsAre(n)+" locked by its links")
	last, err := tx.LastActivity(d.OrgID, d.ID)
	if err != nil {
		return Finding{}, err
	}
	if last.UnauthenticatedAt.After(heard) {
		facts.add(15, "its identity provider still asks, last on "+day(last.UnauthenticatedAt)+", with a token that is not valid any more")
	}
	tokens, err := tx.SCIMTokens(d.OrgID, d.ID)
	if err != nil {
		return Finding{}, err
	}
	if !slices.ContainsFunc(tokens, func(c store.Credential) bool { return c.IsLive(tx.Now()) }) {
		facts.add(24, "it has no valid token, so its identity provider could not even ask")
	}
	return Finding{
		ID: findingID(KindQuietDirectory, string(d.ID)), Kind: KindQuietDirectory, DirectoryID: d.ID, Count: n,
		Title:       fmt.Sprintf("directory %s has sent nothing for %d days", d.Name, days),
		Explanation: fmt.Sprintf("The identity provider of directory %s has sent nothing for a long time. People who join or leave there are not seen here, and %s locked against changes by hand meanwhile.", d.Name, accountsAre(n)),
		Evidence:    facts.facts, Confidence: facts.confidence(), FirstSeen: heard, LastSeen: heard,
		Next: fmt.Sprintf("look in the identity provider whether provisioning is still on, and give it a new token if that has ended: roster directory token create %s; if it is not used any more: roster directory disconnect %s, then diagnose again", d.ID, d.ID),
	}, nil
}

// lastHeard is when a directory's identity provider was last heard of: a
// request, as its tokens and the log have it, or a change of a record. One that
// was never is as old as the directory.
func lastHeard(tx *store.Tx, d store.Directory) (time.Time, error) {
	heard, err := tx.LastHeard(d.OrgID, d.ID)
	if err != nil {
		return heard, err
	}
	last, err := tx.LastActivity(d.OrgID, d.ID)
	return slices.MaxFunc([]time.Time{d.CreatedAt, heard, last.WriteAt, last.RefusalAt}, time.Time.Compare), err
}

// accountsAre begins a sentence about some accounts.
func accountsAre(n int) string {
	if n == 1 {
		return "1 account is"
	}
	return fmt.Sprintf("%d accounts are", n)
}
