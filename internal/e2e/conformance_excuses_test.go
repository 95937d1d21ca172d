package e2e

import (
	"regexp"
	"slices"
	"strings"

	"roster/internal/scim"
)

// excuse says why a check need not pass. It fits results of these checks only,
// and only where the detail is the known one.
type excuse struct {
	suite   string // or the beginning of its name
	group   string
	checks  []string
	outcome string
	fits    func(detail string) bool
	reason  string
}

const (
	fail = "fail"
	pass = "pass"
	skip = "skip"
)

var excuses = []excuse{
	{
		suite: "scim2-tester", group: "User", outcome: fail,
		checks: []string{
			"object_query_with_attributes", "object_list_with_attributes", "search_with_attributes", "object_replacement",
			"check_add_attribute", "check_remove_attribute", "check_replace_attribute",
		},
		fits: func(detail string) bool {
			return strings.HasPrefix(detail, "invalid syntax at column 46") && strings.Contains(detail, "atlassian-external:1.0")
		},
		reason: "The suite takes the URN of every extension for a PATCH path and stops, before it sends anything, at " +
			"`urn:scim:schemas:extension:atlassian-external:1.0`, because what follows its last colon begins with a digit. A URN alone " +
			"is no path (RFC 7644 section 3.5.2, figure 7), and an extension may have any URI (RFC 7643 section 3, `schemas`). The " +
			"same checks run in the run *described*, which does not show the suite this extension.",
	},
	{
		suite: "scim2-tester", group: "Group", outcome: fail,
		checks: []string{"check_add_attribute", "check_replace_attribute"},
		fits:   differsInDisplayOnly,
		reason: "The suite wants the `members` that it sent to come back unchanged, `display` included. `display` is read-only: the " +
			"server fills it with the member's name, and a client cannot set it (RFC 7643 section 7, `mutability`). All else that comes " +
			"back is what was sent.",
	},
	{
		suite: "scim2-tester", group: "User", outcome: fail,
		checks: []string{"check_add_attribute", "check_replace_attribute"},
		fits:   differsInManagersNameOnly,
		reason: "The suite wants the `manager` that it sent to come back without the `displayName`, which is read-only: the server fills it " +
			"with the manager's name (RFC 7643 section 4.3). All else that comes back is what was sent.",
	},
	{
		suite: "scim-sanity", group: "Phase 3 — Group CRUD Lifecycle", outcome: fail,
		checks: []string{"PATCH /Groups/{id} add member"},
		fits:   func(detail string) bool { return detail == "Expected 200, got 400" },
		reason: "The suite adds the member `fake-member-id`, which does not exist, and wants 200. A member's value is the id of a SCIM " +
			"resource (RFC 7643 section 4.2); a client whose member is refused knows that it has to come back.",
	},
	{
		suite: "scim-sanity", outcome: skip,
		checks: []string{"Agent CRUD Lifecycle", "AgenticApplication CRUD Lifecycle", "Agent Rapid Lifecycle"},
		fits:   func(detail string) bool { return strings.Contains(detail, "not supported") },
		reason: "The resource types Agent and AgenticApplication are of a draft (draft-abbey-scim-agent-extension), and no directory has them " +
			"by itself.",
	},
}

// fit gives the index of the excuse for a result, or -1.
func fit(suite string, c suiteCheck) int {
	return slices.IndexFunc(excuses, func(e excuse) bool {
		return strings.HasPrefix(suite, e.suite) && (e.group == "" || e.group == c.Group) && slices.Contains(e.checks, c.Name) &&
			e.outcome == c.Outcome && e.fits(c.Detail)
	})
}

var (
	membersSaid = regexp.MustCompile(`(?s)unexpected value for 'members'\.\nPatched value: (.*)\nReturned value: (.*)$`)
	display     = regexp.MustCompile(`, display=(None|'[^']*')`)
)

// differsInDisplayOnly tells whether the members that came back are those sent, but for their display.
func differsInDisplayOnly(detail string) bool {
	said := membersSaid.FindStringSubmatch(detail)
	return said != nil && display.ReplaceAllString(said[1], "") == display.ReplaceAllString(said[2], "")
}

var (
	managerSaid = regexp.MustCompile(`(?s)unexpected value for '` + regexp.QuoteMeta(scim.EnterpriseUserURN) + `(?::manager)?'\.\nPatched value: (.*)\nReturned value: (.*)$`)
	managerName = regexp.MustCompile(`,? display_name=(None|'[^']*')|schemas=\[[^]]*\] `)
)

// differsInManagersNameOnly tells whether the manager that came back is the one sent, but for its displayName. The
// suite's own `schemas` of an extension is none of what is compared.
func differsInManagersNameOnly(detail string) bool {
	said := managerSaid.FindStringSubmatch(detail)
	return said != nil && managerName.ReplaceAllString(said[1], "") == managerName.ReplaceAllString(said[2], "")
}
