package cli

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/spf13/cobra"
)

func newContextCmd(env *Env) *cobra.Command {
	return newGroupCmd("context", "Save servers and keys under names",
		`A context is a server's URL with a key and an organization. Commands use the current one unless flags or the
environment name another. Contexts are kept in $XDG_CONFIG_HOME/roster/contexts.json, readable by you only.`,
		newContextSetCmd(env), newContextUseCmd(env), newContextListCmd(env), newContextRmCmd(env))
}

func newContextSetCmd(env *Env) *cobra.Command {
	return &cobra.Command{
		Use:   "set NAME --url URL [--key-file FILE] [--org ORG]",
		Short: "Save a context and make it the current one",
		Long:  "Save a context and make it the current one. What is not given stays as it was saved; a changed URL forgets the saved key.",
		Example: `  roster context set work --url https://roster.example.com --key-file ./org.key
  roster context set work --org 0193f0c2-a7e8-7c5e-9d0b-6f1a2b3c4d5e`,
		Args: exactArgs(1, "a name"),
		RunE: func(_ *cobra.Command, args []string) error {
			all, err := env.loadContexts()
			if err != nil {
				return err
			}
			saved, err := env.changedContext(all.Contexts[args[0]])
			if err != nil {
				return err
			}
			all.Contexts[args[0]] = saved
			all.Current = args[0]
			if err := env.saveContexts(all); err != nil {
				return err
			}
			env.sayf("saved %s as the current context", args[0])
			return env.hintf("roster org list")
		},
	}
}

// changedContext puts the given flags over a saved context.
func (env *Env) changedContext(saved savedContext) (savedContext, error) {
	if url := env.flags.url; url != "" && url != saved.URL {
		saved = savedContext{URL: url}
	}
	if err := checkURL(saved.URL); err != nil {
		return saved, err
	}
	saved.Org = cmp.Or(env.flags.org, saved.Org)
	if env.flags.keyFile != "" {
		key, err := readKey(env.flags.keyFile)
		saved.Key = key
		return saved, err
	}
	saved.Key = cmp.Or(env.flags.key, saved.Key)
	return saved, nil
}

func newContextUseCmd(env *Env) *cobra.Command {
	return &cobra.Command{
		Use:     "use NAME",
		Short:   "Make a saved context the current one",
		Example: "  roster context use work",
		Args:    exactArgs(1, "a name"),
		RunE: func(_ *cobra.Command, args []string) error {
			return env.changeContexts(args[0], func(all *contexts) {
				all.Current = args[0]
			})
		},
	}
}

func newContextRmCmd(env *Env) *cobra.Command {
	return &cobra.Command{
		Use:     "rm NAME",
		Short:   "Forget a saved context and its key",
		Example: "  roster context rm work",
		Args:    exactArgs(1, "a name"),
		RunE: func(_ *cobra.Command, args []string) error {
			return env.changeContexts(args[0], func(all *contexts) {
				delete(all.Contexts, args[0])
				if all.Current == args[0] {
					all.Current = ""
				}
			})
		},
	}
}

// changeContexts changes the file around a context that must be there.
func (env *Env) changeContexts(name string, change func(*contexts)) error {
	all, err := env.loadContexts()
	if err != nil {
		return err
	}
	if _, ok := all.Contexts[name]; !ok {
		return &notFoundError{text: fmt.Sprintf("there is no context %q", name), next: "roster context list"}
	}
	change(&all)
	return env.saveContexts(all)
}

// contextRow is a context without its key.
type contextRow struct {
	Name    string `json:"name"`
	Current bool   `json:"current"`
	URL     string `json:"url"`
	Org     string `json:"org,omitempty"`
	HasKey  bool   `json:"hasKey"`
}

func newContextListCmd(env *Env) *cobra.Command {
	return &cobra.Command{
		Use:     "list",
		Short:   "List the saved contexts; keys are never shown",
		Example: "  roster context list",
		Args:    noArgs,
		RunE: func(*cobra.Command, []string) error {
			all, err := env.loadContexts()
			if err != nil {
				return err
			}
			rows := []contextRow{}
			for _, name := range slices.Sorted(maps.Keys(all.Contexts)) {
				c := all.Contexts[name]
				rows = append(rows, contextRow{Name: name, Current: name == all.Current, URL: c.URL, Org: c.Org, HasKey: c.Key != ""})
			}
			return printRows(env, rows, contextColumns)
		},
	}
}

var contextColumns = []column[contextRow]{
	{"CURRENT", func(c contextRow) string { return mark(c.Current, "*") }},
	{"NAME", func(c contextRow) string { return c.Name }},
	{"URL", func(c contextRow) string { return c.URL }},
	{"ORG", func(c contextRow) string { return c.Org }},
	{"KEY", func(c contextRow) string { return mark(c.HasKey, "saved") }},
}
