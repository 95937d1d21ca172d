package cli

import (
	"context"
	"errors"
	"net/http"

	"roster/internal/adminapi/api"
)

// What became of an account.
const (
	resultUnlinked = "unlinked"
	resultWould    = "would-unlink"
	resultNothing  = "no-links"
	resultFailed   = "failed"
)

// unlinkRow is the result for one account. Its members are a contract: they
// are the columns of --result and the members of --output json.
type unlinkRow struct {
	AccountID string            `json:"accountId"`
	Result    string            `json:"result"`
	SCIMUsers []api.SCIMUserRef `json:"scimUsers"` // that were linked to it before
	Status    int               `json:"httpStatus,omitempty"`
	Message   string            `json:"message,omitempty"`
	RequestID string            `json:"requestId,omitempty"`

	cause error
}

// unlinker does one account at a time, by hosted calls alone.
type unlinker struct {
	session *session
	org     string
	flags   unlinkFlags
}

// do gives the row of an account. Its error is one that the next account
// would meet too.
func (u unlinker) do(ctx context.Context, account string) (unlinkRow, error) {
	row := unlinkRow{AccountID: account, SCIMUsers: []api.SCIMUserRef{}}
	err := u.fill(ctx, &row)
	if err == nil {
		return row, nil
	}
	if endsAll(err) {
		return row, err
	}
	row.fail(err)
	return row, nil
}

// fill looks at the links first: the row then tells what was there, and an
// account without links is left alone, so that a run can be repeated.
func (u unlinker) fill(ctx context.Context, row *unlinkRow) error {
	found, err := decode[api.SCIMLinks](u.session.GetSCIMLinks(ctx, u.org, row.AccountID))
	if err != nil {
		return err
	}
	for _, link := range found.SCIMLinks {
		row.SCIMUsers = append(row.SCIMUsers, api.SCIMUserRef{DirectoryID: link.DirectoryID, SCIMUserID: link.SCIMUserID})
	}
	switch {
	case len(row.SCIMUsers) == 0:
		row.Result = resultNothing
		return nil
	case u.flags.dryRun:
		row.Result = resultWould
		return nil
	}
	row.Result = resultUnlinked
	if u.flags.keepRecord {
		return u.unlinkRecords(ctx, row.SCIMUsers)
	}
	return done(u.session.OnlyDeleteUserInDB(ctx, u.org, row.AccountID))
}

// unlinkRecords takes the account from each SCIM user and keeps the SCIM users.
func (u unlinker) unlinkRecords(ctx context.Context, users []api.SCIMUserRef) error {
	for _, user := range users {
		if err := done(u.session.UnlinkSCIMUser(ctx, u.org, user.DirectoryID, user.SCIMUserID)); err != nil {
			return err
		}
	}
	return nil
}

// endsAll tells a failure of the whole run from one of a single account.
func endsAll(err error) bool {
	if answer, ok := errors.AsType[*answerError](err); ok {
		return answer.status == http.StatusUnauthorized
	}
	_, unreachable := errors.AsType[*unreachableError](err)
	return unreachable || errors.Is(err, context.Canceled)
}

func (row *unlinkRow) fail(err error) {
	row.Result = resultFailed
	row.Message = err.Error()
	row.cause = err
	if answer, ok := errors.AsType[*answerError](err); ok {
		row.Status = answer.status
		row.RequestID = answer.requestID
	}
}
