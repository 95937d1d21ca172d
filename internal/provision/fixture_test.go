package provision_test

import (
	"roster/internal/identity"
	"roster/internal/provision"
	"roster/internal/repair"
	"roster/internal/tenanttest"
)

// relinkTo asks for a record to be linked to an account.
func relinkTo(d *tenanttest.Directory, u identity.SCIMUserID, a identity.AccountID) repair.Relink {
	return repair.Relink{Record: d.Record(u), AccountID: a}
}

// wholeGroup asks a PATCH for the group with its members.
var wholeGroup = provision.GroupWish{Always: true, Members: true}
