package cli

import (
	"context"

	"github.com/spf13/cobra"
)

// unlinkFlags say what to unlink and how.
type unlinkFlags struct {
	file       string
	result     string
	dryRun     bool
	keepRecord bool
	yes        bool
}

func newUnlinkCmd(env *Env) *cobra.Command {
	var f unlinkFlags
	cmd := &cobra.Command{
		Use:   "unlink AAID... | --file FILE",
		Short: "Unlink accounts from their SCIM users, one or many",
		Long: `Unlink accounts from their SCIM users. The SCIM users of each account are deleted in all directories; the account stays as it
is, keeps its id and email, and is no longer owned by a directory. With --keep-record the SCIM users are kept, without
an account.

AAIDs are arguments, or lines of a file, or the column accountId or aaid of a CSV file with a header line; "-" reads from
standard input. Each is looked up first; one without links is left alone. A failure does not stop the others: each AAID gets a row in the result, and the exit code is 6 when some
failed. Running it again is safe. Uses hosted calls only, so it works against the hosted service too.

--dry-run asks for the links of each account and changes nothing.`,
		Example: `  roster unlink 712020:0c6f7ad5-7f4e-4d33-b0a5-2f6f6d2f9a11 --dry-run
  roster unlink --file aaids.txt --result unlinked.csv --yes
  roster account list --limit 0 --output json | jq -r '.[] | select(.linked) | .account_id' | roster unlink --file - --yes`,
		Args: func(_ *cobra.Command, args []string) error {
			if (len(args) > 0) == (f.file != "") {
				return usagef("it takes either AAIDs or --file")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			accounts, err := env.accountsToUnlink(args, f.file)
			if err != nil {
				return err
			}
			return env.unlink(cmd.Context(), accounts, f)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&f.file, "file", "", "file of AAIDs, - for standard input")
	flags.StringVar(&f.result, "result", "", "new file for one row per AAID, .csv or .jsonl")
	flags.BoolVar(&f.dryRun, "dry-run", false, "only list what would be unlinked")
	flags.BoolVar(&f.keepRecord, "keep-record", false, "keep the SCIM users, without an account")
	addYesFlag(cmd, &f.yes)
	return cmd
}

// unlink works through the accounts and reports on each.
func (env *Env) unlink(ctx context.Context, accounts []string, f unlinkFlags) error {
	s, org, err := env.connectOrg(ctx)
	if err != nil {
		return err
	}
	if !f.dryRun {
		if err := env.confirmf(f.yes, "Unlink %s of organization %s?", counted(len(accounts), "account"), org); err != nil {
			return err
		}
	}
	out, err := createResult(f.result, unlinkResult)
	if err != nil {
		return err
	}
	job := unlinker{session: s, org: org, flags: f}
	rows, err := env.unlinkEach(ctx, job, accounts, out)
	if closeErr := out.close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return err
	}
	return env.reportUnlink(rows, f)
}

// unlinkEach stops only when it is interrupted, when the key is refused or the
// server is gone, or when the result cannot be written; what was done until
// then is in the result.
func (env *Env) unlinkEach(ctx context.Context, job unlinker, accounts []string, out *resultFile[unlinkRow]) ([]unlinkRow, error) {
	rows := make([]unlinkRow, 0, len(accounts))
	bar := env.newProgress(len(accounts))
	defer bar.finish()
	for _, account := range accounts {
		row, fatal := job.do(ctx, account)
		if fatal != nil {
			return rows, fatal
		}
		rows = append(rows, row)
		if err := out.write(row); err != nil {
			return rows, err
		}
		bar.step(row.AccountID, row.Result, row.Result == resultFailed)
	}
	return rows, nil
}

// reportUnlink prints the rows, unless a file has them, and the sum.
func (env *Env) reportUnlink(rows []unlinkRow, f unlinkFlags) error {
	counts := map[string]int{}
	for _, row := range rows {
		counts[row.Result]++
	}
	if f.result == "" {
		if err := printRows(env, rows, unlinkColumns); err != nil {
			return err
		}
	}
	if f.dryRun {
		env.sayf("dry run: %d would be unlinked, %d have no links, %d failed; nothing was changed",
			counts[resultWould], counts[resultNothing], counts[resultFailed])
	} else {
		env.sayf("%d unlinked, %d had no links, %d failed", counts[resultUnlinked], counts[resultNothing], counts[resultFailed])
	}
	failed := counts[resultFailed]
	if failed > 0 && len(rows) == 1 && rows[0].cause != nil {
		return rows[0].cause
	}
	if failed > 0 {
		return &partialError{failed: failed, total: len(rows)}
	}
	if f.dryRun {
		return env.hintf("the same without --dry-run")
	}
	return env.hintf("roster email set AAID ADDRESS, to free the address for the right account")
}
