package cli

import (
	"net/http"
	"time"

	"github.com/spf13/cobra"

	"roster/internal/adminapi/api"
)

func newKeyRotateCmd(env *Env) *cobra.Command {
	var flags rotateFlags
	cmd := &cobra.Command{
		Use:   "rotate KEY",
		Short: "Replace a key by a new one and show its secret once",
		Long: `Replace a key by a new one of the same name and scopes and show its secret once. The old key goes on to work for the overlap, so
that whoever uses it can be given the new one without a pause.`,
		Example: `  roster key rotate key_0193f0c2a7e87c5e9d0b6f1a2b3c4d5e
  roster key rotate key_0193f0c2a7e87c5e9d0b6f1a2b3c4d5e --overlap 1h --output json | jq -r .attributes.secret > new.key`,
		Args: exactArgs(1, "a key's id"),
		RunE: func(cmd *cobra.Command, args []string) error {
			body, err := flags.body(env)
			if err != nil {
				return err
			}
			s, org, err := env.connectOrg(cmd.Context())
			if err != nil {
				return err
			}
			return env.printRotation(s.RotateKey(cmd.Context(), org, args[0], body))
		},
	}
	flags.add(cmd)
	return cmd
}

func newTokenRotateCmd(env *Env) *cobra.Command {
	var flags rotateFlags
	cmd := &cobra.Command{
		Use:   "rotate DIRECTORY TOKEN",
		Short: "Replace a SCIM token by a new one and show its secret once",
		Long: `Replace a SCIM token by a new one of the same name and show its secret once. The old token goes on to work for the overlap, so that
the identity provider can be given the new one without a pause.`,
		Example: "  roster directory token rotate okta tok_0193f0c2a7e87c5e9d0b6f1a2b3c4d5e --overlap 2d",
		Args:    exactArgs(2, "a directory and a token's id"),
		RunE: func(cmd *cobra.Command, args []string) error {
			body, err := flags.body(env)
			if err != nil {
				return err
			}
			s, org, id, err := env.connectDirectory(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			return env.printRotation(s.RotateToken(cmd.Context(), org, id, args[1], body))
		},
	}
	flags.add(cmd)
	return cmd
}

type rotateFlags struct{ overlap, expires string }

func (f *rotateFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.overlap, "overlap", "24h", "how long the old one goes on to work (90m, 2h, 7d); 0h ends it at once")
	cmd.Flags().StringVar(&f.expires, "expires", "", "end of the new one: a time, a date or a distance from now (90d); the old one's lifetime when left out")
}

func (f *rotateFlags) body(env *Env) (body api.KeyRotate, err error) {
	overlap, err := parseDistance(f.overlap)
	if err != nil || overlap < 0 {
		return body, usagef("--overlap is %q; it must be a distance (90m, 2h, 7d)", f.overlap)
	}
	body.OverlapSeconds = new(int(overlap / time.Second))
	at, err := env.parseTime("expires", f.expires, false)
	if err == nil && at != nil {
		body.ExpiresAt = *at
	}
	return body, err
}

// printRotation shows the new secret, and until when the old one works.
func (env *Env) printRotation(answer *http.Response, err error) error {
	done, err := decode[api.KeyRotation](answer, err)
	if err != nil {
		return err
	}
	if err := env.printSecret(done.Data); err != nil {
		return err
	}
	env.sayf("%s goes on to work until %s", done.Replaced.ID, when(done.Replaced.Attributes.ExpiresAt))
	return nil
}
