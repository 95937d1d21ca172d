package provision

import (
	"context"
	"errors"
	"time"

	"roster/internal/identity"
	"roster/internal/journal"
	"roster/internal/scim"
	"roster/internal/store"
)

// statuses is the SCIM family's table from error code to HTTP status and
// scimType (RFC 7644 section 3.12 table 9).
var statuses = map[identity.Code]struct {
	status int
	typ    scim.Type
}{
	identity.CodeInvalid:         {400, scim.TypeInvalidValue},
	identity.CodeUnauthenticated: {401, ""},
	identity.CodeForbidden:       {403, ""},
	identity.CodeNotFound:        {404, ""},
	identity.CodeConflict:        {409, scim.TypeUniqueness},
	identity.CodeInternal:        {500, ""},
}

// refusalTimeout bounds the wait for a database that has stopped to answer.
const refusalTimeout = 10 * time.Second

// Refuse turns any error into the SCIM error that is answered and leaves the
// one log entry of the failed request (rule nothing-silent). about is what is
// known of the request. If even the log cannot be written, that comes back
// joined to the error.
//
// A request that was read by types which are no longer in force is not refused
// for what they said: it comes back as [ErrTypesChanged].
func (s *Service) Refuse(ctx context.Context, r Request, about store.LogEntry, cause error) error {
	if errors.Is(cause, ErrTypesChanged) {
		return ErrTypesChanged
	}
	about.OrgID, about.DirectoryID = r.OrgID, r.DirectoryID
	about.Level, about.Message, about.Hint = journal.LevelError, "", ""
	var answer *scim.Error
	// The entry must be written even if the client has hung up by now.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), refusalTimeout)
	defer cancel()
	logErr := s.update(ctx, func(tx *store.Tx) error {
		entry := about
		if err := stillInForce(tx, r); err != nil {
			return err
		}
		var err error
		if answer, err = explain(tx, r, &entry, cause); err != nil {
			return err
		}
		entry.HTTPStatus, entry.SCIMType = answer.Status, string(answer.Type)
		entry.Detail = exchangeDetail(r, answer)
		if entry.Message == "" {
			entry.Message = answer.Detail
		}
		if entry.Hint == "" {
			entry.Hint = journal.Hint(answer.Status)
		}
		entry.ID = identity.NewEntryID(tx.Now())
		if err := noteRefusedWrite(tx, entry, cause); err != nil {
			return err
		}
		return journal.Append(tx, r.Caller, entry)
	})
	if errors.Is(logErr, ErrTypesChanged) {
		return ErrTypesChanged
	}
	if errors.Is(logErr, store.ErrFull) {
		return errors.Join(cause, logErr, outOfSpace()) // the first of them that is an answer is the answer
	}
	if logErr != nil {
		return errors.Join(cause, logErr)
	}
	if answer.Status >= 500 {
		return errors.Join(answer, cause) // for the server's own log
	}
	return answer
}

// stillInForce makes sure that a request with configured types is not refused
// for what older ones said.
func stillInForce(tx *store.Tx, r Request) error {
	if r.Types == nil {
		return nil
	}
	d, err := tx.DirectoryByID(r.DirectoryID)
	if err != nil {
		return err
	}
	return checkTypes(r, d)
}

// Answer is the SCIM error for a domain error: what is wrong, then what to do.
func Answer(e *identity.Error) *scim.Error {
	detail := e.Message
	if e.Hint != "" {
		detail += ". To fix this: " + e.Hint
	}
	s := statuses[e.Code]
	return scim.Errorf(s.status, s.typ, "%s", detail)
}

// Internal is the SCIM error for a failure that is not the client's.
func Internal(requestID string) *scim.Error {
	return scim.Errorf(500, "", "Internal error; the request can be sent again. Request id: %s", requestID)
}

// outOfSpace is the SCIM error while the database has no room.
func outOfSpace() *scim.Error {
	return scim.Errorf(507, "", "The server has no room to store this, and nothing was changed. Send the request again later; its operator has to make room.")
}

// explain gives the answer to an error, and fills in what an administrator
// wants to know of it: the other party and what to do next.
func explain(tx *store.Tx, r Request, e *store.LogEntry, cause error) (*scim.Error, error) {
	if taken, ok := errors.AsType[*TakenError](cause); ok {
		return explainTaken(tx, e, taken)
	}
	if u, ok := errors.AsType[*store.UniqueError](cause); ok {
		return explainConflict(tx, r, e, u)
	}
	if answer, ok := errors.AsType[*scim.Error](cause); ok {
		return answer, nil
	}
	if errors.Is(cause, store.ErrNotFound) {
		return explainMissing(tx, r, e)
	}
	if errors.Is(cause, context.Canceled) {
		e.Level = journal.LevelWarning
		return scim.Errorf(journal.StatusHungUp, "", "The client hung up before the request was done."), nil
	}
	if errors.Is(cause, store.ErrFull) {
		return outOfSpace(), nil
	}
	if errors.Is(cause, context.DeadlineExceeded) {
		return scim.Errorf(503, "", "The database did not answer in time. Send the request again."), nil
	}
	domainErr, ok := errors.AsType[*identity.Error](cause)
	if !ok {
		return Internal(r.Caller.RequestID), nil
	}
	e.Message, e.Hint = domainErr.Message, domainErr.Hint // apart, while the client has one text
	return Answer(domainErr), nil
}

