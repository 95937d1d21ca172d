package replay

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// Parse reads a script. A line is a keyword and what belongs to it; empty lines
// and those that begin with # say nothing; a line that begins with a space, a
// brace, a bracket or < goes on with the JSON, or what is none, before it.
//
//	name Okta                            the client, for people
//	source https://…                     where it is documented; of the script or of a scenario
//	header Accept: application/json      of every request, or of the one before; without value: not sent
//	flag aadOptscim062020                a query parameter of every request
//	scenario deactivate                  begins a scenario
//	reads                                it changes nothing
//	step switch off                      names the request that follows
//	PATCH /Users/{ada}                   a request, then its body
//	{"schemas":["{P}"],…}
//	-> 200,204 {"active":false}          statuses that do, and what the body must hold at least
//	-> 409 uniqueness                    or an RFC 7644 error with that scimType
//	~ Location: {base}/Users/{ada}       a header of the answer; * for anything at the end
//	given user ada                       creates ada, with address {ada.mail}; inactive makes her so
//	given group sales ada bob            creates a group with members, called {sales.mail}
//	note /Users/{ada}                    remembers a resource …
//	= unchanged /Users/{ada}             … which must be byte by byte the same
//	= user {ada} active email=… linked   what must be true of a user
//	= members {sales} {ada}              who must be in a group, in any order
//	= gone /Users/{ada}                  what must answer 404
//	together                             the requests up to end are sent at the same time
//	end
//
// Placeholders: {base} and {domain} of the runner, {run} random for each scenario, {guid} a random UUID, {U} {G}
// {E} {P} {L} {X} the URNs of RFC 7643 and RFC 7644, and names that an answer gave: "{=ada}" in an expected body
// takes what stands there, and from then on {ada} is that. In a body that is expected, null is absent, and "*" is
// any text that is not empty.
func Parse(kind, text string) (Script, error) {
	p := parser{script: Script{Kind: kind}}
	for i, line := range strings.Split(text, "\n") {
		p.line = i + 1
		if err := p.read(line); err != nil {
			return Script{}, fmt.Errorf("%s.replay:%d: %w", kind, p.line, err)
		}
	}
	if err := p.finish(); err != nil {
		return Script{}, fmt.Errorf("%s.replay: %w", kind, err)
	}
	return p.script, nil
}

type parser struct {
	script   Script
	line     int
	name     string    // of the next step
	request  *Request  // the one before
	json     *string   // what a continuation line goes on with
	together *[]Step   // open block
	scenario *Scenario // open scenario
}

func (p *parser) read(line string) error {
	if strings.TrimSpace(line) == "" || line[0] == '#' {
		return nil
	}
	if strings.ContainsRune(" \t{}[]<", rune(line[0])) {
		return p.goOn(line)
	}
	word, rest, _ := strings.Cut(line, " ")
	rest = strings.TrimSpace(rest)
	if p.scenario == nil && word != "scenario" {
		return p.head(word, rest)
	}
	return p.body(word, rest)
}

// goOn takes a line that belongs to the JSON before it.
func (p *parser) goOn(line string) error {
	if p.json == nil {
		return fmt.Errorf("nothing before it could go on with %q", line)
	}
	*p.json += strings.TrimSpace(line)
	return nil
}

// head reads what is said of the whole script.
func (p *parser) head(word, rest string) error {
	switch word {
	case "name":
		p.script.Name = rest
	case "source":
		p.script.Sources = append(p.script.Sources, rest)
	case "flag":
		p.script.Flag = rest
	case "header":
		p.script.Headers = append(p.script.Headers, header(rest))
	default:
		return fmt.Errorf("unknown word %q", word)
	}
	return nil
}

func header(text string) Header {
	name, value, _ := strings.Cut(text, ":")
	return Header{name, strings.TrimSpace(value)}
}

