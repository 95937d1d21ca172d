package accounts

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"slices"

	"roster/internal/identity"
	"roster/internal/journal"
	"roster/internal/store"
)

// ImportChunk is how many records of a file share a transaction: enough that
// commits cost little, few enough that others need not wait.
const ImportChunk = 500

// maxImport bounds the records of one file: its addresses are remembered, as a
// hash each, to find those that it has twice.
const maxImport = 1_000_000

// maxImportID bounds the id that a client gives an import, in characters.
const maxImportID = 100

// ActionAccountsImported is the audit log's name for a chunk of an import.
const ActionAccountsImported journal.Action = "accounts_imported"

// ImportRow is a record of an imported file. Refused is set for one that could
// not be read.
type ImportRow struct {
	Line    int
	Email   string
	Name    string
	Status  string // active (also "") or inactive
	Profile store.Profile
	Refused *RowError
}

// RowError says what is wrong with a record and what to do.
type RowError struct {
	Line   int
	Column string // "" where it is about the whole record
	Reason string
	Hint   string
}

// Importer takes the records of one file, chunk by chunk. It belongs to one
// caller at a time.
type Importer struct {
	service *Service
	caller  identity.Caller
	org     identity.OrgID
	dryRun  bool
	state   store.Import
	read    int64 // records seen in this run
	seed    maphash.Seed
	seen    map[uint64]int // lines by the hash of the address: 64 bits do not meet in a million
}

// BeginImport begins the import of a file or, where one of the same id broke
// off, goes on with it: records that are settled are passed over. A dry run
// remembers nothing and begins anew.
func (s *Service) BeginImport(ctx context.Context, c identity.Caller, org identity.OrgID, id string, dryRun bool) (*Importer, error) {
	if err := identity.CheckText("importId", id, maxImportID); err != nil {
		return nil, err
	}
	im := &Importer{
		service: s, caller: c, org: org, dryRun: dryRun, seed: maphash.MakeSeed(), seen: map[uint64]int{},
		state: store.Import{OrgID: org, ID: cmp.Or(id, identity.NewUUID())},
	}
	if dryRun {
		return im, nil
	}
	var err error
	im.state, err = update(ctx, s, func(tx *store.Tx) (store.Import, error) { return tx.StartImport(org, im.state.ID, c.Actor) })
	return im, err
}

// State is what is stored of the import by now.
func (im *Importer) State() store.Import { return im.state }

// Add settles the next records of the file in one transaction, and gives what
// is wrong with those that are refused. Accounts that exist already stay as
// they are.
func (im *Importer) Add(ctx context.Context, rows []ImportRow) ([]RowError, error) {
	if im.read+int64(len(rows)) > maxImport {
		return nil, identity.Errorf(identity.CodeInvalid, "the file has more than %d records", maxImport).WithHint("split it")
	}
	candidates, refused := im.check(rows)
	skip := min(max(im.state.Position-im.read, 0), int64(len(rows)))
	im.read += int64(len(rows))
	if skip == int64(len(rows)) {
		return nil, nil // settled before
	}
	first := rows[skip].Line
	candidates = slices.DeleteFunc(candidates, func(c importing) bool { return c.line < first })
	refused = slices.DeleteFunc(refused, func(e RowError) bool { return e.Line < first })
	return im.settle(ctx, candidates, refused)
}

// importing is a record that can become an account.
type importing struct {
	line    int
	account store.Account
}

// check finds what is wrong with records by themselves.
func (im *Importer) check(rows []ImportRow) (good []importing, refused []RowError) {
	for _, row := range rows {
		account, e := im.accountOf(row)
		if e != nil {
			e.Line = row.Line
			refused = append(refused, *e)
			continue
		}
		hash := maphash.String(im.seed, account.Email.Key)
		if line, twice := im.seen[hash]; twice {
			refused = append(refused, RowError{row.Line, "email", fmt.Sprintf("%s is in line %d already", row.Email, line), "remove one of the two lines"})
			continue
		}
		im.seen[hash] = row.Line
		good = append(good, importing{row.Line, account})
	}
	return good, refused
}

func (im *Importer) accountOf(row ImportRow) (a store.Account, refused *RowError) {
	if row.Refused != nil {
		return a, row.Refused
	}
	email, err := identity.ParseEmail(row.Email)
	if err != nil {
		return a, rowError("email", err)
	}
	a = store.Account{
		ID: identity.NewAccountID(), Email: email, Name: cmp.Or(row.Name, email.Address), Profile: row.Profile,
		Status: identity.AccountActive, Origin: identity.OriginImported, StatusBy: im.caller.Actor, StatusReason: "imported",
	}
	switch identity.AccountStatus(row.Status) {
	case "", identity.AccountActive:
	case identity.AccountInactive:
		a.Status = identity.AccountInactive
	default:
		return a, &RowError{Column: "status", Reason: fmt.Sprintf("status is %.40q", row.Status), Hint: "write active or inactive, or leave it empty"}
	}
	return a, checkImported(&a)
}

