-- +goose Up

-- What a directory sent in an hour, for its health. Added up by every server
-- from what it counted in memory, so it may lag by seconds.
CREATE TABLE directory_activity (
    directory_id    TEXT COLLATE "C" NOT NULL REFERENCES directory (id) ON DELETE CASCADE,
    hour            BIGINT NOT NULL,    -- its beginning
    writes          BIGINT NOT NULL,    -- carried out
    refusals        BIGINT NOT NULL,    -- requests answered 4xx
    unauthenticated BIGINT NOT NULL,    -- requests with a dead token
    PRIMARY KEY (directory_id, hour)
);
CREATE INDEX directory_activity_age ON directory_activity (hour);

-- When a directory was last heard of; kept for longer than its hours.
CREATE TABLE directory_last (
    directory_id       TEXT COLLATE "C" PRIMARY KEY REFERENCES directory (id) ON DELETE CASCADE,
    write_at           BIGINT,
    refusal_at         BIGINT,
    unauthenticated_at BIGINT
);
