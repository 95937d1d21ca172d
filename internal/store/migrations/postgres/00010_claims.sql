-- +goose Up

-- An organization's settings ------------------------------------------------

ALTER TABLE org ADD COLUMN tombstone_days BIGINT NOT NULL DEFAULT 30;
ALTER TABLE org ADD COLUMN log_days BIGINT NOT NULL DEFAULT 180;
ALTER TABLE org ADD COLUMN audit_days BIGINT NOT NULL DEFAULT 730;
ALTER TABLE org ADD COLUMN parking_template TEXT NOT NULL DEFAULT 'parked-{id}@{domain}';
ALTER TABLE org ADD COLUMN default_claim TEXT NOT NULL DEFAULT 'automatic' CHECK (default_claim IN ('automatic', 'selected'));

-- How a domain was proved, when that is looked at again, and whose its accounts are

ALTER TABLE domain ADD COLUMN claim TEXT NOT NULL DEFAULT 'automatic' CHECK (claim IN ('automatic', 'selected'));
ALTER TABLE domain ADD COLUMN token TEXT NOT NULL DEFAULT '';            -- what its owner publishes
ALTER TABLE domain ADD COLUMN method TEXT NOT NULL DEFAULT '';           -- dns, http or operator; '' until verified
ALTER TABLE domain ADD COLUMN checked_at BIGINT;                         -- last look at the proof
ALTER TABLE domain ADD COLUMN check_error TEXT NOT NULL DEFAULT '';      -- what that look found; '' for the proof
ALTER TABLE domain ADD COLUMN failing_since BIGINT;                      -- NULL while the proof is found
ALTER TABLE domain ADD COLUMN next_check_at BIGINT;                      -- NULL: not looked at again
ALTER TABLE domain ADD COLUMN lost_at BIGINT;                            -- verified once, and no longer
UPDATE domain SET token = replace(CAST(gen_random_uuid() AS TEXT), '-', '');
UPDATE domain SET method = 'operator' WHERE status = 'verified';
CREATE INDEX domain_next_check ON domain (next_check_at) WHERE next_check_at IS NOT NULL;

-- managed: the org that claimed an account by name, where the claims of its
-- domain are selected. Of no effect unless that org has verified the domain.
ALTER TABLE account ADD COLUMN claimed_by TEXT COLLATE "C" REFERENCES org (id);
CREATE INDEX account_claim ON account (email_domain, claimed_by, id) WHERE claimed_by IS NOT NULL;
