package repair

import (
	"fmt"
	"strings"

	"roster/internal/scim"
	"roster/internal/store"
)

// sameName compares names of people, whatever their letter case.
func sameName(a, b string) bool { return a != "" && scim.Fold(a) == scim.Fold(b) }

// manyNamesakes is from how many accounts of one name on a name says little.
const manyNamesakes = 4

// compareNames adds what an equal name tells: much if it is two people's at
// most, little if many have it or it is the address over again. The namesakes
// were counted before.
func (b *book) compareNames(facts *evidence, right, wrong store.Account) {
	if !sameName(right.Name, wrong.Name) {
		return
	}
	local, _, _ := strings.Cut(right.Email.Key, "@")
	switch {
	case scim.Fold(right.Name) == local:
		facts.add(weightCommonName, "both are called "+right.Name+", as their addresses say already")
	case b.namesakes[scim.Fold(right.Name)] >= manyNamesakes:
		facts.add(weightCommonName, fmt.Sprintf("both are called %s, as others are too", right.Name))
	default:
		facts.add(weightName, "both are called "+right.Name)
	}
}

// lookNamesakes counts the accounts of the org that have some names.
func (b *book) lookNamesakes(names []string) error {
	var unknown []string
	for _, name := range names {
		if _, known := b.namesakes[scim.Fold(name)]; !known {
			b.namesakes[scim.Fold(name)] = 0
			unknown = append(unknown, name)
		}
	}
	if len(unknown) == 0 {
		return nil
	}
	counts, err := b.CountNamesakes(b.org, unknown, manyNamesakes)
	for name, n := range counts {
		b.namesakes[scim.Fold(name)] = n
	}
	return err
}

// domainOf is the part of an address behind the @.
func domainOf(address string) string {
	_, domain, _ := strings.Cut(address, "@")
	return domain
}

// roles are names of mailboxes that every company has; two of them are not one
// person's. RFC 2142, and what offices use beside it.
var roles = map[string]bool{
	"abuse": true, "accounting": true, "accounts": true, "admin": true, "administrator": true, "all": true, "billing": true,
	"booking": true, "careers": true, "contact": true, "customerservice": true, "dev": true, "feedback": true, "finance": true, "ftp": true,
	"guest": true, "hello": true, "help": true, "helpdesk": true, "hostmaster": true, "hr": true, "info": true, "invoices": true, "it": true,
	"jobs": true, "kontakt": true, "legal": true, "mail": true, "marketing": true, "news": true, "no-reply": true, "noc": true, "noreply": true,
	"office": true, "operations": true, "ops": true, "orders": true, "postmaster": true, "press": true, "privacy": true, "reception": true,
	"root": true, "sales": true, "scanner": true, "security": true, "service": true, "shop": true, "staff": true, "subscribe": true,
	"support": true, "team": true, "test": true, "usenet": true, "user": true, "uucp": true, "web": true, "webmaster": true, "www": true,
}

// IsRole tells whether the part before the @ names a role, with or without a
// number or a place behind it: info, sales.de, test2.
func IsRole(local string) bool {
	head, _, _ := strings.Cut(strings.TrimRight(local, "0123456789"), ".")
	return roles[strings.TrimRight(head, "-_")] || roles[local]
}
