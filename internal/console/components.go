package console

import "time"

// tone colours what it is said in.
type tone string

// The tones. Colour is never the only sign: the text says the same.
const (
	neutral tone = "neutral"
	good    tone = "good"
	warn    tone = "warn"
	bad     tone = "bad"
	info    tone = "info"
)

// badge is a state in a word: template "badge".
type badge struct {
	Tone tone
	Text string
}

// link is a text that leads to a path of the console: template "link".
type link struct{ Text, URL string }

// header begins a page: template "header". It holds the page's only h1.
type header struct {
	Title   string
	Lead    string // one sentence below the title
	Crumbs  []link // of the pages above
	Badges  []badge
	ID      string // of what the page is about, shown with a copy button
	Actions []action
}

// action is a button: template "action". It leads to URL, or opens the confirm
// dialog of the id Dialog.
type action struct {
	Label   string
	URL     string
	Dialog  string
	Icon    string
	Primary bool
	Danger  bool
	Why     string // the reason why it cannot be used now, shown with it; "" where it can
}

// empty says why there is nothing, and what to do about it: template "empty".
type empty struct {
	Icon, Title, Text string
	Actions           []action
}

// alert is a message that stays: template "alert".
type alert struct {
	Tone        tone
	Title, Text string
	Link        link
}

// pager leads through a list by keyset: template "pager".
type pager struct {
	First string // URL, "" on the first page
	Next  string // URL, "" on the last page
	Shown int
	One   string // noun of a row, such as account
	Many  string
	// Looked tells that a page may be short though there are more, as only so many
	// rows are looked at for it.
	Looked bool
}

// tab is one of several views of a page: template "tabs" takes a slice.
type tab struct {
	Label, URL string
	IsCurrent  bool
	Count      string // shown behind the label; "" for none
}

// stat is a figure that matters: template "stat".
type stat struct {
	Label, Value, Note, URL string
	Tone                    tone
}

// fact is a line of a key-value list: template "facts" takes a slice. One of
// Text, ID, At, Badge and Link is shown; none of them shows a dash.
type fact struct {
	Label string
	Text  string
	ID    string // in monospace, shortened, with a copy button
	At    time.Time
	Badge badge
	Link  link
}

// confirm is a dialog that says what a form will do, and does it: template
// "confirm". An action with Dialog: ID opens it.
type confirm struct {
	ID, Title, Text string
	Points          []string // what happens, one by one
	URL             string   // where the form is sent
	Fields          []field
	Button          string
	Danger          bool
	// Type is what has to be typed, for what cannot be undone; the form sends it
	// as "typed", and the handler compares it again.
	Type string
}

// field is a part of a form: template "field".
type field struct {
	Name, Label, Value, Hint, Error string
	Type                            string // of the input; "" is text; hidden, textarea, select
	Options                         []option
	Placeholder                     string
	IsRequired                      bool
	Autocomplete                    string
	Locked                          string // why it cannot be changed, or ""; then it is not sent
}

// option is one of the values of a select field.
type option struct{ Value, Label string }

// choose makes a select field of a filter: the empty value wants all.
func choose(name, label, chosen, all string, options ...option) field {
	return field{Name: name, Label: label, Value: chosen, Type: "select", Options: append([]option{{"", all}}, options...)}
}
