package identity

import (
	"slices"
	"strings"
)

// Behaviour is an organization's choice between Roster's own rules and those
// that the hosted service is documented to follow.
type Behaviour string

// The behaviours.
const (
	BehaviourSafe      Behaviour = "safe"
	BehaviourAtlassian Behaviour = "atlassian"
)

// ParseBehaviour reads a behaviour; "" is [BehaviourSafe].
func ParseBehaviour(s string) (Behaviour, error) {
	return oneOf("behaviour", s, BehaviourSafe, BehaviourSafe, BehaviourAtlassian)
}

// DirectoryKind names the identity provider behind a directory; it switches
// the habits of that provider and nothing else.
type DirectoryKind string

// The kinds. KindGeneric stands for any client of the hosted APIs.
const (
	KindGeneric   DirectoryKind = "generic"
	KindEntra     DirectoryKind = "entra"
	KindOkta      DirectoryKind = "okta"
	KindGoogle    DirectoryKind = "google"
	KindOneLogin  DirectoryKind = "onelogin"
	KindJumpCloud DirectoryKind = "jumpcloud"
	KindPing      DirectoryKind = "ping"
)

// ParseDirectoryKind reads a kind; "" is [KindGeneric].
func ParseDirectoryKind(s string) (DirectoryKind, error) {
	return oneOf("kind", s, KindGeneric, DirectoryKinds()...)
}

// DirectoryKinds gives all kinds.
func DirectoryKinds() []DirectoryKind {
	return []DirectoryKind{KindGeneric, KindEntra, KindOkta, KindGoogle, KindOneLogin, KindJumpCloud, KindPing}
}

// DirectoryStatus tells whether an IdP may still write to a directory.
type DirectoryStatus string

// The directory states.
const (
	DirectoryConnected    DirectoryStatus = "connected"
	DirectoryDisconnected DirectoryStatus = "disconnected"
)

// DomainStatus tells whether an organization has proved that a domain is its own.
type DomainStatus string

// The domain states.
const (
	DomainUnverified DomainStatus = "unverified"
	DomainVerified   DomainStatus = "verified"
)

// ClaimMode tells which accounts of a verified domain its organization manages
// (rule managed).
type ClaimMode string

// The claim modes: every present and future account of the domain, or those
// that the organization claimed by name or made itself.
const (
	ClaimAutomatic ClaimMode = "automatic"
	ClaimSelected  ClaimMode = "selected"
)

// ParseClaimMode reads a claim mode; "" is [ClaimAutomatic].
func ParseClaimMode(s string) (ClaimMode, error) {
	return oneOf("claim", s, ClaimAutomatic, ClaimAutomatic, ClaimSelected)
}

// ProofMethod tells how an organization proved that a domain is its own.
type ProofMethod string

// The methods: a DNS TXT record, a file over HTTPS, or the word of the
// deployment's operator, which is not looked at again.
const (
	ProofDNS      ProofMethod = "dns"
	ProofHTTP     ProofMethod = "http"
	ProofOperator ProofMethod = "operator"
)

// ParseProofMethod reads a method that Roster can look for by itself; "" stands
// for whichever it finds.
func ParseProofMethod(s string) (ProofMethod, error) {
	return oneOf("method", s, "", ProofDNS, ProofHTTP)
}

// AccountStatus is the state of an account: active, inactive (deactivated) or
// closed (waiting for deletion; the address stays taken).
type AccountStatus string

// The account states.
const (
	AccountActive   AccountStatus = "active"
	AccountInactive AccountStatus = "inactive"
	AccountClosed   AccountStatus = "closed"
)

// Invitation tells how far an invited account is: Roster sends no mail, the
// applications do, and tell when the person has come.
type Invitation string

// The invitation states. A pending one belongs to an account that is not
// active; whatever activates the account settles it.
const (
	InvitationNone     Invitation = ""
	InvitationPending  Invitation = "pending"
	InvitationAccepted Invitation = "accepted"
)

// Origin tells how an account came to be. It never changes what repair can do.
type Origin string

// The origins.
const (
	OriginInvited        Origin = "invited"
	OriginCreatedByAdmin Origin = "created-by-admin"
	OriginSelfSignup     Origin = "self-signup"
	OriginSCIM           Origin = "scim"
	OriginImported       Origin = "imported"
)

// ParseOrigin reads an origin that an administrator may give; "" is
// [OriginCreatedByAdmin].
func ParseOrigin(s string) (Origin, error) {
	return oneOf("origin", s, OriginCreatedByAdmin, OriginInvited, OriginCreatedByAdmin, OriginSelfSignup, OriginImported)
}

// GroupSource tells who decides the members of an org group.
type GroupSource string

// The sources of org groups.
const (
	GroupLocal  GroupSource = "local"
	GroupSynced GroupSource = "scim"
)

func oneOf[T ~string](field, s string, fallback T, all ...T) (T, error) {
	if s == "" {
		return fallback, nil
	}
	if slices.Contains(all, T(s)) {
		return T(s), nil
	}
	names := make([]string, len(all))
	for i, v := range all {
		names[i] = string(v)
	}
	return "", Errorf(CodeInvalid, "%s is %.40q; it must be one of %s", field, s, strings.Join(names, ", ")).WithField(field)
}
