-- +goose Up

-- One-time links that sign a person in to the console of an org.
CREATE TABLE console_link (
    org_id     TEXT COLLATE "C" NOT NULL REFERENCES org (id),
    id         TEXT COLLATE "C" NOT NULL,
    hash       TEXT COLLATE "C" NOT NULL,         -- SHA-256 of the secret, hex
    person     TEXT NOT NULL,
    role       TEXT COLLATE "C" NOT NULL CHECK (role IN ('viewer', 'operator', 'admin')),
    created_by TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at    BIGINT,
    PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX console_link_hash ON console_link (hash);
CREATE INDEX console_link_expiry ON console_link (expires_at);

-- Who is signed in to the console of an org. The role of a session that came
-- by a link is its own; that of one from an identity provider follows from
-- its claims and the grants of the org at the time of each request.
CREATE TABLE console_session (
    org_id     TEXT COLLATE "C" NOT NULL REFERENCES org (id),
    id         TEXT COLLATE "C" NOT NULL,
    hash       TEXT COLLATE "C" NOT NULL,         -- SHA-256 of the secret, hex
    person     TEXT NOT NULL,
    method     TEXT COLLATE "C" NOT NULL CHECK (method IN ('link', 'oidc')),
    role       TEXT COLLATE "C" NOT NULL CHECK (role IN ('viewer', 'operator', 'admin')),
    claims     TEXT NOT NULL,         -- JSON array of claim keys
    user_agent TEXT NOT NULL,
    address    TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at    BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX console_session_hash ON console_session (hash);
CREATE INDEX console_session_expiry ON console_session (expires_at);

-- Which people of the identity provider may sign in to the console of an org,
-- and as what.
CREATE TABLE console_grant (
    org_id     TEXT COLLATE "C" NOT NULL REFERENCES org (id),
    id         TEXT COLLATE "C" NOT NULL,
    claim_key  TEXT COLLATE "C" NOT NULL,         -- email:… or claim:…, see store.ClaimKey
    value      TEXT NOT NULL,         -- as written
    role       TEXT COLLATE "C" NOT NULL CHECK (role IN ('viewer', 'operator', 'admin')),
    created_at BIGINT NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX console_grant_claim ON console_grant (claim_key, org_id);

-- People whom the identity provider has vouched for and who choose among
-- several orgs.
CREATE TABLE console_choice (
    hash       TEXT COLLATE "C" NOT NULL PRIMARY KEY, -- SHA-256 of the secret, hex
    person     TEXT NOT NULL,
    claims     TEXT NOT NULL,             -- JSON array of claim keys
    expires_at BIGINT NOT NULL
);
CREATE INDEX console_choice_expiry ON console_choice (expires_at);
