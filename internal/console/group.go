package console

import (
	"net/url"

	"roster/internal/identity"
)

func groupURL(id identity.OrgGroupID) string { return base + "/groups/" + url.PathEscape(string(id)) }

func sourceBadge(s identity.GroupSource) badge {
	if s == identity.GroupSynced {
		return badge{info, "Synced"}
	}
	return badge{neutral, "Local"}
}
