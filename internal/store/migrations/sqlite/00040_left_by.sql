-- +goose Up

-- The directory that left a local group behind when it was disconnected, and
-- may take it back.
ALTER TABLE org_group ADD COLUMN left_by TEXT REFERENCES directory (id);
