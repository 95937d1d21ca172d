package cli

import (
	"net/http"

	"github.com/spf13/cobra"

	"roster/internal/adminapi/api"
)

var holdColumns = []column[api.Hold]{
	{"SCIM USER", func(h api.Hold) string { return h.SCIMUserID }},
	{"DIRECTORY", func(h api.Hold) string { return h.DirectoryID }},
	{"HELD FROM", func(h api.Hold) string { return h.AccountID }},
	{"SINCE", func(h api.Hold) string { return when(h.CreatedAt) }},
	{"BY", func(h api.Hold) string { return h.CreatedBy }},
}

func newHoldsCmd(env *Env) *cobra.Command {
	var limit limitFlag
	cmd := &cobra.Command{
		Use:   "holds",
		Short: "List the SCIM users that are held from an account",
		Long: `List the SCIM users that are held from an account. Unlinking a SCIM user and keeping it holds the pair: whatever
the identity provider writes, the two are not linked again until you relink or lift the hold.`,
		Example: "  roster scim-user holds",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, org, err := env.connectOrg(cmd.Context())
			if err != nil {
				return err
			}
			return printList(env, func(cursor *string, limit *int) (*http.Response, error) {
				return s.ListHolds(cmd.Context(), org, &api.ListHoldsParams{Cursor: cursor, Limit: limit})
			}, limit, holdColumns)
		},
	}
	limit.add(cmd)
	return cmd
}

func newLiftHoldCmd(env *Env) *cobra.Command {
	return &cobra.Command{
		Use:     "lift-hold DIRECTORY SCIMUSER",
		Short:   "Let the directory link a SCIM user by its email again",
		Example: "  roster scim-user lift-hold okta 0193f0c2-a7e8-7c5e-9d0b-6f1a2b3c4d5e",
		Args:    exactArgs(2, "a directory and a SCIM user's id"),
		RunE: func(cmd *cobra.Command, args []string) error {
			s, org, id, err := env.connectDirectory(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			if err := done(s.LiftHold(cmd.Context(), org, id, args[1])); err != nil {
				return err
			}
			env.sayf("lifted the hold on %s", args[1])
			return nil
		},
	}
}
