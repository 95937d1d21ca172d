package cli

import (
	"fmt"
	"log/slog"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"roster/internal/auth"
	"roster/internal/server"
)

const serveLong = `Runs the server until it is interrupted. It keeps everything in one SQLite file in the data
folder, or in PostgreSQL with --database. The first start prints the site key, once.

With --demo it makes an organization with two people whose accounts are linked wrongly, so that both
repairs can be tried; DIR/demo.json says with which ids and keys.`

func newServeCmd(env *Env) *cobra.Command {
	cfg := server.Config{Version: version}
	var verbose bool
	var oidc oidcFlags
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Run the server",
		Long:  serveLong,
		Example: `  roster serve --demo --listen 127.0.0.1:8080 --data ./data/demo
  roster serve --listen 127.0.0.1:8080 --data /var/lib/roster --external-url https://roster.example.com
  roster serve --database postgres://roster@db.internal/roster --listen 127.0.0.1:8080`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if cfg.Database == "" {
				cfg.Database = env.Getenv("ROSTER_DATABASE")
			}
			if err := rateFromEnv(cmd.Flags(), env); err != nil {
				return err
			}
			if cfg.Resolver == "" {
				cfg.Resolver = env.Getenv("ROSTER_RESOLVER")
			}
			settings, err := oidc.settle(env)
			if err != nil {
				return err
			}
			cfg.OIDC = settings
			cfg.Log = env.logger(verbose)
			cfg.Out = func(format string, args ...any) { _, _ = fmt.Fprintf(env.Stdout, format, args...) }
			return server.Run(cmd.Context(), cfg)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&cfg.Listen, "listen", "127.0.0.1:8080", "address to listen on")
	flags.StringVar(&cfg.DataDir, "data", "./data", "folder for the database; created if missing")
	flags.StringVar(&cfg.Database, "database", "", "postgres:// URL; without it SQLite in the data folder (ROSTER_DATABASE)")
	flags.StringVar(&cfg.ExternalURL, "external-url", "", "how clients reach the server, behind a proxy")
	flags.StringVar(&cfg.TLSCert, "tls-cert", "", "certificate file, to speak HTTPS")
	flags.StringVar(&cfg.TLSKey, "tls-key", "", "private key file of the certificate")
	flags.Float64Var(&cfg.RateLimit, rateLimitFlag, auth.DefaultRate.PerSecond, "requests per second that one key or SCIM token may make on average; 0 switches the limit off (ROSTER_RATE_LIMIT)")
	flags.IntVar(&cfg.RateBurst, rateBurstFlag, auth.DefaultRate.Burst, "how many of them at once, after a rest (ROSTER_RATE_BURST)")
	flags.StringVar(&cfg.Resolver, "resolver", "", "host:port of the DNS server that domain checks ask; without it the system's (ROSTER_RESOLVER)")
	flags.BoolVar(&cfg.AllowPrivate, "allow-private", false, "let domain checks connect to private addresses, in a closed network")
	oidc.add(flags)
	flags.BoolVar(&cfg.Demo, "demo", false, "make an organization with two wrong links to repair")
	flags.BoolVar(&cfg.NewSiteKey, "new-site-key", false, "revoke the site key and print another, when it got lost")
	flags.BoolVarP(&verbose, "verbose", "v", false, "log every request")
	return cmd
}

// The flags that an environment variable stands for where they are not given.
const (
	rateLimitFlag = "rate-limit"
	rateBurstFlag = "rate-burst"
)

// rateFromEnv takes from the environment what the flags do not say.
func rateFromEnv(flags *pflag.FlagSet, env *Env) error {
	for name, variable := range map[string]string{rateLimitFlag: "ROSTER_RATE_LIMIT", rateBurstFlag: "ROSTER_RATE_BURST"} {
		value := env.Getenv(variable)
		if value == "" || flags.Changed(name) {
			continue
		}
		if err := flags.Set(name, value); err != nil {
			return fmt.Errorf("%s: %w", variable, err)
		}
	}
	return nil
}

// logger writes the server's own log to stderr; people read it, so it is text.
func (env *Env) logger(verbose bool) *slog.Logger {
	level := slog.LevelInfo
	if verbose {
		level = slog.LevelDebug
	}
	return slog.New(slog.NewTextHandler(env.Stderr, &slog.HandlerOptions{Level: level}))
}
