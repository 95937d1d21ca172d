package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// cookbook are the scripts that readers copy; each repairs a fresh demo.
const cookbook = "../../examples/cookbook"

func TestCookbookRepairA(t *testing.T) {
	t.Parallel()
	for language, command := range map[string][]string{
		"bash": {"bash", "bash/repair-a.sh"}, "python": {"python3", "python/repair_a.py"}, "node": {"node", "node/repair-a.mjs"},
	} {
		t.Run(language, func(t *testing.T) {
			t.Parallel()
			_, info := startDemo(t, t.TempDir())
			r, a := hosted{t, info}, info.Scenarios.A
			base, token := r.scimBase(a.DirectoryID)
			runScript(t, command, info, "AAID2="+a.AAID2, "UNUSED_EMAIL=ada.unused@oldcorp.example", "NEW_EMAIL="+a.NewEmail,
				"SCIM_BASE_URL="+base, "SCIM_TOKEN="+token, "SCIM_USER1="+a.SCIMUser1)
			diff(t, "account 1 has the new email", any(a.NewEmail), r.emailOf(a.AAID1))
		})
	}
}

func TestCookbookRepairB(t *testing.T) {
	t.Parallel()
	for language, command := range map[string][]string{
		"bash": {"bash", "bash/repair-b.sh"}, "python": {"python3", "python/repair_b.py"}, "node": {"node", "node/repair-b.mjs"},
	} {
		t.Run(language, func(t *testing.T) {
			t.Parallel()
			_, info := startDemo(t, t.TempDir())
			r, b := hosted{t, info}, info.Scenarios.B
			base, token := r.scimBase(b.DirectoryID)
			runScript(t, command, info, "AAID1="+b.AAID1, "AAID2="+b.AAID2, "UNUSED_EMAIL=grace.unused@oldcorp.example", "NEW_EMAIL="+b.NewEmail,
				"SCIM_BASE_URL="+base, "SCIM_TOKEN="+token)
			diff(t, "account 1 has the new email", any(b.NewEmail), r.emailOf(b.AAID1))
			diff(t, "account 1 is linked", 1, len(r.links(b.AAID1)))
		})
	}
}

func TestCookbookUnlink(t *testing.T) {
	t.Parallel()
	for language, command := range map[string][]string{
		"bash": {"bash", "bash/unlink-by-aaid.sh"}, "python": {"python3", "python/unlink_by_aaid.py"}, "node": {"node", "node/unlink-by-aaid.mjs"},
	} {
		t.Run(language, func(t *testing.T) {
			t.Parallel()
			_, info := startDemo(t, t.TempDir())
			r := hosted{t, info}
			list := filepath.Join(t.TempDir(), "aaids.txt")
			if err := os.WriteFile(list, []byte(info.Scenarios.A.AAID2+"\n"+info.Scenarios.B.AAID2+"\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			runScript(t, append(command, "--dry-run", list), info)
			diff(t, "a dry run changes nothing", 1, len(r.links(info.Scenarios.A.AAID2)))
			result := filepath.Join(t.TempDir(), "result.csv")
			runScript(t, append(command, list, result), info)
			rows, err := os.ReadFile(result)
			if err != nil || strings.Count(string(rows), "\n") != 3 {
				t.Errorf("result file: %v\n%s", err, rows)
			}
			diff(t, "unlinked", []int{0, 0}, []int{len(r.links(info.Scenarios.A.AAID2)), len(r.links(info.Scenarios.B.AAID2))})
		})
	}
}

// runScript runs a script of the cookbook against a demo. Where Python or Node
// is not installed, their scripts are skipped; CI has both.
func runScript(t *testing.T, command []string, info demoInfo, env ...string) {
	t.Helper()
	if _, err := exec.LookPath(command[0]); err != nil && os.Getenv("CI") == "" {
		t.Skipf("%s is not installed", command[0])
	}
	cmd := exec.Command(command[0], append([]string{filepath.Join(cookbook, command[1])}, command[2:]...)...)
	cmd.Env = append(os.Environ(), append(env, "BASE_URL="+info.BaseURL, "ORG_ID="+info.OrgID, "ORG_KEY="+info.OrgKey)...)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %v\n%s", command, err, out)
	}
}
