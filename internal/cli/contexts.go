package cli

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// savedContext is a server with a key and an organization, kept under a name.
type savedContext struct {
	URL string `json:"url"`
	Key string `json:"key,omitempty"`
	Org string `json:"org,omitempty"`

	named bool // asked for by name, and not just the current one
}

// contexts is the file of saved contexts.
type contexts struct {
	Current  string                  `json:"current,omitempty"`
	Contexts map[string]savedContext `json:"contexts"`
}

// contextsFile is where contexts are kept, as the XDG base directory
// specification says.
func (env *Env) contextsFile() (string, error) {
	dir := env.Getenv("XDG_CONFIG_HOME")
	if dir == "" {
		home := env.Getenv("HOME")
		if home == "" {
			return "", usagef("neither XDG_CONFIG_HOME nor HOME is set, so there is no place for contexts")
		}
		dir = filepath.Join(home, ".config")
	}
	return filepath.Join(dir, "roster", "contexts.json"), nil
}

// loadContexts reads the file; a missing one holds nothing.
func (env *Env) loadContexts() (contexts, error) {
	all := contexts{Contexts: map[string]savedContext{}}
	file, err := env.contextsFile()
	if err != nil {
		return all, err
	}
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return all, nil
	}
	if err != nil {
		return all, fmt.Errorf("read contexts: %w", err)
	}
	if err := json.Unmarshal(text, &all); err != nil {
		return all, fmt.Errorf("read contexts from %s: %w", file, err)
	}
	return all, nil
}

// saveContexts replaces the file in one step; nobody else may read it.
func (env *Env) saveContexts(all contexts) error {
	file, err := env.contextsFile()
	if err != nil {
		return err
	}
	text, err := json.MarshalIndent(all, "", "  ")
	if err != nil {
		return fmt.Errorf("encode contexts: %w", err)
	}
	dir := filepath.Dir(file)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("save contexts: %w", err)
	}
	temp, err := os.CreateTemp(dir, "contexts-*") // mode 0600
	if err != nil {
		return fmt.Errorf("save contexts: %w", err)
	}
	defer func() { _ = os.Remove(temp.Name()) }() // gone already when all went well
	_, err = temp.Write(append(text, '\n'))
	if err := errors.Join(err, temp.Close()); err != nil {
		return fmt.Errorf("save contexts: %w", err)
	}
	if err := os.Rename(temp.Name(), file); err != nil {
		return fmt.Errorf("save contexts: %w", err)
	}
	return nil
}

// chosenContext is the context that the command shall use: the one named by
// flag or environment, else the current one unless the environment names a server.
func (env *Env) chosenContext() (savedContext, error) {
	name := cmp.Or(env.flags.context, env.Getenv("ROSTER_CONTEXT"))
	if name == "" && (env.flags.url != "" || env.Getenv("ROSTER_URL") != "") {
		return savedContext{}, nil
	}
	all, err := env.loadContexts()
	if err != nil && name == "" {
		return savedContext{}, nil // without a home there is no current context, which is no mistake
	}
	if err != nil {
		return savedContext{}, err
	}
	if name == "" {
		return all.Contexts[all.Current], nil
	}
	saved, ok := all.Contexts[name]
	if !ok {
		return savedContext{}, &notFoundError{text: fmt.Sprintf("there is no context %q", name), next: "roster context list"}
	}
	saved.named = true
	return saved, nil
}
