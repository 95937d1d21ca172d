-- +goose Up

-- Work that is too much for one request, done in small transactions: each
-- stores how far it came, so that a server that stops goes on where it was.
CREATE TABLE job (
    org_id      TEXT COLLATE "C" NOT NULL REFERENCES org (id),
    id          TEXT COLLATE "C" NOT NULL,
    kind        TEXT COLLATE "C" NOT NULL,
    target      TEXT COLLATE "C" NOT NULL,          -- id of the domain or directory
    name        TEXT NOT NULL,          -- of the target, for people
    cursor      TEXT NOT NULL,          -- what is done up to; the kind knows how to read it
    total       BIGINT NOT NULL,        -- as estimated at the start
    done        BIGINT NOT NULL,
    attempts    BIGINT NOT NULL,        -- that failed since the last step that did not
    error       TEXT NOT NULL,          -- of the last attempt
    actor       TEXT NOT NULL,
    request_id  TEXT COLLATE "C" NOT NULL,
    created_at  BIGINT NOT NULL,
    updated_at  BIGINT NOT NULL,
    lease_until BIGINT NOT NULL,        -- a server works on it until then
    finished_at BIGINT,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX job_open ON job (lease_until) WHERE finished_at IS NULL;
CREATE INDEX job_target ON job (org_id, target, kind) WHERE finished_at IS NULL;
