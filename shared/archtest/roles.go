package archtest

import "go/ast"

// checkRoles: a pool says whom it acts as, in tests too, which run where nobody sees them fail otherwise; an app acts as a site and a
// worker as jobs. What a test puts there and looks up as the owner (dbtest.New) is not what it gives a service: row-level security stops
// no owner, so a query that forgot its organisation would pass.
func checkRoles(t *tree, report reporter) {
	for _, p := range t.sortedPackages() {
		owners := ownerPools(p)
		for _, f := range p.files {
			ast.Inspect(f.syntax, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.CompositeLit:
					checkRole(t, p, f, n, report)
					if db := field(n, "DB"); db != nil && f.ofService(n) && owners(f, db) {
						report(t.where(db), "gives a service the owner's connections")
					}
				case *ast.CallExpr:
					if of, ok := n.Fun.(*ast.Ident); ok && of.Name == "newService" && len(n.Args) > 0 && owners(f, n.Args[0]) {
						report(t.where(n), "gives a service the owner's connections")
					}
				}
				return true
			})
		}
	}
}

func checkRole(t *tree, p *pkg, f *file, config *ast.CompositeLit, report reporter) {
	if !f.refersTo(config.Type, "shared/pgdb", "Config") || p.dir == "shared/pgdb" {
		return
	}
	role := field(config, "Role")
	switch {
	case role == nil:
		report(t.where(config), "opens the database as nobody")
	case f.test:
	case is(p.dir, appMain) && appOf(p.dir) != "dev" && !f.refersTo(role, "shared/pgdb", "Site"):
		report(t.where(config), "opens the database as something else than pgdb.Site")
	case is(p.dir, worker) && !f.refersTo(role, "shared/pgdb", "Jobs"):
		report(t.where(config), "opens the database as something else than pgdb.Jobs")
	}
}

// ofService reports whether a composite literal is of a service's type, like eventsvc.Config.
func (f *file) ofService(of *ast.CompositeLit) bool {
	from, _ := f.selector(of.Type)
	return is(from, service)
}

// field is what a composite literal has for a field; nil for nothing.
func field(of *ast.CompositeLit, name string) ast.Expr {
	for _, e := range of.Elts {
		if pair, ok := e.(*ast.KeyValueExpr); ok && nameOf(pair.Key) == name {
			return pair.Value
		}
	}
	return nil
}

// ownerPools tells the expressions of a package's tests that are a pool of dbtest.New: such a call, and what it is assigned to in the
// same function or, for a field, anywhere in the package.
func ownerPools(p *pkg) func(*file, ast.Expr) bool {
	made := func(f *file, e ast.Expr) bool {
		call, ok := e.(*ast.CallExpr)
		return ok && f.refersTo(call.Fun, "shared/dbtest", "New")
	}
	fields, variables := map[string]bool{}, map[string][]ast.Node{} // the functions a variable is one in
	for _, f := range p.files {
		for _, d := range f.syntax.Decls {
			ast.Inspect(d, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.KeyValueExpr:
					if made(f, n.Value) {
						fields[nameOf(n.Key)] = true
					}
				case *ast.AssignStmt:
					for i, e := range n.Rhs {
						if made(f, e) && len(n.Lhs) == len(n.Rhs) {
							variables[nameOf(n.Lhs[i])] = append(variables[nameOf(n.Lhs[i])], d)
						}
					}
				}
				return true
			})
		}
	}
	return func(f *file, e ast.Expr) bool {
		switch e := e.(type) {
		case *ast.SelectorExpr:
			return fields[e.Sel.Name]
		case *ast.Ident:
			for _, in := range variables[e.Name] {
				if in.Pos() <= e.Pos() && e.Pos() < in.End() {
					return true
				}
			}
		}
		return made(f, e)
	}
}

// nameOf is the name of an identifier; "" for another expression.
func nameOf(e ast.Expr) string {
	if id, ok := e.(*ast.Ident); ok {
		return id.Name
	}
	return ""
}
