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
	AccountID string `json:"accountId"`
	Result    string `json:"result"`
	Links     int    `json:"links"` // found, as far as it was asked
	Status    int    `json:"httpStatus,omitempty"`
	Message   string `json:"message,omitempty"`
	RequestID string `json:"requestId,omitempty"`

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
	row := unlinkRow{AccountID: account}
	var err error
	switch {
	case u.flags.dryRun:
		_, err = u.look(ctx, &row)
	case u.flags.keepRecord:
		err = u.unlinkRecords(ctx, &row)
	default:
		err = u.deleteRecords(ctx, &row)
	}
	if err == nil {
		return row, nil
	}
	if endsAll(err) {
		return row, err
	}
	row.fail(err)
	return row, nil
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

// look counts the links and says what would happen to them.
func (u unlinker) look(ctx context.Context, row *unlinkRow) ([]api.SCIMLink, error) {
	found, err := decode[api.SCIMLinks](u.session.GetSCIMLinks(ctx, u.org, row.AccountID))
	row.Links = len(found.SCIMLinks)
	row.Result = resultWould
	if row.Links == 0 {
		row.Result = resultNothing
	}
	return found.SCIMLinks, err
}

// unlinkRecords takes the account from each SCIM user and keeps the SCIM users.
func (u unlinker) unlinkRecords(ctx context.Context, row *unlinkRow) error {
	links, err := u.look(ctx, row)
	if err != nil || len(links) == 0 {
		return err
	}
	for _, link := range links {
		if err := done(u.session.UnlinkSCIMUser(ctx, u.org, link.DirectoryID, link.SCIMUserID)); err != nil {
			return err
		}
	}
	row.Result = resultUnlinked
	return nil
}

// deleteRecords deletes the account's SCIM users in all directories. The
// hosted API does not say what it answers for an account without any, so a
// 404 is judged by the links: none means that there was nothing to do.
func (u unlinker) deleteRecords(ctx context.Context, row *unlinkRow) error {
	err := done(u.session.OnlyDeleteUserInDB(ctx, u.org, row.AccountID))
	if err == nil {
		row.Result = resultUnlinked
		return nil
	}
	if answer, ok := errors.AsType[*answerError](err); ok && answer.status == http.StatusNotFound {
		if links, lookErr := u.look(ctx, row); lookErr == nil && len(links) == 0 {
			return nil
		}
	}
	return err
}
