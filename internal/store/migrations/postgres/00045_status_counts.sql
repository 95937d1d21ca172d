-- +goose Up

-- How many accounts of a domain, and of an org's claims on it, are not active:
-- counted along with the others, see count.go.
INSERT INTO tally (owner, kind, shard, n)
SELECT email_domain, status, 0, count(*) FROM account WHERE status <> 'active' GROUP BY email_domain, status;
INSERT INTO tally (owner, kind, shard, n)
SELECT claimed_by || '/' || email_domain, status, 0, count(*) FROM account WHERE status <> 'active' AND claimed_by IS NOT NULL GROUP BY claimed_by, email_domain, status;
