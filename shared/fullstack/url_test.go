package fullstack_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"groundswell/shared/fullstack"
)

const blocked = "about:invalid#blocked"

func TestSafeURL(t *testing.T) {
	t.Parallel()
	for _, good := range []string{
		"", "/", "/e/x?a=b:c#d:e", "e/x", "?q=javascript:x", "#javascript:x", "//cdn.example.org/a", "./a:b", "https://example.org",
		"HTTP://EXAMPLE.ORG", "mailto:a@example.org", "tel:+41", " https://example.org ", "ht\ntps://x", "https", "a b/c",
	} {
		require.Equal(t, good, fullstack.SafeURL(good))
	}
	for _, bad := range []string{
		"javascript:alert(1)", "JavaScript:x", " javascript:x", "\x01javascript:x", "\x00javascript:x", "java\nscript:x", "java\tscript\r:x",
		"javascript\n:x", "data:text/html,x", "vbscript:x", "blob:x", "file:///etc", "about:blank", ":x", "httpss:x", "http\x00s:x", "\u00a0javascript:x",
		"\x20\x1f\tjavascript:x", blocked,
	} {
		require.Equal(t, blocked, fullstack.SafeURL(bad), "%q", bad)
	}
}

func TestSafeSrcset(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"/a.png 1x, /b.png 2x":          "/a.png 1x, /b.png 2x",
		"/a.png":                        "/a.png",
		"/a.png, javascript:x 2x":       "/a.png, " + blocked + " 2x",
		"javascript:x, /b.png 2x":       blocked + ", /b.png 2x",
		"data:x 1x,data:y 2x":           blocked + " 1x," + blocked + " 2x",
		" ,, javascript:x":              " ,, " + blocked,
		"/a.png 1x,javascript:x":        "/a.png 1x," + blocked,
		"/a.png (,javascript:y), /c 2x": "/a.png (,javascript:y), /c 2x", // in parentheses: a descriptor
		"":                              "",
	} {
		require.Equal(t, want, fullstack.SafeSrcset(in), "%q", in)
	}
}

// FuzzSafeURL judges by another reading of the URL standard.
func FuzzSafeURL(f *testing.F) {
	scheme := regexp.MustCompile(`^([a-zA-Z][a-zA-Z0-9+.-]*):`)
	for _, s := range []string{"javascript:x", " \tjava\nscript:x", "https://x", "mailto:x", "a:b", "//x:1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := fullstack.SafeURL(s)
		require.Equal(t, got, fullstack.SafeURL(got))
		read := strings.TrimLeftFunc(got, func(r rune) bool { return r <= ' ' })
		read = strings.NewReplacer("\t", "", "\n", "", "\r", "").Replace(read)
		if m := scheme.FindStringSubmatch(read); m != nil && got != blocked {
			require.True(t, slices.Contains([]string{"http", "https", "mailto", "tel"}, strings.ToLower(m[1])), "%q", got)
		}
		require.Equal(t, fullstack.SafeSrcset(s), fullstack.SafeSrcset(fullstack.SafeSrcset(s)))
	})
}
