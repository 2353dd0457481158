package archtest

import (
	"go/ast"
	"go/token"
	"strings"
)

// checkLinks: what is given to Href, Src and their like is a constant, starts with one that settles the scheme, or comes
// from a builder that is known to return a safe URL.
func checkLinks(t *tree, report reporter) {
	for _, p := range t.sortedPackages() {
		if is(p.dir, testOnly) {
			continue
		}
		for _, f := range p.sources() {
			if !f.drawsUI() {
				continue
			}
			ast.Inspect(f.syntax, func(n ast.Node) bool {
				if url, method := urlArgument(f, n); url != nil && !isSafeURL(url) {
					report(t.where(n), "%s of a value that did not go through SafeURL", method)
				}
				return true
			})
		}
	}
}

// drawsUI: the file builds elements; elsewhere Ping and Data are other people's methods.
func (f *file) drawsUI() bool {
	for _, imported := range f.imports {
		if isOrIn(imported, goApp) {
			return true
		}
	}
	return false
}

// urlArgument is the URL of a call such as Href(url) or Attr("href", url) on an element of go-app's.
func urlArgument(f *file, n ast.Node) (url ast.Expr, method string) {
	call, ok := n.(*ast.CallExpr)
	if !ok || len(call.Args) == 0 {
		return nil, ""
	}
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if x, isName := receiverName(sel); !ok || isName && f.imports[x] != "" {
		return nil, "" // a function of a package
	}
	switch sel.Sel.Name {
	case "Href", "Src", "SrcSet", "Action", "FormAction", "Cite", "Data", "Poster", "Ping":
		return call.Args[0], sel.Sel.Name
	case "Attr":
		name, ok := literal(call.Args[0])
		if ok && len(call.Args) == 2 && urlAttributes[strings.ToLower(name)] {
			return call.Args[1], "Attr " + name
		}
	}
	return nil, ""
}

var urlAttributes = map[string]bool{
	"href": true, "src": true, "srcset": true, "imagesrcset": true, "action": true, "formaction": true, "cite": true, "data": true,
	"poster": true, "ping": true, "xlink:href": true, "background": true,
}

func receiverName(sel *ast.SelectorExpr) (string, bool) {
	if sel == nil {
		return "", false
	}
	x, ok := sel.X.(*ast.Ident)
	if !ok {
		return "", false
	}
	return x.Name, true
}

func isSafeURL(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.BasicLit:
		s, _ := literal(e)
		return settlesScheme(s)
	case *ast.BinaryExpr:
		return e.Op == token.ADD && isSafeURL(e.X)
	case *ast.ParenExpr:
		return isSafeURL(e.X)
	case *ast.CallExpr:
		return isSafeBuilder(e.Fun)
	}
	return false
}

// settlesScheme: whatever follows s cannot make the URL a script.
func settlesScheme(s string) bool {
	for _, start := range []string{"/", "#", "?", "./", "../", "https://", "http://", "mailto:", "tel:"} {
		if strings.HasPrefix(s, start) {
			return true
		}
	}
	return false
}

// isSafeBuilder knows SafeURL and what builds on it or on patterns of ours, by name.
func isSafeBuilder(fn ast.Expr) bool {
	name := ""
	switch fn := fn.(type) {
	case *ast.Ident:
		name = fn.Name
	case *ast.SelectorExpr:
		if name = fn.Sel.Name; name == "URL" {
			x, isName := fn.X.(*ast.Ident)
			return isName && x.Name == "fullstack"
		}
	}
	switch strings.ToLower(name) {
	case "safeurl", "safesrcset":
		return true
	}
	return false
}
