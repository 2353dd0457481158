package archtest

import (
	"go/ast"
	"go/token"
	"slices"
	"strings"
)

func checkInit(t *tree, report reporter) {
	for _, p := range t.sortedPackages() {
		for _, f := range p.files {
			for _, d := range f.syntax.Decls {
				if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "init" && !f.generated {
					report(t.where(fn), "has an init function")
				}
			}
		}
	}
}

// checkVariables lets a package variable stand when it starts as a value that is made for being shared, and nothing in
// the package assigns to it, to its parts, or through its address.
func checkVariables(t *tree, report reporter) {
	for _, p := range t.sortedPackages() {
		if is(p.dir, testOnly) {
			continue
		}
		variables := map[string]bool{}
		for _, f := range p.sources() {
			if f.generated {
				continue
			}
			for _, d := range f.syntax.Decls {
				if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.VAR {
					checkDeclaration(t, f, g, variables, report)
				}
			}
		}
		for _, f := range p.sources() {
			reportWrites(t, f, variables, report)
		}
	}
}

func checkDeclaration(t *tree, f *file, g *ast.GenDecl, variables map[string]bool, report reporter) {
	for _, s := range g.Specs {
		spec := s.(*ast.ValueSpec)
		for i, name := range spec.Names {
			variables[name.Name] = name.Name != "_"
			switch {
			case name.Name == "_", isEmbedded(g, spec), isLinked(f, name):
			case i >= len(spec.Values):
				report(t.where(name), "%s starts empty, so something must change it", name.Name)
			case !isShareable(f, spec.Values[i]):
				report(t.where(name), "%s is a mutable package variable", name.Name)
			}
		}
	}
}

// isLinked accepts the version that the linker writes into a program.
func isLinked(f *file, name *ast.Ident) bool {
	return name.Name == "version" && f.syntax.Name.Name == "main"
}

func isEmbedded(g *ast.GenDecl, spec *ast.ValueSpec) bool {
	for _, doc := range []*ast.CommentGroup{g.Doc, spec.Doc} {
		if doc != nil && slices.ContainsFunc(doc.List, func(c *ast.Comment) bool { return strings.HasPrefix(c.Text, "//go:embed ") }) {
			return true
		}
	}
	return false
}

// isShareable accepts literals (declarations of functions and pages, tables), errors, compiled patterns and values
// computed once. Channels, locks and counters are not: they exist to change.
func isShareable(f *file, e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.BasicLit, *ast.FuncLit, *ast.Ident, *ast.SelectorExpr:
		return true
	case *ast.UnaryExpr:
		return isShareable(f, e.X)
	case *ast.BinaryExpr:
		return isShareable(f, e.X) && isShareable(f, e.Y)
	case *ast.CompositeLit:
		from, name := f.selector(e.Type)
		return !isOrIn(from, "sync") || name == "Pool"
	case *ast.CallExpr:
		return isPureCall(f, e)
	}
	return false
}

func isPureCall(f *file, call *ast.CallExpr) bool {
	if _, ok := call.Fun.(*ast.ArrayType); ok {
		return true // []byte("…")
	}
	from, name := f.selector(call.Fun)
	switch {
	case strings.HasPrefix(name, "Must"):
		return true
	case from == "errors", from == "reflect", is(from, value), from == "shared/fullstack":
		return true
	}
	switch from + "." + name {
	case "fmt.Errorf", "strings.NewReplacer", "sync.OnceValue", "sync.OnceValues", "sync.OnceFunc", "time.Date", "time.FixedZone":
		return true
	}
	return false
}

func reportWrites(t *tree, f *file, variables map[string]bool, report reporter) {
	for _, d := range f.syntax.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok || fn.Body == nil {
			continue
		}
		own := localNames(fn)
		write := func(e ast.Expr) {
			if name := rootName(e); variables[name] && !own[name] {
				report(t.where(e), "writes the package variable %s", name)
			}
		}
		ast.Inspect(fn.Body, func(n ast.Node) bool {
			visitWrites(n, write)
			return true
		})
	}
}

func visitWrites(n ast.Node, write func(ast.Expr)) {
	switch n := n.(type) {
	case *ast.AssignStmt:
		if n.Tok != token.DEFINE {
			for _, e := range n.Lhs {
				write(e)
			}
		}
	case *ast.IncDecStmt:
		write(n.X)
	case *ast.UnaryExpr:
		if n.Op == token.AND {
			write(n.X)
		}
	case *ast.CallExpr:
		if fn, ok := n.Fun.(*ast.Ident); ok && len(n.Args) > 0 && (fn.Name == "delete" || fn.Name == "clear" || fn.Name == "copy") {
			write(n.Args[0])
		}
	}
}

// localNames are the names that the function declares anywhere: they hide a package variable.
func localNames(fn *ast.FuncDecl) map[string]bool {
	names := map[string]bool{}
	ast.Inspect(fn, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Field:
			for _, name := range n.Names {
				names[name.Name] = true
			}
		case *ast.AssignStmt:
			for _, e := range n.Lhs {
				if name, ok := e.(*ast.Ident); ok && n.Tok == token.DEFINE {
					names[name.Name] = true
				}
			}
		case *ast.RangeStmt:
			for _, e := range []ast.Expr{n.Key, n.Value} {
				if name, ok := e.(*ast.Ident); ok && n.Tok == token.DEFINE {
					names[name.Name] = true
				}
			}
		case *ast.ValueSpec:
			for _, name := range n.Names {
				names[name.Name] = true
			}
		}
		return true
	})
	return names
}

// rootName is x of x, x.f, x[i] and *x.
func rootName(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return rootName(e.X)
	case *ast.IndexExpr:
		return rootName(e.X)
	case *ast.StarExpr:
		return rootName(e.X)
	case *ast.ParenExpr:
		return rootName(e.X)
	}
	return ""
}

// checkTime: also, the browser has no time zone database to load locations from.
func checkTime(t *tree, report reporter) {
	inBrowser := map[string]bool{}
	for _, p := range t.packages {
		if p.isBrowserEntry() {
			t.walkBrowser(p.dir, p.dir, inBrowser, func(*file, string, string) {})
		}
	}
	for _, p := range t.sortedPackages() {
		for _, f := range p.sources() {
			reportTime(t, f, is(p.dir, service, contract, components, appPages), inBrowser[p.dir] && f.browser, report)
		}
	}
}

func reportTime(t *tree, f *file, injected, browser bool, report reporter) {
	ast.Inspect(f.syntax, func(n ast.Node) bool {
		e, ok := n.(ast.Expr)
		if !ok {
			return true
		}
		from, name := f.selector(e)
		switch from + "." + name {
		case "time.Now", "time.Since", "time.Until", "context.Background", "context.TODO":
			if injected {
				report(t.where(n), "uses %s.%s", from, name)
			}
		case "time.LoadLocation":
			if browser {
				report(t.where(n), "uses %s.%s, and runs in the browser", from, name)
			}
		}
		return true
	})
}
