// Command roster is the Roster server and its command line; see package cli.
package main

import (
	"os"

	"roster/internal/cli"
)

func main() {
	os.Exit(cli.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
