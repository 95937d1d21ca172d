-- +goose Up

-- authority: what a linked record says and its account has not, as another
-- directory decided when it was written. 'profile' is the name, the profile
-- and the status; 'email' is these and the email.
ALTER TABLE scim_user ADD COLUMN pending TEXT NOT NULL DEFAULT '' CHECK (pending = '' OR (pending IN ('profile', 'email') AND unlinked_reason IS NULL));
CREATE INDEX scim_user_pending ON scim_user (directory_id, id) WHERE pending <> '';
