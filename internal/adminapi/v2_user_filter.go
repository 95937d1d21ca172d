package adminapi

import (
	"slices"

	"roster/internal/accounts"
	"roster/internal/adminapi/api"
	"roster/internal/identity"
)

// userSearch makes a search of the hosted one; isEmpty tells that nobody can
// be what it asks for.
func (c *call) userSearch(s api.DirectoryUserSearch) (q accounts.UserSearch, isEmpty bool, err error) {
	if err := checkUserSearch(s); err != nil {
		return q, false, err
	}
	q = accounts.UserSearch{
		IDs:    converted(s.AccountIds, func(id string) identity.AccountID { return identity.AccountID(id) }),
		Groups: converted(s.GroupIds, func(id string) identity.OrgGroupID { return identity.OrgGroupID(id) }),
		Emails: s.Emails, Text: s.SearchTerm,
		Suspended:  only(s.MembershipStatus, api.UserMembershipStatusSuspended) || only(s.Status, api.UserStatusSuspended),
		WithGroups: slices.Contains(s.Expand, api.UserExpandGroups),
	}
	if s.ClaimStatus != "" {
		external := s.ClaimStatus == api.ClaimStatusUnmanaged
		q.External = &external
	}
	q.Statuses, isEmpty = storedStatuses(s)
	q.Keep, err = keeps(s)
	return q, isEmpty || c.isElsewhere(s.DirectoryIds), err
}

func checkUserSearch(s api.DirectoryUserSearch) error {
	if s.SearchTerm != "" && len(s.Emails) > 0 {
		return refusal(badValue, "both searchTerm and emails are given").withField("searchTerm").withHint("give one of them")
	}
	if len(s.SortBy) > 0 {
		return refusal(badValue, "users cannot be sorted: they come in the order in which they are stored").withField("sortBy").withHint("leave it out")
	}
	if err := refuseUnknownToRoster(map[string]bool{"resourceIds": len(s.ResourceIds) > 0, "roleIds": len(s.RoleIds) > 0, "mfaEnabled": s.MfaEnabled != nil}); err != nil {
		return err
	}
	return checkFilters(
		filter{"accountIds", len(s.AccountIds), true}, filter{"directoryIds", len(s.DirectoryIds), true}, filter{"groupIds", len(s.GroupIds), true},
		filter{"emailDomains", len(s.EmailDomains), true}, filter{"emails", len(s.Emails), true},
		filter{"claimStatus", 1, s.ClaimStatus == "" || s.ClaimStatus.Valid()}, filter{"status", len(s.Status), allValid(s.Status)},
		filter{"accountStatus", len(s.AccountStatus), allValid(s.AccountStatus)}, filter{"membershipStatus", len(s.MembershipStatus), allValid(s.MembershipStatus)},
		filter{"expand", len(s.Expand), allValid(s.Expand)},
	)
}

func only[T comparable](values []T, v T) bool {
	return len(values) > 0 && !slices.ContainsFunc(values, func(other T) bool { return other != v })
}

// The stored statuses that may be shown as one of the hosted API: an account
// that waits for its deletion is closed, and shown as inactive.
var (
	storedOfAccount = map[api.AccountStatus][]identity.AccountStatus{
		api.AccountStatusActive:   {identity.AccountActive},
		api.AccountStatusInactive: {identity.AccountInactive, identity.AccountClosed},
		api.AccountStatusClosed:   {identity.AccountClosed},
	}
	storedOfUser = map[api.UserStatus][]identity.AccountStatus{
		api.UserStatusActive:      {identity.AccountActive},
		api.UserStatusSuspended:   {identity.AccountActive},
		api.UserStatusDeactivated: {identity.AccountInactive, identity.AccountClosed},
		api.UserStatusForDeletion: {identity.AccountClosed},
	}
)

// storedStatuses are those that an account may have for a search to want it;
// nil is any. isEmpty tells that there is none.
func storedStatuses(s api.DirectoryUserSearch) (stored []identity.AccountStatus, isEmpty bool) {
	if len(s.AccountStatus)+len(s.Status) == 0 {
		return nil, false
	}
	for _, status := range []identity.AccountStatus{identity.AccountActive, identity.AccountInactive, identity.AccountClosed} {
		if mayBe(storedOfAccount, s.AccountStatus, status) && mayBe(storedOfUser, s.Status, status) {
			stored = append(stored, status)
		}
	}
	return stored, len(stored) == 0
}

func mayBe[T comparable](of map[T][]identity.AccountStatus, wanted []T, status identity.AccountStatus) bool {
	return len(wanted) == 0 || slices.ContainsFunc(wanted, func(w T) bool { return slices.Contains(of[w], status) })
}

// keeps compares what no index finds; nil where there is no such filter.
func keeps(s api.DirectoryUserSearch) (func(accounts.User) bool, error) {
	if len(s.AccountStatus)+len(s.Status)+len(s.MembershipStatus)+len(s.EmailDomains) == 0 {
		return nil, nil //nolint:nilnil // it keeps all
	}
	domains := make([]string, len(s.EmailDomains))
	for i, name := range s.EmailDomains {
		var err error
		if domains[i], err = identity.ParseDomain(name); err != nil {
			return nil, err
		}
	}
	return func(u accounts.User) bool {
		return isOneOf(s.AccountStatus, statusOf(u.Account)) && isOneOf(s.Status, userStatusOf(u)) &&
			isOneOf(s.MembershipStatus, membershipOf(u)) && isOneOf(domains, u.Email.Domain)
	}, nil
}

// isOneOf tells whether a filter, if there is one, has a value.
func isOneOf[T comparable](filter []T, v T) bool {
	return len(filter) == 0 || slices.Contains(filter, v)
}
