package archtest

import (
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"
)

func TestTheTreeKeepsItsRules(t *testing.T) {
	t.Parallel()
	whole := sync.OnceValues(func() (*tree, error) { return load(os.DirFS("../..")) })
	for _, rule := range Rules() {
		t.Run(rule.Name, func(t *testing.T) {
			t.Parallel()
			tree, err := whole()
			require.NoError(t, err)
			if broken := rule.checkTree(tree); len(broken) > 0 {
				t.Errorf("%s: %s\n\t%s", rule.Name, rule.Why, strings.Join(broken, "\n\t"))
			}
		})
	}
}

// TestEachRuleCanFail runs a rule over the small tree in its fixture. Its comment lists what the rule must report, one
// per line, and nothing else.
func TestEachRuleCanFail(t *testing.T) {
	t.Parallel()
	for _, rule := range Rules() {
		t.Run(rule.Name, func(t *testing.T) {
			t.Parallel()
			archive, err := txtar.ParseFile("testdata/" + rule.Name + ".txtar")
			require.NoError(t, err)
			fixture, err := txtar.FS(archive)
			require.NoError(t, err)
			broken, err := rule.Check(fixture)
			require.NoError(t, err)
			want := strings.TrimSpace(string(archive.Comment))
			require.NotEmpty(t, want)
			require.Equal(t, want, strings.Join(broken, "\n"))
		})
	}
}

func TestTreeIsReadForBothTargets(t *testing.T) {
	t.Parallel()
	tree, err := load(os.DirFS("../.."))
	require.NoError(t, err)
	require.Equal(t, "groundswell", tree.module)
	targets := map[string][2]bool{}
	for _, f := range tree.packages["shared/fullstack"].files {
		targets[f.path] = [2]bool{f.host, f.browser}
	}
	require.Equal(t, [2]bool{true, false}, targets["shared/fullstack/encode.go"])
	require.Equal(t, [2]bool{true, true}, targets["shared/fullstack/page.go"])
}
