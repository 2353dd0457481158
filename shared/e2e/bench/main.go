// Command bench measures what the project promises and prints one JSON line for each promise: name, value, unit, limit,
// ok, and the baseline of a ratio. It runs against a development stack (`make bench` starts one) and on this machine
// only; machines are noisy, so what can be a ratio within one run is one. It exits 1 when a promise is not kept.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strings"
	"time"
)

// result is one line.
type result struct {
	Name     string  `json:"name"`
	Value    float64 `json:"value"`
	Unit     string  `json:"unit"`
	Limit    string  `json:"limit"`
	OK       bool    `json:"ok"`
	Baseline float64 `json:"baseline,omitempty"`
}

// report collects and prints results.
type report struct{ failed []string }

func (r *report) atMost(name string, value float64, unit string, limit, baseline float64) {
	r.line(result{name, round(value), unit, fmt.Sprintf("<= %g", limit), value <= limit, round(baseline)})
}

func (r *report) atLeast(name string, value float64, unit string, limit, baseline float64) {
	r.line(result{name, round(value), unit, fmt.Sprintf(">= %g", limit), value >= limit, round(baseline)})
}

func (r *report) exactly(name string, value float64, unit string, want float64) {
	r.line(result{name, round(value), unit, fmt.Sprintf("== %g", want), value == want, 0})
}

func (r *report) line(l result) {
	if !l.OK {
		r.failed = append(r.failed, l.Name)
	}
	b, err := json.Marshal(l)
	if err != nil {
		panic(err) // numbers and strings
	}
	fmt.Println(string(b))
}

func round(v float64) float64 { return float64(int64(v*1000+0.5)) / 1000 }

// bench is one part; it names itself for the choice on the command line.
type bench struct {
	name string
	run  func(ctx context.Context, r *report) error
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	ctx, cancel := context.WithTimeout(ctx, 6*time.Minute)
	defer cancel()
	r := &report{}
	for _, b := range []bench{
		{"encoder", benchEncoder},
		{"size", benchSize},
		{"pages", benchPages},
		{"signups", benchSignups},
		{"steady", benchOpenLoop},
		{"feeds", benchFeeds},
		{"workers", benchWorkers},
		{"browser", benchBrowser},
		{"discovery", benchDiscovery},
	} {
		if len(os.Args) > 1 && !slices.Contains(os.Args[1:], b.name) {
			continue
		}
		if err := b.run(ctx, r); err != nil {
			fmt.Fprintf(os.Stderr, "bench %s: %v\n", b.name, err)
			r.failed = append(r.failed, b.name)
		}
	}
	if len(r.failed) > 0 {
		fmt.Fprintln(os.Stderr, "not kept:", strings.Join(r.failed, ", "))
		os.Exit(1)
	}
}
