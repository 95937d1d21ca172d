package scimhttp_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// probe is an attribute of the test resource type: one for every type ×
// mutability × returned × uniqueness × caseExact × multiValued.
type probe struct {
	name, typ, mutability, returned, uniqueness string
	caseExact, multiValued                      bool
}

const probeURN = "urn:example:params:scim:schemas:Probe"

var probeTypes = []string{"string", "boolean", "decimal", "integer", "dateTime", "binary", "reference", "complex"}

// probes gives the attributes of one type; each type has a schema of its own.
func probes(typ string) []probe {
	var all []probe
	for _, mutability := range []string{"readWrite", "readOnly", "immutable", "writeOnly"} {
		for _, returned := range []string{"default", "always", "request", "never"} {
			for _, uniqueness := range []string{"none", "server", "global"} {
				for flags := range 4 {
					all = append(all, probe{fmt.Sprintf("%s%d", typ, len(all)), typ, mutability, returned, uniqueness, flags&1 != 0, flags&2 != 0})
				}
			}
		}
	}
	return all
}

// allProbes are those of all types.
func allProbes() []probe {
	var all []probe
	for _, typ := range probeTypes {
		all = append(all, probes(typ)...)
	}
	return all
}

func probeSchema(typ string) string {
	var attributes []string
	for _, p := range probes(typ) {
		parts := ""
		if typ == "complex" {
			parts = `,"subAttributes":[{"name":"value"},{"name":"note","returned":"request"}]`
		}
		attributes = append(attributes, fmt.Sprintf(`{"name":%q,"type":%q,"mutability":%q,"returned":%q,"uniqueness":%q,"caseExact":%t,"multiValued":%t%s}`,
			p.name, p.typ, p.mutability, p.returned, p.uniqueness, p.caseExact, p.multiValued, parts))
	}
	return fmt.Sprintf(`{"id":"%s:%s","name":"Probe","attributes":[%s]}`, probeURN, typ, strings.Join(attributes, ","))
}

// probeDocuments are the resource type and its schemas: the first is the core
// schema, the others are extensions.
func probeDocuments() []string {
	var docs, extensions []string
	for _, typ := range probeTypes {
		docs = append(docs, probeSchema(typ))
		if typ != probeTypes[0] {
			extensions = append(extensions, fmt.Sprintf(`{"schema":"%s:%s","required":false}`, probeURN, typ))
		}
	}
	return append(docs, fmt.Sprintf(`{"name":"Probe","endpoint":"/Probes","schema":"%s:%s","schemaExtensions":[%s]}`, probeURN, probeTypes[0], strings.Join(extensions, ",")))
}

// one is the JSON of the probe's n-th value, in the given case where letters
// have one.
func (p probe) one(n int, upper bool) string {
	text := fmt.Sprintf("val-%d", n)
	if upper {
		text = strings.ToUpper(text)
	}
	switch p.typ {
	case "boolean":
		return strconv.FormatBool(n%2 == 0)
	case "decimal":
		return fmt.Sprintf("%d.5", n)
	case "integer":
		return strconv.Itoa(n)
	case "dateTime":
		return fmt.Sprintf(`"2026-01-%02dT00:00:00Z"`, n)
	case "binary":
		return fmt.Sprintf(`"AAA%c"`, 'A'+n)
	case "reference":
		return `"https://h.example/` + text + `"`
	case "complex":
		return `{"value":"` + text + `","note":"n"}`
	default:
		return `"` + text + `"`
	}
}

// value is the attribute's JSON with the n-th value.
func (p probe) value(n int) string {
	if p.multiValued {
		return "[" + p.one(n, false) + "]"
	}
	return p.one(n, false)
}

// filter holds exactly for resources with the n-th value.
func (p probe) filter(n int) string {
	literal := p.one(n, !p.caseExact)
	if p.typ == "complex" {
		literal = fmt.Sprintf(`"VAL-%d"`, n)
	}
	return p.path() + " eq " + literal
}

func (p probe) isCore() bool { return p.typ == probeTypes[0] }

func (p probe) path() string {
	if p.isCore() {
		return p.name
	}
	return probeURN + ":" + p.typ + ":" + p.name
}

// isKept tells whether what a client gives can be seen again.
func (p probe) isKept() bool {
	return (p.mutability == "readWrite" || p.mutability == "immutable")
}

func (p probe) isVisible() bool { return p.isKept() && p.returned != "never" }

func (p probe) byDefault() bool {
	return p.isVisible() && (p.returned == "default" || p.returned == "always")
}

