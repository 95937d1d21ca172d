package cli

import (
	"strconv"
	"strings"
)

var unlinkColumns = []column[unlinkRow]{
	{"AAID", func(r unlinkRow) string { return r.AccountID }},
	{"RESULT", func(r unlinkRow) string { return r.Result }},
	{"SCIM USERS", func(r unlinkRow) string { return strconv.Itoa(len(r.SCIMUsers)) }},
	{"MESSAGE", func(r unlinkRow) string { return r.Message }},
}

// unlinkResult are the columns of --result.
var unlinkResult = []column[unlinkRow]{
	{"accountId", func(r unlinkRow) string { return r.AccountID }},
	{"result", func(r unlinkRow) string { return r.Result }},
	{"scimUsers", scimUsersText},
	{"httpStatus", func(r unlinkRow) string { return strconv.Itoa(r.Status) }},
	{"message", func(r unlinkRow) string { return r.Message }},
	{"requestId", func(r unlinkRow) string { return r.RequestID }},
}

// scimUsersText is a field of CSV: directory/scimUser, parted by spaces.
func scimUsersText(row unlinkRow) string {
	texts := make([]string, len(row.SCIMUsers))
	for i, user := range row.SCIMUsers {
		texts[i] = user.DirectoryID + "/" + user.SCIMUserID
	}
	return strings.Join(texts, " ")
}
