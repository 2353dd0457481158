//go:build !js

package fullstack

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"
)

// The browser program makes the head from the same list the server writes: what is to be seen is that a parser reads
// the server's head back as that list.
func TestTheServersHeadIsTheListTheBrowserMakesItsFrom(t *testing.T) {
	t.Parallel()
	site, err := NewSite(SiteConfig{App: App{Name: `Books & "more"`, ThemeLight: "#fff"}, Functions: NewFunctions(FunctionsConfig{}), Origin: "https://books.example.org/"})
	require.NoError(t, err)
	for name, c := range map[string]struct {
		head Head
		path string
	}{
		"nothing said": {Head{}, "/book/one"},
		"everything": {Head{
			Title: `A </title> & "b"`, Description: "<d>\n'", Canonical: "/book/one?page=2", Image: "/media/a.jpg", Type: "book",
			JSONLD: func(absolute func(string) string) any {
				return map[string]string{"name": "</script><!--\u2028", "url": absolute("/book/one")}
			},
			Feeds: []Link{{Href: "/book/feed.xml", Type: "application/atom+xml", Title: `"new"`}},
			Extra: []Link{{Rel: "preconnect", Href: "https://tiles.example.org"}, {Rel: "next", Href: "javascript:alert(1)"}},
		}, "/book/one"},
		"elsewhere": {Head{Canonical: "https://other.example.org/x", Image: "//cdn.example.org/a.png"}, "/x"},
		"a fault":   {Head{Title: "Page not found", NoIndex: true}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want := site.app.head(c.head, "https://books.example.org", c.path)
			got, fixed := readHead(t, string(site.appendHead(nil, c.head, c.path, site.headFixed)))
			require.Equal(t, want, got)
			require.Equal(t, []string{"meta", "meta", "link", "link", "meta", "meta"}, fixed, "what is the site's is not marked")
			for _, e := range got {
				for _, a := range e.attrs {
					require.NotContains(t, a[1], "javascript:")
				}
			}
		})
	}
}

// readHead parses a head into the page's elements and the tags of the site's.
func readHead(t *testing.T, s string) (page []headElement, fixed []string) {
	t.Helper()
	doc, err := html.Parse(strings.NewReader("<!doctype html><html>" + s))
	require.NoError(t, err)
	head := doc.FirstChild.NextSibling.FirstChild
	for n := head.FirstChild; n != nil; n = n.NextSibling {
		require.Equal(t, html.ElementNode, n.Type)
		e, marked := headElement{tag: n.Data}, n.Data == "title"
		for _, a := range n.Attr {
			if a.Key == pageMark {
				marked = true
				continue
			}
			e.attrs = append(e.attrs, [2]string{a.Key, a.Val})
		}
		if n.FirstChild != nil {
			e.text = n.FirstChild.Data
		}
		if !marked {
			fixed = append(fixed, n.Data)
			continue
		}
		page = append(page, e)
	}
	return page, fixed
}

func TestTheHeadNamesThePageOnOurOrigin(t *testing.T) {
	t.Parallel()
	find := func(list []headElement, value string) string {
		for _, e := range list {
			if len(e.attrs) > 1 && e.attrs[0][1] == value {
				return e.attrs[1][1]
			}
		}
		return ""
	}
	list := App{Name: "Books"}.head(Head{Image: "/a.png", Extra: []Link{{Rel: "next", Href: "/p2"}}}, "https://b.example", "/book/one")
	require.Equal(t, "https://b.example/book/one", find(list, "canonical"))
	require.Equal(t, "https://b.example/book/one", find(list, "og:url"))
	require.Equal(t, "https://b.example/a.png", find(list, "og:image"))
	require.Equal(t, "/p2", find(list, "next"))
	hidden := App{}.head(Head{NoIndex: true}, "https://b.example", "/book/one")
	require.Equal(t, "noindex", find(hidden, "robots"))
	require.Empty(t, find(hidden, "canonical"))
}
