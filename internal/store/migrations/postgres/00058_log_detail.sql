-- +goose Up

-- What an entry of the troubleshooting log was made by: of a refused request
-- what was sent and answered, of an update what it changed. Apart from the log,
-- whose rows stay small, and only where there is something.
CREATE TABLE log_detail (
    org_id   TEXT COLLATE "C" NOT NULL,
    entry_id TEXT COLLATE "C" NOT NULL,
    request  TEXT NOT NULL, -- without secrets, cut at a bound; '' where there is none
    response TEXT NOT NULL,
    changes  TEXT NOT NULL, -- JSON; '' where there are none
    PRIMARY KEY (org_id, entry_id),
    FOREIGN KEY (org_id, entry_id) REFERENCES log_entry (org_id, id) ON DELETE CASCADE
);
