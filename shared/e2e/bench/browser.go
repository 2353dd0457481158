package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"groundswell/shared/e2e/chromium"
)

// watch counts what hydration changes in the document: everything between the end of parsing and the moment the page is
// alive. What the page itself adds from then on (a share button, the time on the visitor's clock) is not hydration's.
const watch = `(() => {
	window.changes = [];
	const note = (list) => { for (const m of list) window.changes.push(m.type + " " + m.target.nodeName + " " + (m.attributeName || "")); };
	const observer = new MutationObserver(note), mark = performance.mark;
	document.addEventListener("DOMContentLoaded", () =>
		observer.observe(document.body, { childList: true, attributes: true, characterData: true, subtree: true }));
	performance.mark = function (name) {
		if (name === "fullstack:mounted") { note(observer.takeRecords()); observer.disconnect(); }
		return mark.apply(this, arguments);
	};
})()`

const mounted = `new Promise((done) => {
	const look = () => performance.getEntriesByName("fullstack:mounted").length ? done(performance.getEntriesByName("fullstack:mounted")[0].startTime) : setTimeout(look, 5);
	look();
})`

// benchBrowser loads every public route in headless Chromium: what hydration changes, and how long a first visit takes.
func benchBrowser(ctx context.Context, r *report) error {
	base := os.Getenv("E2E_EVENTS_URL")
	slugs, err := upcoming(ctx, base)
	if err != nil {
		return err
	}
	browser, stop, err := chromium.Start(ctx)
	if err != nil {
		return err
	}
	defer stop()
	routes := []string{"/", "/?q=canvass", "/?past=true", "/calendar", "/e/" + slugs[0], "/e/" + slugs[1], "/offline", "/nowhere"} // the tests open the private ones
	records := 0
	for _, path := range routes {
		zone := "America/New_York"
		if slug, ok := strings.CutPrefix(path, "/e/"); ok {
			if zone, err = zoneOf(ctx, base, slug); err != nil {
				return err
			}
		}
		changes, err := hydrate(browser, base+path, zone)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		for _, c := range changes {
			fmt.Fprintln(os.Stderr, "bench browser:", path, "changed:", c)
		}
		records += len(changes)
	}
	r.exactly("hydration_mutations", float64(records), "records", 0)
	var times []float64
	for range 7 {
		ms, err := coldLoad(browser, base+"/")
		if err != nil {
			return err
		}
		times = append(times, ms)
	}
	slices.Sort(times)
	r.atMost("cold_load_to_interactive", times[len(times)/2]/1000, "s", 1.0, times[0]/1000)
	return benchBlocking(browser, r, base, []string{"/", "/calendar", "/e/" + slugs[0]})
}

// benchBlocking loads pages on a processor four times as slow, as Lighthouse's phone has, and reports how long the page
// was deaf at its worst: Total Blocking Time, what tasks take beyond 50 ms from the first contentful paint, here up to when
// its components have settled. The baseline is the longest task.
func benchBlocking(browser context.Context, r *report, base string, paths []string) error {
	var worst, longest float64
	for _, path := range paths {
		var blocked, tasks []float64
		for range 5 {
			all, err := longTasks(browser, base+path)
			if err != nil {
				return fmt.Errorf("%s: %w", path, err)
			}
			sum, most := 0.0, 0.0
			for _, ms := range all {
				sum, most = sum+ms-50, max(most, ms)
			}
			blocked, tasks = append(blocked, sum), append(tasks, most)
		}
		slices.Sort(blocked)
		slices.Sort(tasks)
		worst, longest = max(worst, blocked[2]), max(longest, tasks[2])
	}
	r.atMost("blocking_time_on_a_slow_phone", worst, "ms", 200, longest)
	return nil
}

