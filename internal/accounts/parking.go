package accounts

import (
	"strings"

	"roster/internal/identity"
	"roster/internal/store"
)

// Placeholders of a parking-address template.
const (
	parkID     = "{id}"     // the account's id, with - for : and |; it makes the address unused
	parkLocal  = "{local}"  // what stands before the @ of the account's present address
	parkDomain = "{domain}" // the domain of its present address
)

const maxParkingTemplate = 200 // characters

// ParkingAddress makes the address that a parked account gets. Whether it is on
// a verified domain, MoveTo tells.
func ParkingAddress(template string, a store.Account) (identity.Email, error) {
	id := strings.NewReplacer(":", "-", "|", "-").Replace(string(a.ID))
	local, _, _ := strings.Cut(a.Email.Address, "@")
	return identity.ParseEmail(strings.NewReplacer(parkID, id, parkLocal, local, parkDomain, a.Email.Domain).Replace(template))
}

// checkParkingTemplate refuses a template that makes no address of an ordinary
// account, or the same one of two.
func checkParkingTemplate(template string) error {
	refused := func(why string) error {
		return identity.Errorf(identity.CodeInvalid, "parkingAddress is %.100q: %s", template, why).WithField("parkingAddress").
			WithHint("write it like %s; %s, %s and %s are filled in", store.DefaultOrgSettings.ParkingTemplate, parkID, parkLocal, parkDomain)
	}
	local, _, _ := strings.Cut(template, "@")
	switch {
	case len(template) > maxParkingTemplate:
		return refused("it is too long")
	case !strings.Contains(local, parkID):
		return refused("it needs " + parkID + " before the @, or two accounts would get the same address")
	}
	sample := store.Account{ID: identity.NewAccountID(), Email: identity.MustEmail("ann@example.com")}
	made, err := ParkingAddress(template, sample)
	if err != nil {
		return refused("it makes no address")
	}
	if strings.ContainsAny(made.Address, "{}") {
		return refused("it has a placeholder that does not exist")
	}
	return nil
}
