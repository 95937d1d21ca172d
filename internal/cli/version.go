package cli

import "github.com/spf13/cobra"

// Set by the linker; see the build target of the Makefile.
var (
	version = "dev"
	commit  = "unknown"
	date    = "unknown"
)

type versionInfo struct {
	Version string `json:"version"`
	Commit  string `json:"commit"`
	Date    string `json:"date"`
}

func newVersionCmd(env *Env) *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "Say which version this is",
		Example: "  roster version --output json",
		Args:    noArgs,
		RunE: func(*cobra.Command, []string) error {
			return printOne(env, versionInfo{Version: version, Commit: commit, Date: date}, []column[versionInfo]{
				{"VERSION", func(v versionInfo) string { return v.Version }},
				{"COMMIT", func(v versionInfo) string { return v.Commit }},
				{"DATE", func(v versionInfo) string { return v.Date }},
			})
		},
	}
}
