package console

import (
	"net/url"

	"roster/internal/accounts"
	"roster/internal/identity"
)

// directoryView is one directory at a glance.
type directoryView struct {
	Header header
	Tabs   []tab
	First  *firstView // as long as nothing was pushed
	Job    *jobView   // that is under way
	Said   alert      // of a directory that does not push
	Stats  []stat
	Trend  trend
	Facts  []fact
	Guide  setupGuide
}

func (h *Handler) showDirectory(c *call) error {
	d, err := h.Accounts.Health(c.Context(), c.org, c.directoryID(), accounts.DefaultHealthDays)
	if err != nil {
		return err
	}
	v := directoryView{
		Header: directoryHeader(d.Directory), Tabs: directoryTabs(d.Directory, ""), Stats: directoryStats(d), Trend: trendOf(d.Days()),
		Guide: h.guideOf(c, d.Directory),
		Facts: []fact{
			{Label: "Provider", Text: kindNames[d.Kind]},
			{Label: "Base URL", ID: h.scimBaseURL(c, d.ID)},
			{Label: "Last write", At: d.Last.WriteAt},
			{Label: "Last refusal", At: d.Last.RefusalAt},
			{Label: "Last request with a wrong token", At: d.Last.UnauthenticatedAt},
			{Label: "Groups given back to who returns", Text: yesNo(d.RestoreMemberships())},
			{Label: "Created", At: d.CreatedAt},
		},
	}
	v.Header.Badges = []badge{healthBadge(d)}
	if d.Status == identity.DirectoryDisconnected {
		v.Said = alert{Tone: neutral, Title: "Disconnected", Text: "Nothing that the identity provider sends is taken. Accounts and users are as they were.", Link: link{"Reconnect or delete it", directoryURL(d.ID) + "/settings"}}
	}
	if v.Job, err = h.jobOf(c, d.Directory); err != nil {
		return err
	}
	if d.Users+d.Groups == 0 && d.Status == identity.DirectoryConnected {
		first, err := h.first(c, d.Directory)
		if err != nil {
			return err
		}
		v.First = &first
	}
	return h.page(c, "directory", v)
}

func directoryHeader(d accounts.Directory) header {
	head := header{
		Title: d.Name, Crumbs: []link{{"Directories", base + "/directories"}}, ID: string(d.ID),
		Actions: []action{{Label: "Log", URL: pathWith(base+"/log", url.Values{"directory": {string(d.ID)}}), Icon: "log"}},
	}
	if d.Status == identity.DirectoryDisconnected {
		head.Badges = []badge{{neutral, "Disconnected"}}
	}
	return head
}

func directoryTabs(d accounts.Directory, at string) []tab {
	path := directoryURL(d.ID)
	return []tab{
		{Label: "Overview", URL: path, IsCurrent: at == ""},
		{Label: "Users", URL: path + "/users", IsCurrent: at == "users", Count: num(d.Users)},
		{Label: "Groups", URL: path + "/groups", IsCurrent: at == "groups", Count: num(d.Groups)},
		{Label: "Tokens", URL: path + "/tokens", IsCurrent: at == "tokens"},
		{Label: "Settings", URL: path + "/settings", IsCurrent: at == "settings"},
	}
}

func directoryStats(d accounts.Health) []stat {
	users := directoryURL(d.ID) + "/users"
	unlinked := stat{Label: "Unlinked", Value: num(d.Unlinked), Note: "users without an account", URL: users + "?unlinked=true"}
	if d.Unlinked > 0 {
		unlinked.Tone = warn
	}
	refused := stat{Label: "Refused in 24 hours", Value: num(d.Day.Refusals), Note: errorRate(d.Day), URL: cardOf(d).LogURL}
	if d.Day.Refusals > 0 {
		refused.Tone = bad
	}
	return []stat{
		{Label: "Users", Value: num(d.Users), URL: users},
		{Label: "Groups", Value: num(d.Groups), URL: directoryURL(d.ID) + "/groups"},
		unlinked,
		{Label: "Writes in 24 hours", Value: num(d.Day.Writes)},
		refused,
	}
}

// jobView is what goes on with a directory in the background: template "job".
type jobView struct {
	Title, Error string
	Done, Total  int
	Again        string // URL to ask once more
}

// jobTitles say what the jobs of directories do.
var jobTitles = map[string]string{accounts.JobLeaveGroups: "Its groups become local", accounts.JobDelete: "It is being deleted"}

// jobOf gives the job that is under way for a directory; nil when there is none.
func (h *Handler) jobOf(c *call, d accounts.Directory) (*jobView, error) {
	if d.Job == "" {
		return nil, nil //nolint:nilnil // there is none
	}
	j, err := h.Accounts.Job(c.Context(), c.org, d.Job)
	if err != nil {
		return nil, err
	}
	return &jobView{Title: jobTitles[j.Kind], Error: j.Error, Done: j.Done, Total: max(j.Total, j.Done), Again: directoryURL(d.ID) + "/job"}, nil
}

// directoryJob answers who waits for a job: with how far it is, and with the
// directory's page, or the list when the directory is gone, when it is done.
func (h *Handler) directoryJob(c *call) error {
	d, err := h.Accounts.Directory(c.Context(), c.org, c.directoryID())
	if identity.CodeOf(err) == identity.CodeNotFound && c.wantsPart() != "" {
		return c.redirect(base + "/directories")
	}
	if err != nil {
		return err
	}
	v, err := h.jobOf(c, d)
	if err != nil {
		return err
	}
	if v == nil || c.wantsPart() == "" {
		return c.redirect(directoryURL(d.ID))
	}
	return h.part(c, "directory", "job", v)
}
