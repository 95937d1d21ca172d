-- +goose Up

-- Tenants and what they own -------------------------------------------------

CREATE TABLE org (
    id         TEXT COLLATE "C" PRIMARY KEY,
    name       TEXT   NOT NULL,
    behaviour  TEXT   NOT NULL CHECK (behaviour IN ('safe', 'atlassian')),
    created_at BIGINT NOT NULL
);

CREATE TABLE directory (
    id                  TEXT COLLATE "C"  PRIMARY KEY,
    org_id              TEXT COLLATE "C"  NOT NULL REFERENCES org (id),
    name                TEXT    NOT NULL,
    name_key            TEXT COLLATE "C"  NOT NULL,
    kind                TEXT    NOT NULL,
    status              TEXT    NOT NULL CHECK (status IN ('connected', 'disconnected')),
    restore_memberships BOOLEAN,          -- NULL: as the org's behaviour says
    created_at          BIGINT  NOT NULL
);
CREATE UNIQUE INDEX directory_name ON directory (org_id, name_key);

CREATE TABLE domain (
    org_id       TEXT COLLATE "C" NOT NULL REFERENCES org (id),
    id           TEXT COLLATE "C" NOT NULL,
    name         TEXT COLLATE "C" NOT NULL,         -- lower-case A-label
    status       TEXT   NOT NULL CHECK (status IN ('unverified', 'verified')),
    directory_id TEXT COLLATE "C" REFERENCES directory (id),
    created_at   BIGINT NOT NULL,
    verified_at  BIGINT,
    PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX domain_name ON domain (org_id, name);
-- one-verifier-per-domain
CREATE UNIQUE INDEX domain_verifier ON domain (name) WHERE status = 'verified';

CREATE TABLE credential (
    id           TEXT COLLATE "C" PRIMARY KEY,
    kind         TEXT   NOT NULL CHECK (kind IN ('site', 'org', 'scim')),
    org_id       TEXT COLLATE "C" REFERENCES org (id),
    directory_id TEXT COLLATE "C" REFERENCES directory (id),
    name         TEXT   NOT NULL,
    hint         TEXT   NOT NULL,         -- first and last characters, for people
    hash         TEXT COLLATE "C" NOT NULL,         -- SHA-256 of the secret, hex
    created_at   BIGINT NOT NULL,
    expires_at   BIGINT,
    revoked_at   BIGINT,
    last_used_at BIGINT,
    CHECK (kind <> 'org' OR org_id IS NOT NULL),
    CHECK (kind <> 'scim' OR (org_id IS NOT NULL AND directory_id IS NOT NULL))
);
CREATE UNIQUE INDEX credential_hash ON credential (hash);
CREATE INDEX credential_owner ON credential (org_id, directory_id, id);

-- The account directory -----------------------------------------------------

CREATE TABLE account (
    id            TEXT COLLATE "C" PRIMARY KEY,
    email         TEXT   NOT NULL,        -- as written
    email_key     TEXT COLLATE "C" NOT NULL,        -- canonical
    email_domain  TEXT COLLATE "C" NOT NULL,
    name          TEXT   NOT NULL,
    status        TEXT   NOT NULL CHECK (status IN ('active', 'inactive', 'closed')),
    origin        TEXT   NOT NULL,
    profile       TEXT   NOT NULL,        -- JSON object, see store.Profile
    status_by     TEXT   NOT NULL,        -- who asked for the present status
    status_reason TEXT   NOT NULL,
    status_at     BIGINT NOT NULL,
    delete_at     BIGINT,                 -- end of the grace period of a closed account
    created_at    BIGINT NOT NULL,
    updated_at    BIGINT NOT NULL
);
-- one-account-per-email
CREATE UNIQUE INDEX account_email ON account (email_key);
CREATE INDEX account_domain ON account (email_domain, id);

-- The SCIM DB ---------------------------------------------------------------

CREATE TABLE scim_user (
    directory_id    TEXT COLLATE "C"  NOT NULL REFERENCES directory (id),
    id              TEXT COLLATE "C"  NOT NULL,
    user_name       TEXT    NOT NULL,
    user_name_key   TEXT COLLATE "C"  NOT NULL,
    external_id     TEXT COLLATE "C",
    email           TEXT,                 -- the address that links, as written
    email_key       TEXT COLLATE "C",
    display_name    TEXT    NOT NULL,
    active          BOOLEAN NOT NULL,
    doc             TEXT    NOT NULL,     -- canonical JSON, answered as it stands
    folded          JSONB   NOT NULL,     -- the same, folded for case-insensitive search
    schemas         TEXT    NOT NULL,     -- JSON array of URNs
    unlinked_reason TEXT,                 -- NULL exactly while a link exists
    version         BIGINT  NOT NULL,
    created_at      BIGINT  NOT NULL,
    modified_at     BIGINT  NOT NULL,
    PRIMARY KEY (directory_id, id)
);
-- Where several rows may share a value, the index ends with the id, by which
-- lists are ordered: else a planner may prefer to walk the whole directory.
CREATE UNIQUE INDEX scim_user_user_name ON scim_user (directory_id, user_name_key);
CREATE UNIQUE INDEX scim_user_email ON scim_user (directory_id, email_key);
CREATE INDEX scim_user_external_id ON scim_user (directory_id, external_id, id) WHERE external_id IS NOT NULL;
CREATE INDEX scim_user_unlinked ON scim_user (directory_id, id) WHERE unlinked_reason IS NOT NULL;
-- The expression of filter_resource.go; a part of the name, as an index row has
-- its bound.
CREATE INDEX scim_user_display_name ON scim_user (directory_id, (substr((folded #>> '{"displayName"}') COLLATE "C", 1, 200)), id);
CREATE INDEX scim_user_modified ON scim_user (directory_id, modified_at);

-- The folded emails.value of every user, for search; see scim_user_address.go.
CREATE TABLE scim_user_address (
    directory_id TEXT COLLATE "C" NOT NULL,
    value        TEXT COLLATE "C" NOT NULL,
    user_id      TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (directory_id, value, user_id),
    FOREIGN KEY (directory_id, user_id) REFERENCES scim_user (directory_id, id) ON DELETE CASCADE
);
CREATE INDEX scim_user_address_user ON scim_user_address (directory_id, user_id);

-- one-link: the key allows one account a record, the index one record an
-- account and directory.
CREATE TABLE link (
    directory_id TEXT COLLATE "C" NOT NULL,
    scim_user_id TEXT COLLATE "C" NOT NULL,
    org_id       TEXT COLLATE "C" NOT NULL REFERENCES org (id),
    account_id   TEXT COLLATE "C" NOT NULL REFERENCES account (id),
    created_at   BIGINT NOT NULL,
    created_by   TEXT   NOT NULL,
    PRIMARY KEY (directory_id, scim_user_id),
    FOREIGN KEY (directory_id, scim_user_id) REFERENCES scim_user (directory_id, id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX link_account ON link (directory_id, account_id);
CREATE INDEX link_by_account ON link (account_id, created_at);

-- unlink-keeps-record: pairs that the IdP's writes must not join again.
CREATE TABLE hold (
    directory_id TEXT COLLATE "C" NOT NULL,
    scim_user_id TEXT COLLATE "C" NOT NULL,
    account_id   TEXT COLLATE "C" NOT NULL REFERENCES account (id),
    org_id       TEXT COLLATE "C" NOT NULL REFERENCES org (id),
    created_at   BIGINT NOT NULL,
    created_by   TEXT   NOT NULL,
    PRIMARY KEY (directory_id, scim_user_id, account_id),
    FOREIGN KEY (directory_id, scim_user_id) REFERENCES scim_user (directory_id, id) ON DELETE CASCADE
);
CREATE INDEX hold_by_org ON hold (org_id, directory_id, scim_user_id, account_id);

CREATE TABLE tombstone (
    directory_id  TEXT COLLATE "C" NOT NULL REFERENCES directory (id),
    scim_user_id  TEXT COLLATE "C" NOT NULL,
    org_id        TEXT COLLATE "C" NOT NULL REFERENCES org (id),
    user_name     TEXT   NOT NULL,
    user_name_key TEXT COLLATE "C" NOT NULL,
    external_id   TEXT COLLATE "C",
    email         TEXT,
    account_id    TEXT COLLATE "C",                 -- linked to when it was deleted
    doc           TEXT   NOT NULL,
    group_ids     TEXT   NOT NULL,        -- JSON array
    held_apart    TEXT   NOT NULL,        -- JSON array of account ids, see hold
    version       BIGINT NOT NULL,
    created_at    BIGINT NOT NULL,        -- of the record
    deleted_at    BIGINT NOT NULL,
    deleted_by    TEXT   NOT NULL,
    expires_at    BIGINT NOT NULL,
    PRIMARY KEY (directory_id, scim_user_id)
);
CREATE INDEX tombstone_user_name ON tombstone (directory_id, user_name_key, deleted_at);
CREATE INDEX tombstone_external_id ON tombstone (directory_id, external_id, deleted_at) WHERE external_id IS NOT NULL;
CREATE INDEX tombstone_expiry ON tombstone (expires_at);
CREATE INDEX tombstone_by_org ON tombstone (org_id, directory_id, scim_user_id);

-- Groups --------------------------------------------------------------------

CREATE TABLE org_group (
    org_id        TEXT COLLATE "C" NOT NULL REFERENCES org (id),
    id            TEXT COLLATE "C" NOT NULL,
    name          TEXT   NOT NULL,
    name_key      TEXT COLLATE "C" NOT NULL,
    description   TEXT   NOT NULL,
    source        TEXT   NOT NULL CHECK (source IN ('local', 'scim')),
    directory_id  TEXT COLLATE "C" REFERENCES directory (id),
    scim_group_id TEXT COLLATE "C",
    created_at    BIGINT NOT NULL,
    PRIMARY KEY (org_id, id),
    CHECK ((source = 'scim') = (scim_group_id IS NOT NULL))
);
-- group-name-once
CREATE UNIQUE INDEX org_group_name ON org_group (org_id, name_key);
CREATE UNIQUE INDEX org_group_scim_group ON org_group (directory_id, scim_group_id) WHERE scim_group_id IS NOT NULL;

-- Members of local groups only; those of synced ones follow the links.
CREATE TABLE org_group_member (
    org_id     TEXT COLLATE "C" NOT NULL,
    group_id   TEXT COLLATE "C" NOT NULL,
    account_id TEXT COLLATE "C" NOT NULL REFERENCES account (id),
    added_at   BIGINT NOT NULL,
    PRIMARY KEY (org_id, group_id, account_id),
    FOREIGN KEY (org_id, group_id) REFERENCES org_group (org_id, id) ON DELETE CASCADE
);

CREATE TABLE scim_group (
    directory_id     TEXT COLLATE "C" NOT NULL REFERENCES directory (id),
    id               TEXT COLLATE "C" NOT NULL,
    external_id      TEXT COLLATE "C",
    display_name     TEXT   NOT NULL,
    display_name_key TEXT COLLATE "C" NOT NULL,
    doc              TEXT   NOT NULL,
    folded           JSONB  NOT NULL,
    schemas          TEXT   NOT NULL,
    version          BIGINT NOT NULL,
    created_at       BIGINT NOT NULL,
    modified_at      BIGINT NOT NULL,
    PRIMARY KEY (directory_id, id)
);
CREATE UNIQUE INDEX scim_group_display_name ON scim_group (directory_id, display_name_key);
CREATE INDEX scim_group_external_id ON scim_group (directory_id, external_id, id) WHERE external_id IS NOT NULL;
CREATE INDEX scim_group_modified ON scim_group (directory_id, modified_at);

CREATE TABLE scim_group_member (
    directory_id TEXT COLLATE "C" NOT NULL,
    group_id     TEXT COLLATE "C" NOT NULL,
    user_id      TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (directory_id, group_id, user_id),
    FOREIGN KEY (directory_id, group_id) REFERENCES scim_group (directory_id, id) ON DELETE CASCADE,
    FOREIGN KEY (directory_id, user_id) REFERENCES scim_user (directory_id, id) ON DELETE CASCADE
);
CREATE INDEX scim_group_member_user ON scim_group_member (directory_id, user_id, group_id);

-- How many users, groups and unlinked users a directory has, and how many
-- accounts a domain. Several rows a count, so that concurrent writers do not
-- wait for one another; see count.go.
CREATE TABLE tally (
    owner TEXT COLLATE "C" NOT NULL,               -- id of the directory, or name of the domain
    kind  TEXT COLLATE "C" NOT NULL,
    shard BIGINT NOT NULL,
    n     BIGINT NOT NULL,
    PRIMARY KEY (owner, kind, shard)
);

-- The logs ------------------------------------------------------------------

CREATE TABLE log_entry (
    org_id           TEXT COLLATE "C" NOT NULL REFERENCES org (id),
    id               TEXT COLLATE "C" NOT NULL,     -- UUIDv7: sorts by time
    time             BIGINT NOT NULL,
    directory_id     TEXT COLLATE "C",
    level            TEXT   NOT NULL,
    operation        TEXT   NOT NULL,
    resource         TEXT   NOT NULL,
    scim_id          TEXT COLLATE "C",
    external_id      TEXT COLLATE "C",
    name             TEXT,
    account_id       TEXT COLLATE "C",
    other_scim_id    TEXT COLLATE "C",
    other_account_id TEXT COLLATE "C",
    http_status      BIGINT NOT NULL,
    scim_type        TEXT   NOT NULL,
    message          TEXT   NOT NULL,
    hint             TEXT   NOT NULL,
    request_id       TEXT   NOT NULL,
    actor            TEXT   NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX log_entry_directory ON log_entry (org_id, directory_id, id) WHERE directory_id IS NOT NULL;
CREATE INDEX log_entry_scim ON log_entry (org_id, scim_id, id) WHERE scim_id IS NOT NULL;
CREATE INDEX log_entry_account ON log_entry (org_id, account_id, id) WHERE account_id IS NOT NULL;
CREATE INDEX log_entry_other_scim ON log_entry (org_id, other_scim_id, id) WHERE other_scim_id IS NOT NULL;
CREATE INDEX log_entry_other_account ON log_entry (org_id, other_account_id, id) WHERE other_account_id IS NOT NULL;
CREATE INDEX log_entry_problem ON log_entry (org_id, level, id) WHERE level <> 'info';

CREATE TABLE audit_entry (
    org_id     TEXT COLLATE "C" NOT NULL REFERENCES org (id),
    id         TEXT COLLATE "C" NOT NULL,
    time       BIGINT NOT NULL,
    action     TEXT   NOT NULL,
    actor      TEXT   NOT NULL,
    target     TEXT COLLATE "C" NOT NULL,
    before     TEXT   NOT NULL,           -- JSON
    after      TEXT   NOT NULL,           -- JSON
    request_id TEXT   NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX audit_entry_target ON audit_entry (org_id, target, id);
