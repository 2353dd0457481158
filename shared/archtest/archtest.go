// Package archtest holds the project's rules about itself: who may import whom, what server and browser code must not
// contain, how files look. A rule is a row with its reason; testdata holds a small tree for each that breaks it, so that
// a rule that cannot fail is noticed. It reads source in process, with go/parser and go/build's file matching: the
// answer of a go list subprocess would be cached with the test.
package archtest

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

// Rule is one thing that holds everywhere in the tree.
type Rule struct {
	Name  string // kebab-case: its fixture is testdata/NAME.txtar
	Why   string
	check func(t *tree, report reporter)
}

// reporter notes one place that breaks the rule being checked. Where is a file or folder, with a line if there is one.
type reporter func(where, format string, args ...any)

// Check returns what in the tree breaks the rule, sorted: "where: what". The tree is a module's folder.
func (r Rule) Check(fsys fs.FS) ([]string, error) {
	t, err := load(fsys)
	if err != nil {
		return nil, fmt.Errorf("load tree: %w", err)
	}
	return r.checkTree(t), nil
}

func (r Rule) checkTree(t *tree) []string {
	var broken []string
	r.check(t, func(where, format string, args ...any) {
		broken = append(broken, where+": "+fmt.Sprintf(format, args...))
	})
	slices.Sort(broken)
	return slices.Compact(broken)
}

// Rules are all the rules: first the import rules of architecture.md, then what style.md can have checked.
func Rules() []Rule {
	return slices.Concat(importRules(), []Rule{
		{"browser-reach", "the browser program carries what it imports, and a server's secrets and drivers have no place there", checkBrowserReach},
		{"build-tags", "where code runs is a boundary between packages; in the few with both sides a file's name says which it is for", checkTags},
		{"no-init", "what runs before main cannot be configured, tested or ordered", checkInit},
		{"no-mutable-globals", "a test and a request must not see what another one left", checkVariables},
		{"injected-time", "rules about time are tested with a clock of the test's, and work ends with the caller's context", checkTime},
		{"functions-handled", "a function that a page calls and no app serves fails in front of a person", checkFunctions},
		{"pages-routed", "a page that no app has among its routes is a dead link", checkPages},
		{"jobs-handled", "a job that no worker handles waits for ever, and the mail in it with it", checkJobs},
		{"css-classes", "a class that one side misspells fails silently", checkClasses},
		{"database-roles", "row-level security is for the role of a site and of jobs, and stops no owner", checkRoles},
		{"no-sql-in-go", "SQL stands in queries/ and schema/, where it is checked against the schema", checkSQL},
		{"generated-fresh", "generated code is what its sources say, and nobody's hand in between", checkGenerated},
		{"safe-links", "a URL that somebody typed may be a script; go-app writes it again on the client, past the encoder", checkLinks},
		{"package-comments", "a reader starts there", checkComments},
		{"file-sizes", "a long file has more than one subject", checkSizes},
		{"no-machine-paths", "the tree builds anywhere, and says nothing about where it was written", checkMachines},
	})
}

// kind is what a folder of ours holds, judged by its name: architecture.md, Layout.
type kind int

const (
	other      kind = iota
	appMain         // apps/X
	appPages        // apps/X/pages
	worker          // workers
	kit             // shared/fullstack
	value           // small types that cross the wire
	design          // shared/ui
	live            // shared/live
	plumbing        // server plumbing
	generated       // shared/internal/db
	testOnly        // tests only
	contract        // shared/FEATURE
	components      // shared/FEATURE/FEATUREui
	service         // shared/FEATURE/FEATUREsvc
)

// kindOf knows the folders that are no feature; a new one in shared is a feature until it is named here.
func kindOf(dir string) kind {
	parts := strings.Split(dir, "/")
	last := parts[len(parts)-1]
	switch {
	case parts[0] == "apps" && len(parts) > 2 && parts[2] == "pages":
		return appPages
	case parts[0] == "apps":
		return appMain
	case parts[0] == "workers":
		return worker
	case parts[0] != "shared" || len(parts) < 2:
		return other
	case strings.HasSuffix(last, "test"):
		return testOnly
	case slices.ContainsFunc(parts, func(p string) bool { return strings.HasSuffix(p, "svc") }):
		return service
	}
	if k, ok := sharedKinds[parts[1]]; ok {
		return k
	}
	if strings.HasSuffix(last, "ui") {
		return components
	}
	return contract
}

var sharedKinds = map[string]kind{
	"fullstack": kit, "fault": value, "id": value, "money": value, "ui": design, "live": live, "internal": generated,
	"dbtest": testOnly, "archtest": testOnly, "e2e": testOnly, "deps": testOnly,
	"access": plumbing, "blob": plumbing, "cache": plumbing, "child": plumbing, "command": plumbing, "config": plumbing, "httpserver": plumbing,
	"jobs": plumbing, "lru": plumbing, "mail": plumbing, "pgdb": plumbing, "pgserver": plumbing, "ratelimit": plumbing, "sending": plumbing, "session": plumbing,
	"signedlink": plumbing, "sms": plumbing, "telemetry": plumbing,
}

// isFeature: what has business rules.
func (k kind) isFeature() bool { return k == contract || k == components || k == service }
