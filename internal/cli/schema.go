package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/spf13/cobra"

	"roster/internal/adminapi/api"
)

func newSchemaCmd(env *Env) *cobra.Command {
	return newGroupCmd("schema", "SCIM schemas and resource types of your own",
		`Load schemas (RFC 7643 section 7) and resource types (section 6) beside User and Group, for one directory, or with --all and the site key for
every directory. A resource type named User or Group adds its schemaExtensions to the built-in type.`,
		newSchemaListCmd(env), newSchemaShowCmd(env), newSchemaLoadCmd(env), newSchemaRemoveCmd(env))
}

// schemaScope is the directory that the flags name, or all of them.
type schemaScope struct {
	name string
	all  bool

	*session
	org, directory string // "" for all
}

func (s *schemaScope) add(cmd *cobra.Command) {
	cmd.Flags().StringVarP(&s.name, "directory", "d", "", "directory, by its name, kind or id")
	cmd.Flags().BoolVar(&s.all, "all", false, "for every directory of the deployment; changes need the site key")
}

func (s *schemaScope) open(ctx context.Context, env *Env) (err error) {
	switch {
	case s.all == (s.name != ""):
		return usagef("give either --directory or --all")
	case s.all:
		s.session, err = env.connect()
	default:
		s.session, s.org, s.directory, err = env.connectDirectory(ctx, s.name)
	}
	return err
}

var schemaColumns = []column[api.SchemaDocument]{
	{"ID", func(d api.SchemaDocument) string { return d.ID }},
	{"TYPE", func(d api.SchemaDocument) string { return string(d.Type) }},
	{"SCOPE", func(d api.SchemaDocument) string { return string(d.Attributes.Scope) }},
	{"UPDATED", func(d api.SchemaDocument) string { return when(d.Attributes.UpdatedAt) }},
}

func newSchemaListCmd(env *Env) *cobra.Command {
	var scope schemaScope
	var limit limitFlag
	cmd := &cobra.Command{
		Use:     "list --directory DIRECTORY | --all",
		Short:   "List what was loaded",
		Example: "  roster schema list --directory okta",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := scope.open(cmd.Context(), env); err != nil {
				return err
			}
			return printList(env, func(cursor *string, limit *int) (*http.Response, error) {
				if scope.all {
					return scope.ListDeploymentSchemas(cmd.Context(), &api.ListDeploymentSchemasParams{Cursor: cursor, Limit: limit})
				}
				return scope.ListSchemas(cmd.Context(), scope.org, scope.directory, &api.ListSchemasParams{Cursor: cursor, Limit: limit})
			}, limit, schemaColumns)
		},
	}
	scope.add(cmd)
	limit.add(cmd)
	return cmd
}

func newSchemaShowCmd(env *Env) *cobra.Command {
	var scope schemaScope
	cmd := &cobra.Command{
		Use:   "show ID --directory DIRECTORY | --all",
		Short: "Show a document that was loaded, as JSON",
		Long: `Show a schema by its URN, or a resource type by its name, as it is stored: it can be changed and loaded
again.`,
		Example: "  roster schema show Device --directory okta > device.json",
		Args:    exactArgs(1, "a URN or the name of a resource type"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := scope.open(cmd.Context(), env); err != nil {
				return err
			}
			get := func() (*http.Response, error) {
				if scope.all {
					return scope.GetDeploymentSchema(cmd.Context(), args[0])
				}
				return scope.GetSchema(cmd.Context(), scope.org, scope.directory, args[0])
			}
			shown, err := decode[api.SchemaDocumentResponse](get())
			if err != nil {
				return err
			}
			return env.printJSON(shown.Data.Attributes.Document)
		},
	}
	scope.add(cmd)
	return cmd
}

