package adminapi

import (
	"errors"
	"maps"
	"net/http"
	"slices"

	"roster/internal/accounts"
	"roster/internal/adminapi/api"
	"roster/internal/identity"
)

// keyed is the status and the key of an error of the /users/ family.
type keyed struct {
	status int
	key    string
}

var (
	usersInvalid  = keyed{http.StatusBadRequest, "fieldConstraintsViolated"}
	usersNotFound = keyed{http.StatusNotFound, "notFound"}
	usersInternal = keyed{http.StatusInternalServerError, "internalServerError"}
)

var usersProblems = map[problem]keyed{
	badIdentifier:    usersNotFound,
	badTime:          usersInvalid,
	badValue:         usersInvalid,
	badBody:          {http.StatusBadRequest, "bodyParseFailure"},
	bodyTooLarge:     {http.StatusRequestEntityTooLarge, "bodyParseFailure"},
	unknownPath:      usersNotFound,
	methodNotAllowed: {http.StatusMethodNotAllowed, "methodNotAllowed"},
	tooManyRequests:  {http.StatusTooManyRequests, "tooManyRequests"},
	outOfSpace:       {http.StatusInsufficientStorage, "insufficientStorage"},
}

var usersCodes = map[identity.Code]keyed{
	identity.CodeInvalid:         usersInvalid,
	identity.CodeNotFound:        {http.StatusNotFound, "accountNotFound"},
	identity.CodeConflict:        {http.StatusConflict, "conflict.lifecycleErrors"},
	identity.CodeForbidden:       {http.StatusForbidden, "forbidden"},
	identity.CodeUnauthenticated: {http.StatusUnauthorized, "unauthorized"},
	identity.CodeInternal:        usersInternal,
}

// usersFailure is the /users/ family's table from error to answer. Keys and
// contexts are those of the hosted user management API; message is Roster's.
func usersFailure(f failure) (int, any) {
	kind, context := usersKindOf(f)
	return kind.status, api.UserError{Key: kind.key, Context: context, Message: textOf(f.err)}
}

func usersKindOf(f failure) (keyed, map[string]any) {
	err := f.err
	if e, ok := errors.AsType[*requestError](err); ok {
		return usersProblems[e.problem], nil
	}
	if e, ok := errors.AsType[*accounts.FieldsError](err); ok {
		return fieldsKind(e)
	}
	if e, ok := errors.AsType[*accounts.DomainError](err); ok {
		return keyed{http.StatusForbidden, "forbidden.unclaimedDomain"}, map[string]any{"domain": e.Domain}
	}
	e, ok := errors.AsType[*identity.Error](err)
	switch {
	case !ok:
		return usersInternal, nil
	case e.Rule == identity.RuleLockedWhileLinked:
		return keyed{http.StatusForbidden, "forbidden.action"}, locked(accounts.LockedReason)
	case e.Rule == identity.RuleOneAccountPerEmail:
		return usersInvalid, violations(map[accounts.Field]string{accounts.FieldEmail: "alreadyInUse"}) // docs/decisions/0005
	case e.Code == identity.CodeInvalid:
		return usersInvalid, violations(map[accounts.Field]string{accounts.Field(e.Field): "validCharacters"})
	case e.Code == identity.CodeNotFound && e.Field != "accountId":
		return usersNotFound, nil
	case e.Code == identity.CodeConflict:
		return usersCodes[e.Code], lifecycleErrors(e, f.accountID)
	}
	return usersCodes[e.Code], nil
}

// fieldsKind words an error about single fields: locked ones, or wrong values.
func fieldsKind(e *accounts.FieldsError) (keyed, map[string]any) {
	if e.Err.Code != identity.CodeForbidden {
		return usersInvalid, violations(e.Fields)
	}
	context := map[string]any{}
	for field, reason := range e.Fields {
		context[string(field)] = locked(reason)
	}
	return keyed{http.StatusForbidden, "forbidden.fieldMutation"}, context
}

func locked(reason string) map[string]any {
	return map[string]any{"allowed": false, "reason": map[string]any{"key": reason}}
}

func violations(fields map[accounts.Field]string) map[string]any {
	list := []any{}
	for _, field := range slices.Sorted(maps.Keys(fields)) {
		list = append(list, map[string]any{"field": field, "violations": []any{map[string]any{"key": fields[field]}}})
	}
	return map[string]any{"fieldViolations": list}
}

func lifecycleErrors(e *identity.Error, accountID string) map[string]any {
	return map[string]any{
		"message":    sentence(e.Message),
		"accountId":  accountID,
		"errorCodes": []any{map[string]any{"code": "lifecycle.state", "message": textOf(e)}},
	}
}
