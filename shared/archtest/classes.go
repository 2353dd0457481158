package archtest

import (
	"go/ast"
	"path"
	"regexp"
	"strings"
)

var (
	cssComment = regexp.MustCompile(`(?s)/\*.*?\*/`)
	cssString  = regexp.MustCompile(`"[^"]*"|'[^']*'|url\([^)]*\)`)
	cssRule    = regexp.MustCompile(`[^{};]*\{`) // a prelude: selectors, or an at-rule
	cssClass   = regexp.MustCompile(`\.(-?[A-Za-z_][\w-]*)`)
)

// checkClasses compares the classes that Go gives to elements with the selectors of the style sheets, both ways.
func checkClasses(t *tree, report reporter) {
	defined := t.definedClasses()
	mentioned := map[string]bool{}
	for _, p := range t.sortedPackages() {
		if is(p.dir, testOnly) || appOf(p.dir) == "dev" {
			continue
		}
		for _, f := range p.sources() {
			for _, use := range classesUsed(f, mentioned) {
				switch {
				case strings.HasSuffix(use.name, "-"):
					report(t.where(use.at), "builds a class name from %q: state belongs in attributes", use.name)
				case defined[use.name] == "" && len(defined) > 0:
					report(t.where(use.at), "class %s has no style", use.name)
				}
			}
		}
	}
	for name, b := range t.texts {
		if ext := path.Ext(name); ext == ".js" || ext == ".html" || ext == ".svg" {
			for word := range strings.FieldsFuncSeq(string(b), func(r rune) bool { return !isNameRune(r) }) {
				mentioned[word] = true
			}
		}
	}
	for class, where := range defined {
		if !mentioned[class] {
			report(where, "nothing has class %s", class)
		}
	}
}

func isNameRune(r rune) bool {
	return r == '-' || r == '_' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
}

// definedClasses maps each class of a selector to its style sheet.
func (t *tree) definedClasses() map[string]string {
	defined := map[string]string{}
	for name, b := range t.texts {
		if path.Ext(name) != ".css" || appOf(name) == "dev" || is(path.Dir(name), testOnly) {
			continue
		}
		text := cssString.ReplaceAllString(cssComment.ReplaceAllString(string(b), ""), "")
		for _, prelude := range cssRule.FindAllString(text, -1) {
			if strings.HasPrefix(strings.TrimSpace(prelude), "@") && !strings.HasPrefix(strings.TrimSpace(prelude), "@scope") {
				continue // media queries, layers: numbers and names with dots
			}
			for _, m := range cssClass.FindAllStringSubmatch(prelude, -1) {
				defined[m[1]] = name
			}
		}
	}
	return defined
}

type classUse struct {
	name string
	at   ast.Node
}

// classesUsed finds the words of string literals given to Class(…) or a Class field. It also notes every word of every
// literal in mentioned: a class may come through a variable.
func classesUsed(f *file, mentioned map[string]bool) []classUse {
	var uses []classUse
	ast.Inspect(f.syntax, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BasicLit:
			if s, ok := literal(n); ok {
				for word := range strings.FieldsSeq(s) {
					mentioned[word] = true
				}
			}
		case *ast.CallExpr:
			if sel, ok := n.Fun.(*ast.SelectorExpr); ok && sel.Sel.Name == "Class" {
				for _, arg := range n.Args {
					uses = append(uses, wordsOf(arg)...)
				}
			}
		case *ast.KeyValueExpr:
			if key, ok := n.Key.(*ast.Ident); ok && key.Name == "Class" {
				uses = append(uses, wordsOf(n.Value)...)
			}
		}
		return true
	})
	return uses
}

// wordsOf are the words of the literals that e is joined from.
func wordsOf(e ast.Expr) []classUse {
	if sum, ok := e.(*ast.BinaryExpr); ok {
		return append(wordsOf(sum.X), wordsOf(sum.Y)...)
	}
	s, _ := literal(e)
	var uses []classUse
	for word := range strings.FieldsSeq(s) {
		uses = append(uses, classUse{word, e})
	}
	return uses
}
