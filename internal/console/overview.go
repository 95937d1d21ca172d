package console

import (
	"cmp"
	"net/url"
	"slices"
	"time"

	"roster/internal/accounts"
	"roster/internal/identity"
	"roster/internal/repair"
	"roster/internal/store"
)

// overviewView is the first page: how each directory does, what is wrong, and
// what was repaired.
type overviewView struct {
	Header      header
	Directories []directoryCard
	NoDirectory empty
	MoreURL     string // of the list of directories, where not all are shown
	Findings    findingsView
	Repairs     []repairLine
	NoRepair    empty
}

// directoryCard is a directory at a glance.
type directoryCard struct {
	Name, Kind, URL         string
	Badge                   badge
	Users, Groups, Unlinked int
	LastPush                time.Time
	Refused                 int // in the last 24 hours
	LogURL                  string
	Trend                   trend
}

// How much of each list the overview shows.
const (
	overviewDirectories = 12
	overviewRepairs     = 5
)

func (h *Handler) overview(c *call) error {
	directories, next, err := h.Accounts.HealthOfAll(c.Context(), c.org, accounts.DefaultHealthDays, store.Page{Limit: overviewDirectories})
	if err != nil {
		return err
	}
	recent, _, err := h.Repair.Repairs(c.Context(), c.org, store.Page{Limit: overviewRepairs})
	if err != nil {
		return err
	}
	v := overviewView{
		Header:      header{Title: "Overview", Lead: "How your identity providers push, and what needs you."},
		NoDirectory: empty{Icon: "directories", Title: "No directory yet", Text: "A directory connects one identity provider, which then pushes its users and groups here."},
		Findings:    findingsViewOf(h.findings.report(c.org, false)),
		NoRepair:    empty{Icon: "repairs", Title: "Nothing was repaired yet", Text: "A repair begins with a finding: Roster plans it, shows what will change, and can undo it."},
	}
	for _, d := range directories {
		v.Directories = append(v.Directories, cardOf(d))
	}
	for _, r := range recent {
		v.Repairs = append(v.Repairs, lineOf(r))
	}
	if next != "" {
		v.MoreURL = base + "/directories"
	}
	return h.page(c, "overview", v)
}

func cardOf(d accounts.Health) directoryCard {
	return directoryCard{
		Name: d.Name, Kind: kindNames[d.Kind], URL: base + "/directories/" + string(d.ID), Badge: healthBadge(d),
		Users: d.Users, Groups: d.Groups, Unlinked: d.Unlinked,
		LastPush: d.Last.WriteAt, Refused: d.Day.Refusals, Trend: trendOf(d.Days()),
		LogURL: pathWith(base+"/log", url.Values{"directory": {string(d.ID)}, "level": {"error"}}),
	}
}

// failing is the part of a day's writes that may be refused before a directory
// is called failing.
const failing = 0.1

func healthBadge(d accounts.Health) badge {
	rate, _ := d.Day.ErrorRate()
	switch {
	case d.Status == identity.DirectoryDisconnected:
		return badge{neutral, "Disconnected"}
	case d.Day.Unauthenticated > 0 && d.Last.UnauthenticatedAt.After(d.Last.WriteAt):
		return badge{bad, "Its token is refused"}
	case rate >= failing:
		return badge{bad, "Failing"}
	case d.Users == 0 && d.Groups == 0:
		return badge{info, "Waiting for the first push"}
	}
	return badge{good, "Connected"}
}

// kindNames are the identity providers as their makers call them.
var kindNames = map[identity.DirectoryKind]string{
	identity.KindGeneric: "Generic SCIM", identity.KindEntra: "Microsoft Entra ID", identity.KindOkta: "Okta", identity.KindGoogle: "Google Workspace",
	identity.KindOneLogin: "OneLogin", identity.KindJumpCloud: "JumpCloud", identity.KindPing: "PingOne",
}

// findingsView is what diagnosis found, by kind.
type findingsView struct {
	findingsReport

	Kinds []kindLine
	// IsPolling has the browser ask again until the report is there.
	IsPolling bool
}

