package scim

// Habits are the departures from the RFCs that real clients are known for. Each is one switch, so that a test can
// show what it changes; the zero Habits accept the letter of the RFCs only.
type Habits struct {
	// TextBooleans takes "True" and "false", in any letter case, for a boolean. Entra ID sends active so unless its
	// aadOptscim062020 flag is set; OneLogin templates do too. Any other text stays refused.
	TextBooleans bool
	// BareValues takes "x" for {"value":"x"} in a complex attribute: Entra ID's manager and roles, plain role lists.
	BareValues bool
	// LooseArity takes one value for an array of one, and an array of one for a single value: OneLogin's emails as
	// one object, Entra ID's older manager as an array.
	LooseArity bool
	// NumbersAsText takes a number for a string, keeping its digits as written: Google's numeric externalId.
	NumbersAsText bool
	// PathKeys reads keys of a body or of a PATCH value without path such as "name.givenName",
	// "urn:…:User:department" or "emails[type eq \"work\"].value" as paths: Entra ID with aadOptscim062020. An
	// attribute of an extension is then also found without its URN, and core attributes in an object under the core
	// URN, as extensions are: an active false that is passed over there would leave an account open.
	PathKeys bool
	// CreateOnNoMatch makes add and replace on emails[type eq "work"].value create the element where none matches:
	// Entra ID for every first address. RFC 7644 §3.5.2.3 asks for noTarget on replace; no client relies on that.
	CreateOnNoMatch bool
	// RemoveListed makes remove with a path and a value take away the listed values only: Entra ID, JumpCloud,
	// authentik. RFC 7644 §3.5.2.2 has no value on remove, and read by its letter would empty the attribute.
	RemoveListed bool
	// ManagerID takes SCIM 1.1's manager.managerId for manager.value: OneLogin templates.
	ManagerID bool
}

// DefaultHabits has every harmless departure on: none of them gives a second meaning to a request that the RFCs
// define.
func DefaultHabits() Habits {
	return Habits{
		TextBooleans: true, BareValues: true, LooseArity: true, NumbersAsText: true,
		PathKeys: true, CreateOnNoMatch: true, RemoveListed: true, ManagerID: true,
	}
}

// objectIDDigits is the length of an Entra ID object's id without dashes.
const objectIDDigits = 32

// FormerName is the userName that a deleted user had. Entra ID renames one in its recycle bin to the object's id without
// dashes and the userPrincipalName (onyx-dot-app/onyx#14074, buildbuddy-io/buildbuddy#5831), and back when it is
// restored. Any other name is given back as it is.
func FormerName(userName string) string {
	if len(userName) <= objectIDDigits {
		return userName
	}
	for i := range objectIDDigits {
		if c := lowerASCII(userName[i]); (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return userName
		}
	}
	return userName[objectIDDigits:]
}
