package adminapi

import (
	"net/url"
	"strconv"

	"roster/internal/accounts"
	"roster/internal/adminapi/api"
)

func (h *Handler) getDirectoryHealth(c *call) error {
	days, interval, err := healthQuery(c.URL.Query())
	if err != nil {
		return err
	}
	health, err := h.accounts.Health(c.Context(), c.org, c.directoryID(), days)
	if err != nil {
		return err
	}
	series := health.Hours
	if interval == api.DirectoryHealthIntervalDay {
		series = health.Days()
	}
	return c.ok(api.DirectoryHealthResponse{Data: api.DirectoryHealth{
		DirectoryID: string(health.ID), Name: health.Name, Status: api.DirectoryHealthStatus(health.Status),
		Users: int64(health.Users), Groups: int64(health.Groups), Unlinked: int64(health.Unlinked),
		LastWriteAt: health.Last.WriteAt, LastRefusalAt: health.Last.RefusalAt, LastUnauthenticatedAt: health.Last.UnauthenticatedAt,
		Last24Hours: trafficView(health.Day), Interval: interval, Series: converted(series, trafficView),
	}})
}

func healthQuery(q url.Values) (days int, interval api.DirectoryHealthInterval, err error) {
	days, interval = accounts.DefaultHealthDays, api.DirectoryHealthIntervalHour
	if q.Has("days") {
		if days, err = strconv.Atoi(q.Get("days")); err != nil {
			return 0, "", refusal(badValue, `"days" is %.20q; it must be a number from 1 to %d`, q.Get("days"), accounts.MaxHealthDays).withField("days")
		}
	}
	if q.Has("interval") {
		interval = api.DirectoryHealthInterval(q.Get("interval"))
	}
	if interval != api.DirectoryHealthIntervalHour && interval != api.DirectoryHealthIntervalDay {
		return 0, "", refusal(badValue, `"interval" is %.20q; it must be hour or day`, interval).withField("interval")
	}
	return days, interval, nil
}

func trafficView(a accounts.Traffic) api.DirectoryActivity {
	view := api.DirectoryActivity{Start: a.Start, Writes: a.Writes, Refusals: a.Refusals, Unauthenticated: a.Unauthenticated}
	if rate, ok := a.ErrorRate(); ok {
		view.ErrorRate = &rate
	}
	return view
}
