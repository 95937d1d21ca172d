package repair

import (
	"fmt"

	"roster/internal/identity"
)

// Cookbook is what a plan by hosted calls is made of, wherever its parties were
// looked up: in the store, or on another server.
type Cookbook struct {
	Finding Finding                // its kind, both accounts, the record and its directory, and the new address
	IDP     identity.DirectoryKind // whose words the steps for people use
	Parked  string                 // the unused address for the wrong account

	// Others are further directories that lose a record of the person by the
	// deletion, and have to create it again.
	Others []identity.DirectoryID
	// BothSynced marks a wrong-account finding whose right account is synced as
	// well: its records go too.
	BothSynced bool
}

// Steps gives the steps in their order, and what is worth knowing first.
func (c Cookbook) Steps() (steps []Step, risks []string) {
	if c.Finding.Kind == KindWrongAccount {
		steps, risks = c.storyB()
	} else {
		steps = c.storyA()
	}
	for _, d := range c.Others {
		steps = append(steps, Reassign(c.IDP, d, c.Finding.RightAccount, c.Finding.NewEmail))
	}
	if len(c.Others) > 0 && c.Finding.Kind != KindWrongAccount {
		risks = append(risks, riskForcePush)
	}
	return steps, append(risks, riskLeftOver(c.Finding.WrongAccount))
}

func (c Cookbook) storyA() (steps []Step) {
	f := c.Finding
	if f.Kind == KindEmailConflict {
		steps = append(steps, deleteRecordsOf(f.WrongAccount))
	}
	return append(steps, parkOn(f.WrongAccount, c.Parked), Step{
		Kind: StepAwait, Actor: ActorIDP, AccountID: f.RightAccount, Record: f.Record, Email: f.NewEmail, Text: pushAgain(c.IDP, f.NewEmail),
	})
}

func (c Cookbook) storyB() (steps []Step, risks []string) {
	f := c.Finding
	steps = append(steps, deleteRecordsOf(f.WrongAccount))
	if c.BothSynced {
		steps = append(steps, deleteRecordsOf(f.RightAccount))
	}
	steps = append(
		steps, parkOn(f.WrongAccount, c.Parked),
		Step{Kind: StepSetEmail, Actor: ActorRoster, AccountID: f.RightAccount, Email: f.NewEmail, Text: fmt.Sprintf("give account %s the address %s", f.RightAccount, f.NewEmail)},
		Reassign(c.IDP, f.DirectoryID, f.RightAccount, f.NewEmail),
	)
	return steps, []string{
		riskForcePush,
		fmt.Sprintf("until the identity provider creates the person again, nobody provisions account %s: it keeps its status and loses its synced groups", f.RightAccount),
	}
}

func deleteRecordsOf(account identity.AccountID) Step {
	return Step{Kind: StepDeleteRecords, Actor: ActorRoster, AccountID: account, Text: fmt.Sprintf("delete the SCIM users of account %s by its ID; the account stays", account)}
}

func parkOn(account identity.AccountID, parked string) Step {
	return Step{Kind: StepSetEmail, Actor: ActorRoster, AccountID: account, Email: parked, Text: fmt.Sprintf("park account %s on the unused address %s", account, parked)}
}

// PushBack is the identity provider's part where a record is to have its
// earlier address again.
func PushBack(kind identity.DirectoryKind, record Record, account identity.AccountID, email string) Step {
	return Step{
		Kind: StepAwait, Actor: ActorIDP, AccountID: account, Record: record, Email: email,
		Text: fmt.Sprintf("give the person the address %s again, then %s", email, pushAgain(kind, email)),
	}
}

// Reassign is the identity provider's part where a deleted record is due again.
func Reassign(kind identity.DirectoryKind, d identity.DirectoryID, account identity.AccountID, email string) Step {
	return Step{Kind: StepAwait, Actor: ActorIDP, AccountID: account, Record: Record{DirectoryID: d}, Email: email, Text: assignAgain(kind, email)}
}

const riskForcePush = "a force push is not enough: it goes to the deleted record and gets 404"

func riskLeftOver(account identity.AccountID) string {
	return fmt.Sprintf("account %s is left without a directory: deactivate or delete it when nobody needs it", account)
}
