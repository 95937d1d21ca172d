package cli

import (
	"bufio"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

func addYesFlag(cmd *cobra.Command, yes *bool) {
	cmd.Flags().BoolVarP(yes, "yes", "y", false, "do it without asking")
}

// confirmf asks before something that is hard to take back. Where nobody can
// answer it refuses, so that a script has to say --yes.
func (env *Env) confirmf(yes bool, format string, args ...any) error {
	if yes {
		return nil
	}
	if !env.IsTerminal(env.Stdin) || !env.IsTerminal(env.Stderr) {
		return usagef("this asks before it acts, and there is no terminal to ask at; give --yes")
	}
	env.tell(clean(fmt.Sprintf(format, args...)) + " [y/N] ")
	answer, _ := bufio.NewReader(env.Stdin).ReadString('\n') // the end of input is a no
	switch strings.ToLower(strings.TrimSpace(answer)) {
	case "y", "yes":
		return nil
	}
	return errors.New("nothing done")
}