// probeBody is a resource with the n-th value of the probes that ok picks.
func probeBody(n int, ok func(probe) bool) string {
	core, extensions := []string{}, map[string][]string{}
	for _, p := range allProbes() {
		if !ok(p) {
			continue
		}
		member := fmt.Sprintf("%q:%s", p.name, p.value(n))
		if p.isCore() {
			core = append(core, member)
		} else {
			extensions[p.typ] = append(extensions[p.typ], member)
		}
	}
	for typ, members := range extensions {
		core = append(core, fmt.Sprintf(`"%s:%s":{%s}`, probeURN, typ, strings.Join(members, ",")))
	}
	return "{" + strings.Join(core, ",") + "}"
}

// shown reads which probes a resource shows, each with its JSON.
func shown(t *testing.T, body []byte) map[string]string {
	t.Helper()
	var top map[string]json.RawMessage
	if err := json.Unmarshal(body, &top); err != nil {
		t.Fatalf("%s: %v", body, err)
	}
	got := map[string]string{}
	for name, raw := range top {
		if !strings.HasPrefix(name, probeURN) {
			got[name] = string(raw)
			continue
		}
		var inner map[string]json.RawMessage
		if err := json.Unmarshal(raw, &inner); err != nil {
			t.Fatal(err)
		}
		for attribute, value := range inner {
			got[attribute] = string(value)
		}
	}
	return got
}

// answered is the attribute's JSON with the n-th value, by default.
func (p probe) answered(n int) string { return strings.ReplaceAll(p.value(n), `,"note":"n"`, "") }

// wantShown checks that exactly the probes that ok picks are shown, with their n-th value.
func wantShown(t *testing.T, body []byte, n int, ok func(probe) bool) {
	t.Helper()
	wantValues(t, body, func(p probe) int {
		if ok(p) {
			return n
		}
		return 0
	})
}

// everySchema asks for the whole of all probe schemas.
func everySchema() string {
	var urns []string
	for _, typ := range probeTypes {
		urns = append(urns, probeURN+":"+typ)
	}
	return url.QueryEscape(strings.Join(urns, ","))
}

func filtered(filter string) string { return "/Probes?filter=" + url.QueryEscape(filter) }

// TestEveryKindOfAttribute loads a resource type with an attribute of every
// kind by configuration and puts it through all operations.
func TestEveryKindOfAttribute(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, w *world) {
		d := w.generic
		w.load(t, w.org, d, probeDocuments()...)
		all := func(probe) bool { return true }
		created := d.must(t, 201, "POST", "/Probes", probeBody(2, all))
		id := created.text(t, "id")
		wantSubset(t, created.body, `{"meta":{"resourceType":"Probe","location":"`+d.base+"/Probes/"+id+`","version":"W/\"1\""}}`)
		wantShown(t, created.body, 2, probe.isVisible) // what the client gave, on request or not
		wantShown(t, d.must(t, 200, "GET", "/Probes/"+id, "").body, 2, probe.byDefault)
		wantShown(t, d.must(t, 200, "GET", "/Probes/"+id+"?attributes="+everySchema(), "").body, 2, probe.isVisible)
		wantShown(t, d.must(t, 200, "GET", "/Probes/"+id+"?excludedAttributes="+everySchema(), "").body, 2,
			func(p probe) bool { return p.isVisible() && p.returned == "always" })
		wantFilters(t, d, id, 2, all)

		isFixed := func(p probe) bool { return p.mutability == "immutable" }
		isFree := func(p probe) bool { return !isFixed(p) }
		replaced := d.must(t, 200, "PUT", "/Probes/"+id, probeBody(3, isFree)).body
		wantValues(t, replaced, func(p probe) int {
			switch {
			case isFree(p) && p.isVisible():
				return 3
			case isFixed(p) && p.byDefault():
				return 2
			default:
				return 0
			}
		})
		for _, typ := range probeTypes {
			changed := d.send(t, "PUT", "/Probes/"+id, probeBody(5, func(p probe) bool { return p.typ == typ && isFixed(p) }))
			wantRefusal(t, changed, 400, "mutability")
		}

		for chunk := range slices.Chunk(slices.DeleteFunc(allProbes(), func(p probe) bool { return p.mutability == "readOnly" || isFixed(p) }), 300) {
			var ops []string
			for _, p := range chunk {
				ops = append(ops, p.operation("replace", 4))
			}
			got := shown(t, d.must(t, 200, "PATCH", "/Probes/"+id, patchJSON(ops...)).body)
			for _, p := range chunk {
				if _, is := got[p.name]; is != p.isVisible() {
					t.Errorf("%+v: patched, and in the answer: %t", p, is)
				}
			}
		}
		wantFilters(t, d, id, 4, isFree)
		wantFilters(t, d, id, 2, isFixed)
		for _, p := range allProbes() {
			if p.returned != "default" || p.uniqueness != "none" {
				continue
			}
			switch p.mutability {
			case "readOnly":
				wantRefusal(t, d.send(t, "PATCH", "/Probes/"+id, patchJSON(p.operation("add", 5))), 400, "mutability")
			case "immutable":
				wantRefusal(t, d.send(t, "PATCH", "/Probes/"+id, patchJSON(p.operation("replace", 5))), 400, "mutability")
				wantRefusal(t, d.send(t, "PATCH", "/Probes/"+id, patchJSON(p.operation("remove", 0))), 400, "mutability")
			case "writeOnly":
				wantRefusal(t, d.send(t, "GET", filtered(p.filter(4)), ""), 400, "sensitive")
			case "readWrite":
				got := shown(t, d.must(t, 200, "PATCH", "/Probes/"+id, patchJSON(p.operation("remove", 0))).body)
				if value, is := got[p.name]; is {
					t.Errorf("%+v: removed, and still %s", p, value)
				}
			}
		}
		d.must(t, 204, "DELETE", "/Probes/"+id, "")
		d.must(t, 404, "GET", "/Probes/"+id, "")
		d.must(t, 201, "POST", "/Probes", probeBody(2, all)) // its values are free again
	})
}

