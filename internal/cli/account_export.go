package cli

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"roster/internal/adminapi/api"
)

func newAccountExportCmd(env *Env) *cobra.Command {
	var filter accountFilter
	var format, text string
	cmd := &cobra.Command{
		Use:   "export",
		Short: "Export accounts as CSV or JSON Lines",
		Long:  `Export accounts, all or those that the flags want, to standard output. The file can be imported.`,
		Example: `  roster account export >accounts.csv
  roster account export --format jsonl --status inactive`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, org, params, err := env.searchParams(cmd.Context(), filter)
			if err != nil {
				return err
			}
			s.waitLong()
			answer, err := s.ExportAccounts(cmd.Context(), org, &api.ExportAccountsParams{
				Format: givenAs[api.ExportAccountsParamsFormat](format), Q: given(text), Email: params.Email, ExternalID: params.ExternalID, DirectoryID: params.DirectoryID,
				Status: params.Status, Origin: params.Origin, Invitation: params.Invitation, Linked: params.Linked, Scope: (*api.ExportAccountsParamsScope)(params.Scope),
			})
			if err := check(answer, err); err != nil {
				return err
			}
			defer answer.Body.Close()
			if _, err := io.Copy(env.Stdout, answer.Body); err != nil {
				return fmt.Errorf("the export broke off, and what is written is not all: %w", err)
			}
			return nil
		},
	}
	filter.add(cmd)
	cmd.Flags().StringVar(&format, "format", "", "csv or jsonl (default csv)")
	cmd.Flags().StringVar(&text, "search", "", "what email, name or last word of the name begins with")
	return cmd
}
