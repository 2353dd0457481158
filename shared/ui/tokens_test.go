package ui_test

import (
	"fmt"
	"io/fs"
	"math"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"groundswell/shared/ui"
)

// pair is a text or a graphic on what it stands on, with the contrast WCAG 2.2 asks for (1.4.3, 1.4.11).
type pair struct {
	front, back string
	least       float64
}

const (
	text    = 4.5
	graphic = 3
)

// pairs are the combinations the components use.
func pairs() []pair {
	var all []pair
	for _, back := range []string{"paper", "surface", "sunken"} {
		for _, front := range []string{"ink", "ink-soft", "ink-faint", "primary", "primary-hover", "accent", "danger"} {
			all = append(all, pair{front, back, text})
		}
		all = append(all, pair{"focus", back, graphic})
	}
	for _, back := range []string{"paper", "surface"} {
		all = append(all, pair{"line-strong", back, graphic})
	}
	for _, tone := range []string{"primary", "accent", "positive", "warning", "danger", "info"} {
		all = append(all, pair{"on-" + tone + "-soft", tone + "-soft", text})
	}
	return append(all,
		pair{"on-primary", "primary", text}, pair{"on-primary", "primary-hover", text},
		pair{"on-accent", "accent", text}, pair{"on-accent", "accent-hover", text},
		pair{"on-danger", "danger", text}, pair{"on-danger", "danger-hover", text},
		pair{"on-deep", "deep", text}, pair{"on-deep-soft", "deep", text}, pair{"on-deep", "deep-raised", text},
		pair{"on-deep-soft", "deep-raised", text}, pair{"focus-deep", "deep", graphic}, pair{"focus-deep", "deep-raised", graphic},
		pair{"surface", "line-strong", graphic}, pair{"paper", "ink", text}, pair{"primary", "line", graphic}, pair{"accent", "line", graphic},
		pair{"primary", "primary-soft", graphic}, pair{"focus", "primary-soft", graphic}, pair{"focus", "danger-soft", graphic},
	)
}

func TestContrastMeetsWCAGInBothThemes(t *testing.T) {
	t.Parallel()
	for theme, colors := range map[string]map[string]string{"light": ui.Tokens(false), "dark": ui.Tokens(true)} {
		for _, p := range pairs() {
			t.Run(fmt.Sprintf("%s/%s on %s", theme, p.front, p.back), func(t *testing.T) {
				t.Parallel()
				require.Contains(t, colors, p.front)
				require.Contains(t, colors, p.back)
				require.GreaterOrEqual(t, contrast(t, colors[p.front], colors[p.back]), p.least)
			})
		}
	}
}

func TestDarkIsTheSameByPreferenceAndByAttribute(t *testing.T) {
	t.Parallel()
	blocks := darkBlocks(t)
	require.Len(t, blocks, 2)
	require.Equal(t, blocks[0], blocks[1])
}

func TestEveryTokenInUseIsDefined(t *testing.T) {
	t.Parallel()
	css := string(ui.Stylesheet())
	defined := map[string]bool{}
	for _, m := range regexp.MustCompile(`(--[\w-]+)\s*:`).FindAllStringSubmatch(css, -1) {
		defined[m[1]] = true
	}
	used := map[string]bool{}
	for _, m := range regexp.MustCompile(`var\((--[\w-]+)\)`).FindAllStringSubmatch(css, -1) {
		used[m[1]] = true
		require.True(t, defined[m[1]], "%s is used and not defined", m[1])
	}
	for token := range defined {
		require.True(t, used[token], "%s is defined and not used", token)
	}
}

func TestStylesheetIsDeterministicAndBalanced(t *testing.T) {
	t.Parallel()
	css := string(ui.Stylesheet())
	require.Equal(t, css, string(ui.Stylesheet()))
	require.True(t, strings.HasPrefix(css, "@layer reset, tokens, base, components, utilities;"))
	require.Equal(t, strings.Count(css, "{"), strings.Count(css, "}"))
	require.NotContains(t, css, "!important")
}

func TestStaticHasWhatAnInstalledAppNeeds(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"icon-192.png", "icon-512.png", "icon-maskable-512.png", "favicon.svg"} {
		_, err := fs.Stat(ui.Static(), name)
		require.NoError(t, err)
	}
}

var declaration = regexp.MustCompile(`--([\w-]+): ([^;]+);`)

// darkBlocks are the declarations of the dark theme, by preference and by attribute, without white space.
func darkBlocks(t *testing.T) []string {
	t.Helper()
	var out []string
	for _, selector := range []string{`:root:not([data-theme="light"]) {`, `:root[data-theme="dark"] {`} {
		var block strings.Builder
		for _, m := range declaration.FindAllString(between(t, tokens(t), selector, "}"), -1) {
			block.WriteString(m)
		}
		out = append(out, block.String())
	}
	return out
}

func tokens(t *testing.T) string {
	t.Helper()
	b, err := os.ReadFile("css/tokens.css")
	require.NoError(t, err)
	return string(b)
}

func between(t *testing.T, s, start, end string) string {
	t.Helper()
	_, rest, ok := strings.Cut(s, start)
	require.True(t, ok, start)
	block, _, ok := strings.Cut(rest, end)
	require.True(t, ok, end)
	return block
}

// contrast is the ratio of WCAG 2.2, section "contrast ratio".
func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	la, lb := luminance(t, a), luminance(t, b)
	return (math.Max(la, lb) + 0.05) / (math.Min(la, lb) + 0.05)
}

func luminance(t *testing.T, hex string) float64 {
	t.Helper()
	n, err := strconv.ParseUint(strings.TrimPrefix(hex, "#"), 16, 32)
	require.NoError(t, err, hex)
	channel := func(shift uint) float64 {
		c := float64(n>>shift&0xff) / 255
		if c <= 0.04045 {
			return c / 12.92
		}
		return math.Pow((c+0.055)/1.055, 2.4)
	}
	return 0.2126*channel(16) + 0.7152*channel(8) + 0.0722*channel(0)
}
