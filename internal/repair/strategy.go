package repair

// Strategy says by what means a repair is done.
type Strategy string

// The strategies.
const (
	// StrategyAtomic is Roster's own way: one transaction, nothing for the
	// identity provider to do first.
	StrategyAtomic Strategy = "atomic"
	// StrategyCookbook uses only what the hosted service offers as well; the
	// identity provider has its part.
	StrategyCookbook Strategy = "cookbook"
)
