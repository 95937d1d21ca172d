-- +goose Up

-- Counts the changes of what is configured for the directory, those of the
-- whole deployment included; 0 while it has the built-in types only.
ALTER TABLE directory ADD COLUMN schema_version BIGINT NOT NULL DEFAULT 0;

-- Schema and ResourceType documents of administrators.
CREATE TABLE scim_definition (
    owner        TEXT COLLATE "C" NOT NULL,       -- id of the directory, '' for the deployment
    kind         TEXT COLLATE "C" NOT NULL CHECK (kind IN ('schema', 'resourceType')),
    key          TEXT COLLATE "C" NOT NULL,       -- URN or name, in lower case
    directory_id TEXT COLLATE "C" REFERENCES directory (id),
    doc          TEXT   NOT NULL,
    created_at   BIGINT NOT NULL,
    modified_at  BIGINT NOT NULL,
    PRIMARY KEY (owner, kind, key),
    CHECK (owner = COALESCE(directory_id, ''))
);

-- Resources of configured types.
CREATE TABLE scim_resource (
    directory_id TEXT COLLATE "C" NOT NULL REFERENCES directory (id),
    type         TEXT COLLATE "C" NOT NULL,       -- id of the resource type, in lower case
    id           TEXT COLLATE "C" NOT NULL,
    external_id  TEXT COLLATE "C",
    doc          TEXT   NOT NULL,
    folded       JSONB  NOT NULL,
    schemas      TEXT   NOT NULL,
    version      BIGINT NOT NULL,
    created_at   BIGINT NOT NULL,
    modified_at  BIGINT NOT NULL,
    PRIMARY KEY (directory_id, type, id)
);
CREATE INDEX scim_resource_external_id ON scim_resource (directory_id, type, external_id, id) WHERE external_id IS NOT NULL;
CREATE INDEX scim_resource_created ON scim_resource (directory_id, type, created_at, id);
CREATE INDEX scim_resource_modified ON scim_resource (directory_id, type, modified_at, id);

-- The values that configured schemas want to be unique. A digest stands for
-- the value: an index row has its bound, and values may be long.
CREATE TABLE scim_value (
    directory_id TEXT COLLATE "C" NOT NULL REFERENCES directory (id),
    type         TEXT COLLATE "C" NOT NULL,       -- of the resource that holds the value
    holder       TEXT COLLATE "C" NOT NULL,       -- its id
    name         TEXT COLLATE "C" NOT NULL,       -- of the attribute
    digest       TEXT COLLATE "C" NOT NULL,
    scope        TEXT COLLATE "C" NOT NULL,       -- within which the value is unique
    PRIMARY KEY (directory_id, type, holder, name, digest)
);
CREATE UNIQUE INDEX scim_value_scope ON scim_value (scope, name, digest);