type kindLine struct {
	Name, About, URL string
	Count            int
	Tone             tone
}

// kinds says in words what each kind of finding is.
var kinds = map[repair.FindingKind]struct {
	name, about string
	tone        tone
}{
	repair.KindEmailConflict:      {"Email held by another synced account", "The right account is synced and cannot take its new address", bad},
	repair.KindEmailHeld:          {"Email held by an unsynced account", "An account that no directory syncs holds the address", bad},
	repair.KindWrongAccount:       {"Wrong account synced", "The account with the history is not the one that is linked", bad},
	repair.KindSamePerson:         {"Two accounts of one person", "Both are synced, and the person's work is split between them", bad},
	repair.KindSeveralDirectories: {"Pushed by several directories", "The directories disagree about a person", warn},
	repair.KindEmailLeaves:        {"Email on a foreign domain", "An identity provider moves somebody to a domain that is not verified", warn},
	repair.KindDeletedRecord:      {"Pushes to a deleted record", "An identity provider still writes to what was deleted", warn},
	repair.KindLostMemberships:    {"Groups lost", "A person came back without the groups of the deleted record", warn},
	repair.KindUnlinked:           {"Without an account", "A pushed user has no account to link to", warn},
	repair.KindHeld:               {"Held apart", "An administrator unlinked the pair on purpose", neutral},
	repair.KindGroupName:          {"Group name taken", "A local group has the name that a directory wants", warn},
	repair.KindDeadLinks:          {"Locked by a disconnected directory", "Accounts are locked though nobody pushes them any more", warn},
	repair.KindQuietDirectory:     {"Quiet directory", "Nothing has come from an identity provider for long", warn},
	repair.KindUnclaimed:          {"Not claimed", "Accounts of a verified domain that nobody manages", neutral},
}

func findingsViewOf(r findingsReport) findingsView {
	v := findingsView{findingsReport: r, IsPolling: r.IsBusy}
	for _, kind := range repair.Kinds {
		if n := r.Counts[kind]; n > 0 {
			about := kinds[kind]
			v.Kinds = append(v.Kinds, kindLine{about.name, about.about, base + "/findings?kind=" + string(kind), n, about.tone})
		}
	}
	slices.SortStableFunc(v.Kinds, func(a, b kindLine) int { return cmp.Compare(urgency[a.Tone], urgency[b.Tone]) })
	return v
}

// urgency sorts what is worse first.
var urgency = map[tone]int{bad: 0, warn: 1, info: 2, neutral: 3}

// overviewFindings is the part of the overview that is made in the background.
func (h *Handler) overviewFindings(c *call) error {
	return h.part(c, "overview", "findings", findingsViewOf(h.findings.report(c.org, false)))
}

// refreshFindings begins a new diagnosis.
func (h *Handler) refreshFindings(c *call) error {
	report := h.findings.report(c.org, true)
	if c.wantsPart() == "" {
		return c.redirect(base + "/")
	}
	return h.part(c, "overview", "findings", findingsViewOf(report))
}

// repairLine is a repair in a list.
type repairLine struct {
	Title, URL string
	Badge      badge
	repair.Progress
}

func lineOf(p repair.Progress) repairLine {
	return repairLine{Title: p.Title, URL: base + "/repairs/" + string(p.ID), Badge: repairBadge(p), Progress: p}
}

func repairBadge(p repair.Progress) badge {
	switch {
	case p.Cases[store.CaseStopped] > 0:
		return badge{bad, count(p.Cases[store.CaseStopped], "case stopped", "cases stopped")}
	case p.Cases[store.CaseWaiting] > 0:
		return badge{info, count(p.Cases[store.CaseWaiting], "case waits", "cases wait")}
	case p.Cases[store.CasePlanned] > 0:
		return badge{neutral, "Planned"}
	case p.Cases[store.CaseDone] > 0:
		return badge{good, "Done"}
	}
	return badge{neutral, "Undone"}
}
