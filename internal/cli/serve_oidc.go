package cli

import (
	"fmt"
	"os"
	"strings"

	"github.com/spf13/pflag"

	"roster/internal/auth"
)

// oidcFlags are the settings of sign-in through an identity provider.
type oidcFlags struct {
	settings   auth.OIDCSettings
	scopes     string
	secretFile string
}

func (f *oidcFlags) add(flags *pflag.FlagSet) {
	flags.StringVar(&f.settings.Issuer, "oidc-issuer", "", "OpenID Connect issuer by which people sign in to the console (ROSTER_OIDC_ISSUER)")
	flags.StringVar(&f.settings.ClientID, "oidc-client-id", "", "id of the server at the issuer (ROSTER_OIDC_CLIENT_ID)")
	flags.StringVar(&f.secretFile, "oidc-client-secret-file", "", "file that holds the secret of the server at the issuer (ROSTER_OIDC_CLIENT_SECRET_FILE, or the secret itself in ROSTER_OIDC_CLIENT_SECRET)")
	flags.StringVar(&f.scopes, "oidc-scopes", "", `scopes to ask for besides openid, with spaces between; "profile email" when left out (ROSTER_OIDC_SCOPES)`)
	flags.StringVar(&f.settings.GroupsClaim, "oidc-groups-claim", "", `claim that names a person's groups, dots leading into objects; "groups" when left out (ROSTER_OIDC_GROUPS_CLAIM)`)
}

// settle takes from the environment what the flags do not say.
func (f *oidcFlags) settle(env *Env) (auth.OIDCSettings, error) {
	for value, variable := range map[*string]string{
		&f.settings.Issuer: "ISSUER", &f.settings.ClientID: "CLIENT_ID", &f.secretFile: "CLIENT_SECRET_FILE", &f.scopes: "SCOPES", &f.settings.GroupsClaim: "GROUPS_CLAIM",
	} {
		if *value == "" {
			*value = env.Getenv("ROSTER_OIDC_" + variable)
		}
	}
	if f.scopes != "" {
		f.settings.Scopes = strings.Fields(f.scopes)
	}
	f.settings.ClientSecret = env.Getenv("ROSTER_OIDC_CLIENT_SECRET")
	if f.secretFile == "" {
		return f.settings, nil
	}
	if f.settings.ClientSecret != "" {
		return f.settings, usagef("ROSTER_OIDC_CLIENT_SECRET and --oidc-client-secret-file exclude each other")
	}
	secret, err := os.ReadFile(f.secretFile)
	if err != nil {
		return f.settings, fmt.Errorf("read the client's secret: %w", err)
	}
	f.settings.ClientSecret = strings.TrimSpace(string(secret))
	return f.settings, nil
}
