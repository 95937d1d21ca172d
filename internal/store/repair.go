package store

import (
	"time"

	"roster/internal/identity"
)

// Repair is a plan with one case a person, and what became of it.
type Repair struct {
	OrgID     identity.OrgID
	ID        identity.RepairID
	Title     string
	Strategy  string
	CreatedAt time.Time
	CreatedBy string
	State     RepairState
}

// RepairState says whether a plan is complete.
type RepairState string

// The states of a repair.
const (
	RepairOpen   RepairState = "open"   // parts of its plan are still added
	RepairSealed RepairState = "sealed" // complete: it can be applied
)

// CaseStatus says how far a case is.
type CaseStatus string

// The statuses of a case.
const (
	CasePlanned CaseStatus = "planned"
	CaseWaiting CaseStatus = "waiting" // for the identity provider
	CaseDone    CaseStatus = "done"
	CaseStopped CaseStatus = "stopped" // with the reason in its note
	CaseUndone  CaseStatus = "undone"
)

// RepairCase is one person of a repair. Plan, Before and After are JSON that
// package repair reads.
type RepairCase struct {
	OrgID     identity.OrgID
	RepairID  identity.RepairID
	N         int    // from 1
	Finding   string // its id, with the part of those whom it is about; once in a repair
	Plan      []byte
	Status    CaseStatus
	Step      int // steps taken
	Note      string
	Before    []byte
	After     []byte
	UpdatedAt time.Time
	UpdatedBy string
}

const repairColumns = `org_id, id, title, strategy, created_at, created_by, state`

func scanRepair(row scanner) (r Repair, err error) {
	err = row.Scan(&r.OrgID, &r.ID, &r.Title, &r.Strategy, timeInto{&r.CreatedAt}, &r.CreatedBy, &r.State)
	return r, err
}

const caseColumns = `org_id, repair_id, n, finding, plan, status, step, note, before, after, updated_at, updated_by`

func scanCase(row scanner) (c RepairCase, err error) {
	err = row.Scan(&c.OrgID, &c.RepairID, &c.N, &c.Finding, &c.Plan, &c.Status, &c.Step, &c.Note, &c.Before, &c.After, timeInto{&c.UpdatedAt}, &c.UpdatedBy)
	return c, err
}

// InsertRepair stores a repair, created now.
func (tx *Tx) InsertRepair(r Repair) (Repair, error) {
	r.CreatedAt = tx.now
	_, err := tx.exec(`INSERT INTO repair (`+repairColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		r.OrgID, r.ID, r.Title, r.Strategy, micros(tx.now), r.CreatedBy, string(r.State))
	return r, err
}

// InsertCase stores a planned case.
func (tx *Tx) InsertCase(c RepairCase) error {
	_, err := tx.exec(`INSERT INTO repair_case (`+caseColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		c.OrgID, c.RepairID, c.N, c.Finding, string(c.Plan), string(c.Status), c.Step, c.Note, string(c.Before), string(c.After), micros(tx.now), c.UpdatedBy)
	return err
}

// Repair gives one repair of an org.
func (tx *Tx) Repair(org identity.OrgID, id identity.RepairID) (Repair, error) {
	return one(tx, scanRepair, `SELECT `+repairColumns+` FROM repair WHERE org_id = $1 AND id = $2`, org, id)
}

// LockRepair is Repair, held against other writers.
func (tx *Tx) LockRepair(org identity.OrgID, id identity.RepairID) (Repair, error) {
	return one(tx, scanRepair, `SELECT `+repairColumns+` FROM repair WHERE org_id = $1 AND id = $2`+tx.dialect.forUpdate(), org, id)
}

// SealRepair ends the planning of a repair.
func (tx *Tx) SealRepair(org identity.OrgID, id identity.RepairID) error {
	return tx.execOne(`UPDATE repair SET state = 'sealed' WHERE org_id = $1 AND id = $2`, org, id)
}

// Repairs lists an org's repairs, newest first. The page key is the id.
func (tx *Tx) Repairs(org identity.OrgID, p Page) ([]Repair, string, error) {
	w := where{dialect: tx.dialect}
	w.and("org_id = ?", org)
	if p.After != "" {
		w.and("id < ?", p.After)
	}
	w.add(" ORDER BY id DESC LIMIT ?", p.limit())
	rows, err := all(tx, scanRepair, `SELECT `+repairColumns+` FROM repair WHERE `+w.String(), w.args...)
	if err != nil {
		return nil, "", err
	}
	rows, next := cut(p, rows, func(r Repair) string { return string(r.ID) })
	return rows, next, nil
}

