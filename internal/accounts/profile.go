package accounts

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"roster/internal/identity"
	"roster/internal/store"
)

// Field is a profile field by its name in the hosted user management API.
type Field string

// The fields that an administrator may set.
const (
	FieldName         Field = "name"
	FieldNickname     Field = "nickname"
	FieldZoneinfo     Field = "zoneinfo"
	FieldLocale       Field = "locale"
	FieldJobTitle     Field = "extended_profile.job_title"
	FieldOrganization Field = "extended_profile.organization"
	FieldDepartment   Field = "extended_profile.department"
	FieldLocation     Field = "extended_profile.location"
)

// FieldEmail is set by SetEmail, not with the profile.
const FieldEmail Field = "email"

// profileFields says where each field lives, how long it may be (hosted API)
// and whether a directory decides it.
var profileFields = []struct {
	field  Field
	max    int // characters
	synced bool
	at     func(*store.Account) *string
}{
	{FieldName, 100, true, func(a *store.Account) *string { return &a.Name }},
	{FieldNickname, 30, true, func(a *store.Account) *string { return &a.Profile.Nickname }},
	{FieldZoneinfo, 100, true, func(a *store.Account) *string { return &a.Profile.Zoneinfo }},
	{FieldLocale, 100, true, func(a *store.Account) *string { return &a.Profile.Locale }},
	{FieldJobTitle, 100, true, func(a *store.Account) *string { return &a.Profile.JobTitle }},
	{FieldOrganization, 100, true, func(a *store.Account) *string { return &a.Profile.Organization }},
	{FieldDepartment, 100, true, func(a *store.Account) *string { return &a.Profile.Department }},
	{FieldLocation, 100, false, func(a *store.Account) *string { return &a.Profile.Location }},
}

// FieldLock tells whether a directory decides a field of an account.
func FieldLock(a Account) map[Field]bool {
	locks := make(map[Field]bool, len(profileFields))
	for _, f := range profileFields {
		locks[f.field] = f.synced && a.IsLocked()
	}
	return locks
}

// FieldsError is a refusal that is about single fields: each with the key of
// its violation ("maxLength") or of the reason why it is locked.
type FieldsError struct {
	Err    *identity.Error
	Fields map[Field]string
}

// Error is the text of the error that the fields detail.
func (e *FieldsError) Error() string { return e.Err.Error() }

// Unwrap gives the error that the fields detail.
func (e *FieldsError) Unwrap() error { return e.Err }

// UpdateProfile sets the given fields of a managed account; fields that a
// directory decides are refused while a link exists.
func (s *Service) UpdateProfile(ctx context.Context, c identity.Caller, org identity.OrgID, id identity.AccountID, values map[Field]string) (account Account, err error) {
	if err := checkLengths(values); err != nil {
		return Account{}, err
	}
	err = s.changeAccount(ctx, c, org, id, ActionProfileUpdated, func(_ *store.Tx, a *Account) error {
		if err := checkFieldsUnlocked(*a, values); err != nil {
			return err
		}
		for _, f := range profileFields {
			if v, ok := values[f.field]; ok {
				*f.at(&a.Account) = v
			}
		}
		account = *a
		return nil
	})
	return account, err
}

func checkLengths(values map[Field]string) error {
	wrong, says := map[Field]string{}, []string{}
	for _, f := range profileFields {
		v, given := values[f.field]
		switch {
		case given && utf8.RuneCountInString(v) > f.max:
			wrong[f.field] = "maxLength"
			says = append(says, fmt.Sprintf("%s is longer than %d characters", f.field, f.max))
		case given && identity.CheckText(string(f.field), v, f.max) != nil:
			wrong[f.field] = "validCharacters"
			says = append(says, fmt.Sprintf("%s has characters that are not text", f.field))
		case given && v == "" && f.field == FieldName:
			wrong[f.field] = "required"
			says = append(says, fmt.Sprintf("%s is empty", f.field))
		}
	}
	if len(wrong) == 0 {
		return nil
	}
	return &FieldsError{identity.Errorf(identity.CodeInvalid, "%s", strings.Join(says, ", ")), wrong}
}

func checkFieldsUnlocked(a Account, values map[Field]string) error {
	locked := map[Field]string{}
	for field, isLocked := range FieldLock(a) {
		if _, given := values[field]; given && isLocked {
			locked[field] = LockedReason
		}
	}
	if len(locked) == 0 {
		return nil
	}
	return &FieldsError{lockedBy(a), locked}
}
