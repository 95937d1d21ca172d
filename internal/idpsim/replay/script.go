package replay

import (
	"embed"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"
)

// Script is one client: who it is, how it dresses its requests, and what it
// does.
type Script struct {
	Kind      string   // how it is asked for, the file's name without extension
	Name      string   // what people call it
	Sources   []string // where its behaviour is documented
	Headers   []Header // on every request; an empty Value sends none
	Flag      string   // a query parameter that every request carries
	Scenarios []Scenario
}

// Header is one header of a request or of an answer.
type Header struct{ Name, Value string }

// Scenario is a sequence that begins in an empty world of its own names and
// cleans up after itself.
type Scenario struct {
	Name    string
	Reads   bool // sends nothing that changes the server
	Sources []string
	Steps   []Step
}

// Step is one thing of a scenario: a request with its answer, a preparation,
// or a look at the state. One of Request, Given, Look and Together is set.
type Step struct {
	Name     string
	Line     int // in the script
	Request  *Request
	Given    []string // the words after given
	Look     []string // the words after =
	Together []Step   // requests that are sent at the same time
}

// Request is a request as it goes over the wire, with placeholders, and what
// its answer must be.
type Request struct {
	Method, Target string
	Headers        []Header
	Body           string
	HasBody        bool
	Statuses       []int // those that the client takes
	SCIMType       string
	Want           string   // JSON of which the answer must hold at least so much
	WantHeaders    []Header // a Value that ends in * is a prefix
}

//go:embed clients/*.replay
var files embed.FS

// Scripts gives every client that is known, by kind. They are shared: do not
// change them.
func Scripts() []Script { return known() }

// known reads the clients once; a test holds that all of them can be read.
var known = sync.OnceValue(func() []Script {
	names, err := fs.Glob(files, "clients/*.replay")
	if err != nil {
		panic(err) // the pattern is constant
	}
	slices.Sort(names)
	scripts := make([]Script, 0, len(names))
	for _, name := range names {
		text, err := files.ReadFile(name)
		if err != nil {
			panic(err) // it was listed
		}
		script, err := Parse(strings.TrimSuffix(path.Base(name), ".replay"), string(text))
		if err != nil {
			panic(err) // TestScripts reads them all
		}
		scripts = append(scripts, script)
	}
	return scripts
})

// Find gives the client of a kind.
func Find(kind string) (Script, bool) {
	for _, s := range Scripts() {
		if s.Kind == kind {
			return s, true
		}
	}
	return Script{}, false
}
