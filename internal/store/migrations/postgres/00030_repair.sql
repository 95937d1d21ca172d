-- +goose Up

-- The last refused write of a record or group, until it is solved: the log has
-- a line for every attempt, diagnosis needs one for every problem.
CREATE TABLE refused_write (
    directory_id     TEXT COLLATE "C" NOT NULL REFERENCES directory (id),
    subject          TEXT COLLATE "C" NOT NULL,       -- SCIM id of the record; of a refused new group, + and its folded name
    org_id           TEXT COLLATE "C" NOT NULL REFERENCES org (id),
    cause            TEXT COLLATE "C"   NOT NULL,     -- see store.RefusalCause
    wanted           TEXT   NOT NULL,     -- the address or name that was refused
    account_id       TEXT COLLATE "C",                -- of the record
    other_scim_id    TEXT COLLATE "C",                -- who holds what was wanted
    other_account_id TEXT COLLATE "C",
    doc              TEXT   NOT NULL,     -- the document that the write would have made, or ''
    attempts         BIGINT NOT NULL,
    first_at         BIGINT NOT NULL,
    last_at          BIGINT NOT NULL,
    log_id           TEXT COLLATE "C"   NOT NULL,     -- of the last attempt's entry in the troubleshooting log
    PRIMARY KEY (directory_id, subject)
);
CREATE INDEX refused_write_cause ON refused_write (org_id, cause, directory_id, subject);
CREATE INDEX refused_write_age ON refused_write (last_at);

-- Repairs: a plan with a case for each person, then what became of it.
CREATE TABLE repair (
    org_id     TEXT COLLATE "C" NOT NULL REFERENCES org (id),
    id         TEXT COLLATE "C" NOT NULL,             -- UUIDv7: sorts by time
    title      TEXT   NOT NULL,
    strategy   TEXT   NOT NULL CHECK (strategy IN ('atomic', 'cookbook')),
    created_at BIGINT NOT NULL,
    created_by TEXT   NOT NULL,
    PRIMARY KEY (org_id, id)
);

CREATE TABLE repair_case (
    org_id     TEXT COLLATE "C" NOT NULL,
    repair_id  TEXT COLLATE "C" NOT NULL,
    n          BIGINT NOT NULL,           -- from 1, in the order of the plan
    finding    TEXT COLLATE "C"   NOT NULL,           -- its id
    plan       TEXT   NOT NULL,           -- JSON, see repair.Plan
    status     TEXT   NOT NULL CHECK (status IN ('planned', 'waiting', 'done', 'stopped', 'undone')),
    step       BIGINT NOT NULL,           -- steps taken
    note       TEXT   NOT NULL,           -- why it stopped, or what it waits for
    before     TEXT   NOT NULL,           -- JSON, see repair.State; as it was before the first step
    after      TEXT   NOT NULL,           -- JSON; as the last step left it
    updated_at BIGINT NOT NULL,
    updated_by TEXT   NOT NULL,
    PRIMARY KEY (org_id, repair_id, n),
    FOREIGN KEY (org_id, repair_id) REFERENCES repair (org_id, id) ON DELETE CASCADE
);
CREATE INDEX repair_case_status ON repair_case (org_id, repair_id, status, n);

-- Who a person was before: a deleted record's account, found by what the new
-- record has.
CREATE INDEX tombstone_account ON tombstone (org_id, account_id) WHERE account_id IS NOT NULL;
