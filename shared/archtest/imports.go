package archtest

import (
	"maps"
	"path"
	"slices"
	"strings"
)

// importRow is one import rule: no package that from accepts may import what never accepts. Packages are folders of
// ours or the import paths of others.
type importRow struct {
	name  string
	from  func(dir string) bool
	never func(from, imported string) bool
	why   string
	tests bool // tests obey too
}

func importRows() []importRow {
	return []importRow{
		{"no-app-imports", anywhere, func(from, imported string) bool {
			app := appOf(imported)
			return app != "" && app != appOf(from)
		}, "apps are leaves: what two of them need is shared", false},
		{"sql-package", anywhere, func(from, imported string) bool {
			return imported == "shared/internal/db" && !is(from, service, plumbing, testOnly)
		}, "only services and plumbing speak SQL", false},
		{"pure-contracts", kinds(contract, value), func(_, imported string) bool {
			return isOrIn(imported, goApp) || is(imported, service, components, design, plumbing, live, generated)
		}, "a contract is types and rules; it runs anywhere, also where nothing is drawn", false},
		{"pure-pages", kinds(appPages, components, design), func(_, imported string) bool {
			ours := imported == "shared" || strings.HasPrefix(imported, "shared/") || strings.HasPrefix(imported, "apps/")
			if ours {
				return !is(imported, contract, components, design, kit, value, live, appPages)
			}
			return strings.Contains(firstElement(imported), ".") && !isOrIn(imported, goApp)
		}, "the browser runs pages and components", false},
		{"featureless-plumbing", kinds(kit, value, design, live, plumbing), func(_, imported string) bool {
			return kindOf(imported).isFeature()
		}, "the kit and the plumbing serve every feature", false},
		{"services-apart", kinds(service), func(from, imported string) bool {
			return is(imported, service) && featureOf(imported) != featureOf(from)
		}, "a service declares the small interface it needs of another and main wires it: no circles", false},
		{"drivers", anywhere, func(from, imported string) bool {
			owned := slices.ContainsFunc(drivers, func(d driver) bool { return isOrIn(imported, d.path) && !d.mayUse(from) })
			return owned && !is(from, testOnly) && appOf(from) != "dev" // the development stack runs the servers themselves
		}, "each driver has one owner, who can replace it", false},
		{"tests-only", anywhere, func(from, imported string) bool {
			return (isOrIn(imported, "github.com/stretchr/testify") || is(imported, testOnly)) && !is(from, testOnly)
		}, "test helpers stay out of the programs", false},
		{"no-mocks", anywhere, func(_, imported string) bool {
			return isOrIn(imported, "github.com/stretchr/testify/mock") || isOrIn(imported, "go.uber.org/mock") ||
				isOrIn(imported, "github.com/DATA-DOG/go-sqlmock") || isOrIn(imported, "github.com/stretchr/testify/assert")
		}, "run the real thing; stop at the first failure", true},
	}
}

const goApp = "github.com/maxence-charriere/go-app"

// driver is a third-party package and the last elements of the folders that may use it; "svc" is every service.
type driver struct {
	path   string
	owners []string
}

var drivers = []driver{
	{"github.com/jackc/pgx", []string{"svc", "pgdb", "jobs", "dbtest", "db", "schema", "pgserver"}},
	{"github.com/redis/go-redis", []string{"cache", "session", "ratelimit", "livesvc"}},
	{"github.com/minio/minio-go", []string{"blob"}},
	{"github.com/coder/websocket", []string{"livesvc"}},
	{"nhooyr.io/websocket", nil},
	{"github.com/go-co-op/gocron", []string{"workers"}},
	{"github.com/pressly/goose", []string{"schema"}},
	{"github.com/wneessen/go-mail", []string{"mail"}},
	{"github.com/nyaruka/phonenumbers", []string{"svc"}},
	{"github.com/lib/pq", nil},
	{"database/sql", []string{"schema"}},
}

func (d driver) mayUse(from string) bool {
	return slices.ContainsFunc(d.owners, func(owner string) bool {
		return owner == "svc" && is(from, service) || isOrIn(from, owner) || strings.HasSuffix(from, "/"+owner)
	})
}

func importRules() []Rule {
	var rules []Rule
	for _, row := range importRows() {
		rules = append(rules, Rule{row.name, row.why, row.check})
	}
	return rules
}

func (r importRow) check(t *tree, report reporter) {
	for _, p := range t.sortedPackages() {
		if !r.from(p.dir) {
			continue
		}
		for _, f := range p.files {
			if f.test && !r.tests {
				continue
			}
			for _, imported := range slices.Sorted(maps.Values(f.imports)) {
				if r.never(p.dir, imported) {
					report(f.path, "imports %s", imported)
				}
			}
		}
	}
}

func anywhere(string) bool { return true }

func kinds(ks ...kind) func(string) bool { return func(dir string) bool { return is(dir, ks...) } }

func is(dir string, ks ...kind) bool { return slices.Contains(ks, kindOf(dir)) }

func isOrIn(imported, path string) bool {
	return imported == path || strings.HasPrefix(imported, path+"/")
}

func firstElement(path string) string {
	first, _, _ := strings.Cut(path, "/")
	return first
}

// appOf is X for apps/X and what is in it, else "".
func appOf(dir string) string {
	if rest, ok := strings.CutPrefix(dir, "apps/"); ok {
		return firstElement(rest)
	}
	return ""
}

// featureOf is X for shared/X and what is in it.
func featureOf(dir string) string { return firstElement(strings.TrimPrefix(dir, "shared/")) }

// checkBrowserReach follows our packages from each browser entry. What others import in turn is the size budget's to
// judge: go-app itself has net/http.
func checkBrowserReach(t *tree, report reporter) {
	for _, p := range t.sortedPackages() {
		if !p.isBrowserEntry() {
			continue
		}
		t.walkBrowser(p.dir, p.dir, map[string]bool{}, func(f *file, chain, imported string) {
			if serverOnly(imported) {
				report(f.path, "imports %s, and the browser program of %s reaches it: %s", imported, p.dir, chain)
			}
		})
	}
}

func (p *pkg) isBrowserEntry() bool {
	return appOf(p.dir) != "" && slices.ContainsFunc(p.files, func(f *file) bool { return path.Base(f.path) == "main_js.go" })
}

// walkBrowser visits every import of every file that the browser program at dir is compiled from.
func (t *tree) walkBrowser(dir, chain string, seen map[string]bool, visit func(f *file, chain, imported string)) {
	if seen[dir] || t.packages[dir] == nil {
		return
	}
	seen[dir] = true
	for _, f := range t.packages[dir].sources() {
		if !f.browser {
			continue
		}
		for _, imported := range slices.Sorted(maps.Values(f.imports)) {
			visit(f, chain, imported)
			t.walkBrowser(imported, chain+" > "+imported, seen, visit)
		}
	}
}

func serverOnly(imported string) bool {
	switch imported {
	case "net/http", "os", "os/exec", "database/sql", "html/template", "text/template", "time/tzdata", "crypto/tls", "net", "log":
		return true
	}
	if is(imported, service, plumbing, generated, testOnly, worker) {
		return true
	}
	return slices.ContainsFunc(drivers, func(d driver) bool { return isOrIn(imported, d.path) }) ||
		isOrIn(imported, "github.com/riverqueue/river") || isOrIn(imported, "github.com/prometheus/client_golang") ||
		isOrIn(imported, "github.com/andybalholm/brotli") || isOrIn(imported, "golang.org/x/net")
}
