package archtest

import (
	"go/build/constraint"
	"path"
	"slices"
	"strings"
)

// checkTags: only the kit, the apps' mains and what draws have files for one side. The names of those say which side it is: NAME_js.go
// is the browser's and NAME_server.go the servers'; in the kit client_NAME.go is the browser's too, and in the kit and the
// mains, which are mostly the servers', those need no suffix.
func checkTags(t *tree, report reporter) {
	for _, p := range t.sortedPackages() {
		if is(p.dir, testOnly) {
			continue
		}
		for _, f := range p.sources() {
			base, main := path.Base(f.path), p.dir == "apps/"+appOf(p.dir)
			client := is(p.dir, kit) && strings.HasPrefix(base, "client_")
			switch side := f.side(); {
			case side != bothSides && !main && !is(p.dir, kit, design, live, components):
				report(f.path, "is built for one side, and %s has no sides", p.dir)
			case side == bothSides && (client || strings.HasSuffix(base, "_server.go")):
				report(f.path, "is built for both sides, and its name is of one")
			case side == browserSide && !client && !strings.HasSuffix(base, "_js.go"):
				report(f.path, "is built for the browser only: call it %s_js.go", strings.TrimSuffix(base, ".go"))
			case side == serverSide && client:
				report(f.path, "is built for servers only, and its name is of the browser")
			case side == serverSide && !main && !is(p.dir, kit) && !strings.HasSuffix(base, "_server.go"):
				report(f.path, "is built for servers only: call it %s_server.go", strings.TrimSuffix(base, ".go"))
			}
		}
	}
}

// side is who a file is built for, as far as it asks for js or not; which system a server runs on is another matter.
type side int

const (
	bothSides side = iota
	browserSide
	serverSide
)

func (f *file) side() side {
	switch {
	case strings.HasSuffix(f.path, "_js.go"):
		return browserSide
	case !f.asksForJS():
		return bothSides
	case f.browser:
		return browserSide
	}
	return serverSide
}

// asksForJS: the file's build constraint names js or wasm.
func (f *file) asksForJS() bool {
	for _, group := range f.syntax.Comments {
		for _, c := range group.List {
			if c.Pos() > f.syntax.Package || !constraint.IsGoBuild(c.Text) {
				continue
			}
			expr, err := constraint.Parse(c.Text)
			if err != nil {
				return false
			}
			names := []string{}
			expr.Eval(func(tag string) bool { names = append(names, tag); return true }) // it asks for every tag
			return slices.Contains(names, "js") || slices.Contains(names, "wasm")
		}
	}
	return false
}
