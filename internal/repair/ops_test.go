package repair_test

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"roster/internal/accounts"
	"roster/internal/identity"
	"roster/internal/store"
)

// directoryOps are what identity providers send.
var directoryOps = map[string]func(step, *machine) error{
	"user.create": func(s step, m *machine) error {
		d := s.directory(m)
		u, err := d.Create(s.body())
		return m.keepUser(d, u, err)
	},
	"user.replace": func(s step, m *machine) error {
		d, u := s.user(m)
		_, err := d.Replace(u, s.body())
		return err
	},
	"user.email": func(s step, m *machine) error {
		d, u := s.user(m)
		_, err := d.SetEmail(u, s.email())
		return err
	},
	"user.active": func(s step, m *machine) error {
		d, u := s.user(m)
		_, err := d.Set(u, "active", strconv.FormatBool(s.n[1]%2 == 0))
		return err
	},
	"user.userName": func(s step, m *machine) error {
		d, u := s.user(m)
		_, err := d.Set(u, "userName", fmt.Sprintf("%q", pick(poolUserNames, s.n[1])))
		return err
	},
	"user.externalId": func(s step, m *machine) error {
		d, u := s.user(m)
		_, err := d.Set(u, "externalId", fmt.Sprintf("%q", pick(poolExternal, s.n[1])))
		return err
	},
	"user.delete": func(s step, m *machine) error {
		d, u := s.user(m)
		return d.Delete(u)
	},
	"group.create": func(s step, m *machine) error {
		d := s.directory(m)
		var members []identity.SCIMUserID
		if s.n[3]%2 == 0 {
			members = append(members, s.memberFor(m, d))
		}
		g, err := d.CreateGroup(pick(poolGroups, s.n[1]), members...)
		if err == nil {
			m.groups = append(m.groups, pushedGroup{m.indexOf(d), g.ID})
		}
		return err
	},
	"group.rename": func(s step, m *machine) error {
		d, g := s.group(m)
		_, err := d.PatchGroup(g, "replace", "displayName", fmt.Sprintf("%q", pick(poolGroups, s.n[1])))
		return err
	},
	"group.add": func(s step, m *machine) error {
		d, g := s.group(m)
		u := s.memberFor(m, d)
		_, err := d.AddMember(g, u)
		return err
	},
	"group.remove": func(s step, m *machine) error {
		d, g := s.group(m)
		u := s.memberFor(m, d)
		_, err := d.PatchGroup(g, "remove", fmt.Sprintf("members[value eq %q]", u), `null`)
		return err
	},
	"group.replace": func(s step, m *machine) error {
		d, g := s.group(m)
		u := s.memberFor(m, d)
		_, err := d.ReplaceGroup(g, pick(poolGroups, s.n[1]), u)
		return err
	},
	"group.delete": func(s step, m *machine) error {
		d, g := s.group(m)
		return d.DeleteGroup(g)
	},
}

