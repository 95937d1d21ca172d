-- +goose Up

-- The end of an account looks for what refers to it.
CREATE INDEX hold_account ON hold (account_id);
CREATE INDEX org_group_member_of ON org_group_member (account_id);
