package cli

import (
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"roster/internal/adminapi/api"
)

func newProfileCmd(env *Env) *cobra.Command {
	return newGroupCmd("profile", "An account's profile", "", newProfileSetCmd(env))
}

func newProfileSetCmd(env *Env) *cobra.Command {
	var body api.ProfileUpdate
	var extended api.ExtendedProfileUpdate
	cmd := &cobra.Command{
		Use:     "set ACCOUNT [--name NAME] [--job-title TITLE] …",
		Short:   "Change fields of an account's profile; an empty value clears",
		Example: `  roster account profile set ada@example.com --job-title Analyst --department ""`,
		Args:    exactArgs(1, "an account"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if extended != (api.ExtendedProfileUpdate{}) {
				body.ExtendedProfile = &extended
			}
			if body == (api.ProfileUpdate{}) {
				return usagef("there is nothing to change; give one of the flags")
			}
			s, id, err := env.connectAccount(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			changed, err := decode[api.ProfileResponse](s.UpdateProfile(cmd.Context(), id, body))
			if err != nil {
				return err
			}
			return printOne(env, changed.Account, profileColumns)
		},
	}
	flags := cmd.Flags()
	optionalString(flags, &body.Name, "name", "display name")
	optionalString(flags, &body.Nickname, "nickname", "nickname")
	optionalString(flags, &body.Zoneinfo, "time-zone", "IANA time zone, such as Europe/Berlin")
	optionalString(flags, &body.Locale, "locale", "language tag (BCP 47), such as de-CH")
	optionalString(flags, &extended.JobTitle, "job-title", "job title")
	optionalString(flags, &extended.Organization, "organization", "organization in the profile")
	optionalString(flags, &extended.Department, "department", "department")
	optionalString(flags, &extended.Location, "location", "location")
	return cmd
}

// optionalString is a flag that leaves its target nil unless it is given, so
// that an empty value differs from none.
func optionalString(flags *pflag.FlagSet, target **string, name, usage string) {
	flags.Func(name, usage, func(text string) error {
		*target = &text
		return nil
	})
}
