package store

import (
	"encoding/json"
	"time"

	"roster/internal/identity"
)

// DirectoryActivity is what a directory sent in an hour.
type DirectoryActivity struct {
	DirectoryID     identity.DirectoryID
	Hour            time.Time // its beginning, UTC
	Writes          int       // carried out
	Refusals        int       // requests answered 4xx
	Unauthenticated int       // requests with a dead token of the directory
	Last            LastActivity
}

// LastActivity is when a directory was last heard of; a time is zero while it
// has not been.
type LastActivity struct {
	WriteAt, RefusalAt, UnauthenticatedAt time.Time
}

// AddDirectoryActivity adds to what is stored of some hours, which must be in
// one order for all callers, or two would wait for each other. What a directory
// did that is deleted by now is left out.
func (tx *Tx) AddDirectoryActivity(activity []DirectoryActivity) error {
	type row struct {
		Directory       identity.DirectoryID `json:"d"`
		Hour            int64                `json:"h"`
		Writes          int                  `json:"w"`
		Refusals        int                  `json:"r"`
		Unauthenticated int                  `json:"u"`
	}
	rows := make([]row, len(activity))
	for i, a := range activity {
		rows[i] = row{a.DirectoryID, micros(a.Hour), a.Writes, a.Refusals, a.Unauthenticated}
	}
	list, err := json.Marshal(rows)
	if err != nil {
		return err
	}
	_, err = tx.exec(`INSERT INTO directory_activity (directory_id, hour, writes, refusals, unauthenticated)
		SELECT d.id, CAST(e.value ->> 'h' AS BIGINT), CAST(e.value ->> 'w' AS BIGINT), CAST(e.value ->> 'r' AS BIGINT), CAST(e.value ->> 'u' AS BIGINT)
		FROM `+tx.dialect.objects("$1")+` e JOIN directory d ON d.id = e.value ->> 'd' ORDER BY 1, 2
		ON CONFLICT (directory_id, hour) DO UPDATE SET writes = directory_activity.writes + excluded.writes,
			refusals = directory_activity.refusals + excluded.refusals, unauthenticated = directory_activity.unauthenticated + excluded.unauthenticated`, string(list))
	if err != nil {
		return err
	}
	for _, a := range activity {
		if err := tx.noteLast(a.DirectoryID, a.Last); err != nil {
			return err
		}
	}
	return nil
}

// noteLast moves the times of a directory on, and never back.
func (tx *Tx) noteLast(d identity.DirectoryID, last LastActivity) error {
	_, err := tx.exec(`INSERT INTO directory_last (directory_id, write_at, refusal_at, unauthenticated_at)
		SELECT id, CAST($1 AS BIGINT), CAST($2 AS BIGINT), CAST($3 AS BIGINT) FROM directory WHERE id = $4
		ON CONFLICT (directory_id) DO UPDATE SET
			write_at = CASE WHEN excluded.write_at > COALESCE(directory_last.write_at, 0) THEN excluded.write_at ELSE directory_last.write_at END,
			refusal_at = CASE WHEN excluded.refusal_at > COALESCE(directory_last.refusal_at, 0) THEN excluded.refusal_at ELSE directory_last.refusal_at END,
			unauthenticated_at = CASE WHEN excluded.unauthenticated_at > COALESCE(directory_last.unauthenticated_at, 0) THEN excluded.unauthenticated_at ELSE directory_last.unauthenticated_at END`,
		nullMicros(last.WriteAt), nullMicros(last.RefusalAt), nullMicros(last.UnauthenticatedAt), d)
	return err
}

// DirectoryActivity gives the hours since a time in which a directory of an org
// sent something, the oldest first.
func (tx *Tx) DirectoryActivity(org identity.OrgID, d identity.DirectoryID, since time.Time) ([]DirectoryActivity, error) {
	return all(tx, scanDirectoryActivity, `SELECT a.directory_id, a.hour, a.writes, a.refusals, a.unauthenticated
		FROM directory d JOIN directory_activity a ON a.directory_id = d.id
		WHERE d.org_id = $1 AND d.id = $2 AND a.hour >= $3 ORDER BY a.hour`, org, d, micros(since))
}

func scanDirectoryActivity(row scanner) (a DirectoryActivity, err error) {
	err = row.Scan(&a.DirectoryID, timeInto{&a.Hour}, &a.Writes, &a.Refusals, &a.Unauthenticated)
	return a, err
}

// LastActivity gives when a directory of an org was last heard of.
func (tx *Tx) LastActivity(org identity.OrgID, d identity.DirectoryID) (LastActivity, error) {
	return orNone(one(tx, scanLastActivity, `SELECT a.write_at, a.refusal_at, a.unauthenticated_at FROM directory d JOIN directory_last a ON a.directory_id = d.id
		WHERE d.org_id = $1 AND d.id = $2`, org, d))
}

func scanLastActivity(row scanner) (l LastActivity, err error) {
	err = row.Scan(timeInto{&l.WriteAt}, timeInto{&l.RefusalAt}, timeInto{&l.UnauthenticatedAt})
	return l, err
}

// DeleteOldDirectoryActivity forgets at most limit hours of any directory that
// are from before a time. When it was last heard of is kept.
func (tx *Tx) DeleteOldDirectoryActivity(before time.Time, limit int) (int64, error) {
	return tx.exec(`DELETE FROM directory_activity WHERE (directory_id, hour) IN (SELECT directory_id, hour FROM directory_activity WHERE hour < $1 LIMIT $2)`, micros(before), limit)
}
