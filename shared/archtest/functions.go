package archtest

import (
	"go/ast"
	"go/token"
	"maps"
	"slices"
	"strings"
)

// checkFunctions: every declared Query and Command is handled by an app, by none twice, and by each app whose browser
// program or pages mention it.
func checkFunctions(t *tree, report reporter) {
	declared := t.declaredFunctions()
	served := map[string]bool{}
	for _, p := range t.sortedPackages() {
		if appOf(p.dir) == "" || strings.Count(p.dir, "/") != 1 {
			continue
		}
		handled := handledFunctions(t, p, report)
		for name := range handled {
			served[name] = true
		}
		for name, where := range t.mentionedFunctions(p.dir, declared) {
			if !handled[name] {
				report(where, "needs %s, and %s handles no such function", name, p.dir)
			}
		}
	}
	for name, where := range declared {
		if !served[name] {
			report(where, "%s is handled by no app", name)
		}
	}
}

// declaredFunctions maps "folder.Name" to where it is declared.
func (t *tree) declaredFunctions() map[string]string {
	declared := map[string]string{}
	for _, p := range t.packages {
		if is(p.dir, testOnly) {
			continue
		}
		for _, f := range p.sources() {
			for _, d := range f.syntax.Decls {
				g, ok := d.(*ast.GenDecl)
				if !ok || g.Tok != token.VAR {
					continue
				}
				for _, s := range g.Specs {
					spec := s.(*ast.ValueSpec)
					for i, e := range spec.Values {
						if isFunction(f, e) {
							declared[p.dir+"."+spec.Names[i].Name] = t.where(spec)
						}
					}
				}
			}
		}
	}
	return declared
}

func isFunction(f *file, e ast.Expr) bool {
	lit, ok := e.(*ast.CompositeLit)
	if !ok {
		return false
	}
	generic, ok := lit.Type.(*ast.IndexListExpr)
	return ok && (f.refersTo(generic.X, "shared/fullstack", "Query") || f.refersTo(generic.X, "shared/fullstack", "Command"))
}

// handledFunctions reads the Handle calls of an app and reports those that come twice.
func handledFunctions(t *tree, p *pkg, report reporter) map[string]bool {
	handled := map[string]bool{}
	for _, f := range p.sources() {
		ast.Inspect(f.syntax, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || len(call.Args) != 4 || !f.refersTo(call.Fun, "shared/fullstack", "Handle") {
				return true
			}
			from, name := f.selector(call.Args[2])
			if handled[from+"."+name] {
				report(t.where(call), "handles %s.%s a second time", from, name)
			}
			handled[from+"."+name] = true
			return true
		})
	}
	return handled
}

// mentionedFunctions are those that the browser program of the app at dir is compiled with, with a place that names it.
func (t *tree) mentionedFunctions(dir string, declared map[string]string) map[string]string {
	reached := map[string]bool{}
	t.walkBrowser(dir, dir, reached, func(*file, string, string) {})
	mentioned := map[string]string{}
	for _, d := range slices.Sorted(maps.Keys(reached)) {
		for _, f := range t.packages[d].sources() {
			if !f.browser {
				continue
			}
			ast.Inspect(f.syntax, func(n ast.Node) bool {
				if e, ok := n.(ast.Expr); ok {
					if from, name := f.selector(e); declared[from+"."+name] != "" {
						mentioned[from+"."+name] = t.where(n)
					}
				}
				return true
			})
		}
	}
	return mentioned
}
