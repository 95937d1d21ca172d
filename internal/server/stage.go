package server

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"roster/internal/accounts"
	"roster/internal/identity"
	"roster/internal/idpsim"
	"roster/internal/store"
)

// The demo's company was called Oldcorp and is called Newcorp now.
const (
	oldDomain = "oldcorp.example"
	newDomain = "newcorp.example"
)

// staging makes the demo: an org through the services, as an administrator
// would, and people through the server's own SCIM endpoints, as their identity
// providers do.
type staging struct {
	*server
	ctx    context.Context //nolint:containedctx // lives within stage
	caller identity.Caller
	info   demoInfo
	org    identity.OrgID
	entra  idpsim.Entra
	okta   idpsim.Okta
}

// stage makes both scenarios and gives what demo.json says of them.
func stage(ctx context.Context, s *server, siteKey string) (demoInfo, error) {
	d := &staging{
		server: s, ctx: ctx, info: demoInfo{SiteKey: siteKey},
		caller: identity.Caller{Actor: "demo", RequestID: "demo"},
	}
	for _, step := range []func() error{d.makeOrg, d.makeDirectories, d.makeColleagues, d.makeScenarioA, d.makeScenarioB} {
		if err := step(); err != nil {
			return demoInfo{}, err
		}
	}
	return d.info, nil
}

func (d *staging) makeOrg() error {
	org, err := d.accounts.CreateOrg(d.ctx, d.caller, "Newcorp (demo)", identity.BehaviourSafe)
	if err != nil {
		return err
	}
	d.org, d.info.OrgID = org.ID, string(org.ID)
	for _, name := range []string{oldDomain, newDomain} {
		domain, err := d.accounts.AddDomain(d.ctx, d.caller, org.ID, name)
		if err != nil {
			return err
		}
		if _, err := d.accounts.VerifyDomain(d.ctx, d.caller, org.ID, domain.ID); err != nil {
			return err
		}
	}
	key, err := d.keys.CreateOrgKey(d.ctx, d.caller, org.ID, "demo", time.Time{})
	d.info.OrgKey = key.Secret
	return err
}

func (d *staging) makeDirectories() error {
	entra, err := d.makeDirectory("Entra ID", identity.KindEntra)
	if err != nil {
		return err
	}
	okta, err := d.makeDirectory("Okta", identity.KindOkta)
	if err != nil {
		return err
	}
	d.entra, d.okta = idpsim.Entra{Client: entra}, idpsim.Okta{Client: okta}
	_, err = d.makeDirectory("Empty", identity.KindGeneric)
	return err
}

func (d *staging) makeDirectory(name string, kind identity.DirectoryKind) (*idpsim.Client, error) {
	dir, err := d.accounts.CreateDirectory(d.ctx, d.caller, d.org, accounts.NewDirectory{Name: name, Kind: kind})
	if err != nil {
		return nil, err
	}
	token, err := d.keys.CreateToken(d.ctx, d.caller, d.org, dir.ID, "demo", time.Time{})
	if err != nil {
		return nil, err
	}
	base := scimBaseURL(d.localURL, string(dir.ID)) // moveTo says how others reach it
	d.info.Directories = append(d.info.Directories, demoDirectory{ID: string(dir.ID), Name: name, Kind: string(kind), SCIMBaseURL: base, Token: token.Secret})
	return &idpsim.Client{BaseURL: base, Token: token.Secret}, nil
}

// makeColleagues pushes people about whom nothing is wrong.
func (d *staging) makeColleagues() error {
	group, err := d.entra.CreateGroup(d.ctx, "e-group-1", "Engineering")
	if err != nil {
		return err
	}
	for _, p := range []idpsim.Person{
		person("e-1", "Katherine", "Johnson", newDomain, "Analyst"),
		person("e-2", "Annie", "Easley", newDomain, "Engineer"),
		person("e-3", "Dorothy", "Vaughan", newDomain, "Team lead"),
	} {
		u, err := d.entra.CreateUser(d.ctx, p)
		if err != nil {
			return err
		}
		if _, err := d.entra.AddMember(d.ctx, group.ID, u.ID); err != nil {
			return err
		}
	}
	for _, p := range []idpsim.Person{
		person("o-1", "Radia", "Perlman", newDomain, "Network engineer"),
		person("o-2", "Barbara", "Liskov", newDomain, "Architect"),
	} {
		if _, err := d.okta.CreateUser(d.ctx, p); err != nil {
			return err
		}
	}
	return nil
}

// makeScenarioA: Ada was renamed with the company, but her guest account was
// invited under the new address and then made a member, so Entra ID holds her
// twice. Its update of the first record is refused.
func (d *staging) makeScenarioA() error {
	ada := person("a-1", "Ada", "Lovelace", oldDomain, "Principal engineer")
	first, err := d.entra.CreateUser(d.ctx, ada)
	if err != nil {
		return err
	}
	guest := person("a-2", "Ada", "Lovelace", newDomain, "")
	second, err := d.entra.CreateUser(d.ctx, guest)
	if err != nil {
		return err
	}
	_, err = d.entra.UpdateEmail(d.ctx, first.ID, guest.Email)
	if refused, ok := errors.AsType[*idpsim.Error](err); !ok || refused.Status != http.StatusConflict {
		return fmt.Errorf("scenario A: the update to %s should be refused with 409, not: %w", guest.Email, err)
	}
	d.info.Scenarios.A = demoScenarioA{
		DirectoryID: d.info.Directories[0].ID, AAID1: first.AccountID, AAID2: second.AccountID,
		SCIMUser1: first.ID, SCIMUser2: second.ID, OldEmail: ada.Email, NewEmail: guest.Email,
	}
	return nil
}

// makeScenarioB: Grace has been invited years ago under the old address and is
// in a group; Okta, new here, pushes her under the new address and so made and
// linked a second account.
func (d *staging) makeScenarioB() error {
	grace := person("b-1", "Grace", "Hopper", newDomain, "Rear admiral")
	oldEmail := "grace.hopper@" + oldDomain
	history, err := d.accounts.Create(d.ctx, d.caller, d.org, accounts.NewAccount{Email: oldEmail, Name: "Grace Hopper", Origin: identity.OriginInvited})
	if err != nil {
		return err
	}
	if err := d.addToGroup(history, "Release managers"); err != nil {
		return err
	}
	pushed, err := d.okta.CreateUser(d.ctx, grace)
	if err != nil {
		return err
	}
	d.info.Scenarios.B = demoScenarioB{
		DirectoryID: d.info.Directories[1].ID, AAID1: string(history.ID), AAID2: pushed.AccountID,
		SCIMUser2: pushed.ID, OldEmail: oldEmail, NewEmail: grace.Email,
	}
	return nil
}

func (d *staging) addToGroup(account store.Account, name string) error {
	group, err := d.accounts.CreateGroup(d.ctx, d.caller, d.org, name, "made by the demo")
	if err != nil {
		return err
	}
	_, err = d.accounts.AddMember(d.ctx, d.caller, d.org, group.ID, account.ID)
	return err
}

func person(id, given, family, domain, title string) idpsim.Person {
	return idpsim.Person{
		ID: id, Email: strings.ToLower(given+"."+family) + "@" + domain,
		GivenName: given, FamilyName: family, DisplayName: given + " " + family, Title: title,
	}
}
