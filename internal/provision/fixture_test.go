package provision_test

import (
	"roster/internal/identity"
	"roster/internal/repair"
	"roster/internal/tenanttest"
)

// relinkTo asks for a record to be linked to an account.
func relinkTo(d *tenanttest.Directory, u identity.SCIMUserID, a identity.AccountID) repair.Relink {
	return repair.Relink{Record: d.Record(u), AccountID: a}
}
