package store

import (
	"errors"

	"roster/internal/identity"
)

// parameters name what can be missing, as the HTTP API calls its id.
var parameters = map[string]string{"domain": "domainId", "directory": "directoryId", "group": "groupId"}

// Missing tells a caller what an [ErrNotFound] was about: a thing that is not
// there, or not in this tenant. Other errors pass.
func Missing(err error, what, id string) error {
	if !errors.Is(err, ErrNotFound) {
		return err
	}
	return identity.Errorf(identity.CodeNotFound, "there is no %s %.128s in this organization", what, id).WithField(parameters[what])
}

// MissingOrg is [Missing] about an organization itself.
func MissingOrg(err error, id identity.OrgID) error {
	if !errors.Is(err, ErrNotFound) {
		return err
	}
	return identity.Errorf(identity.CodeNotFound, "there is no organization %.128s", id).WithField("orgId")
}
