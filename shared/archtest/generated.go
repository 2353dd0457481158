package archtest

import (
	"crypto/sha256"
	"encoding/hex"
	"path"
	"strings"
)

// sumsFile is what make gen leaves beside the code that sqlc writes: the SHA-256 of all that it read and wrote, as sha256sum prints
// it. So that nobody needs sqlc, which takes minutes to build, to know whether it should run.
const sumsFile = "shared/internal/db/SUMS"

// generatedFrom and generatedInto are what sqlc reads and writes.
var (
	generatedFrom = []string{"schema/*.sql", "queries/*.sql", "queries/river/*.sql", "queries/sqlc.yaml", "queries/tool/go.mod"}
	generatedInto = []string{"shared/internal/db/*.go"}
)

// checkGenerated compares the tree with the sums.
func checkGenerated(t *tree, report reporter) {
	sums := map[string]string{}
	for line := range strings.Lines(string(t.texts[sumsFile])) {
		if sum, name, ok := strings.Cut(strings.TrimSpace(line), "  "); ok {
			sums[name] = sum
		}
	}
	for name := range sums {
		if t.texts[name] == nil {
			report(name, "is gone since make gen ran")
		}
	}
	for name, b := range t.texts {
		sum := sha256.Sum256(b)
		switch is := hex.EncodeToString(sum[:]); {
		case is == sums[name]:
		case matches(name, generatedFrom):
			report(name, "is newer than the code generated from it: run make gen")
		case matches(name, generatedInto):
			report(name, "is not what make gen wrote")
		}
	}
}

func matches(name string, patterns []string) bool {
	for _, p := range patterns {
		if ok, _ := path.Match(p, name); ok {
			return true
		}
	}
	return false
}
