//go:build !js

package fullstack_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"groundswell/shared/fullstack"
)

func TestCheckMarkupAccepts(t *testing.T) {
	t.Parallel()
	for _, good := range []string{
		``, `text`, `<p>a<br>b</p>`, `<table><tbody><tr><td>x</td></tr></tbody></table>`, `<li>x</li>`, `a<!---->b`,
		"<pre>\n\nx</pre>", `<svg viewBox="0 0 1 1"><path d="M0 0"/><linearGradient></linearGradient></svg>`,
		`<label>Name <input></label>`, `<button><span>x</span><svg><title>t</title></svg></button>`,
		`<a href="/">x</a><form><input type="hidden"><button>x</button></form>`,
		`<!doctype html><html lang="en"><head><title>x</title><link rel="icon"></head><body><div id="app"></div><script>"<b>"</script></body></html>`,
	} {
		require.NoError(t, fullstack.CheckMarkup([]byte(good)), good)
	}
}

func TestCheckMarkupFinds(t *testing.T) {
	t.Parallel()
	for bad, want := range map[string]string{
		`<p>a<p>b</p></p>`:                          `> p, child 1: <p> is written`,
		`<p><div>x</div></p>`:                       `<div> is written`,
		`<div><p><ul><li>x</li></ul></p></div>`:     `div > p`,
		`<a><b><a>x</a></b></a>`:                    `<a>`,
		`<form><div><form></form></div></form>`:     `<form>`,
		`<button><button>x</button></button>`:       `<button>`,
		`<table><tr><td>x</td></tr></table>`:        `<tr> is written, the parser reads <tbody>`,
		`<table>text<tbody></tbody></table>`:        `in `,
		`<ul><li>x</ul>`:                            `</ul> where <li> is open`,
		`<div>`:                                     `<div> is not closed`,
		`<div/>x`:                                   `<div> is not closed`,
		`<image>`:                                   `<image>`,
		`<a><button>x</button></a>`:                 `<button> stands within <a>`,
		`<a><div><input></div></a>`:                 `<input> stands within <a>`,
		`<button><a>x</a></button>`:                 `<a> stands within <button>`,
		`<label><label>x</label></label>`:           `<label> stands within <label>`,
		`<!doctype html><html><body></body></html>`: `<head>`,
		`<svg><p>x</p></svg>`:                       `svg`,
	} {
		require.ErrorContains(t, fullstack.CheckMarkup([]byte(bad)), want, bad)
	}
}
