-- +goose Up

-- Accounts whose access to an org is suspended; their groups are kept.
CREATE TABLE suspension (
    org_id     TEXT COLLATE "C" NOT NULL REFERENCES org (id),
    account_id TEXT COLLATE "C" NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    PRIMARY KEY (org_id, account_id)
);
CREATE INDEX suspension_account ON suspension (account_id);
