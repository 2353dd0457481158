package main

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/jackc/pgx/v5"
)

// fillDiscovery fills a migrated database with 100,000 events to come; its first column of each statement is dropped.
//
//go:embed discovery.sql
var fillDiscovery string

// searchers ask at once: a busy minute of a national site, not a flood.
const searchers = 8

// benchDiscovery measures searching 100,000 events to come through the site's HTTP functions, which no page cache stands before,
// with a mix of everything one can ask.
func benchDiscovery(ctx context.Context, r *report) error {
	start := time.Now()
	database, err := emptyDatabase(ctx)
	if err != nil {
		return err
	}
	site, err := startInstance(ctx, "DATABASE_URL="+database)
	if err != nil {
		return err
	}
	defer func() { _ = site.stop() }()
	fmt.Printf("# filled in %s\n", time.Since(start).Round(time.Second))
	var all []string
	for _, kind := range questions() {
		all = append(all, kind.paths...)
		l := load{site.URL, 1, 800 * time.Millisecond, func(_, n int) string { return kind.paths[n%len(kind.paths)] }}
		out, err := l.run(ctx) // also warms what follows
		if err != nil || out.failed > 0 {
			return errors.Join(fmt.Errorf("%d searches by %s failed", out.failed, kind.name), err)
		}
		fmt.Printf("# alone, %s: p50 %.1f ms, p99 %.1f ms\n", kind.name, out.p50.Seconds()*1000, out.p99.Seconds()*1000)
	}
	l := load{site.URL, searchers, 10 * time.Second, func(c, n int) string { return all[(c*13+n*7)%len(all)] }}
	out, err := l.run(ctx)
	if err != nil || out.failed > 0 {
		return errors.Join(fmt.Errorf("%d searches failed", out.failed), err)
	}
	r.atLeast("discovery_searches", out.perSecond, "requests/s", 50, 0)
	r.atMost("discovery_search_p50", out.p50.Seconds()*1000, "ms", 60, 0)
	r.atMost("discovery_search_p99", out.p99.Seconds()*1000, "ms", 100, 0)
	return nil
}

// emptyDatabase is one filled for discovery only.
func emptyDatabase(ctx context.Context) (string, error) {
	database, err := newDatabase(ctx)
	if err != nil {
		return "", err
	}
	conn, err := pgx.Connect(ctx, database)
	if err != nil {
		return "", fmt.Errorf("connect: %w", err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	if _, err := conn.Exec(ctx, fillDiscovery); err != nil { // no arguments: all statements at once, one transaction
		return "", fmt.Errorf("fill: %w", err)
	}
	_, err = conn.Exec(ctx, "vacuum analyze")
	return database, err
}

// question is a kind of search.
type question struct {
	name  string
	paths []string
}

// questions are what people ask; each once, so that all kinds weigh the same.
func questions() []question {
	find := func(params ...string) string {
		v := url.Values{}
		for i := 0; i < len(params); i += 2 {
			v.Set(params[i], params[i+1])
		}
		return "/fn/events.find?" + v.Encode()
	}
	day := func(n int) string { return time.Now().AddDate(0, 0, n).Format(time.DateOnly) }
	month := time.Now().AddDate(0, 1, 0).Format("2006-01")
	return []question{
		{"first page", []string{find(), find("mode", "in_person")}},
		{"words", []string{find("q", "phone bank"), find("q", "larchmere"), find("q", "rally for clean water"), find("q", "wages")}},
		{"misspelled words", []string{find("q", "canvasing larchmer"), find("q", "towm hall kensingtn")}},
		{"type", []string{find("type", "rally"), find("type", "canvass,phone_bank", "tag", "climate")}},
		{"place", []string{find("place", "Oakville"), find("place", "OH"), find("place", "Maplton")}},
		{"radius", []string{find("near", "41.5,-81.7", "within_km", "80"), find("near", "36.1,-97.3", "within_km", "160", "sort", "distance"),
			find("place", "Oakville", "within_km", "40")}},
		{"dates", []string{find("from", day(5), "to", day(7)), find("from", day(30), "to", day(60), "type", "training")}},
		{"open", []string{find("open", "true"), find("open", "true", "type", "town_hall", "mode", "in_person")}},
		{"accessible", []string{find("accessible", "true"), find("accessible", "true", "type", "rally", "place", "OH"), "/fn/events.month?accessible=true&month=" + month}},
		{"deep page", []string{find("page", "40"), find("page", "100")}},
		{"month view", []string{"/fn/events.month?month=" + month, "/fn/events.month?q=larchmere&month=" + month}},
		{"tags", []string{find("tag", "climate"), find("tag", "labor-5")}},
	}
}
