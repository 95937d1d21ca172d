package accounts

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"roster/internal/identity"
	"roster/internal/store"
)

// Prober looks up what the owner of a domain publishes. What does not exist is
// empty; an error means that this is not known, and says why.
type Prober interface {
	TXT(ctx context.Context, name string) ([]string, error)
	File(ctx context.Context, domain, path string) (string, error)
}

// Proof is what the owner of a domain publishes in one of its places.
type Proof struct {
	Text string   // a TXT record at any of the names, or the whole file
	TXT  []string // names, the usual one first
	Path string   // of the file, on https://domain
}

const (
	proofLabel = "_roster-challenge." // a name of its own, which an alias at the domain leaves alone
	proofPath  = "/.well-known/roster-domain-verification.txt"
	maxName253 = 253 // bytes of a DNS name (RFC 1035 section 2.3.4)
)

// ProofOf says what is to be published for a domain.
func ProofOf(d store.Domain) Proof {
	p := Proof{Text: "roster-domain-verification=" + d.Token, TXT: []string{proofLabel + d.Name, d.Name}, Path: proofPath}
	if len(p.TXT[0]) > maxName253 {
		p.TXT = p.TXT[1:]
	}
	return p
}

// finding is what a look at a domain's proof found.
type finding struct {
	method identity.ProofMethod // by which the proof was found; "" where it was not
	why    string               // it was not found
	sure   bool                 // that it is not there; else it may be
}

func (f finding) isFound() bool { return f.method != "" }

// look searches the proof of a domain by one method, or by either ("").
func look(ctx context.Context, p Prober, d store.Domain, method identity.ProofMethod) finding {
	missed := finding{sure: true}
	for _, m := range []identity.ProofMethod{identity.ProofDNS, identity.ProofHTTP} {
		if method != "" && method != m {
			continue
		}
		found, err := lookBy(ctx, p, d, m)
		if found {
			return finding{method: m}
		}
		missed.why = strings.TrimPrefix(missed.why+"; "+whyNot(d, m, err), "; ")
		missed.sure = missed.sure && err == nil
	}
	return missed
}

func lookBy(ctx context.Context, p Prober, d store.Domain, m identity.ProofMethod) (bool, error) {
	proof := ProofOf(d)
	if m == identity.ProofHTTP {
		text, err := p.File(ctx, d.Name, proof.Path)
		return strings.TrimSpace(text) == proof.Text, err
	}
	var failed []error
	for _, name := range proof.TXT {
		texts, err := p.TXT(ctx, name)
		if slices.ContainsFunc(texts, func(text string) bool { return strings.TrimSpace(text) == proof.Text }) {
			return true, nil
		}
		failed = append(failed, err)
	}
	return false, errors.Join(failed...)
}

// whyNot says what was found instead of the proof. What others publish there is
// not repeated.
func whyNot(d store.Domain, m identity.ProofMethod, err error) string {
	proof := ProofOf(d)
	switch {
	case m == identity.ProofDNS && err != nil:
		return fmt.Sprintf("the TXT records of %s could not be looked up: %v", d.Name, err)
	case m == identity.ProofDNS:
		return "no TXT record with the text at " + strings.Join(proof.TXT, " or ")
	case err != nil:
		return fmt.Sprintf("https://%s%s could not be read: %v", d.Name, proof.Path, err)
	default:
		return fmt.Sprintf("https://%s%s does not hold the text", d.Name, proof.Path)
	}
}
