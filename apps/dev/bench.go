//go:build unix

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"time"
)

// saveLimit is how long a saved file may take until the running site serves it, on a quiet machine with two cores.
const saveLimit = 5 * time.Second

const saveRounds = 3

// save is a change of one kind of file, and how the site shows it.
type save struct {
	name      string
	file      string
	old, new  string // new replaces old; MARK in it is another word each time
	path      string // where the mark is to be seen
	linked    string // in path's document: the address where the mark is to be seen instead
	newClient bool   // the browser program changes too
}

// saves are the kinds of files that people edit. An old that is gone is an error: name another line here.
var saves = []save{
	{
		name: "save a server file", file: "apps/events/server.go", path: "/robots.txt",
		old: `"User-agent: *\n`, new: `"# MARK\nUser-agent: *\n`,
	},
	{
		name: "save a page", file: "apps/events/pages/discover.go", path: "/", newClient: true,
		old: `ui.Hero("`, new: `ui.Hero("MARK `,
	},
	{
		name: "save a stylesheet", file: "shared/ui/css/utilities.css", path: "/", linked: `href="(/static/app\.[^"]*\.css)"`,
		old: "  .nowrap {", new: "  .MARK {\n    color: red;\n  }\n\n  .nowrap {",
	},
}

// benchSaves runs what `make dev` runs, in a copy of the repository, saves files there and measures how long the site
// takes to serve them. It prints one JSON line for each kind of file: the median of a few saves.
func benchSaves(ctx context.Context, root string) error {
	if err := os.Setenv("RATE_LIMITS", "0"); err != nil { // the site is asked very often
		return err
	}
	dir, err := temporaryFolder()
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	clone := filepath.Join(dir, "groundswell")
	if err := copyRepository(ctx, root, clone); err != nil {
		return err
	}
	s, err := newStack(clone, options{dir: filepath.Join(dir, "data"), anyPort: true, quality: qualityWatch, level: "warn"})
	if err != nil {
		return err
	}
	s.console.out = os.Stderr
	if err := s.start(ctx); err != nil {
		return err
	}
	defer s.stop()
	g, w, err := s.watchFiles(ctx)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	rebuilt := make(chan struct{})
	go func() {
		defer close(rebuilt)
		s.rebuild(ctx, g, w)
	}()
	defer func() {
		cancel()
		<-rebuilt
	}()
	return measureSaves(ctx, clone, s.programs[0].URL())
}

func measureSaves(ctx context.Context, root, site string) error {
	var slow []string
	for _, c := range saves {
		text, err := os.ReadFile(filepath.Join(root, c.file))
		if err != nil {
			return err
		}
		if !strings.Contains(string(text), c.old) {
			return fmt.Errorf("%s: %s has no %q", c.name, c.file, c.old)
		}
		var took []time.Duration
		spent := childTime()
		for round := range saveRounds {
			d, err := c.measure(ctx, root, site, string(text), fmt.Sprintf("saved-%d-%d", time.Now().Unix(), round))
			if err != nil {
				return fmt.Errorf("%s: %w", c.name, err)
			}
			took = append(took, d)
		}
		slices.Sort(took)
		median := took[len(took)/2]
		line, err := json.Marshal(struct {
			Name  string  `json:"name"`
			Value float64 `json:"value"`
			Unit  string  `json:"unit"`
			Limit string  `json:"limit"`
			OK    bool    `json:"ok"`
			CPU   float64 `json:"cpu"` // seconds of a core for each save: what to look at when the machine was busy
		}{c.name, median.Round(time.Millisecond).Seconds(), "s", fmt.Sprintf("<= %g", saveLimit.Seconds()), median <= saveLimit, (childTime() - spent).Seconds() / saveRounds})
		if err != nil {
			return err
		}
		fmt.Println(string(line))
		if median > saveLimit {
			slow = append(slow, c.name)
		}
	}
	if len(slow) > 0 {
		return errors.New("slower than promised: " + strings.Join(slow, ", "))
	}
	return nil
}

// childTime is the time that the processors gave to ended children: the go command and what it ran.
func childTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_CHILDREN, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// measure saves the text with its change and waits until the site shows it.
func (c save) measure(ctx context.Context, root, site, text, mark string) (time.Duration, error) {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	before := clientOf(ctx, site)
	changed := strings.Replace(text, c.old, strings.ReplaceAll(c.new, "MARK", mark), 1)
	if err := os.WriteFile(filepath.Join(root, c.file), []byte(changed), 0o600); err != nil {
		return 0, err
	}
	begin := time.Now()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for !c.visible(ctx, site, mark, before) {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return 0, errors.New("the site never showed it")
		}
	}
	return time.Since(begin), nil
}

func (c save) visible(ctx context.Context, site, mark, before string) bool {
	page := fetch(ctx, site+c.path)
	if c.linked != "" {
		link := regexp.MustCompile(c.linked).FindStringSubmatch(page)
		if link == nil {
			return false
		}
		page = fetch(ctx, site+link[1])
	}
	if !strings.Contains(page, mark) {
		return false
	}
	if !c.newClient {
		return true
	}
	after := clientOf(ctx, site)
	return after != "" && after != before && fetch(ctx, site+after) != ""
}

var clientAddress = regexp.MustCompile(`data-wasm="([^"]+)"`)

// clientOf is the address of the browser program, which holds its hash.
func clientOf(ctx context.Context, site string) string {
	if m := clientAddress.FindStringSubmatch(fetch(ctx, site+"/")); m != nil {
		return m[1]
	}
	return ""
}

// connectWithin bounds connecting. The site that is ending drops what knocks, and the kernel knocks again after a second; a
// browser does not meet that, for it is told to reload when the new one is ready.
const connectWithin = 100 * time.Millisecond

var client = &http.Client{Transport: &http.Transport{DialContext: (&net.Dialer{Timeout: connectWithin}).DialContext}}

// fetch returns the body of an answer 200; "" otherwise, and while the site is starting again.
func fetch(ctx context.Context, url string) string {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return ""
	}
	resp, err := client.Do(req)
	if err != nil {
		return ""
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		return ""
	}
	return string(body)
}

// copyRepository copies what git knows or would add.
func copyRepository(ctx context.Context, root, to string) error {
	cmd := exec.CommandContext(ctx, "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	cmd.Dir = root
	list, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("list the repository's files: %w", err)
	}
	for name := range strings.SplitSeq(strings.Trim(string(list), "\x00"), "\x00") {
		text, err := os.ReadFile(filepath.Join(root, name))
		if errors.Is(err, os.ErrNotExist) {
			continue // deleted, not yet committed
		}
		if err != nil {
			return fmt.Errorf("copy the repository: %w", err)
		}
		if err := replaceFile(filepath.Join(to, name), text); err != nil {
			return err
		}
	}
	return nil
}
