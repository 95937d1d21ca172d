package cli

import (
	"errors"

	"github.com/spf13/cobra"
)

func newServeCmd(_ *Env) *cobra.Command {
	return &cobra.Command{
		Use:   "serve",
		Short: "Run the server",
		RunE:  func(*cobra.Command, []string) error { return errors.New("not built yet") },
	}
}