// TestUniquenessOfEveryKind checks that a value is refused exactly where the
// attribute wants it unique, and takes letter case into account where it says so.
func TestUniquenessOfEveryKind(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, w *world) {
		d := w.generic
		w.load(t, w.org, d, probeDocuments()...)
		isSample := func(p probe) bool { return p.isKept() && p.returned == "default" }
		d.must(t, 201, "POST", "/Probes", probeBody(2, isSample))
		for _, p := range allProbes() {
			if !isSample(p) {
				continue
			}
			again := d.send(t, "POST", "/Probes", probeBody(2, func(q probe) bool { return q == p }))
			if p.uniqueness == "none" {
				if again.status != 201 {
					t.Errorf("%+v: status %d for a second holder", p, again.status)
				}
				continue
			}
			wantRefusal(t, again, 409, "uniqueness")
		}
		folded := probe{typ: "string", name: "string4", uniqueness: "server"}
		exact := probe{typ: "string", name: "string5", uniqueness: "server"}
		wantRefusal(t, d.send(t, "POST", "/Probes", `{"`+folded.name+`":"VAL-2"}`), 409, "uniqueness")
		d.must(t, 201, "POST", "/Probes", `{"`+exact.name+`":"VAL-2"}`)
	})
}

// operation is a PATCH operation on the probe, with its n-th value.
func (p probe) operation(op string, n int) string {
	if op == "remove" {
		return fmt.Sprintf(`{"op":"remove","path":%q}`, p.path())
	}
	return fmt.Sprintf(`{"op":%q,"path":%q,"value":%s}`, op, p.path(), p.value(n))
}

func wantRefusal(t *testing.T, a answer, status int, scimType string) {
	t.Helper()
	var e struct {
		Type string `json:"scimType"`
	}
	if err := json.Unmarshal(a.body, &e); err != nil || a.status != status || e.Type != scimType {
		t.Errorf("got %d %.300s, want %d %s", a.status, a.body, status, scimType)
	}
}

// wantValues checks which value of each probe is shown; 0 is none.
func wantValues(t *testing.T, body []byte, want func(probe) int) {
	t.Helper()
	got := shown(t, body)
	for _, p := range allProbes() {
		value, is := got[p.name]
		switch n := want(p); {
		case n == 0 && is:
			t.Errorf("%+v: shown as %s", p, value)
		case n > 0 && value != p.answered(n):
			t.Errorf("%+v: shown as %q, want %s", p, value, p.answered(n))
		}
	}
}

// wantFilters checks that the resource is found by the n-th value of the probes.
func wantFilters(t *testing.T, d directory, id string, n int, ok func(probe) bool) {
	t.Helper()
	var terms []string
	for _, p := range allProbes() {
		if p.isVisible() && ok(p) {
			terms = append(terms, p.filter(n))
		}
	}
	for len(terms) > 0 {
		k := min(len(terms), 40)
		filter := strings.Join(terms[:k], " and ")
		terms = terms[k:]
		wantSubset(t, d.must(t, 200, "GET", filtered(filter), "").body, `{"totalResults":1,"Resources":[{"id":"`+id+`"}]}`)
		wantSubset(t, d.must(t, 200, "GET", filtered("not ("+filter+")"), "").body, `{"totalResults":0}`)
	}
}
