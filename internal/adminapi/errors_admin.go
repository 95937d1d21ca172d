package adminapi

import (
	"errors"
	"net/http"
	"strconv"

	"roster/internal/adminapi/api"
	"roster/internal/identity"
)

// adminKind is one kind of error of the /admin/ family. The codes are those of
// the hosted organizations API where it has one, and go on in its style.
type adminKind struct {
	status      int
	code, title string
}

var (
	adminBadValue   = adminKind{http.StatusBadRequest, "ADMIN-400-4", "Invalid value"}
	adminNoKey      = adminKind{http.StatusUnauthorized, "ADMIN-401-2", "Not authenticated"}
	adminWrongOrg   = adminKind{http.StatusForbidden, "ADMIN-403-3", "Not allowed to manage the organization"}
	adminNotManaged = adminKind{http.StatusForbidden, "ADMIN-403-8", "Not managed by the organization"}
	adminNotFound   = adminKind{http.StatusNotFound, "ADMIN-404-1", "Not found"}
	adminConflict   = adminKind{http.StatusConflict, "ADMIN-409-1", "Refused by a rule"}
	adminInternal   = adminKind{http.StatusInternalServerError, "ADMIN-500-1", "Internal error"}
)

var adminProblems = map[problem]adminKind{
	badCursor:        {http.StatusBadRequest, "ADMIN-400-1", "Invalid cursor"},
	badIdentifier:    {http.StatusBadRequest, "ADMIN-400-2", "Invalid identifier"},
	badTime:          {http.StatusBadRequest, "ADMIN-400-3", "Invalid time"},
	badValue:         adminBadValue,
	badBody:          {http.StatusBadRequest, "ADMIN-400-24", "Invalid request body"},
	bodyTooLarge:     {http.StatusRequestEntityTooLarge, "ADMIN-413-1", "Request body too large"},
	unknownPath:      adminNotFound,
	methodNotAllowed: {http.StatusMethodNotAllowed, "ADMIN-405-1", "Method not allowed"},
	tooManyRequests:  {http.StatusTooManyRequests, "ADMIN-429-1", "Too many requests"},
	outOfSpace:       {http.StatusInsufficientStorage, "ADMIN-507-1", "No room to store"},
}

var adminCodes = map[identity.Code]adminKind{
	identity.CodeInvalid:         adminBadValue,
	identity.CodeNotFound:        adminNotFound,
	identity.CodeConflict:        adminConflict,
	identity.CodeForbidden:       adminWrongOrg,
	identity.CodeUnauthenticated: adminNoKey,
	identity.CodeInternal:        adminInternal,
}

// adminMissing refines CodeNotFound by the parameter that found nothing.
var adminMissing = map[string]adminKind{
	"orgId":     {http.StatusNotFound, "ADMIN-404-2", "Organization not found"},
	"domainId":  {http.StatusNotFound, "ADMIN-404-3", "Domain not found"},
	"eventId":   {http.StatusNotFound, "ADMIN-404-4", "Event not found"},
	"accountId": {http.StatusNotFound, "ADMIN-404-8", "Account not found"},
	"groupId":   {http.StatusNotFound, "ADMIN-404-10", "Group not found"},
}

// adminForbidden refines CodeForbidden by the rule that refused.
var adminForbidden = map[identity.Rule]adminKind{
	identity.RuleManaged:             adminNotManaged,
	identity.RuleEmailWithinVerified: adminNotManaged,
	identity.RuleKeyScopes:           {http.StatusForbidden, "ADMIN-403-9", "The key lacks a scope"},
	identity.RuleSyncedIsReadOnly:    {http.StatusForbidden, "ADMIN-403-5", "Not allowed to manage the group"},
}

func adminKindOf(err error) adminKind {
	if e, ok := errors.AsType[*requestError](err); ok {
		return adminProblems[e.problem]
	}
	e, ok := errors.AsType[*identity.Error](err)
	if !ok {
		return adminInternal
	}
	if kind, ok := adminMissing[e.Field]; ok && e.Code == identity.CodeNotFound {
		return kind
	}
	if kind, ok := adminForbidden[e.Rule]; ok && e.Code == identity.CodeForbidden {
		return kind
	}
	return adminCodes[e.Code]
}

// adminFailure is the /admin/ family's table from error to answer (hosted
// organizations API, schema ApplicationErrors).
func adminFailure(f failure) (int, any) {
	kind := adminKindOf(f.err)
	return kind.status, api.AdminErrors{Errors: []api.AdminError{{
		ID: f.requestID, Status: strconv.Itoa(kind.status), Code: kind.code, Title: kind.title, Detail: textOf(f.err),
	}}}
}