func newSchemaLoadCmd(env *Env) *cobra.Command {
	var scope schemaScope
	var dryRun bool
	cmd := &cobra.Command{
		Use:   "load FILE... --directory DIRECTORY | --all",
		Short: "Load schemas and resource types",
		Long: `Load schemas and resource types, all of the files or none. A file holds one document, an array of them, or a SCIM list of them; - is
standard input. A document takes the place of the one with its id. What would make stored resources invalid is refused.`,
		Example: `  roster schema load device.schema.json device.type.json --directory okta --dry-run
  roster schema load device.schema.json device.type.json --directory okta`,
		Args: minArgs(1, "files"),
		RunE: func(cmd *cobra.Command, args []string) error {
			documents, err := env.readDocuments(args)
			if err != nil {
				return err
			}
			if err := scope.open(cmd.Context(), env); err != nil {
				return err
			}
			body := api.SchemaLoad{Documents: documents, DryRun: dryRun}
			load := func() (*http.Response, error) {
				if scope.all {
					return scope.LoadDeploymentSchemas(cmd.Context(), body)
				}
				return scope.LoadSchemas(cmd.Context(), scope.org, scope.directory, body)
			}
			loaded, err := decode[api.SchemaLoadResult](load())
			if err != nil {
				return err
			}
			return env.printLoaded(loaded)
		},
	}
	scope.add(cmd)
	addDryRunFlag(cmd, &dryRun)
	return cmd
}

func addDryRunFlag(cmd *cobra.Command, dryRun *bool) {
	cmd.Flags().BoolVar(dryRun, "dry-run", false, "only check; change nothing")
}

func (env *Env) printLoaded(loaded api.SchemaLoadResult) error {
	if env.flags.output == outputJSON {
		return env.printJSON(loaded)
	}
	if err := printRows(env, loaded.Data, schemaColumns); err != nil {
		return err
	}
	if !loaded.Applied {
		env.sayf("dry run: nothing was changed")
	}
	return nil
}

// readDocuments gives the documents that files hold.
func (env *Env) readDocuments(files []string) (documents []json.RawMessage, err error) {
	for _, file := range files {
		text, err := env.readInput(file)
		if err != nil {
			return nil, err
		}
		found, err := documentsIn([]byte(text))
		if err != nil {
			return nil, usagef("%s: %v", file, err)
		}
		documents = append(documents, found...)
	}
	return documents, nil
}

// documentsIn takes one document, an array, or a SCIM ListResponse.
func documentsIn(text []byte) ([]json.RawMessage, error) {
	if text = bytes.TrimSpace(text); bytes.HasPrefix(text, []byte("[")) {
		var documents []json.RawMessage
		err := json.Unmarshal(text, &documents)
		return documents, err
	}
	var list struct {
		Resources []json.RawMessage `json:"Resources"`
	}
	if err := json.Unmarshal(text, &list); err != nil {
		return nil, fmt.Errorf("it holds no JSON object: %w", err)
	}
	if list.Resources != nil {
		return list.Resources, nil
	}
	return []json.RawMessage{text}, nil
}

func newSchemaRemoveCmd(env *Env) *cobra.Command {
	var scope schemaScope
	var dryRun, yes bool
	cmd := &cobra.Command{
		Use:     "remove ID --directory DIRECTORY | --all",
		Short:   "Remove a schema or resource type",
		Long:    `Remove a schema by its URN, or a resource type by its name. One that resources or other documents still need is refused.`,
		Example: "  roster schema remove Device --directory okta --dry-run",
		Args:    exactArgs(1, "a URN or the name of a resource type"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := scope.open(cmd.Context(), env); err != nil {
				return err
			}
			if !dryRun {
				if err := env.confirmf(yes, "Remove %s?", args[0]); err != nil {
					return err
				}
			}
			if err := scope.remove(cmd.Context(), args[0], dryRun); err != nil {
				return err
			}
			if dryRun {
				env.sayf("dry run: nothing was changed; %s can be removed", args[0])
				return nil
			}
			env.sayf("removed %s", args[0])
			return nil
		},
	}
	scope.add(cmd)
	addDryRunFlag(cmd, &dryRun)
	addYesFlag(cmd, &yes)
	return cmd
}

func (s *schemaScope) remove(ctx context.Context, id string, dryRun bool) error {
	if s.all {
		return done(s.RemoveDeploymentSchema(ctx, id, &api.RemoveDeploymentSchemaParams{DryRun: &dryRun}))
	}
	return done(s.RemoveSchema(ctx, s.org, s.directory, id, &api.RemoveSchemaParams{DryRun: &dryRun}))
}
