package store

import "roster/internal/scim"

// resource says where a filter finds the attributes of a resource type. What
// fields and rows do not name is in the folded document.
type resource struct {
	kind    CountKind
	typ     string // of a configured type's resources, in the table of all of them
	table   string // with its alias
	id      string
	json    string // the folded document
	owner   string // the directory's column
	dialect dialect
	fields  map[scim.AttrPath]field
	rows    map[scim.AttrPath]rows
	indexes map[scim.AttrPath]func(fw filterWriter, value string)
	sorts   map[scim.AttrPath]sortKey // those that have an index
}

// rows are the elements of a multi-valued attribute: those of from for which
// on holds. Values that fields does not name are in json.
type rows struct {
	from, on string
	order    string // in which the elements are answered
	json     string
	fields   map[scim.AttrPath]field
}

// rowsOf gives the elements of a multi-valued attribute.
func (r resource) rowsOf(p scim.AttrPath) rows {
	if found, ok := r.rows[p]; ok {
		return found
	}
	return rows{from: r.dialect.jsonEach(r.json, "e", namesOf(p)...), on: "TRUE", order: "e.key", json: "e.value"}
}

// resourceOf finds the rows of a resource type.
func resourceOf(d dialect, rt *scim.ResourceType) resource {
	switch rt.ID {
	case scim.UserType().ID:
		return userResource(d)
	case scim.GroupType().ID:
		return groupResource(d)
	default:
		return customResource(d, rt)
	}
}

// maxIndexedBytes bounds the values that are looked up in an index: a B-tree
// of PostgreSQL refuses rows beyond a third of a page, 2.7 kB.
const maxIndexedBytes = 512

// indexedRunes is how much of a user's display name is in the index.
const indexedRunes = 200

func userResource(d dialect) resource {
	r := resource{
		kind: CountUsers, table: "scim_user u", id: "u.id", owner: "u.directory_id", json: "u.folded", dialect: d,
		fields: commonFields(d, "u", "User"),
		rows:   map[scim.AttrPath]rows{{Attr: "schemas"}: schemaRows(d, "u", scim.CoreUserURN), {Attr: "groups"}: groupRows(d)},
	}
	r.fields[scim.AttrPath{Attr: "userName"}] = field{expr: "u.user_name_key"}
	r.fields[accountPath] = field{expr: "(SELECT k.account_id FROM link k WHERE k.directory_id = u.directory_id AND k.scim_user_id = u.id)"}
	displayName := d.jsonText(r.json, "displayName")
	r.sorts = commonSorts("u")
	r.sorts[scim.AttrPath{Attr: "userName"}] = sortKey{expr: "u.user_name_key", always: true, unique: true, indexed: true}
	r.sorts[scim.AttrPath{Attr: "displayName"}] = sortKey{expr: "substr(" + displayName + ", 1, 200)", indexed: true, computed: true}
	r.indexes = map[scim.AttrPath]func(filterWriter, string){
		{Attr: "externalId"}: func(fw filterWriter, value string) { fw.add("u.external_id = ?", value) },
		{Attr: "displayName"}: func(fw filterWriter, value string) {
			fw.add("(substr("+displayName+", 1, 200) = ? AND "+displayName+" = ?)", firstRunes(value, indexedRunes), value)
		},
		{Attr: "emails", Sub: "value"}: func(fw filterWriter, value string) {
			fw.add("u.id IN (SELECT x.user_id FROM scim_user_address x WHERE x.directory_id = ? AND x.value = ?)", fw.directory, value)
		},
		{Attr: "groups", Sub: "value"}: func(fw filterWriter, value string) {
			fw.add("u.id IN (SELECT x.user_id FROM scim_group_member x WHERE x.directory_id = ? AND x.group_id = ?)", fw.directory, value)
		},
		accountPath: func(fw filterWriter, value string) {
			fw.add("u.id IN (SELECT k.scim_user_id FROM link k WHERE k.directory_id = ? AND k.account_id = ?)", fw.directory, value)
		},
	}
	return r
}

