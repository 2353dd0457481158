//go:build unix

package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"sync"
)

// console writes whole lines of several programs to one place, each behind its program's name.
type console struct {
	mu     sync.Mutex
	out    io.Writer
	colour bool
	width  int
	used   int
}

func newConsole(out *os.File) *console {
	info, err := out.Stat()
	terminal := err == nil && info.Mode()&os.ModeCharDevice != 0
	return &console{out: out, colour: terminal && os.Getenv("NO_COLOR") == "", width: 8}
}

// colours are the names' own, readable on light and dark.
var colours = []string{"36", "35", "33", "34", "32", "96", "95", "93"}

// named returns a writer whose lines are prefixed with name. It is safe for concurrent use and keeps an unfinished line back.
func (c *console) named(name string) *prefixed {
	c.mu.Lock()
	defer c.mu.Unlock()
	prefix := fmt.Sprintf("%-*s | ", c.width, name)
	if c.colour {
		prefix = "\x1b[" + colours[c.used%len(colours)] + "m" + prefix + "\x1b[0m"
	}
	c.used++
	return &prefixed{to: c, prefix: []byte(prefix)}
}

// say prints one line of the stack's own.
func (c *console) say(format string, args ...any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, _ = fmt.Fprintf(c.out, format+"\n", args...)
}

// prefixed is one program's output. It remembers its last lines for the case that the program fails.
type prefixed struct {
	to     *console
	prefix []byte

	mu   sync.Mutex
	rest []byte
	last [][]byte
}

const remembered = 12

func (p *prefixed) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.rest = append(p.rest, b...)
	for {
		line, rest, found := bytes.Cut(p.rest, []byte("\n"))
		if !found {
			return len(b), nil
		}
		p.line(line)
		p.rest = bytes.Clone(rest)
	}
}

func (p *prefixed) line(line []byte) {
	p.last = append(p.last, bytes.Clone(line))
	if len(p.last) > remembered {
		p.last = p.last[1:]
	}
	p.to.mu.Lock()
	defer p.to.mu.Unlock()
	_, _ = p.to.out.Write(append(append(bytes.Clone(p.prefix), line...), '\n'))
}

// lastLine is the newest line that says something.
func (p *prefixed) lastLine() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i := len(p.last) - 1; i >= 0; i-- {
		if line := bytes.TrimSpace(p.last[i]); len(line) > 0 {
			return string(line)
		}
	}
	return ""
}