// longTasks is how long each task above 50 ms took between the first paint and the page that is alive.
func longTasks(browser context.Context, url string) (ms []float64, err error) {
	const observe = `window.longTasks = [];
		new PerformanceObserver((list) => { longTasks.push(...list.getEntries()); }).observe({ type: "longtask", buffered: true });`
	const settled = `new Promise((done) => {
		const look = () => performance.getEntriesByName("fullstack:settled").length ? setTimeout(() => {
			const painted = performance.getEntriesByName("first-contentful-paint")[0].startTime;
			done(longTasks.map((e) => e.startTime + e.duration - Math.max(e.startTime, painted)).filter((ms) => ms > 50));
		}, 100) : setTimeout(look, 20);
		look();
	})`
	err = inTab(browser, func(tab context.Context) error {
		script := page.AddScriptToEvaluateOnNewDocumentParams{Source: observe}
		if _, err := chromedp.Call(tab, page.AddScriptToEvaluateOnNewDocument, script); err != nil {
			return fmt.Errorf("observe: %w", err)
		}
		if err := chromedp.Do(tab, chromedp.EmulateViewport(412, 823)); err != nil {
			return fmt.Errorf("viewport: %w", err)
		}
		slow := emulation.SetCPUThrottlingRateParams{Rate: 4}
		if _, err := chromedp.Call(tab, emulation.SetCPUThrottlingRate, slow); err != nil {
			return fmt.Errorf("slow down: %w", err)
		}
		if err := chromedp.Do(tab, chromedp.Navigate(url)); err != nil {
			return fmt.Errorf("navigate: %w", err)
		}
		ms, err = chromedp.Run(tab, chromedp.Evaluate[[]float64](settled, chromedp.EvalAwaitPromise))
		return err
	})
	return ms, err
}

// inTab opens a tab with nothing cached, in a profile of its own.
func inTab(browser context.Context, run func(tab context.Context) error) error {
	tab, closeTab := chromedp.NewContext(browser, chromedp.WithNewBrowserContext())
	defer closeTab()
	if err := chromedp.Do(tab); err != nil {
		return fmt.Errorf("open a tab: %w", err)
	}
	tab, cancel := context.WithTimeout(tab, 30*time.Second)
	defer cancel()
	return run(tab)
}

// hydrate loads a page as a visitor in the zone does: in another than the event's, the page adds the visitor's time later.
func hydrate(browser context.Context, url, zone string) (changes []string, err error) {
	err = inTab(browser, func(tab context.Context) error {
		zone := emulation.SetTimezoneOverrideParams{TimezoneID: zone}
		if _, err := chromedp.Call(tab, emulation.SetTimezoneOverride, zone); err != nil {
			return fmt.Errorf("time zone: %w", err)
		}
		script := page.AddScriptToEvaluateOnNewDocumentParams{Source: watch}
		if _, err := chromedp.Call(tab, page.AddScriptToEvaluateOnNewDocument, script); err != nil {
			return fmt.Errorf("watch: %w", err)
		}
		if err := chromedp.Do(tab, chromedp.Navigate(url)); err != nil {
			return fmt.Errorf("navigate: %w", err)
		}
		if _, err := chromedp.Run(tab, chromedp.Evaluate[float64](mounted, chromedp.EvalAwaitPromise)); err != nil {
			return fmt.Errorf("wait for the page to be alive: %w", err)
		}
		changes, err = chromedp.Run(tab, chromedp.Evaluate[[]string](`window.changes`))
		return err
	})
	return changes, err
}

func coldLoad(browser context.Context, url string) (ms float64, err error) {
	err = inTab(browser, func(tab context.Context) error {
		if err := chromedp.Do(tab, chromedp.Navigate(url)); err != nil {
			return fmt.Errorf("navigate: %w", err)
		}
		ms, err = chromedp.Run(tab, chromedp.Evaluate[float64](mounted, chromedp.EvalAwaitPromise))
		return err
	})
	return ms, err
}

func zoneOf(ctx context.Context, base, slug string) (string, error) {
	b, _, err := fetch(ctx, base+"/fn/events.get?slug="+slug)
	if err != nil {
		return "", err
	}
	var event struct{ Zone string }
	return event.Zone, json.Unmarshal(b, &event)
}
