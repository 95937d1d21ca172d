-- +goose Up

-- Sorted lists: every index ends with the id, which decides among equals, and
-- holds the records without a value as well, which come last.
DROP INDEX scim_user_external_id;
CREATE INDEX scim_user_external_id ON scim_user (directory_id, external_id, id);
DROP INDEX scim_user_modified;
CREATE INDEX scim_user_modified ON scim_user (directory_id, modified_at, id);
CREATE INDEX scim_user_created ON scim_user (directory_id, created_at, id);

DROP INDEX scim_group_external_id;
CREATE INDEX scim_group_external_id ON scim_group (directory_id, external_id, id);
DROP INDEX scim_group_modified;
CREATE INDEX scim_group_modified ON scim_group (directory_id, modified_at, id);
CREATE INDEX scim_group_created ON scim_group (directory_id, created_at, id);

-- Keys that the servers of a deployment share, such as that of the cursors.
CREATE TABLE server_key (
    name       TEXT COLLATE "C" PRIMARY KEY,
    value      TEXT   NOT NULL,           -- base64
    created_at BIGINT NOT NULL
);
