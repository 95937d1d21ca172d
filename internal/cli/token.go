package cli

import (
	"context"
	"net/http"

	"github.com/spf13/cobra"

	"roster/internal/adminapi/api"
)

func newTokenCmd(env *Env) *cobra.Command {
	return newGroupCmd("token", "SCIM tokens of a directory",
		"A SCIM token opens the SCIM base URL of one directory and nothing else. Two may be live at once, so that one can be rotated.",
		newTokenListCmd(env), newTokenCreateCmd(env), newTokenRotateCmd(env), newTokenRevokeCmd(env))
}

// connectDirectory connects and finds a directory by id or name.
func (env *Env) connectDirectory(ctx context.Context, directory string) (s *session, org, id string, err error) {
	s, org, err = env.connectOrg(ctx)
	if err != nil {
		return nil, "", "", err
	}
	id, err = s.directoryID(ctx, org, directory)
	return s, org, id, err
}

func newTokenListCmd(env *Env) *cobra.Command {
	var limit limitFlag
	cmd := &cobra.Command{
		Use:     "list DIRECTORY",
		Short:   "List a directory's SCIM tokens, without their secrets",
		Example: "  roster directory token list okta",
		Args:    exactArgs(1, "a directory"),
		RunE: func(cmd *cobra.Command, args []string) error {
			s, org, id, err := env.connectDirectory(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			return printList(env, func(cursor *string, limit *int) (*http.Response, error) {
				return s.ListTokens(cmd.Context(), org, id, &api.ListTokensParams{Cursor: cursor, Limit: limit})
			}, limit, keyColumns)
		},
	}
	limit.add(cmd)
	return cmd
}

func newTokenCreateCmd(env *Env) *cobra.Command {
	var name, expires string
	cmd := &cobra.Command{
		Use:     "create DIRECTORY",
		Short:   "Create a SCIM token and show its secret once",
		Example: "  roster directory token create okta --name 2026 --expires 365d",
		Args:    exactArgs(1, "a directory"),
		RunE: func(cmd *cobra.Command, args []string) error {
			body := api.TokenCreate{Name: name}
			at, err := env.parseTime("expires", expires, false)
			if err != nil {
				return err
			}
			if at != nil {
				body.ExpiresAt = *at
			}
			s, org, id, err := env.connectDirectory(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			created, err := decode[api.KeyResponse](s.CreateToken(cmd.Context(), org, id, body))
			if err != nil {
				return err
			}
			if err := env.printSecret(created.Data); err != nil {
				return err
			}
			return env.hintf("roster directory show %s   (the SCIM base URL to give the identity provider)", args[0])
		},
	}
	cmd.Flags().StringVar(&name, "name", "", "name to recognise it by")
	addExpiresFlag(cmd, &expires)
	return cmd
}

func newTokenRevokeCmd(env *Env) *cobra.Command {
	return &cobra.Command{
		Use:     "revoke DIRECTORY TOKEN",
		Short:   "Revoke a SCIM token by its id",
		Example: "  roster directory token revoke okta 0193f0c2-a7e8-7c5e-9d0b-6f1a2b3c4d5e",
		Args:    exactArgs(2, "a directory and a token's id"),
		RunE: func(cmd *cobra.Command, args []string) error {
			s, org, id, err := env.connectDirectory(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			if err := done(s.RevokeToken(cmd.Context(), org, id, args[1])); err != nil {
				return err
			}
			env.sayf("revoked token %s", args[1])
			return nil
		},
	}
}
