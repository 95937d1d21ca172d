package console

import (
	"time"

	"roster/internal/accounts"
	"roster/internal/store"
)

// jobsView is what is done in the background.
type jobsView struct {
	Header header
	Rows   []jobRow
	Pager  pager
	Empty  empty
}

// jobRow is a job in a list.
type jobRow struct {
	Kind, Target, Progress, Error string
	Status                        badge
	At, FinishedAt                time.Time
}

// jobNames say what jobs do.
var jobNames = map[string]string{
	accounts.JobClaimPresent: "Claim the accounts of a domain", accounts.JobReleaseClaims: "Release the claims of a domain",
	accounts.JobFollowRecords: "Let accounts follow their SCIM users", accounts.JobLeaveGroups: "Make groups local", accounts.JobDelete: "Delete a directory",
}

func (h *Handler) listJobs(c *call) error {
	p, err := c.rows()
	if err != nil {
		return err
	}
	found, next, err := h.Accounts.Jobs(c.Context(), c.org, p)
	if err != nil {
		return err
	}
	v := jobsView{
		Header: header{Title: "Jobs", Lead: "What follows from a change for many accounts or groups, and is done in the background. A job goes on after a restart."},
		Pager:  c.pager(len(found), next, "job", "jobs"),
		Empty:  empty{Icon: "clock", Title: "No job yet", Text: "Jobs begin by themselves when a change concerns many accounts or groups."},
	}
	for _, j := range found {
		v.Rows = append(v.Rows, jobRowOf(j))
	}
	return h.page(c, "jobs", v)
}

func jobRowOf(j store.Job) jobRow {
	row := jobRow{
		Kind: jobNames[j.Kind], Target: j.Name, Progress: num(j.Done) + " of " + num(max(j.Total, j.Done)), Error: j.Error,
		Status: badge{info, "Running"}, At: j.CreatedAt, FinishedAt: j.FinishedAt,
	}
	switch {
	case j.IsFinished() && j.Error != "":
		row.Status = badge{bad, "Failed"}
	case j.IsFinished():
		row.Status = badge{good, "Done"}
	}
	return row
}
