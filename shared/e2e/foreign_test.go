package e2e

import (
	"encoding/json"
	"os"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	foreignSeeds = 100
	foreignTabs  = 4
)

// TestHydrationSurvivesWhateverHappenedToThePage changes the page in one to five random ways before the program starts,
// in a hundred seeded runs: it must become alive, look as if nothing had happened, keep every node that was not in the way,
// say once that there were differences, and work. E2E_SEED=7 runs one.
func TestHydrationSurvivesWhateverHappenedToThePage(t *testing.T) {
	t.Parallel()
	site, _ := fixtureSite(t, full)
	script, err := os.ReadFile("testdata/foreign.js")
	require.NoError(t, err)
	b := newTab(t, full, string(script))
	b.visit(site.URL + "/")
	want := string(eval[json.RawMessage](b, "foreign.picture()"))

	first, last := 1, foreignSeeds
	if only, err := strconv.Atoi(os.Getenv("E2E_SEED")); err == nil {
		first, last = only, only
	}
	for n := range foreignTabs {
		t.Run(strconv.Itoa(n), func(t *testing.T) {
			t.Parallel()
			b := newTab(t, full, string(script))
			for seed := first + n; seed <= last; seed += foreignTabs {
				b.survives(site.URL, seed, want)
			}
		})
	}
}

func (b *tab) survives(origin string, seed int, want string) {
	b.t.Helper()
	b.visit(origin + "/?seed=" + strconv.Itoa(seed))
	verdict := eval[struct{ Wrong, Done []string }](b, "foreign.verdict("+want+")")
	if len(verdict.Wrong) > 0 {
		b.t.Errorf("E2E_SEED=%d: %q\nafter: %q", seed, verdict.Wrong, verdict.Done)
	}
}
