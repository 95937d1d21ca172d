package repair

import (
	"fmt"

	"roster/internal/identity"
)

// What people do in an identity provider, in its own words. Sources: Entra ID
// "On-demand provisioning" and "Assign users and groups"; Okta "Provisioning
// errors: retry selected" and "Assign applications"; Google Workspace "User
// provisioning: troubleshoot".

// pushAgain says how the identity provider sends an update again.
func pushAgain(kind identity.DirectoryKind, email string) string {
	switch kind {
	case identity.KindEntra:
		return fmt.Sprintf("in Entra ID: Enterprise applications > the app > Provisioning > Provision on demand, choose %s and press Provision; or wait for the next cycle, about 40 minutes", email)
	case identity.KindOkta:
		return fmt.Sprintf("in Okta: Dashboard > Tasks, select the failed update of %s and press Retry Selected; or open the app's Assignments and press Force Sync (Provisioning > To App)", email)
	case identity.KindGoogle:
		return fmt.Sprintf("in Google Admin: Apps > Web and mobile apps > the app > Autoprovisioning; %s is pushed again with its next change: edit the person and save", email)
	default:
		return fmt.Sprintf("in the identity provider: push %s again", email)
	}
}

// assignAgain says how the identity provider makes a new SCIM user for a person.
func assignAgain(kind identity.DirectoryKind, email string) string {
	switch kind {
	case identity.KindEntra:
		return fmt.Sprintf("in Entra ID: Enterprise applications > the app > Users and groups, remove %s, then Provision on demand; add the person again and Provision on demand once more; then provision the person's groups on demand", email)
	case identity.KindOkta:
		return fmt.Sprintf("in Okta: Applications > the app > Assignments, remove %s (x) and assign the person again; then Push Groups > Push now for the person's groups", email)
	case identity.KindGoogle:
		return fmt.Sprintf("in Google Admin: Apps > Web and mobile apps > the app > User access, take %s out of the group or unit that has access, wait for the deprovisioning, and put the person back", email)
	default:
		return fmt.Sprintf("in the identity provider: unassign %s from the app and assign the person again, so that it creates a new SCIM user; then push the person's groups again", email)
	}
}

// pushGroups says how the identity provider sends a person's memberships again.
func pushGroups(kind identity.DirectoryKind, person string) string {
	switch kind {
	case identity.KindEntra:
		return fmt.Sprintf("in Entra ID: Enterprise applications > the app > Provisioning > Provision on demand, choose each group and %s as its member", person)
	case identity.KindOkta:
		return "in Okta: Applications > the app > Push Groups, Push now for each group"
	case identity.KindGoogle:
		return fmt.Sprintf("in Google Admin: take %s out of each group and put the person back", person)
	default:
		return "in the identity provider: push each group with its members"
	}
}
