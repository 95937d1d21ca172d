-- +goose Up

-- The groups that a directory left behind, for the day when it is deleted.
CREATE INDEX org_group_left_by ON org_group (left_by) WHERE left_by IS NOT NULL;
