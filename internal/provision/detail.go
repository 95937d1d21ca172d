package provision

import (
	"strconv"
	"strings"

	"roster/internal/scim"
	"roster/internal/store"
)

// Sent is what a request was made of, for the log entry of its refusal.
type Sent struct {
	Head func() string // gives method, path and the headers worth showing, a line each
	Body scim.Value    // null as long as it is not read
	Raw  []byte        // the body where it cannot be read
}

// notKept stands for a body that cannot be shown without showing what must not be.
const notKept = "(not kept: it may hold a secret)"

// text is the request as it is kept, without secrets.
func (s Sent) text(secrets scim.Secrets) string {
	body := ""
	switch {
	case s.Raw != nil && secrets.MayHold(s.Raw):
		body = "\n\n" + notKept
	case s.Raw != nil:
		body = "\n\n" + string(s.Raw)
	case s.Body.Kind() != scim.KindNull:
		body = "\n\n" + string(secrets.Hide(s.Body).AppendJSON(nil))
	}
	return printable(s.Head() + body)
}

// printable makes of any bytes text that each engine stores.
func printable(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
}

// exchangeDetail is what is kept of a refused request.
func exchangeDetail(r Request, answer *scim.Error) store.LogDetail {
	if r.Sent.Head == nil {
		return store.LogDetail{}
	}
	return store.LogDetail{
		Request:  r.Sent.text(r.types().Secrets()),
		Response: strconv.Itoa(answer.Status) + "\n\n" + string(answer.AppendJSON(nil)),
	}
}

// maxChanges bounds what is kept of an update, in bytes: a value that is too
// long for it is left out.
const maxChanges = 16 << 10

// changed notes what an update changed.
func (w *write) changed(rt *scim.ResourceType, before, after scim.Value) {
	w.entry.Detail.Changes = changesDetail(rt.Changes(before, after))
}

func changesDetail(changes []scim.Change) string {
	if len(changes) == 0 {
		return ""
	}
	b := []byte{'['}
	for _, c := range changes {
		change := scim.Object(scim.Member{Name: "path", Value: scim.String(c.Path)}, scim.Member{Name: "before", Value: c.Before}, scim.Member{Name: "after", Value: c.After}).AppendJSON(nil)
		if len(b)+len(change) > maxChanges {
			change = scim.Object(scim.Member{Name: "path", Value: scim.String(c.Path)}, scim.Member{Name: "isTooLong", Value: scim.Bool(true)}).AppendJSON(nil)
		}
		if len(b) > 1 {
			b = append(b, ',')
		}
		b = append(b, change...)
	}
	return string(append(b, ']'))
}
