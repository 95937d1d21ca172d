package console

import (
	"slices"
	"strings"
)

// navItem is a line of the sidebar.
type navItem struct {
	Label, Path, Icon string
	Key               string // that follows g on the keyboard
}

// sidebar is the navigation, in the order in which it is shown.
var sidebar = []navItem{
	{"Overview", base + "/", "overview", "o"},
	{"Findings", base + "/findings", "findings", "f"},
	{"Repairs", base + "/repairs", "repairs", "r"},
	{"Accounts", base + "/accounts", "accounts", "a"},
	{"Groups", base + "/groups", "groups", "g"},
	{"Directories", base + "/directories", "directories", "d"},
	{"Log", base + "/log", "log", "l"},
	{"Domains", base + "/domains", "domains", "m"},
	{"Audit", base + "/audit", "audit", "u"},
	{"Keys", base + "/keys", "keys", "k"},
	{"Access", base + "/access", "link", "c"},
	{"Sessions", base + "/sessions", "clock", "n"},
	{"Settings", base + "/settings", "settings", "s"},
}

// navOf leaves out what no route answers.
func navOf(all []route) []navItem {
	return slices.DeleteFunc(slices.Clone(sidebar), func(item navItem) bool {
		return !slices.ContainsFunc(all, func(rt route) bool {
			return rt.method == "GET" && strings.TrimSuffix(rt.path, "{$}") == item.Path
		})
	})
}

// isCurrent tells whether a page belongs to an item: it lies at or below it.
func (n navItem) isCurrent(path string) bool {
	return path == n.Path || (n.Path != base+"/" && strings.HasPrefix(path, n.Path+"/"))
}
