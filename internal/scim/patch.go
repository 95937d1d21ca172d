package scim

import "strconv"

// Op is what a PATCH operation does (RFC 7644 §3.5.2).
type Op string

// The operations of RFC 7644 §3.5.2.
const (
	OpAdd     Op = "add"
	OpReplace Op = "replace"
	OpRemove  Op = "remove"
)

// Operation is one operation of a PATCH. HasPath is false where the value's own keys say what to change.
type Operation struct {
	Op      Op
	Path    Path
	HasPath bool
	Value   Value
}

const statusContentTooLarge = 413

// DecodePatch reads the body of a PATCH (RFC 7644 §3.5.2). The list may be called "operations", as the hosted
// service's published description has it, op may be in any letter case (Entra ID), and schemas may be absent. Errors
// are *[Error]: 400 invalidSyntax, invalidPath or invalidValue, and 413 for more operations than lim allows.
func DecodePatch(body Value, lim Limits) ([]Operation, error) {
	list, ok := body.Get("Operations")
	if !ok || list.Kind() != KindArray {
		return nil, refuse(TypeInvalidSyntax, `A PATCH needs an object with an array "Operations".`)
	}
	items := list.Items()
	if len(items) == 0 {
		return nil, refuse(TypeInvalidValue, `"Operations" is empty; at least one operation is expected.`)
	}
	if len(items) > lim.MaxOperations {
		return nil, Errorf(statusContentTooLarge, "", "The PATCH has %d operations; at most %d are allowed. Send several requests.", len(items), lim.MaxOperations)
	}
	ops, terms := make([]Operation, 0, len(items)), 0
	for i, item := range items {
		op, err := decodeOperation(item)
		if err != nil {
			return nil, within(operationName(i), err)
		}
		if terms += comparisons(op.Path.Filter); terms > lim.MaxPathTerms {
			return nil, Errorf(statusContentTooLarge, "", "The paths of the PATCH have more than %d comparisons. Send several requests.", lim.MaxPathTerms)
		}
		ops = append(ops, op)
	}
	return ops, nil
}

// comparisons counts those of a parsed filter.
func comparisons(f Filter) int {
	switch f := f.(type) {
	case nil:
		return 0
	case And:
		return comparisons(f.Left) + comparisons(f.Right)
	case Or:
		return comparisons(f.Left) + comparisons(f.Right)
	case Not:
		return comparisons(f.Filter)
	default:
		return 1
	}
}

func operationName(i int) string { return "Operations[" + strconv.Itoa(i) + "]" }

func decodeOperation(item Value) (Operation, error) {
	name, _ := item.Get("op")
	var op Operation
	for _, known := range [...]Op{OpAdd, OpReplace, OpRemove} {
		if equalName(name.Str(), string(known)) {
			op.Op = known
		}
	}
	if op.Op == "" {
		return op, refuse(TypeInvalidSyntax, `"op" must be "add", "replace" or "remove".`)
	}
	value, hasValue := item.Get("value")
	if !hasValue && op.Op != OpRemove {
		return op, refuse(TypeInvalidValue, `%q needs a "value".`, op.Op)
	}
	op.Value = value
	path, _ := item.Get("path")
	switch {
	case path.Kind() != KindNull && path.Kind() != KindString:
		return op, refuse(TypeInvalidPath, `"path" must be a string; got %s.`, path.Kind())
	case path.Str() == "":
		return op, nil
	}
	parsed, err := ParsePath(path.Str())
	op.Path, op.HasPath = parsed, true
	return op, err
}

// Patch applies operations in order to a canonical document and gives the canonical result; doc itself does not
// change, so that a failing operation leaves nothing half done. changed is false when the result is the same
// document, whose modification time must then stay (RFC 7644 §3.5.2.1). What a Group PATCH says of members is
// ignored here: split it off by [SplitMembers] first.
//
// Errors are *[Error] 400: invalidPath for an unknown path, mutability for a read-only one or the removal of
// something required, noTarget, invalidFilter and invalidValue. Unknown and read-only keys in a value without path
// are ignored.
func (rt *ResourceType) Patch(doc Value, ops []Operation, h Habits) (out Value, changed bool, err error) {
	p := patcher{rt: rt, convert: converter{h}, habits: h, doc: doc}
	for i, op := range ops {
		if err := p.apply(op); err != nil {
			return doc, false, within(operationName(i), err)
		}
	}
	out = rt.tidy(p.doc)
	if out.Equal(doc) {
		return doc, false, nil
	}
	if err := rt.CheckRequired(out); err != nil {
		return doc, false, err
	}
	if err := rt.CheckImmutable(doc, out); err != nil {
		return doc, false, err
	}
	return out, true, nil
}

