package tenanttest

import (
	"context"
	"errors"
	"slices"

	"roster/internal/accounts"
	"roster/internal/identity"
	"roster/internal/store"
)

// Org is a tenant of a deployment.
type Org struct {
	*Deployment
	ID identity.OrgID
}

// Org makes an organization with verified domains and behaviour safe.
func (d *Deployment) Org(domains ...string) *Org {
	d.TB.Helper()
	org, err := d.Accounts.CreateOrg(context.Background(), Admin, "Org", identity.BehaviourSafe)
	if err != nil {
		d.TB.Fatalf("create org: %v", err)
	}
	o := &Org{d, org.ID}
	for _, name := range domains {
		o.Verify(name)
	}
	return o
}

// Behave switches the org's behaviour.
func (o *Org) Behave(b identity.Behaviour) {
	o.TB.Helper()
	if _, err := o.Accounts.UpdateOrg(context.Background(), Admin, o.ID, accounts.OrgUpdate{Behaviour: &b}); err != nil {
		o.TB.Fatalf("switch behaviour: %v", err)
	}
}

// Verify adds a domain and verifies it.
func (o *Org) Verify(name string) store.Domain {
	o.TB.Helper()
	domain, err := o.Accounts.AddDomain(context.Background(), Admin, o.ID, name)
	if err == nil {
		domain, err = o.Accounts.VerifyDomain(context.Background(), Admin, o.ID, domain.ID)
	}
	if err != nil {
		o.TB.Fatalf("verify %s: %v", name, err)
	}
	return domain
}

// Domain gives one of the org's domains by name.
func (o *Org) Domain(name string) store.Domain {
	o.TB.Helper()
	domains, _, err := o.Accounts.Domains(context.Background(), o.ID, store.Page{})
	if err != nil {
		o.TB.Fatal(err)
	}
	for _, d := range domains {
		if d.Name == name {
			return d
		}
	}
	o.TB.Fatalf("the org has no domain %s", name)
	return store.Domain{}
}

// Assign gives a directory the authority over a domain.
func (o *Org) Assign(name string, d *Directory) {
	o.TB.Helper()
	if _, err := o.Accounts.AssignDomain(context.Background(), Admin, o.ID, o.Domain(name).ID, d.ID); err != nil {
		o.TB.Fatalf("assign %s: %v", name, err)
	}
}

// Account makes an account that no directory knows of.
func (o *Org) Account(email string) store.Account {
	o.TB.Helper()
	a, err := o.Accounts.Create(context.Background(), Admin, o.ID, accounts.NewAccount{Email: email, Origin: identity.OriginInvited})
	if err != nil {
		o.TB.Fatalf("create account: %v", err)
	}
	return a
}

// Directory makes a directory.
func (o *Org) Directory(name string) *Directory {
	o.TB.Helper()
	d, err := o.Accounts.CreateDirectory(context.Background(), Admin, o.ID, accounts.NewDirectory{Name: name, Kind: identity.KindGeneric})
	if err != nil {
		o.TB.Fatalf("create directory: %v", err)
	}
	return &Directory{o, d.ID}
}

// Group gives one of the org's groups by name; one without an id where there
// is none.
func (o *Org) Group(name string) (g store.OrgGroup) {
	o.TB.Helper()
	o.view(func(tx *store.Tx) (err error) {
		g, err = tx.OrgGroupByName(o.ID, name)
		if errors.Is(err, store.ErrNotFound) {
			return nil
		}
		return err
	})
	return g
}

// Members gives the accounts in a group, as applications see them, sorted.
func (o *Org) Members(group string) []identity.AccountID {
	o.TB.Helper()
	_, members, _, err := o.Accounts.Members(context.Background(), o.ID, o.Group(group).ID, store.Page{})
	if err != nil {
		o.TB.Fatalf("members of %s: %v", group, err)
	}
	ids := make([]identity.AccountID, len(members))
	for i, m := range members {
		ids[i] = m.AccountID
	}
	slices.Sort(ids)
	return ids
}

// Log gives the org's troubleshooting log, oldest first.
func (o *Org) Log() (entries []store.LogEntry) {
	o.TB.Helper()
	o.view(func(tx *store.Tx) (err error) {
		entries, _, err = tx.LogEntries(o.ID, store.LogFilter{}, store.Page{})
		return err
	})
	slices.Reverse(entries)
	return entries
}

// LastLog gives the latest entry of the troubleshooting log.
func (o *Org) LastLog() store.LogEntry {
	o.TB.Helper()
	entries := o.Log()
	if len(entries) == 0 {
		o.TB.Fatal("the troubleshooting log is empty")
	}
	return entries[len(entries)-1]
}

// Audit gives the org's audit log, oldest first.
func (o *Org) Audit() (entries []store.AuditEntry) {
	o.TB.Helper()
	o.view(func(tx *store.Tx) (err error) {
		entries, _, err = tx.AuditEntries(o.ID, store.AuditFilter{}, store.NewestFirst, store.Page{})
		return err
	})
	slices.Reverse(entries)
	return entries
}

// LastAudit gives the latest entry of the audit log.
func (o *Org) LastAudit() store.AuditEntry {
	o.TB.Helper()
	entries := o.Audit()
	if len(entries) == 0 {
		o.TB.Fatal("the audit log is empty")
	}
	return entries[len(entries)-1]
}
