package identity

import (
	"errors"
	"fmt"
)

// Code classifies an [Error] by what the caller can do about it. Each HTTP
// family has one table from Code to status.
type Code string

// The codes. Anything that is not an [Error] is CodeInternal.
const (
	CodeInvalid         Code = "invalid"         // the request is wrong; the same request will never work
	CodeNotFound        Code = "not_found"       // no such thing, or not in this tenant
	CodeConflict        Code = "conflict"        // something else holds what was asked for
	CodeForbidden       Code = "forbidden"       // a rule refuses it in the present state
	CodeUnauthenticated Code = "unauthenticated" // no key, or not a valid one
	CodeInternal        Code = "internal"        // our fault
)

// Rule is the name of a rule of the design; log entries, errors and tests use it.
type Rule string

// The rules that can refuse a write.
const (
	RuleOneAccountPerEmail     Rule = "one-account-per-email"
	RuleOneVerifierPerDomain   Rule = "one-verifier-per-domain"
	RuleManaged                Rule = "managed"
	RuleEmailWithinVerified    Rule = "email-within-verified"
	RuleLockedWhileLinked      Rule = "locked-while-linked"
	RuleLinkOnCreate           Rule = "link-on-create"
	RuleWhichEmail             Rule = "which-email"
	RuleNoPowerOverStrangers   Rule = "no-power-over-strangers"
	RuleOneLink                Rule = "one-link"
	RuleAuthority              Rule = "authority"
	RuleConflict               Rule = "conflict"
	RuleEmailFollows           Rule = "email-follows"
	RuleEmailLeaves            Rule = "email-leaves"
	RuleDeactivate             Rule = "deactivate"
	RuleDeleteByAAID           Rule = "delete-by-aaid"
	RuleUnlinkKeepsRecord      Rule = "unlink-keeps-record"
	RuleRelink                 Rule = "relink"
	RuleMembershipsFollowLinks Rule = "memberships-follow-links"
	RuleTombstone              Rule = "tombstone"
	RuleGroupNameOnce          Rule = "group-name-once"
	RuleSyncedIsReadOnly       Rule = "synced-is-read-only"
	RuleNestedGroups           Rule = "nested-groups"
	RuleAllOrNothing           Rule = "all-or-nothing"
	RuleNothingSilent          Rule = "nothing-silent"
	RuleKeyScopes              Rule = "key-scopes"
)

// Error is the one error type that carries a text for the caller. Message says
// what went wrong, Hint what to do next, Cause is for the server's log only.
type Error struct {
	Code    Code
	Rule    Rule   // "" when no rule of the design is concerned
	Field   string // the attribute or parameter at fault, if one is
	Message string
	Hint    string
	Cause   error
}

// Error gives the message, and the cause behind it for logs.
func (e *Error) Error() string {
	if e.Cause != nil {
		return fmt.Sprintf("%s: %v", e.Message, e.Cause)
	}
	return e.Message
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Cause }

// Errorf makes an error of a code with a formatted message.
func Errorf(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// WithHint sets what the caller can do next.
func (e *Error) WithHint(format string, args ...any) *Error {
	e.Hint = fmt.Sprintf(format, args...)
	return e
}

// WithRule names the rule that refused.
func (e *Error) WithRule(r Rule) *Error {
	e.Rule = r
	return e
}

// WithField names the attribute or parameter at fault.
func (e *Error) WithField(name string) *Error {
	e.Field = name
	return e
}

// CodeOf classifies any error; what is not an [Error] is [CodeInternal].
func CodeOf(err error) Code {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	return CodeInternal
}
