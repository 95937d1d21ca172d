package accounts_test

import (
	"os"
	"strings"
	"testing"

	"roster/internal/accounts"
	"roster/internal/identity"
)

// The page about identity providers has each kind's steps under its heading, as
// the API answers them.
func TestSetupIsDocumented(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/reference/idps.md")
	if err != nil {
		t.Fatal(err)
	}
	sections := strings.Split(string(page), "\n## ")
	for _, kind := range identity.DirectoryKinds() {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			setup := accounts.SetupFor(kind)
			var want strings.Builder
			want.WriteString("| enter | where | what |\n| --- | --- | --- |\n")
			for _, s := range setup.Steps {
				want.WriteString("| " + s.Enter + " | " + s.Where + " | " + s.What + " |\n")
			}
			for _, section := range sections {
				if strings.HasPrefix(section, setup.Provider+"\n") {
					if !strings.Contains(section, want.String()+"\n") {
						t.Errorf("under %q the page lacks this table:\n%s", setup.Provider, &want)
					}
					return
				}
			}
			t.Errorf("the page has no heading %q", setup.Provider)
		})
	}
}
