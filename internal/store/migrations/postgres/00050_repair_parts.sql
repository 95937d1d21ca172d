-- +goose Up

-- A repair is open while parts of its plan are still added, and can be applied
-- once it is sealed.
ALTER TABLE repair ADD COLUMN state TEXT COLLATE "C" NOT NULL DEFAULT 'sealed' CHECK (state IN ('open', 'sealed'));

-- A finding, or a part of those whom it is about, has one case in a repair,
-- however often a part of the plan is sent.
UPDATE repair_case SET finding = finding || '#' || n WHERE EXISTS (
    SELECT 1 FROM repair_case e
    WHERE e.org_id = repair_case.org_id AND e.repair_id = repair_case.repair_id AND e.finding = repair_case.finding AND e.n < repair_case.n
);
CREATE UNIQUE INDEX repair_case_finding ON repair_case (org_id, repair_id, finding);