// checkImported holds the fields of a record to the bounds of the profile.
func checkImported(a *store.Account) *RowError {
	for _, f := range profileFields {
		if text := *f.at(a); text != "" {
			if err := identity.CheckText(string(f.field), text, f.max); err != nil {
				return rowError(string(f.field), err)
			}
		}
	}
	return nil
}

func rowError(column string, err error) *RowError {
	e, ok := errors.AsType[*identity.Error](err)
	if !ok {
		return &RowError{Column: column, Reason: err.Error()}
	}
	return &RowError{Column: column, Reason: e.Message, Hint: e.Hint}
}

// settle decides about records against what is stored and, unless it is a dry
// run, stores the accounts and how far the import has got, all or none.
func (im *Importer) settle(ctx context.Context, candidates []importing, refused []RowError) ([]RowError, error) {
	run := im.service.store.Update
	if im.dryRun {
		run = im.service.store.View
	}
	slices.SortFunc(candidates, func(a, b importing) int { return cmp.Compare(a.account.Email.Key, b.account.Email.Key) })
	var state store.Import
	var all []RowError
	err := run(ctx, func(tx *store.Tx) error {
		fresh, more, err := im.sort(tx, candidates)
		if err != nil {
			return err
		}
		all = slices.Concat(refused, more)
		created := len(fresh)
		if !im.dryRun {
			if created, err = tx.InsertAccountsIfFree(fresh); err != nil {
				return err
			}
		}
		state = im.state
		state.Position = im.read
		state.Created += int64(created)
		state.Existing += int64(len(candidates) - len(more) - created)
		state.Refused += int64(len(all))
		return im.record(tx, state, created)
	})
	if err != nil {
		return nil, err
	}
	im.state = state
	slices.SortFunc(all, func(a, b RowError) int { return cmp.Compare(a.Line, b.Line) })
	return all, nil
}

// sort finds the records that become accounts, and those that may not.
func (im *Importer) sort(tx *store.Tx, candidates []importing) (fresh []store.Account, refused []RowError, err error) {
	domains, err := im.domainsOf(tx, candidates)
	if err != nil {
		return nil, nil, err
	}
	keys := make([]string, len(candidates))
	for i, c := range candidates {
		keys[i] = c.account.Email.Key
	}
	existing, err := tx.AccountsByEmail(keys)
	if err != nil {
		return nil, nil, err
	}
	for _, c := range candidates {
		domain, mine := domains[c.account.Email.Domain]
		holder, exists := existing[c.account.Email.Key]
		switch {
		case !mine:
			refused = append(refused, RowError{c.line, "email", "the organization has not verified the domain " + c.account.Email.Domain, "add and verify the domain first, or correct the address"})
		case exists && !domain.Manages(holder):
			refused = append(refused, RowError{c.line, "email", c.account.Email.Address + " is an account that the organization has not claimed", "claim the account first, or remove the line"})
		case !exists:
			domain.Adopt(&c.account)
			fresh = append(fresh, c.account)
		}
	}
	return fresh, refused, nil
}

// domainsOf gives those of the records' domains that the org has verified.
func (im *Importer) domainsOf(tx *store.Tx, candidates []importing) (map[string]store.Domain, error) {
	names := make([]string, len(candidates))
	for i, c := range candidates {
		names[i] = c.account.Email.Domain
	}
	slices.Sort(names) // in one order, as they are locked
	mine := map[string]store.Domain{}
	for _, name := range slices.Compact(names) {
		d, err := tx.Verifier(name)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return nil, err
		}
		if err == nil && d.OrgID == im.org {
			mine[name] = d
		}
	}
	return mine, nil
}

func (im *Importer) record(tx *store.Tx, state store.Import, created int) error {
	if im.dryRun {
		return nil
	}
	err := tx.AdvanceImport(im.state.Position, state)
	if errors.Is(err, store.ErrNotFound) {
		return identity.Errorf(identity.CodeConflict, "somebody else goes on with the import %s at the same time", im.state.ID).
			WithHint("wait for the other one to end, and send the file again")
	}
	if err != nil || created == 0 {
		return err
	}
	return journal.Audit(tx, im.caller, im.org, ActionAccountsImported, im.state.ID, map[string]any{"position": im.state.Position}, map[string]any{"position": state.Position, "created": created})
}

// End notes that the whole file is settled.
func (im *Importer) End(ctx context.Context) error {
	if im.dryRun || im.state.Done {
		return nil
	}
	state := im.state
	state.Done = true
	err := im.service.store.Update(ctx, func(tx *store.Tx) error { return im.record(tx, state, 0) })
	if err == nil {
		im.state = state
	}
	return err
}

// ImportState tells how far an import has got.
func (s *Service) ImportState(ctx context.Context, org identity.OrgID, id string) (store.Import, error) {
	return view(ctx, s, func(tx *store.Tx) (store.Import, error) {
		i, err := tx.Import(org, id)
		return i, store.Missing(err, "import", id)
	})
}