// explainMissing answers a write or read of an id that is not there. An id
// that was there needs another remedy than one that never was.
func explainMissing(tx *store.Tx, r Request, e *store.LogEntry) (*scim.Error, error) {
	e.Level = journal.LevelWarning
	kind := typeNamed(r, e.Resource)
	if e.Resource == journal.ResourceUser {
		t, err := tx.Tombstone(r.OrgID, r.DirectoryID, identity.SCIMUserID(e.SCIMID))
		if err == nil {
			e.Level, e.AccountID, e.Name, e.Hint = journal.LevelError, t.AccountID, t.UserName, journal.HintDeletedRecord
			return scim.Errorf(404, "", "User %.60s was deleted by %s: %s", e.SCIMID, t.DeletedBy, journal.HintDeletedRecord), nil
		}
		if !errors.Is(err, store.ErrNotFound) {
			return nil, err
		}
	}
	return scim.Errorf(404, "", "%s %.60s is not in this directory", kind, e.SCIMID), nil
}

// explainConflict answers a unique violation with the text that runbooks know
// and notes both parties (rule conflict).
func explainConflict(tx *store.Tx, r Request, e *store.LogEntry, u *store.UniqueError) (*scim.Error, error) {
	switch u.Constraint {
	case store.ConstraintUserName:
		holder, err := absent(tx.SCIMUserByName(r.DirectoryID, scim.Fold(e.Name)))
		e.OtherSCIMID, e.OtherAccountID, e.Hint = string(holder.ID), holder.AccountID, journal.HintRecordTaken(holder.ID)
		return scim.Errorf(409, scim.TypeUniqueness, "%s", journal.UserNameTaken(e.Name)), err
	case store.ConstraintGroupName, store.ConstraintOrgGroupName:
		return explainGroupConflict(tx, r, e)
	case store.ConstraintUserEmail, store.ConstraintAccountEmail, store.ConstraintLinkAccount:
		return explainEmailConflict(tx, r, e, u.Constraint)
	default:
		return Internal(r.Caller.RequestID), nil
	}
}

// explainEmailConflict finds who holds the address that the request wanted: a
// record of the directory, or an account and the record that is linked to it.
func explainEmailConflict(tx *store.Tx, r Request, e *store.LogEntry, c store.Constraint) (*scim.Error, error) {
	wanted := e.Name // noted by the step that needed it
	answer := scim.Errorf(409, scim.TypeUniqueness, "%s", journal.EmailTaken(wanted))
	email, err := identity.ParseEmail(wanted)
	if err != nil {
		return answer, nil // one that cannot be read has no holder to name
	}
	if c == store.ConstraintUserEmail {
		record, err := absent(tx.SCIMUserByEmail(r.DirectoryID, email))
		e.OtherSCIMID, e.OtherAccountID, e.Hint = string(record.ID), record.AccountID, journal.HintRecordTaken(record.ID)
		if err != nil || record.AccountID == "" {
			return answer, err
		}
		e.Hint = journal.HintEmailTaken(record.AccountID)
		return answer, nil
	}
	account, err := absent(tx.AccountByEmail(email))
	if err != nil || account.ID == "" {
		return answer, err
	}
	e.OtherAccountID, e.Hint = account.ID, journal.HintEmailTaken(account.ID)
	e.OtherSCIMID, err = recordOfAccount(tx, r, account.ID)
	return answer, err
}

// recordOfAccount names the org's record that is linked to an account, one of
// the request's directory before one of another; "" if there is none.
func recordOfAccount(tx *store.Tx, r Request, account identity.AccountID) (string, error) {
	links, err := tx.LinksOfAccountIn(r.OrgID, account)
	if err != nil || len(links) == 0 {
		return "", err
	}
	for _, l := range links {
		if l.DirectoryID == r.DirectoryID {
			return string(l.SCIMUserID), nil
		}
	}
	return string(links[0].SCIMUserID), nil
}

func explainGroupConflict(tx *store.Tx, r Request, e *store.LogEntry) (*scim.Error, error) {
	holder, err := absent(tx.OrgGroupByName(r.OrgID, e.Name))
	e.OtherSCIMID, e.Hint = string(holder.SCIMGroupID), journal.HintGroupTaken
	if holder.Source == identity.GroupSynced {
		e.Hint = journal.HintGroupSynced(holder.DirectoryID)
	}
	return scim.Errorf(409, scim.TypeUniqueness, "%s", journal.GroupNameTaken(e.Name)), err
}

// absent makes "not found" an empty answer.
func absent[T any](v T, err error) (T, error) {
	if errors.Is(err, store.ErrNotFound) {
		var zero T
		return zero, nil
	}
	return v, err
}
