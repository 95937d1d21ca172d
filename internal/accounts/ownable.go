package accounts

import (
	_ "embed" // of freemail.txt
	"strings"
	"sync"

	"golang.org/x/net/publicsuffix"

	"roster/internal/identity"
)

// freemailList names the domains of which everybody can have an address. A line
// is a domain; those below it are refused as well. # begins a comment.
//
//go:embed freemail.txt
var freemailList string

var freemail = sync.OnceValue(func() map[string]bool {
	domains := map[string]bool{}
	for line := range strings.Lines(freemailList) {
		line, _, _ = strings.Cut(line, "#")
		if name := strings.TrimSpace(line); name != "" {
			domains[name] = true
		}
	}
	return domains
})

// checkOwnable refuses domains below which strangers live side by side: public
// suffixes (publicsuffix.org, its private section included) and the domains of
// mail providers. Whoever verified one would manage everybody's accounts there.
func checkOwnable(domain string) error {
	if suffix, _ := publicsuffix.PublicSuffix(domain); suffix == domain {
		return identity.Errorf(identity.CodeInvalid, "%s is a public suffix, under which anybody can register", domain).WithField("name").
			WithHint("add the domain that you registered below it")
	}
	for name := domain; name != ""; _, name, _ = strings.Cut(name, ".") {
		if freemail()[name] {
			return identity.Errorf(identity.CodeInvalid, "%s belongs to a mail provider, where anybody can have an address", domain).WithField("name").
				WithHint("add a domain of your own; people with addresses of %s stay external users", name)
		}
	}
	return nil
}
