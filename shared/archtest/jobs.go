package archtest

import (
	"go/ast"
	"maps"
	"slices"
)

// checkJobs: the arguments of every job, a type with Kind() string in a service or a worker, are those of a method that a
// worker handles.
func checkJobs(t *tree, report reporter) {
	handled := map[string]bool{}
	for _, p := range t.sortedPackages() {
		if is(p.dir, worker) {
			maps.Copy(handled, handledMethods(p))
		}
	}
	for _, p := range t.sortedPackages() {
		if !is(p.dir, worker) && !is(p.dir, service) {
			continue
		}
		kinds, methods := jobKinds(p)
		for _, name := range slices.Sorted(maps.Keys(kinds)) {
			if !slices.ContainsFunc(methods[name], func(m string) bool { return handled[m] }) {
				report(t.where(kinds[name]), "no worker handles the job of %s", name)
			}
		}
	}
}

// handledMethods are the names of the methods given to jobs.Handle.
func handledMethods(p *pkg) map[string]bool {
	handled := map[string]bool{}
	for _, f := range p.sources() {
		ast.Inspect(f.syntax, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || len(call.Args) != 2 || !f.refersTo(call.Fun, "shared/jobs", "Handle") {
				return true
			}
			if method, ok := call.Args[1].(*ast.SelectorExpr); ok {
				handled[method.Sel.Name] = true
			}
			return true
		})
	}
	return handled
}

// jobKinds are the package's types with a method Kind, and by type the methods that take it as their second argument.
func jobKinds(p *pkg) (kinds map[string]*ast.FuncDecl, methods map[string][]string) {
	kinds, methods = map[string]*ast.FuncDecl{}, map[string][]string{}
	for _, f := range p.sources() {
		for _, d := range f.syntax.Decls {
			method, ok := d.(*ast.FuncDecl)
			if !ok || method.Recv == nil {
				continue
			}
			if of, ok := method.Recv.List[0].Type.(*ast.Ident); ok && method.Name.Name == "Kind" {
				kinds[of.Name] = method
			}
			if params := method.Type.Params.List; len(params) == 2 {
				if of, ok := params[1].Type.(*ast.Ident); ok {
					methods[of.Name] = append(methods[of.Name], method.Name.Name)
				}
			}
		}
	}
	return kinds, methods
}
