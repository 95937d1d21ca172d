package cli

import (
	"fmt"
	"strings"
)

// progress tells people how far a bulk command is, on standard error: a bar
// on a terminal, a line for each step elsewhere.
type progress struct {
	env    *Env
	total  int
	done   int
	failed int
	bar    bool
}

const barWidth = 30

// newProgress says nothing about a single step: its result says it all.
func (env *Env) newProgress(total int) *progress {
	return &progress{env: env, total: total, bar: env.IsTerminal(env.Stderr)}
}

// step counts one that is done, and says what became of it.
func (p *progress) step(name, result string, failed bool) {
	p.done++
	if failed {
		p.failed++
	}
	switch {
	case p.total == 1:
	case p.bar:
		full := barWidth * p.done / p.total
		p.env.tell(fmt.Sprintf("\r[%s%s] %d/%d, %d failed",
			strings.Repeat("#", full), strings.Repeat("-", barWidth-full), p.done, p.total, p.failed))
	default:
		p.env.sayf("%d/%d %s %s", p.done, p.total, name, result)
	}
}

// finish leaves the line of the bar.
func (p *progress) finish() {
	if p.bar && p.total > 1 && p.done > 0 {
		p.env.tell("\n")
	}
}
