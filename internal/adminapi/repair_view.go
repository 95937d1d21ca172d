package adminapi

import (
	"context"

	"roster/internal/adminapi/api"
	"roster/internal/identity"
	"roster/internal/repair"
	"roster/internal/store"
)

// repairRun applies or undoes a part of a repair.
type repairRun func(ctx context.Context, c identity.Caller, org identity.OrgID, id identity.RepairID, after, limit int) (repair.ApplyResult, int, error)

func repairView(p repair.Progress) api.Repair {
	return api.Repair{
		ID: string(p.ID), State: string(p.State), Title: p.Title, Strategy: api.RepairStrategy(p.Strategy), CreatedAt: p.CreatedAt, CreatedBy: p.CreatedBy,
		Cases: api.CaseCounts{
			Total: p.Total(), Planned: p.Cases[store.CasePlanned], Waiting: p.Cases[store.CaseWaiting],
			Done: p.Cases[store.CaseDone], Stopped: p.Cases[store.CaseStopped], Undone: p.Cases[store.CaseUndone],
		},
	}
}

func caseView(c repair.Case) api.RepairCase {
	v := api.RepairCase{
		Number: c.N, FindingID: c.Plan.Finding, Kind: api.FindingKind(c.Plan.Kind), Title: c.Plan.Title, Confidence: c.Plan.Confidence,
		Status: api.CaseStatus(c.Status), StepsTaken: c.Step, Note: c.Note, Steps: []api.RepairStep{}, Risks: c.Plan.Risks,
		Changes: []api.Change{}, UpdatedAt: c.UpdatedAt, UpdatedBy: c.UpdatedBy,
	}
	for _, s := range c.Plan.Steps {
		v.Steps = append(v.Steps, api.RepairStep{Kind: string(s.Kind), Actor: s.Actor, Text: s.Text})
	}
	before := &c.Plan.Expect
	if c.Before != nil {
		before = c.Before
	}
	v.Before = pictureView(*before)
	if c.After != nil {
		v.After = pictureView(*c.After)
		v.Changes = converted(repair.Diff(*before, *c.After), changeView)
	}
	return v
}

func pictureView(s repair.State) api.Picture {
	v := api.Picture{Accounts: []api.PictureAccount{}, SCIMUsers: []api.PictureRecord{}}
	for _, a := range s.Accounts {
		v.Accounts = append(v.Accounts, api.PictureAccount{ID: string(a.ID), Email: a.Email, Name: a.Name, Status: string(a.Status)})
	}
	for _, r := range s.Records {
		v.SCIMUsers = append(v.SCIMUsers, api.PictureRecord{
			DirectoryID: string(r.DirectoryID), SCIMUserID: string(r.SCIMUserID), UserName: r.UserName, Email: r.Email,
			Deleted: r.Deleted, AccountID: string(r.AccountID),
		})
	}
	return v
}