// adminOps are what administrators ask for, of their own org or another's.
var adminOps = map[string]func(step, *machine) error{
	"domain.add": func(s step, m *machine) error {
		_, err := m.Accounts.AddDomain(context.Background(), admin, s.org(m).ID, pick(poolDomains, s.n[2]))
		return err
	},
	"domain.verify": func(s step, m *machine) error {
		_, err := m.Accounts.VerifyDomain(context.Background(), admin, s.org(m).ID, s.domain(m))
		return err
	},
	"domain.assign": func(s step, m *machine) error {
		_, err := m.Accounts.AssignDomain(context.Background(), admin, s.org(m).ID, s.domain(m), pick(m.directories, s.n[1]).ID)
		return err
	},
	"domain.remove": func(s step, m *machine) error {
		if s.n[5]%3 > 0 { // rarely, or nobody manages anything
			return nil
		}
		return m.Accounts.RemoveDomain(context.Background(), admin, s.org(m).ID, s.domain(m))
	},
	"account.create": func(s step, m *machine) error {
		_, err := m.Accounts.Create(context.Background(), admin, s.org(m).ID, accounts.NewAccount{Email: s.email(), Origin: identity.OriginInvited})
		return err
	},
	"account.email": func(s step, m *machine) error {
		return m.Accounts.SetEmail(context.Background(), admin, s.org(m).ID, s.account(m), s.email())
	},
	"account.disable": func(s step, m *machine) error {
		return m.Accounts.Disable(context.Background(), admin, s.org(m).ID, s.account(m), "")
	},
	"account.enable": func(s step, m *machine) error {
		return m.Accounts.Enable(context.Background(), admin, s.org(m).ID, s.account(m))
	},
	"account.delete": func(s step, m *machine) error {
		return m.Accounts.Delete(context.Background(), admin, s.org(m).ID, s.account(m))
	},
	"account.cancel": func(s step, m *machine) error {
		return m.Accounts.CancelDelete(context.Background(), admin, s.org(m).ID, s.account(m))
	},
	"account.profile": func(s step, m *machine) error {
		field := pick([]accounts.Field{accounts.FieldName, accounts.FieldLocation}, s.n[1])
		_, err := m.Accounts.UpdateProfile(context.Background(), admin, s.org(m).ID, s.account(m), map[accounts.Field]string{field: strconv.Itoa(s.n[2] % 3)})
		return err
	},
	"local.create": func(s step, m *machine) error {
		_, err := m.Accounts.CreateGroup(context.Background(), admin, s.org(m).ID, pick(poolGroups, s.n[1]), "")
		return err
	},
	"local.delete": func(s step, m *machine) error {
		_, err := m.Accounts.DeleteGroup(context.Background(), admin, s.org(m).ID, s.orgGroup(m))
		return err
	},
	"local.add": func(s step, m *machine) error {
		_, err := m.Accounts.AddMember(context.Background(), admin, s.org(m).ID, s.orgGroup(m), s.account(m))
		return err
	},
	"local.remove": func(s step, m *machine) error {
		_, err := m.Accounts.RemoveMember(context.Background(), admin, s.org(m).ID, s.orgGroup(m), s.account(m))
		return err
	},
	"directory.create": newDirectory,
	"directory.disconnect": func(s step, m *machine) error {
		if s.n[5]%3 > 0 { // rarely, or nothing is left to write to
			return nil
		}
		org, id := s.org(m).ID, pick(m.directories, s.n[1]).ID
		if _, err := m.Accounts.Disconnect(context.Background(), admin, org, id); err != nil || s.n[4]%2 > 0 {
			return err // the job that leaves the groups may never come
		}
		return m.leaveGroups(org, id)
	},
	"repair.delete": func(s step, m *machine) error {
		_, err := m.Repair.DeleteByAccount(context.Background(), admin, s.org(m).ID, s.account(m))
		return err
	},
	"repair.unlink": func(s step, m *machine) error {
		return m.Repair.Unlink(context.Background(), admin, s.owner(m).ID, s.record(m))
	},
	"repair.relink": relinkOf,
	"repair.lift": func(s step, m *machine) error {
		return m.Repair.LiftHold(context.Background(), admin, s.owner(m).ID, s.record(m))
	},
	"repair.restore": func(s step, m *machine) error {
		_, err := m.Repair.Restore(context.Background(), admin, s.owner(m).ID, s.record(m))
		return err
	},
	"repair.adopt": func(s step, m *machine) error {
		out, err := m.Repair.Adopt(context.Background(), admin, s.org(m).ID, s.orgGroup(m), pick(m.directories, s.n[1]).ID, s.n[2]%4 == 3)
		if err == nil && out.Applied {
			m.groups = append(m.groups, pushedGroup{s.n[1] % len(m.directories), out.SCIMGroupID})
		}
		return err
	},
	"org.behaviour": updateBehaviour,
	"time.passes":   func(_ step, m *machine) error { return passTime(m) },
}

// weights of the steps that must come more often than others for a sequence
// to get anywhere.
var weights = map[string]int{
	"user.create": 10, "user.email": 4, "user.replace": 4, "group.create": 2, "group.add": 3, "user.delete": 2,
	"account.create": 4, "account.email": 5, "repair.relink": 8, "repair.unlink": 4, "repair.lift": 2, "repair.restore": 3,
	"repair.delete": 2, "repair.adopt": 2, "local.add": 2, "account.profile": 2,
}

// opNames has every step's name, as often as its weight says.
var opNames = func() (names []string) {
	for _, ops := range []map[string]func(step, *machine) error{directoryOps, adminOps} {
		for name := range ops {
			names = append(names, slices.Repeat([]string{name}, max(1, weights[name]))...)
		}
	}
	slices.Sort(names)
	return names
}()

// run does a step.
func (m *machine) run(s step) error {
	op, ok := directoryOps[s.op]
	if !ok {
		op = adminOps[s.op]
	}
	return op(s, m)
}

// leaveGroups does what the job of a disconnection does.
func (m *machine) leaveGroups(org identity.OrgID, id identity.DirectoryID) error {
	return m.Store.Update(context.Background(), func(tx *store.Tx) error {
		d, err := tx.LockDirectory(org, id)
		for found := err == nil; found; {
			_, found, err = accounts.LeaveGroup(tx, d)
		}
		return err
	})
}
