// Package outbound is how Roster reaches hosts that somebody else named: it
// looks up what the owner of a domain publishes, in DNS or over HTTPS.
//
// Such a name can lead anywhere, into the operator's own network too. So no
// connection goes to an address that is not on the public internet unless the
// operator allows it, redirects stay on the host, certificates are verified,
// and every answer is bounded in size and time. The package decides nothing
// about what it finds. Start with [New].
package outbound
