package picture

// Change is what becomes of a link.
type Change string

// The changes. A link that ends at one account and begins at another moves.
const (
	Stays  Change = "stays"
	Moves  Change = "moves"
	Ends   Change = "ends"
	Begins Change = "begins"
)

// change tells what becomes of a record's link.
func (s Subject) change(key string) Change {
	if s.After == nil {
		return Stays
	}
	before, after := s.Before.linkOf(key), s.After.linkOf(key)
	switch {
	case before == after:
		return Stays
	case before == "":
		return Begins
	case after == "":
		return Ends
	default:
		return Moves
	}
}

// linkOf is the account that a record is linked to, or "".
func (s Scene) linkOf(key string) string {
	if r := s.record(key); r != nil && !r.Deleted {
		return r.Account
	}
	return ""
}

// isLinked tells whether a record of the scene is linked to an account.
func (s Scene) isLinked(account string) bool {
	for _, r := range s.Records {
		if r.Account == account && !r.Deleted {
			return true
		}
	}
	return false
}