// DeleteRepair removes a repair with its cases.
func (tx *Tx) DeleteRepair(org identity.OrgID, id identity.RepairID) error {
	return tx.execOne(`DELETE FROM repair WHERE org_id = $1 AND id = $2`, org, id)
}

// CountCases gives how many cases of a repair have each status.
func (tx *Tx) CountCases(org identity.OrgID, id identity.RepairID) (map[CaseStatus]int, error) {
	type row struct {
		status CaseStatus
		n      int
	}
	rows, err := all(tx, func(s scanner) (r row, err error) {
		err = s.Scan(&r.status, &r.n)
		return r, err
	}, `SELECT status, count(*) FROM repair_case WHERE org_id = $1 AND repair_id = $2 GROUP BY status`, org, id)
	counts := make(map[CaseStatus]int, len(rows))
	for _, r := range rows {
		counts[r.status] = r.n
	}
	return counts, err
}

// Case gives one case of a repair.
func (tx *Tx) Case(org identity.OrgID, id identity.RepairID, n int) (RepairCase, error) {
	return one(tx, scanCase, `SELECT `+caseColumns+` FROM repair_case WHERE org_id = $1 AND repair_id = $2 AND n = $3`, org, id, n)
}

// CaseOf gives the case that a repair has for a finding.
func (tx *Tx) CaseOf(org identity.OrgID, id identity.RepairID, finding string) (RepairCase, error) {
	return one(tx, scanCase, `SELECT `+caseColumns+` FROM repair_case WHERE org_id = $1 AND repair_id = $2 AND finding = $3`, org, id, finding)
}

// LastCase gives the number of the last case of a repair, 0 where there is none.
func (tx *Tx) LastCase(org identity.OrgID, id identity.RepairID) (int, error) {
	return one(tx, func(s scanner) (n int, err error) {
		err = s.Scan(&n)
		return n, err
	}, `SELECT COALESCE(MAX(n), 0) FROM repair_case WHERE org_id = $1 AND repair_id = $2`, org, id)
}

// LockCase is Case, held against other writers.
func (tx *Tx) LockCase(org identity.OrgID, id identity.RepairID, n int) (RepairCase, error) {
	return one(tx, scanCase, `SELECT `+caseColumns+` FROM repair_case WHERE org_id = $1 AND repair_id = $2 AND n = $3`+tx.dialect.forUpdate(), org, id, n)
}

// Cases lists the cases of a repair behind the case after, of one status or
// ("") of all.
func (tx *Tx) Cases(org identity.OrgID, id identity.RepairID, status CaseStatus, after, limit int) ([]RepairCase, error) {
	w := where{dialect: tx.dialect}
	w.and("org_id = ?", org)
	w.and("repair_id = ?", id)
	if status != "" {
		w.and("status = ?", string(status))
	}
	w.and("n > ?", after)
	w.add(" ORDER BY n LIMIT ?", limit)
	return all(tx, scanCase, `SELECT `+caseColumns+` FROM repair_case WHERE `+w.String(), w.args...)
}

// LastCases lists the cases of a repair before the case before, the last
// first; before is 0 for the end.
func (tx *Tx) LastCases(org identity.OrgID, id identity.RepairID, before, limit int) ([]RepairCase, error) {
	w := where{dialect: tx.dialect}
	w.and("org_id = ?", org)
	w.and("repair_id = ?", id)
	if before > 0 {
		w.and("n < ?", before)
	}
	w.add(" ORDER BY n DESC LIMIT ?", limit)
	return all(tx, scanCase, `SELECT `+caseColumns+` FROM repair_case WHERE `+w.String(), w.args...)
}

// UpdateCase stores how far a case is.
func (tx *Tx) UpdateCase(c RepairCase) error {
	return tx.execOne(`UPDATE repair_case SET plan = $1, status = $2, step = $3, note = $4, before = $5, after = $6, updated_at = $7, updated_by = $8
		WHERE org_id = $9 AND repair_id = $10 AND n = $11`,
		string(c.Plan), string(c.Status), c.Step, c.Note, string(c.Before), string(c.After), micros(tx.now), c.UpdatedBy, c.OrgID, c.RepairID, c.N)
}
