package store

import (
	"fmt"

	"roster/internal/identity"
)

// Invariant is a statement about the stored data that no sequence of writes,
// however concurrent, may break. Its query finds what breaks it.
type Invariant struct {
	Rule  identity.Rule
	Says  string
	query string
}

// Invariants are the statements that SQL can check. They back the constraints
// of the migrations where a constraint cannot say it.
var Invariants = []Invariant{
	{
		identity.RuleOneLink, "a record has a reason for being unlinked exactly while it has no link",
		`SELECT u.id FROM scim_user u LEFT JOIN link l ON l.directory_id = u.directory_id AND l.scim_user_id = u.id
			WHERE (u.unlinked_reason IS NULL) <> (l.account_id IS NOT NULL)`,
	},
	{
		identity.RuleOneLink, "links and holds belong to the org of their directory",
		`SELECT x.scim_user_id FROM (SELECT directory_id, scim_user_id, org_id FROM link UNION ALL SELECT directory_id, scim_user_id, org_id FROM hold) x
			JOIN directory d ON d.id = x.directory_id WHERE d.org_id <> x.org_id`,
	},
	{
		identity.RuleUnlinkKeepsRecord, "no held pair is linked",
		`SELECT h.scim_user_id FROM hold h JOIN link l ON l.directory_id = h.directory_id AND l.scim_user_id = h.scim_user_id AND l.account_id = h.account_id`,
	},
	{
		identity.RuleTombstone, "no deleted record is alive",
		`SELECT t.scim_user_id FROM tombstone t JOIN scim_user u ON u.directory_id = t.directory_id AND u.id = t.scim_user_id`,
	},
	{
		identity.RuleGroupNameOnce, "every SCIM group has its org group, of the same name",
		`SELECT g.id FROM scim_group g LEFT JOIN org_group o ON o.directory_id = g.directory_id AND o.scim_group_id = g.id
			WHERE o.id IS NULL OR o.name_key <> g.display_name_key`,
	},
	{
		identity.RuleGroupNameOnce, "every synced org group has its SCIM group",
		`SELECT o.id FROM org_group o LEFT JOIN scim_group g ON g.directory_id = o.directory_id AND g.id = o.scim_group_id
			WHERE o.source = 'scim' AND g.id IS NULL`,
	},
	{
		identity.RuleMembershipsFollowLinks, "a synced group has no members of its own",
		`SELECT o.id FROM org_group o JOIN org_group_member m ON m.org_id = o.org_id AND m.group_id = o.id WHERE o.source = 'scim'`,
	},
	{
		identity.RuleManaged, "a domain is assigned to a directory of its own org",
		`SELECT o.id FROM domain o JOIN directory d ON d.id = o.directory_id WHERE d.org_id <> o.org_id`,
	},
	{
		identity.RuleDeactivate, "only a closed account has a day of deletion",
		`SELECT id FROM account WHERE (status = 'closed') <> (delete_at IS NOT NULL)`,
	},
	{
		identity.RuleAllOrNothing, "the id of an account that is no more is never given again",
		`SELECT r.id FROM retired_account r JOIN account a ON a.id = r.id`,
	},
	{
		identity.RuleAllOrNothing, "the counts of a directory are what it holds",
		`SELECT d.id FROM directory d WHERE
			(SELECT COALESCE(SUM(n), 0) FROM tally c WHERE c.owner = d.id AND c.kind = 'users') <> (SELECT count(*) FROM scim_user u WHERE u.directory_id = d.id)
			OR (SELECT COALESCE(SUM(n), 0) FROM tally c WHERE c.owner = d.id AND c.kind = 'groups') <> (SELECT count(*) FROM scim_group g WHERE g.directory_id = d.id)
			OR (SELECT COALESCE(SUM(n), 0) FROM tally c WHERE c.owner = d.id AND c.kind = 'unlinked') <> (SELECT count(*) FROM scim_user u WHERE u.directory_id = d.id AND u.unlinked_reason IS NOT NULL)`,
	},
	{
		identity.RuleAllOrNothing, "the count of a domain is the accounts that it has",
		`SELECT COALESCE(c.owner, a.email_domain) FROM (SELECT owner, SUM(n) AS n FROM tally WHERE kind = 'accounts' GROUP BY owner) c
			FULL JOIN (SELECT email_domain, count(*) AS n FROM account GROUP BY email_domain) a ON a.email_domain = c.owner
			WHERE COALESCE(c.n, 0) <> COALESCE(a.n, 0)`,
	},
	{
		identity.RuleAllOrNothing, "the counts by status of a domain and of claims are the accounts that have it",
		`SELECT COALESCE(c.owner, a.owner) FROM (SELECT owner, kind, SUM(n) AS n FROM tally WHERE kind IN ('inactive', 'closed') GROUP BY owner, kind) c
			FULL JOIN (SELECT email_domain AS owner, status, count(*) AS n FROM account WHERE status <> 'active' GROUP BY email_domain, status
				UNION ALL SELECT claimed_by || '/' || email_domain, status, count(*) FROM account WHERE status <> 'active' AND claimed_by IS NOT NULL GROUP BY claimed_by, email_domain, status) a
			ON a.owner = c.owner AND a.status = c.kind WHERE COALESCE(c.n, 0) <> COALESCE(a.n, 0)`,
	},
	{
		identity.RuleManaged, "the count of an org's claims on a domain is the accounts that it claimed there",
		`SELECT COALESCE(c.owner, a.owner) FROM (SELECT owner, SUM(n) AS n FROM tally WHERE kind = 'claimed' GROUP BY owner) c
			FULL JOIN (SELECT claimed_by || '/' || email_domain AS owner, count(*) AS n FROM account WHERE claimed_by IS NOT NULL GROUP BY claimed_by, email_domain) a ON a.owner = c.owner
			WHERE COALESCE(c.n, 0) <> COALESCE(a.n, 0)`,
	},
}

// Breaches gives the ids of at most a page of rows that break an invariant.
func (tx *Tx) Breaches(inv Invariant) ([]string, error) {
	return all(tx, column[string], inv.query+fmt.Sprintf(" LIMIT %d", MaxPage))
}

// EachSCIMUser calls fn with every record of the deployment; for checks only.
func (tx *Tx) EachSCIMUser(fn func(SCIMUser) error) error {
	return each(tx, scanSCIMUser, fn, scimUserSelect)
}

// EachAccount calls fn with every account of the deployment; for checks only.
func (tx *Tx) EachAccount(fn func(Account) error) error {
	return each(tx, scanAccount, fn, `SELECT `+accountColumns+` FROM account`)
}