// patcher holds the document while operations are applied to it.
type patcher struct {
	rt      *ResourceType
	convert converter
	habits  Habits
	doc     Value
}

func (p *patcher) apply(op Operation) error {
	if !op.HasPath {
		return p.pathless(op)
	}
	t, ok := p.rt.resolve(op.Path.Attr)
	if !ok {
		return refuse(TypeInvalidPath, "The path %q names nothing that a %s has; /Schemas lists its attributes.", op.Path.Attr, p.rt.Name)
	}
	if t.readOnly() {
		return refuse(TypeMutability, "%q is read-only; leave it out.", t.name())
	}
	return p.at(op.Op, t, op.Path.Filter, op.Value)
}

// pathless applies every key of the value as if it were a path.
func (p *patcher) pathless(op Operation) error {
	if op.Op == OpRemove {
		return refuse(TypeNoTarget, `"remove" needs a "path".`)
	}
	if op.Value.Kind() != KindObject {
		return refuse(TypeInvalidValue, `Without "path", "value" must be an object; got %s.`, op.Value.Kind())
	}
	return p.keys(op.Op, nil, op.Value)
}

// keys applies an object's members to the core attributes, or to those of an extension. Keys that name nothing, or
// something read-only, are ignored: Okta and authentik send whole resources back, id included.
func (p *patcher) keys(op Op, ext *Schema, v Value) error {
	for _, m := range v.Members() {
		if ext == nil && p.habits.PathKeys && equalName(m.Name, p.rt.Core.ID) {
			if err := p.keys(op, nil, m.Value); err != nil {
				return err
			}
			continue
		}
		t, filter, ok := p.key(ext, m.Name)
		if !ok || t.readOnly() {
			continue
		}
		if err := p.at(op, t, filter, m.Value); err != nil {
			return err
		}
	}
	return nil
}

// key finds what a key names: an attribute, an extension, or by habit anything that a path can name.
func (p *patcher) key(ext *Schema, name string) (target, Filter, bool) {
	if ext != nil {
		if a := ext.Attribute(name); a != nil {
			return target{ext: ext, attr: a}, nil, true
		}
	} else {
		if a := p.rt.coreAttribute(name); a != nil {
			return target{attr: a}, nil, true
		}
		if x := p.rt.extension(name); x != nil {
			return target{ext: x}, nil, true
		}
	}
	if !p.habits.PathKeys {
		return target{}, nil, false
	}
	path, err := ParsePath(name)
	if err != nil {
		return target{}, nil, false
	}
	if ext != nil && path.Attr.URN == "" {
		path.Attr.URN = ext.ID
	}
	t, ok := p.rt.resolve(path.Attr)
	return t, path.Filter, ok
}

// at applies an operation to one target.
func (p *patcher) at(op Op, t target, filter Filter, v Value) error {
	switch {
	case t.attr == nil:
		return p.extension(op, t.ext, v)
	case t.attr.detached:
		return nil
	case filter != nil && (!t.attr.MultiValued || t.attr.Type != AttrComplex):
		return refuse(TypeInvalidPath, "%q has no elements that a filter could select.", t.name())
	case op == OpRemove:
		return p.remove(t, filter, v)
	case v.IsUnassigned() && op == OpAdd:
		return nil
	case v.IsUnassigned():
		return p.remove(t, filter, Null())
	case filter != nil:
		return p.selected(op, t, filter, v)
	case t.attr.MultiValued:
		return p.many(op, t, v)
	default:
		return p.one(op, t, v)
	}
}

func (p *patcher) extension(op Op, ext *Schema, v Value) error {
	if op == OpRemove || op == OpReplace && v.IsUnassigned() {
		p.doc = p.doc.With(ext.ID, Null())
		return nil
	}
	if v.IsUnassigned() {
		return nil
	}
	if v.Kind() != KindObject {
		return wrongType(ext.ID, "an object", v)
	}
	return p.keys(op, ext, v)
}

// get is the current value of the target's attribute.
func (p *patcher) get(t target) Value {
	from := p.doc
	if t.ext != nil {
		from, _ = p.doc.Get(t.ext.ID)
	}
	v, _ := from.Get(t.attr.Name)
	return v
}

// set gives the target's attribute a value; an unassigned one removes it.
func (p *patcher) set(t target, v Value) {
	if t.ext == nil {
		p.doc = p.doc.With(t.attr.Name, v)
		return
	}
	ext, _ := p.doc.Get(t.ext.ID)
	p.doc = p.doc.With(t.ext.ID, ext.With(t.attr.Name, v))
}