func (p *parser) body(word, rest string) error {
	switch word {
	case "scenario":
		p.script.Scenarios = append(p.script.Scenarios, Scenario{Name: rest})
		p.scenario = &p.script.Scenarios[len(p.script.Scenarios)-1]
		p.request, p.json = nil, nil
	case "source":
		p.scenario.Sources = append(p.scenario.Sources, rest)
	case "reads":
		p.scenario.Reads = true
	case "step":
		p.name = rest
	case "together":
		p.together = &[]Step{}
	case "end":
		return p.endTogether()
	case "given", "=", "note":
		return p.words(word, strings.Fields(rest))
	case "header", "~", "->":
		return p.detail(word, rest)
	default:
		return p.beginRequest(word, rest)
	}
	return nil
}

func (p *parser) endTogether() error {
	if p.together == nil {
		return errors.New("end without together")
	}
	steps := *p.together
	p.together = nil
	p.add(Step{Name: "at the same time", Together: steps})
	return nil
}

// words takes a step that is no request.
func (p *parser) words(word string, words []string) error {
	if p.together != nil {
		return errors.New("only requests can be sent together")
	}
	if len(words) < 1 {
		return fmt.Errorf("%s needs more words", word)
	}
	p.request, p.json = nil, nil
	switch word {
	case "given":
		p.add(Step{Given: words})
	case "note":
		p.add(Step{Look: append([]string{"note"}, words...)})
	default:
		p.add(Step{Look: words})
	}
	return nil
}

func (p *parser) beginRequest(method, target string) error {
	if !slices.Contains([]string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodHead}, method) {
		return fmt.Errorf("unknown word %q", method)
	}
	p.request = &Request{Method: method, Target: target}
	p.json = &p.request.Body
	p.add(Step{Request: p.request})
	return nil
}

// add appends a step; what follows may still complete its request.
func (p *parser) add(s Step) {
	s.Line = p.line
	if p.name != "" {
		s.Name, p.name = p.name, ""
	}
	if s.Name == "" && s.Request != nil {
		s.Name = s.Request.Method + " " + s.Request.Target
	}
	if p.together != nil {
		*p.together = append(*p.together, s)
		return
	}
	p.scenario.Steps = append(p.scenario.Steps, s)
}

// detail completes the request before it.
func (p *parser) detail(word, rest string) error {
	if p.request == nil {
		return fmt.Errorf("%s belongs to a request", word)
	}
	switch word {
	case "header":
		p.request.Headers = append(p.request.Headers, header(rest))
	case "~":
		p.request.WantHeaders = append(p.request.WantHeaders, header(rest))
	default:
		return p.answer(rest)
	}
	return nil
}

// answer reads what follows the arrow.
func (p *parser) answer(rest string) error {
	codes, rest, _ := strings.Cut(rest, " ")
	for code := range strings.SplitSeq(codes, ",") {
		status, err := strconv.Atoi(code)
		if err != nil {
			return fmt.Errorf("%q is no status", code)
		}
		p.request.Statuses = append(p.request.Statuses, status)
	}
	p.request.HasBody = p.request.Body != ""
	p.json = &p.request.Want
	rest = strings.TrimSpace(rest)
	if rest != "" && rest[0] != '{' {
		p.request.SCIMType, rest = rest, ""
	}
	p.request.Want = rest
	return nil
}

// finish checks what only the end shows.
func (p *parser) finish() error {
	if p.script.Name == "" || len(p.script.Sources) == 0 || len(p.script.Scenarios) == 0 {
		return errors.New("a script needs a name, a source and a scenario")
	}
	if p.together != nil {
		return errors.New("together without end")
	}
	for _, s := range p.script.Scenarios {
		if err := complete(s); err != nil {
			return fmt.Errorf("scenario %s: %w", s.Name, err)
		}
	}
	return nil
}

func complete(s Scenario) error {
	for _, step := range append(s.Steps, together(s.Steps)...) {
		switch {
		case step.Request != nil && len(step.Request.Statuses) == 0:
			return fmt.Errorf("line %d: no answer is expected", step.Line)
		case s.Reads && (step.Given != nil || step.Request != nil && step.Request.Method != http.MethodGet):
			return fmt.Errorf("line %d: a scenario that reads must not write", step.Line)
		}
	}
	return nil
}

func together(steps []Step) (all []Step) {
	for _, s := range steps {
		all = append(all, s.Together...)
	}
	return all
}
