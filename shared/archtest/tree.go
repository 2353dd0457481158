package archtest

import (
	"bufio"
	"bytes"
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
)

// tree is a module's source.
type tree struct {
	module   string
	fset     *token.FileSet
	packages map[string]*pkg   // by folder
	texts    map[string][]byte // every text file by path, Go's too
}

type pkg struct {
	dir   string
	files []*file
}

type file struct {
	path      string
	syntax    *ast.File
	imports   map[string]string // local name -> import path; ours as their folder
	test      bool
	generated bool
	host      bool // part of the build for servers
	browser   bool // part of the build for GOOS=js
}

// sortedPackages makes reports come in the same order every time.
func (t *tree) sortedPackages() []*pkg {
	return slices.SortedFunc(maps.Values(t.packages), func(a, b *pkg) int { return strings.Compare(a.dir, b.dir) })
}

// sources are the package's files that are not tests.
func (p *pkg) sources() []*file {
	return slices.DeleteFunc(slices.Clone(p.files), func(f *file) bool { return f.test })
}

func (t *tree) where(n ast.Node) string {
	p := t.fset.Position(n.Pos())
	return p.Filename + ":" + strconv.Itoa(p.Line)
}

func load(fsys fs.FS) (*tree, error) {
	t := &tree{fset: token.NewFileSet(), packages: map[string]*pkg{}, texts: map[string][]byte{}}
	mod, err := fs.ReadFile(fsys, "go.mod")
	if err != nil {
		return nil, err
	}
	first, _, _ := strings.Cut(string(mod), "\n")
	t.module = strings.TrimSpace(strings.TrimPrefix(first, "module "))
	err = fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && name != "." && skipped(name, d.Name()):
			return fs.SkipDir
		case d.Type().IsRegular() && d.Name() != ".git": // a worktree's is a file
			return t.add(fsys, name)
		}
		return nil
	})
	return t, err
}

// skipped folders hold build output, fixtures and what is not ours to judge.
func skipped(name, base string) bool {
	return base == "testdata" || base == "dist" || base == "bin" || name == "tmp" || strings.HasPrefix(base, ".") && base != ".ci"
}

func (t *tree) add(fsys fs.FS, name string) error {
	b, err := fs.ReadFile(fsys, name)
	if err != nil || bytes.IndexByte(b[:min(len(b), 8000)], 0) >= 0 {
		return err // or binary
	}
	t.texts[name] = b
	if path.Ext(name) != ".go" {
		return nil
	}
	syntax, err := parser.ParseFile(t.fset, name, b, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	f := &file{path: name, syntax: syntax, imports: t.importsOf(syntax), test: strings.HasSuffix(name, "_test.go"), generated: ast.IsGenerated(syntax)}
	if f.host, err = builds(fsys, name, "linux", "amd64"); err != nil {
		return err
	}
	if f.browser, err = builds(fsys, name, "js", "wasm"); err != nil {
		return err
	}
	dir := path.Dir(name)
	if t.packages[dir] == nil {
		t.packages[dir] = &pkg{dir: dir}
	}
	t.packages[dir].files = append(t.packages[dir].files, f)
	return nil
}

// builds reports whether the file is compiled for the target: its name and its build constraint.
func builds(fsys fs.FS, name, goos, goarch string) (bool, error) {
	ctx := build.Default
	ctx.GOOS, ctx.GOARCH, ctx.CgoEnabled = goos, goarch, false
	ctx.JoinPath = path.Join
	ctx.OpenFile = func(p string) (io.ReadCloser, error) { return fsys.Open(p) }
	return ctx.MatchFile(path.Dir(name), path.Base(name))
}

func (t *tree) importsOf(f *ast.File) map[string]string {
	imports := map[string]string{}
	for i, spec := range f.Imports {
		p, _ := strconv.Unquote(spec.Path.Value)
		local := localName(p)
		if spec.Name != nil {
			local = spec.Name.Name
		}
		if local == "_" || local == "." {
			local += strconv.Itoa(i)
		}
		imports[local] = strings.TrimPrefix(p, t.module+"/")
	}
	return imports
}

// localName is the name a package is used by, guessed from its path: /v2 and the like do not count.
func localName(importPath string) string {
	base := path.Base(importPath)
	if len(base) > 1 && base[0] == 'v' && strings.Trim(base[1:], "0123456789") == "" {
		base = path.Base(path.Dir(importPath))
	}
	return strings.TrimPrefix(base, "go-")
}

// lines counts the lines of a text.
func lines(b []byte) int {
	n := 0
	for s := bufio.NewScanner(bytes.NewReader(b)); s.Scan(); {
		n++
	}
	return n
}

// refersTo reports whether e is PKG.NAME with the package of that import path.
func (f *file) refersTo(e ast.Expr, importPath, name string) bool {
	from, sel := f.selector(e)
	return from == importPath && sel == name
}

// selector splits PKG.NAME; "" when e is something else.
func (f *file) selector(e ast.Expr) (importPath, name string) {
	sel, ok := e.(*ast.SelectorExpr)
	if !ok {
		return "", ""
	}
	x, ok := sel.X.(*ast.Ident)
	if !ok {
		return "", ""
	}
	return f.imports[x.Name], sel.Sel.Name
}

// literal is the value of a string literal.
func literal(e ast.Expr) (string, bool) {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	s, err := strconv.Unquote(lit.Value)
	return s, err == nil
}
