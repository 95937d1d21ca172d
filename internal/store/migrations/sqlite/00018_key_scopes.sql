-- +goose Up

-- What an organization API key may do, see identity.Scope. Keys from before
-- scopes were able to do everything, and stay so.
ALTER TABLE credential ADD COLUMN scopes TEXT NOT NULL DEFAULT '';
UPDATE credential SET scopes = 'read repair manage keys' WHERE kind = 'org';
