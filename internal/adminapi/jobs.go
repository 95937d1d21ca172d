package adminapi

import (
	"roster/internal/adminapi/api"
	"roster/internal/identity"
	"roster/internal/store"
)

func (h *Handler) listJobs(c *call) error {
	p, err := c.page()
	if err != nil {
		return err
	}
	found, next, err := h.accounts.Jobs(c.Context(), c.org, p)
	if err != nil {
		return err
	}
	return c.ok(api.JobList{Data: converted(found, jobView), Links: c.links(next)})
}

func (h *Handler) getJob(c *call) error {
	j, err := h.accounts.Job(c.Context(), c.org, identity.JobID(c.PathValue("jobId")))
	if err != nil {
		return err
	}
	return c.ok(api.JobResponse{Data: jobView(j)})
}

func jobView(j store.Job) api.Job {
	status := api.JobStatusRunning
	switch {
	case j.IsFinished() && j.Error != "":
		status = api.JobStatusFailed
	case j.IsFinished():
		status = api.JobStatusDone
	}
	return api.Job{
		ID: string(j.ID), Kind: api.JobKind(j.Kind), Target: j.Target, Name: j.Name, Status: status, Total: j.Total, Done: j.Done, Error: j.Error,
		CreatedAt: j.CreatedAt, UpdatedAt: j.UpdatedAt, FinishedAt: j.FinishedAt,
	}
}
