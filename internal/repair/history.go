package repair

import (
	"fmt"
	"time"

	"roster/internal/identity"
	"roster/internal/store"
)

// compareHistory adds what tells the account with the history from the one
// that came later.
func compareHistory(facts *evidence, right, wrong store.Account) {
	if right.CreatedAt.Before(wrong.CreatedAt) {
		facts.add(10, fmt.Sprintf("account %s is older: created %s, the other %s", right.ID, day(right.CreatedAt), day(wrong.CreatedAt)))
	} else {
		facts.add(-15, fmt.Sprintf("account %s is younger: created %s, the other %s", right.ID, day(right.CreatedAt), day(wrong.CreatedAt)))
	}
	if right.Origin != wrong.Origin && wrong.Origin == identity.OriginSCIM {
		facts.add(5, fmt.Sprintf("account %s was %s, while provisioning made the other", right.ID, originWords[right.Origin]))
	}
	if right.Status != identity.AccountActive {
		facts.add(-5, fmt.Sprintf("account %s is %s", right.ID, right.Status))
	}
	if sameName(right.Name, wrong.Name) {
		facts.add(5, "both are called "+right.Name)
	}
}

var originWords = map[identity.Origin]string{
	identity.OriginInvited:        "invited",
	identity.OriginCreatedByAdmin: "created by an administrator",
	identity.OriginSelfSignup:     "signed up by the person",
	identity.OriginSCIM:           "made by provisioning",
	identity.OriginImported:       "imported",
}

func day(t time.Time) string { return t.Format("2006-01-02") }
