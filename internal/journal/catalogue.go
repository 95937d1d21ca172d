package journal

import (
	"fmt"

	"roster/internal/identity"
)

// The texts of the troubleshooting log. Those that the hosted service also
// writes are worded as it words them, since runbooks and scripts look for them
// (knowledge base "409 error when attempting to update email address via user
// provisioning", ticket ACCESS-1369).

// EmailTaken is the text of a refused create or update whose address another
// account or record holds.
func EmailTaken(email string) string {
	return fmt.Sprintf("Resource [USER]: with email[%s] already exists.", email)
}

// UserNameTaken is the text of a refused create or update whose userName
// another record of the directory holds.
func UserNameTaken(userName string) string {
	return fmt.Sprintf("Resource [USER]: with userName[%s] already exists.", userName)
}

// GroupNameTaken is the text of a refused group whose name another group holds.
func GroupNameTaken(name string) string {
	return fmt.Sprintf("Resource [GROUP]: with displayName[%s] already exists.", name)
}

// ValueTaken is the text of a refused create or update whose value of an
// attribute another resource holds, where a configured schema wants it unique.
func ValueTaken(resource, attribute, value string) string {
	return fmt.Sprintf("Resource [%s]: with %s[%.200s] already exists.", resource, attribute, value)
}

// HintValueTaken tells what to do about ValueTaken.
func HintValueTaken(typ, id string, d identity.DirectoryID) string {
	return fmt.Sprintf("the %s %s of directory %s has it: correct one of the two in the identity provider", typ, id, d)
}

// EmailLeft is the text of an email change that broke a link, under behaviour
// atlassian (rule email-leaves).
func EmailLeft(id identity.SCIMUserID, email string) string {
	return fmt.Sprintf("Email update to unmanaged user with ID %s, primary email %s, unlinked any associated atlassian account.", id, email)
}

// UnlinkedNoEmail is why a record without an address has no account.
const UnlinkedNoEmail = "the record has no email address, and its userName is not one: push an email to link it"

// UnlinkedHeld is why a held record has no account.
func UnlinkedHeld(a identity.AccountID) string {
	return fmt.Sprintf("an administrator unlinked this record from account %s and the pair is held: relink it, or lift the hold to let the next push link it by email", a)
}

// UnlinkedByAdmin is why a record has no account after an unlink that left no hold.
const UnlinkedByAdmin = "an administrator unlinked this record: the next push links it by email"

// UnlinkedRestored is why a restored record has no account.
const UnlinkedRestored = "it was restored without a link: the next push links it by email"

// UnlinkedEmailLeft is why a record has no account after its address left the
// org's verified domains.
func UnlinkedEmailLeft(email string) string {
	return fmt.Sprintf("its email changed to %s, on a domain that the organization has not verified", email)
}

// HintEmailTaken tells an administrator what to do about EmailTaken.
func HintEmailTaken(holder identity.AccountID) string {
	return fmt.Sprintf("account %s holds this address. If it is the same person, unlink that account by its ID, give it an unused address, and push the update again (repair A)", holder)
}

// HintRecordTaken tells what to do about an address or userName that another
// record of the directory has.
func HintRecordTaken(holder identity.SCIMUserID) string {
	return fmt.Sprintf("SCIM user %s of this directory has it. If it is the same person, delete one of the two records; if not, correct one of them in the identity provider", holder)
}

// HintDeletedRecord tells what to do when the IdP writes to a deleted SCIM id.
const HintDeletedRecord = "this record was deleted. A force push goes to its old id for ever: unassign the person from the app in the identity provider and assign it again, which creates a new record"

// HintGroupTaken tells what to do about GroupNameTaken by a local group.
const HintGroupTaken = "a group of this name exists in the organization. Adopt it into the directory after looking at who would leave it, or rename one of the two"

// HintGroupSynced tells what to do about GroupNameTaken by a synced group.
func HintGroupSynced(d identity.DirectoryID) string {
	return fmt.Sprintf("a group of this name is synced from directory %s. Rename one of the two in its identity provider", d)
}

// StatusHungUp is what proxies log for a client that did not wait for its
// answer. No client ever sees it.
const StatusHungUp = 499

// Hint tells what to do about a refusal, by its HTTP status, where nothing
// better is known.
func Hint(status int) string {
	switch {
	case status == 404:
		return "no record of this directory has this id, and none that was deleted lately. If the identity provider was moved here from another directory, let it start provisioning anew, so that it matches people by name instead of by their old ids"
	case status == 412:
		return "something else changed the resource since the client had read it, and nothing was overwritten. A client that asks for this reads the resource again and repeats its change"
	case status == 429:
		return "the token was used more often than the server allows; this entry stands for all such requests of a minute. The identity provider sends them again. Where that is not enough, raise --rate-limit of roster serve"
	case status == StatusHungUp:
		return "the identity provider did not wait for the answer; it sends the request again"
	case status == 507:
		return "the disk of the database is full: make room there. The identity provider sends the request again"
	case status >= 500:
		return "the identity provider sends the request again. If it keeps failing, look for the request id in the log of the server"
	default:
		return "correct what the message names in the identity provider, in its attribute mapping or for this person or group, and push again"
	}
}
