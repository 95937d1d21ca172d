-- +goose Up

-- Search in the account directory: by the beginning of an address, of a name,
-- and of a name's last word, within one domain. The keys are folded by Roster;
-- what is here before it gets the engine's own lower case until its next change.
ALTER TABLE account ADD COLUMN name_key TEXT NOT NULL DEFAULT '';
ALTER TABLE account ADD COLUMN last_name_key TEXT NOT NULL DEFAULT '';
UPDATE account SET name_key = substr(lower(trim(name)), 1, 100);
UPDATE account SET last_name_key = replace(name_key, rtrim(name_key, replace(name_key, ' ', '')), '') WHERE name_key LIKE '% %';
CREATE INDEX account_by_email ON account (email_domain, email_key);
CREATE INDEX account_by_name ON account (email_domain, name_key, id);
CREATE INDEX account_by_last_name ON account (email_domain, last_name_key, id) WHERE last_name_key <> '';
CREATE INDEX account_by_status ON account (email_domain, status, id) WHERE status <> 'active';
CREATE INDEX account_by_origin ON account (email_domain, origin, id) WHERE origin <> 'scim';
CREATE INDEX account_deletion ON account (delete_at, id) WHERE delete_at IS NOT NULL;

-- An invitation waits for its person while the account is not active.
ALTER TABLE account ADD COLUMN invitation TEXT NOT NULL DEFAULT ''
    CHECK (invitation IN ('', 'pending', 'accepted') AND (invitation <> 'pending' OR status <> 'active'));
CREATE INDEX account_by_invitation ON account (email_domain, id) WHERE invitation = 'pending';

-- The ids of accounts that are no more: none is ever given again.
CREATE TABLE retired_account (
    id         TEXT PRIMARY KEY,
    retired_at BIGINT NOT NULL
) WITHOUT ROWID;

-- What happened to an account, in the name of which org. Written by the store
-- with the change itself, see account_event.go.
CREATE TABLE account_event (
    account_id   TEXT NOT NULL,
    org_id       TEXT NOT NULL,
    id           TEXT NOT NULL,          -- UUIDv7: sorts by time
    time         BIGINT NOT NULL,
    kind         TEXT NOT NULL,
    before       TEXT NOT NULL,
    after        TEXT NOT NULL,
    reason       TEXT NOT NULL,
    directory_id TEXT NOT NULL,
    scim_id      TEXT NOT NULL,
    group_id     TEXT NOT NULL,
    operation    TEXT NOT NULL,
    actor        TEXT NOT NULL,
    request_id   TEXT NOT NULL,
    PRIMARY KEY (account_id, org_id, id)
) WITHOUT ROWID;

-- When applications last saw an account, as they tell it.
CREATE TABLE account_activity (
    account_id  TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    org_id      TEXT NOT NULL REFERENCES org (id),
    application TEXT NOT NULL,
    at          BIGINT NOT NULL,
    PRIMARY KEY (account_id, org_id, application)
) WITHOUT ROWID;

-- How far an import of accounts has got: a broken one goes on from there.
CREATE TABLE account_import (
    org_id     TEXT NOT NULL REFERENCES org (id),
    id         TEXT NOT NULL,
    position   BIGINT NOT NULL,          -- records of the file that are settled
    created    BIGINT NOT NULL,
    existing   BIGINT NOT NULL,
    refused    BIGINT NOT NULL,
    done       BOOLEAN NOT NULL,
    started_by TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (org_id, id)
) WITHOUT ROWID;
CREATE INDEX account_import_age ON account_import (updated_at);

-- The groups of an account.
CREATE INDEX org_group_member_account ON org_group_member (org_id, account_id, group_id);