func groupResource(d dialect) resource {
	r := resource{
		kind: CountGroups, table: "scim_group g", id: "g.id", owner: "g.directory_id", json: "g.folded", dialect: d,
		fields: commonFields(d, "g", "Group"),
		rows:   map[scim.AttrPath]rows{{Attr: "schemas"}: schemaRows(d, "g", scim.CoreGroupURN), {Attr: "members"}: memberRows(d)},
	}
	r.fields[scim.AttrPath{Attr: "displayName"}] = field{expr: "g.display_name_key"}
	r.sorts = commonSorts("g")
	r.sorts[scim.AttrPath{Attr: "displayName"}] = sortKey{expr: "g.display_name_key", always: true, unique: true, indexed: true}
	r.indexes = map[scim.AttrPath]func(filterWriter, string){
		{Attr: "externalId"}: func(fw filterWriter, value string) { fw.add("g.external_id = ?", value) },
		{Attr: "members", Sub: "value"}: func(fw filterWriter, value string) {
			fw.add("g.id IN (SELECT x.group_id FROM scim_group_member x WHERE x.directory_id = ? AND x.user_id = ?)", fw.directory, value)
		},
	}
	return r
}

var accountPath = scim.AttrPath{URN: scim.AccountURN, Attr: "atlassianAccountId"}

// commonFields are the columns of the common attributes (RFC 7643 section 3.1).
func commonFields(d dialect, alias, resourceType string) map[scim.AttrPath]field {
	return map[scim.AttrPath]field{
		{Attr: "id"}:                        {expr: alias + ".id"},
		{Attr: "meta"}:                      {expr: alias + ".version", kind: hiddenField},
		{Attr: "meta", Sub: "resourceType"}: {expr: d.exact("'" + resourceType + "'")},
		{Attr: "meta", Sub: "created"}:      {expr: alias + ".created_at", kind: timeField},
		{Attr: "meta", Sub: "lastModified"}: {expr: alias + ".modified_at", kind: timeField},
		{Attr: "meta", Sub: "location"}:     {expr: alias + ".id", kind: hiddenField},
		{Attr: "meta", Sub: "version"}:      {expr: d.exact(`'W/"' || CAST(` + alias + `.version AS TEXT) || '"'`)},
	}
}

// commonSorts are the indexed orders that users and groups share.
func commonSorts(alias string) map[scim.AttrPath]sortKey {
	return map[scim.AttrPath]sortKey{
		{Attr: "id"}:                        {expr: alias + ".id", always: true, unique: true, indexed: true},
		{Attr: "externalId"}:                {expr: alias + ".external_id", indexed: true},
		{Attr: "meta", Sub: "created"}:      {expr: alias + ".created_at", kind: timeField, always: true, indexed: true},
		{Attr: "meta", Sub: "lastModified"}: {expr: alias + ".modified_at", kind: timeField, always: true, indexed: true},
	}
}

// schemaRows are the URNs of a resource, of which that of its core schema comes
// first.
func schemaRows(d dialect, alias, core string) rows {
	return rows{from: d.elements(alias+".schemas") + " e", on: "TRUE", order: "(e.value = '" + core + "') DESC", fields: map[scim.AttrPath]field{{}: {expr: d.exact("e.value")}}}
}

// groupRows are a user's `groups`, as GroupsOfUsers gives them.
func groupRows(d dialect) rows {
	return rows{
		from: "scim_group_member m JOIN scim_group g ON g.directory_id = m.directory_id AND g.id = m.group_id",
		on:   "m.directory_id = u.directory_id AND m.user_id = u.id", order: "m.group_id",
		fields: map[scim.AttrPath]field{
			{Attr: "value"}:   {expr: "m.group_id"},
			{Attr: "$ref"}:    {expr: "m.group_id", kind: hiddenField},
			{Attr: "display"}: {expr: "g.display_name_key"},
			{Attr: "type"}:    {expr: d.exact("'direct'")},
		},
	}
}

// memberRows are a group's `members`, as Members gives them.
func memberRows(d dialect) rows {
	return rows{
		from: "scim_group_member m JOIN scim_user u ON u.directory_id = m.directory_id AND u.id = m.user_id",
		on:   "m.directory_id = g.directory_id AND m.group_id = g.id", order: "m.user_id",
		fields: map[scim.AttrPath]field{
			{Attr: "value"}:   {expr: "m.user_id"},
			{Attr: "$ref"}:    {expr: "m.user_id", kind: hiddenField},
			{Attr: "display"}: {expr: "COALESCE(NULLIF(" + d.jsonText("u.folded", "displayName") + ", ''), u.user_name_key)"},
			{Attr: "type"}:    {expr: d.exact("'user'")},
		},
	}
}

// firstRunes is what SQL's substr(s, 1, n) gives.
func firstRunes(s string, n int) string {
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}
