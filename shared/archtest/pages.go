package archtest

import (
	"go/ast"
	"go/token"
)

// checkPages: every page that a package of an app's pages declares is named in the package's Routes, and the app's main asks
// for those.
func checkPages(t *tree, report reporter) {
	for _, p := range t.sortedPackages() {
		if !is(p.dir, appPages) {
			continue
		}
		routed, declares := named(p, "Routes"), false
		for _, f := range p.sources() {
			for _, d := range declarations(f) {
				if d.name == "Routes" || !declaresPage(f, d.node) {
					continue
				}
				if declares = true; !routed[d.name] {
					report(t.where(d.node), "%s is not among the Routes of %s", d.name, p.dir)
				}
			}
		}
		if main := "apps/" + appOf(p.dir); declares && !t.mentions(main, p.dir, "Routes") {
			report(p.dir, "%s does not ask for its Routes", main)
		}
	}
}

type declaration struct {
	name string
	node ast.Node
}

// declarations are the file's variables and functions.
func declarations(f *file) []declaration {
	var all []declaration
	for _, d := range f.syntax.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			all = append(all, declaration{d.Name.Name, d})
		case *ast.GenDecl:
			for _, s := range d.Specs {
				if spec, ok := s.(*ast.ValueSpec); ok && d.Tok == token.VAR {
					all = append(all, declaration{spec.Names[0].Name, spec})
				}
			}
		}
	}
	return all
}

// declaresPage reports whether a Page is made in n.
func declaresPage(f *file, n ast.Node) (found bool) {
	ast.Inspect(n, func(n ast.Node) bool {
		if lit, ok := n.(*ast.CompositeLit); ok {
			generic, ok := lit.Type.(*ast.IndexListExpr)
			found = found || ok && f.refersTo(generic.X, "shared/fullstack", "Page")
		}
		return !found
	})
	return found
}

// named are the names that the package's function of that name uses.
func named(p *pkg, function string) map[string]bool {
	names := map[string]bool{}
	for _, f := range p.sources() {
		for _, d := range f.syntax.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Recv != nil || fn.Name.Name != function {
				continue
			}
			ast.Inspect(fn, func(n ast.Node) bool {
				if id, ok := n.(*ast.Ident); ok {
					names[id.Name] = true
				}
				return true
			})
		}
	}
	return names
}

// mentions reports whether the package at dir uses NAME of the package at from.
func (t *tree) mentions(dir, from, name string) (found bool) {
	if t.packages[dir] == nil {
		return false
	}
	for _, f := range t.packages[dir].sources() {
		ast.Inspect(f.syntax, func(n ast.Node) bool {
			e, ok := n.(ast.Expr)
			found = found || ok && f.refersTo(e, from, name)
			return !found
		})
	}
	return found
}
