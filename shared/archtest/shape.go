package archtest

import (
	"go/ast"
	"path"
	"regexp"
	"strings"
)

// sqlStatement finds the start of a statement with enough of its grammar to tell it from a sentence.
var sqlStatement = regexp.MustCompile(`(?is)^[\s(]*(?:` +
	`select\s+(?:distinct\s+)?(?:\*|[\w.":]+(?:\([^)]*\))?(?:\s+as\s+\w+)?(?:\s*,.+?)?)\s+from\s+[a-z_"]|select\s+[a-z_.]+\s*\(|select\s+(?:1|\$\d)|insert\s+into\s|update\s+\S+\s+set\s|delete\s+from\s|` +
	`with\s+\w+\s+as\s*(?:not\s+materialized\s*|materialized\s*)?\(|(?:create|alter|drop)\s+(?:unique\s+)?` +
	`(?:table|index|schema|type|function|view|extension|policy|role|database|sequence|trigger)\s|truncate\s+(?:table\s+)?[a-z_]+\s*[;,]?\s*$|` +
	`lock\s+table\s|refresh\s+materialized)`)

// checkSQL leaves alone what makes databases (plumbing for development and tests, whose names are not known before)
// and what sqlc generated.
func checkSQL(t *tree, report reporter) {
	for _, p := range t.sortedPackages() {
		if is(p.dir, testOnly, generated) || isOrIn(p.dir, "schema") || p.dir == "shared/pgserver" || appOf(p.dir) == "dev" {
			continue
		}
		for _, f := range p.sources() {
			ast.Inspect(f.syntax, func(n ast.Node) bool {
				if e, ok := n.(ast.Expr); ok {
					if s, ok := literal(e); ok && sqlStatement.MatchString(s) {
						report(t.where(n), "holds SQL: %.40q", s)
					}
				}
				return true
			})
		}
	}
}

func checkComments(t *tree, report reporter) {
	for _, p := range t.sortedPackages() {
		files := p.sources()
		if len(files) == 0 {
			files = p.files
		}
		described := false
		for _, f := range files {
			text := f.syntax.Doc.Text()
			described = described || f.generated || strings.HasPrefix(text, "Package ") || strings.HasPrefix(text, "Command ")
		}
		if !described {
			report(p.dir, "has no comment that starts with Package or Command")
		}
	}
}

const (
	maxLines     = 500
	maxTestLines = 800
)

// checkSizes counts the lines of what people write and read as code.
func checkSizes(t *tree, report reporter) {
	for name, b := range t.texts {
		limit := maxLines
		switch ext := path.Ext(name); {
		case ext != ".go" && ext != ".css" && ext != ".js", t.isGenerated(name):
			continue
		case strings.HasSuffix(name, "_test.go"):
			limit = maxTestLines
		}
		if n := lines(b); n > limit {
			report(name, "has %d lines, at most %d", n, limit)
		}
	}
}

func (t *tree) isGenerated(name string) bool {
	if p := t.packages[path.Dir(name)]; p != nil {
		for _, f := range p.files {
			if f.path == name {
				return f.generated
			}
		}
	}
	return strings.HasSuffix(name, "wasm_exec.js")
}

// machinePath finds folders of somebody's machine and hosts that serve modules and packages to it.
var machinePath = regexp.MustCompile(`(?i)/root/|/home/[a-z]|/Users/[a-z]|C:\\Users|/work/(?:main|shared)|` +
	`proxy\.golang\.org|goproxy\.(?:io|cn)|sum\.golang\.org|registry\.npmjs|pypi\.org|artifactory|GOPROXY\s*[=:]|npmmirror`)

func checkMachines(t *tree, report reporter) {
	for name, b := range t.texts {
		if strings.HasPrefix(name, "shared/archtest/") {
			continue // the pattern itself
		}
		for i, line := range strings.Split(string(b), "\n") {
			line = strings.ReplaceAll(line, "/home/linuxbrew/", "") // the same on every machine that has it
			if m := machinePath.FindString(line); m != "" {
				report(name, "line %d names %s", i+1, m)
			}
		}
	}
}
