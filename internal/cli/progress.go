package cli

import (
	"fmt"
	"strings"
	"time"
)

// progress tells people how far a bulk command is, on standard error: a bar
// on a terminal, a line for each step elsewhere.
type progress struct {
	env    *Env
	total  int
	done   int
	failed int
	bar    bool
	began  time.Time
	width  int // of the bar's line, which a shorter one has to cover
}

const barWidth = 30

// newProgress says nothing about a single step: its result says it all.
func (env *Env) newProgress(total int) *progress {
	return &progress{env: env, total: total, bar: env.IsTerminal(env.Stderr), began: env.Now()}
}

// step counts one that is done, and says what became of it.
func (p *progress) step(name, result string, failed bool) {
	failures := 0
	if failed {
		failures = 1
	}
	p.part(1, failures, name+" "+result)
}

// part counts several that are done at once, and how many of them failed.
func (p *progress) part(n, failed int, result string) {
	p.done += n
	p.failed += failed
	switch {
	case p.total == 1:
	case p.bar:
		full := barWidth * p.done / p.total
		line := fmt.Sprintf("[%s%s] %d/%d, %d failed%s",
			strings.Repeat("#", full), strings.Repeat("-", barWidth-full), p.done, p.total, p.failed, p.left())
		p.env.tell("\r" + line + strings.Repeat(" ", max(0, p.width-len(line))))
		p.width = len(line)
	default:
		p.env.sayf("%d/%d %s", p.done, p.total, result)
	}
}

// left is how long the rest takes if it goes on as it did; "" where that is no
// matter of seconds, or not known yet.
func (p *progress) left() string {
	took := p.env.Now().Sub(p.began)
	rest := took / time.Duration(p.done) * time.Duration(p.total-p.done)
	if took < time.Second || rest < time.Second {
		return ""
	}
	return ", " + rest.Round(time.Second).String() + " left"
}

// finish leaves the line of the bar.
func (p *progress) finish() {
	if p.bar && p.total > 1 && p.done > 0 {
		p.env.tell("\n")
	}
}
