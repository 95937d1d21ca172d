-- +goose Up

-- Who did it, by id, and from where. Entries from before know only the text.
ALTER TABLE audit_entry ADD COLUMN actor_id TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE audit_entry ADD COLUMN ip TEXT COLLATE "C" NOT NULL DEFAULT '';
CREATE INDEX audit_entry_actor ON audit_entry (org_id, actor_id, id);
CREATE INDEX audit_entry_action ON audit_entry (org_id, action, id);
CREATE INDEX audit_entry_ip ON audit_entry (org_id, ip, id);
