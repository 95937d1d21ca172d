package scim

import (
	"slices"
	"strings"
)

// bulkIDPrefix stands before the bulkId of another operation where an id is due (RFC 7644 §3.7.2).
const bulkIDPrefix = "bulkId:"

// Creators gives the operations that create something, by bulkId.
func (b Bulk) Creators() map[string]int {
	creators := map[string]int{}
	for i, op := range b.Operations {
		if op.Method == methodPost && op.BulkID != "" {
			creators[op.BulkID] = i
		}
	}
	return creators
}

// Resolve gives the operation with ids in the place of references to bulkIds. A reference to a bulkId that ids does not
// have is *[Error] 400 invalidValue where an id is due, and a text like any other elsewhere.
func (op BulkOperation) Resolve(ids map[string]string) (BulkOperation, error) {
	unknown := ""
	replace := func(bulkID string, due bool) (string, bool) {
		id, ok := ids[bulkID]
		if !ok && due && unknown == "" {
			unknown = bulkID
		}
		return id, ok
	}
	op.eachReference(replace, func(path string, data Value) { op.Path, op.Data = path, data })
	if unknown != "" {
		return op, refuse(TypeInvalidValue, "No POST of this request has the bulkId %.100q, to which this operation refers. Send that POST in the same request, or write the id.", unknown)
	}
	return op, nil
}

// references are the operations whose results this one needs.
func (op BulkOperation) references(creators map[string]int) (needed []int) {
	collect := func(bulkID string, _ bool) (string, bool) {
		if i, ok := creators[bulkID]; ok && !slices.Contains(needed, i) {
			needed = append(needed, i)
		}
		return "", false
	}
	op.eachReference(collect, func(string, Value) {})
	return needed
}

// eachReference offers every reference of the operation to replace, which gives what to put in its place or false, and
// gives the outcome to done. due tells that nothing but an id makes sense at the place.
func (op BulkOperation) eachReference(replace func(bulkID string, due bool) (string, bool), done func(path string, data Value)) {
	segments := strings.Split(op.Path, "/")
	for i, s := range segments {
		segments[i] = replaceWhole(s, true, replace)
	}
	done(strings.Join(segments, "/"), replaceTexts("", op.Data, replace))
}

// replaceTexts walks a value; name is that of the member which it belongs to.
func replaceTexts(name string, v Value, replace func(string, bool) (string, bool)) Value {
	switch v.Kind() {
	case KindString:
		return String(replaceText(name, v.Str(), replace))
	case KindArray:
		items := make([]Value, len(v.Items()))
		for i, item := range v.Items() {
			items[i] = replaceTexts(name, item, replace)
		}
		return Array(items...)
	case KindObject:
		members := make([]Member, len(v.Members()))
		for i, m := range v.Members() {
			members[i] = Member{m.Name, replaceTexts(m.Name, m.Value, replace)}
		}
		return Object(members...)
	default:
		return v
	}
}

// names are attributes that say how a resource itself is called. A text in them refers to nothing.
var names = [...]string{"id", "externalId", "userName", "displayName"}

func replaceText(name, s string, replace func(string, bool) (string, bool)) string {
	if !strings.Contains(s, bulkIDPrefix) || slices.ContainsFunc(names[:], func(n string) bool { return equalName(n, name) }) {
		return s
	}
	if equalName(name, "path") {
		return replaceQuoted(s, replace)
	}
	if slash := strings.LastIndexByte(s, '/'); slash >= 0 && !strings.HasPrefix(s, bulkIDPrefix) {
		return s[:slash+1] + replaceWhole(s[slash+1:], equalName(name, "$ref"), replace)
	}
	return replaceWhole(s, equalName(name, "value"), replace)
}

// replaceWhole replaces a text that is a reference and nothing else.
func replaceWhole(s string, due bool, replace func(string, bool) (string, bool)) string {
	bulkID, is := strings.CutPrefix(s, bulkIDPrefix)
	if !is {
		return s
	}
	if id, ok := replace(bulkID, due); ok {
		return id
	}
	return s
}

// replaceQuoted replaces the references that a path compares with, as in members[value eq "bulkId:x"].
func replaceQuoted(path string, replace func(string, bool) (string, bool)) string {
	before, rest, found := strings.Cut(path, `"`+bulkIDPrefix)
	if !found {
		return path
	}
	bulkID, after, closed := strings.Cut(rest, `"`)
	if !closed {
		return path
	}
	return before + `"` + replaceWhole(bulkIDPrefix+bulkID, true, replace) + `"` + replaceQuoted(after, replace)
}
