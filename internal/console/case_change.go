package console

import (
	"roster/internal/repair"
)

// fieldNames are what differs between two states, in words.
var fieldNames = map[string]string{
	"email": "address", "name": "name", "status": "status", "claim": "claim", "profile": "profile", "record": "record",
	"link": "account", "attributes": "attributes", "holds": "held apart from", "groups": "groups",
}

var partyNames = map[string]string{"account": "Account", "scimUser": "Record"}

func changeViewOf(c repair.Change) changeView {
	v := changeView{What: partyNames[c.What], ID: c.ID, Field: fieldNames[c.Field], Before: c.Before, After: c.After}
	if c.Field == "attributes" || c.Field == "profile" {
		v.Before, v.After = "", "changed"
	}
	return v
}

// sentence says a change on one line.
func (v changeView) sentence() string {
	said := v.What + " " + short(v.ID) + ": " + v.Field
	if v.Before == "" && v.After == "changed" {
		return said + " changed"
	}
	return said + " was " + orNone(v.Before) + ", is " + orNone(v.After)
}

func orNone(value string) string {
	if value == "" {
		return "none"
	}
	return value
}
