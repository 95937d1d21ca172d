package cli

import (
	"net/http"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"roster/internal/adminapi/api"
)

func newKeyCmd(env *Env) *cobra.Command {
	return newGroupCmd("key", "API keys of the organization",
		"An organization key opens the admin, repair and user management APIs of one organization, and never SCIM.",
		newKeyListCmd(env), newKeyCreateCmd(env), newKeyRotateCmd(env), newKeyRevokeCmd(env))
}

// keyColumns serve organization keys and SCIM tokens. The secret is there only
// in the answer that creates it.
var keyColumns = []column[api.Key]{
	{"ID", func(k api.Key) string { return k.ID }},
	{"NAME", func(k api.Key) string { return k.Attributes.Name }},
	{"SCOPES", func(k api.Key) string { return scopesText(k.Attributes.Scopes) }},
	{"HINT", func(k api.Key) string { return k.Attributes.Hint }},
	{"CREATED", func(k api.Key) string { return when(k.Attributes.CreatedAt) }},
	{"LAST USED", func(k api.Key) string { return when(k.Attributes.LastUsedAt) }},
	{"EXPIRES", func(k api.Key) string { return when(k.Attributes.ExpiresAt) }},
	{"REVOKED", func(k api.Key) string { return when(k.Attributes.RevokedAt) }},
}

// scopesText is empty for SCIM tokens, which have no scopes.
func scopesText(scopes []api.Scope) string {
	names := make([]string, len(scopes))
	for i, s := range scopes {
		names[i] = string(s)
	}
	return strings.Join(names, ",")
}

// printSecret shows a new key or token: the only time that its secret is seen.
func (env *Env) printSecret(key api.Key) error {
	columns := slices.Concat(keyColumns, []column[api.Key]{
		{"SECRET", func(k api.Key) string { return k.Attributes.Secret }},
	})
	if err := printOne(env, key, columns); err != nil {
		return err
	}
	env.sayf("keep the secret now; it is not shown again")
	return nil
}

func newKeyListCmd(env *Env) *cobra.Command {
	var limit limitFlag
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "List the keys, without their secrets",
		Example: "  roster key list",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, org, err := env.connectOrg(cmd.Context())
			if err != nil {
				return err
			}
			return printList(env, func(cursor *string, limit *int) (*http.Response, error) {
				return s.ListKeys(cmd.Context(), org, &api.ListKeysParams{Cursor: cursor, Limit: limit})
			}, limit, keyColumns)
		},
	}
	limit.add(cmd)
	return cmd
}

func newKeyCreateCmd(env *Env) *cobra.Command {
	var expires string
	var scopes []string
	cmd := &cobra.Command{
		Use:   "create NAME",
		Short: "Create a key and show its secret once",
		Long: `Create a key and show its secret once. The first key of an organization is made with the site key.

The scopes say what it may do: read looks at everything but keys; repair unlinks, relinks, restores and adopts; manage changes
the organization, its domains, directories, accounts and groups; keys is for API keys and the console. A key gives no scope that it has not itself.`,
		Example: `  roster key create admin --org ORG --key-file ./site.key
  roster key create dashboard --scope read
  roster key create nightly --scope read,repair --expires 90d --output json | jq -r .attributes.secret > nightly.key`,
		Args: exactArgs(1, "a name"),
		RunE: func(cmd *cobra.Command, args []string) error {
			body := api.KeyCreate{Name: args[0]}
			for _, s := range scopes {
				body.Scopes = append(body.Scopes, api.Scope(s))
			}
			at, err := env.parseTime("expires", expires, false)
			if err != nil {
				return err
			}
			if at != nil {
				body.ExpiresAt = *at
			}
			s, org, err := env.connectOrg(cmd.Context())
			if err != nil {
				return err
			}
			created, err := decode[api.KeyResponse](s.CreateKey(cmd.Context(), org, body))
			if err != nil {
				return err
			}
			if err := env.printSecret(created.Data); err != nil {
				return err
			}
			return env.hintf("roster context set NAME --url URL --key-file FILE --org %s", org)
		},
	}
	addExpiresFlag(cmd, &expires)
	cmd.Flags().StringSliceVar(&scopes, "scope", nil, "read, repair, manage, keys; all that the calling key has when left out")
	return cmd
}

func addExpiresFlag(cmd *cobra.Command, expires *string) {
	cmd.Flags().StringVar(expires, "expires", "", "a time, a date or a distance from now (90d); never when left out")
}

func newKeyRevokeCmd(env *Env) *cobra.Command {
	return &cobra.Command{
		Use:     "revoke KEY",
		Short:   "Revoke a key by its id",
		Example: "  roster key revoke 0193f0c2-a7e8-7c5e-9d0b-6f1a2b3c4d5e",
		Args:    exactArgs(1, "a key's id"),
		RunE: func(cmd *cobra.Command, args []string) error {
			s, org, err := env.connectOrg(cmd.Context())
			if err != nil {
				return err
			}
			if err := done(s.RevokeKey(cmd.Context(), org, args[0])); err != nil {
				return err
			}
			env.sayf("revoked key %s", args[0])
			return nil
		},
	}
}
