package cli

import (
	"errors"
	"net/http"

	"github.com/spf13/cobra"
)

// The exit codes are a contract; docs/reference/cli.md lists them.
const (
	exitOK          = 0
	exitFailed      = 1
	exitUsage       = 2
	exitNotFound    = 3
	exitAuth        = 4
	exitRefused     = 5
	exitPartial     = 6
	exitUnreachable = 7
)

const exitCodesText = `0  done
1  failed for another reason than those below
2  usage: an argument, a flag or a value is wrong
3  not found: the account, record, directory or the like does not exist
4  not authenticated or not authorised: a key is missing, wrong, expired, revoked or of another organization
5  refused: a rule or a conflict forbids it; the message says which and how to get around it
6  partly failed: a command over several things did some and failed at others; its result names them
7  unreachable: no server answered at the URL, or it said that it cannot serve now`

func newExitCodesTopic() *cobra.Command {
	return &cobra.Command{Use: "exit-codes", Short: "What the exit codes mean", Long: exitCodesText}
}

// exitCode says how the process ends for an error.
func exitCode(err error) int {
	if _, ok := errors.AsType[*usageError](err); ok {
		return exitUsage
	}
	if _, ok := errors.AsType[*partialError](err); ok {
		return exitPartial
	}
	if _, ok := errors.AsType[*unreachableError](err); ok {
		return exitUnreachable
	}
	if answer, ok := errors.AsType[*answerError](err); ok {
		return answer.exitCode()
	}
	if _, ok := errors.AsType[*notFoundError](err); ok {
		return exitNotFound
	}
	if _, ok := errors.AsType[*noKeyError](err); ok {
		return exitAuth
	}
	return exitFailed
}

// ruleCodes are the codes of 403 answers that refuse the action and not the key.
var ruleCodes = map[string]bool{
	"forbidden.action":           true,
	"forbidden.fieldMutation":    true,
	"forbidden.unclaimedDomain":  true,
	"forbidden.targetUnverified": true,
	"ADMIN-403-5":                true,
	"ADMIN-403-6":                true,
	"ADMIN-403-7":                true,
	"ADMIN-403-8":                true,
}

func (e *answerError) exitCode() int {
	switch e.status {
	case http.StatusUnauthorized:
		return exitAuth
	case http.StatusForbidden:
		if ruleCodes[e.code] {
			return exitRefused
		}
		return exitAuth
	case http.StatusNotFound:
		return exitNotFound
	case http.StatusConflict:
		return exitRefused
	case http.StatusBadRequest, http.StatusRequestEntityTooLarge:
		return exitUsage
	case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return exitUnreachable
	}
	return exitFailed
}
