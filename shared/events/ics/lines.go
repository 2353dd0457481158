package ics

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
)

// maxLine is the longest unfolded line that is kept; what is longer (an attachment, an attack) is read past.
const maxLine = 256 << 10

// lineReader gives the unfolded lines of a file (RFC 5545 section 3.1) with bounded memory.
type lineReader struct {
	source *io.LimitedReader
	buf    *bufio.Reader
	number int // of the last physical line
}

func newLineReader(r io.Reader, limit int64) *lineReader {
	source := &io.LimitedReader{R: r, N: limit}
	return &lineReader{source: source, buf: bufio.NewReaderSize(source, 32<<10)}
}

// next returns an unfolded line, the number of its first physical line, and whether it was too long and is cut.
// The error is io.EOF at the end.
func (l *lineReader) next() (text []byte, number int, long bool, err error) {
	text, long, err = l.physical(nil)
	if err != nil {
		return nil, 0, false, err
	}
	number = l.number
	if number == 1 {
		text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))
	}
	for {
		first, err := l.buf.Peek(1)
		if err != nil || first[0] != ' ' && first[0] != '\t' {
			return text, number, long, nil //nolint:nilerr // a read error comes back with the next call
		}
		_, _ = l.buf.Discard(1)
		var more bool
		if text, more, err = l.physical(text); err != nil && !errors.Is(err, io.EOF) {
			return nil, 0, false, err
		}
		long = long || more
	}
}

// physical appends the next line of the file, without its end, to text.
func (l *lineReader) physical(text []byte) (_ []byte, long bool, err error) {
	l.number++
	for read := 0; ; {
		part, err := l.buf.ReadSlice('\n')
		read += len(part)
		ended := err == nil
		if ended {
			part = bytes.TrimSuffix(part[:len(part)-1], []byte("\r"))
		}
		room := max(0, maxLine-len(text))
		long = long || len(part) > room
		text = append(text, part[:min(room, len(part))]...)
		switch {
		case ended, errors.Is(err, io.EOF) && read > 0:
			return text, long, nil
		case !errors.Is(err, bufio.ErrBufferFull):
			return text, long, err
		}
	}
}

// truncated reports, at the end, whether the input went on past the limit.
func (l *lineReader) truncated() bool {
	if l.source.N > 0 {
		return false
	}
	n, _ := l.source.R.Read(make([]byte, 1))
	return n > 0
}

// property is one content line taken apart.
type property struct {
	line   int
	name   string // upper case
	params string // raw, each with its leading semicolon
	value  string
}

// parseProperty reads name *(";" param) ":" value. Quoted parameter values may hold colons and semicolons.
func parseProperty(s string, line int) (property, error) {
	end := strings.IndexAny(s, ":;")
	if end < 1 {
		return property{}, fmt.Errorf("%s is not a calendar line", short(s))
	}
	name := strings.ToUpper(s[:end])
	for i := range len(name) {
		if c := name[i]; !(c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-') {
			return property{}, fmt.Errorf("%s is not a calendar line", short(s))
		}
	}
	quoted := false
	for i := end; i < len(s); i++ {
		switch {
		case s[i] == '"':
			quoted = !quoted
		case s[i] == ':' && !quoted:
			return property{line, name, s[end:i], s[i+1:]}, nil
		}
	}
	return property{}, fmt.Errorf("%s has no value", short(s))
}

// param returns the first value of a parameter, unquoted; "" when it is not there.
func (p property) param(name string) string {
	for rest := p.params; rest != ""; {
		var one string
		one, rest = cutUnquoted(rest[1:], ';')
		key, value, _ := strings.Cut(one, "=")
		if !strings.EqualFold(key, name) {
			continue
		}
		if strings.HasPrefix(value, `"`) {
			value, _, _ = strings.Cut(value[1:], `"`)
		}
		return strings.TrimSpace(value)
	}
	return ""
}

// cutUnquoted splits before the first sep outside quotes; the rest begins with sep or is empty.
func cutUnquoted(s string, sep byte) (before, rest string) {
	quoted := false
	for i := range len(s) {
		if s[i] == '"' {
			quoted = !quoted
		}
		if s[i] == sep && !quoted {
			return s[:i], s[i:]
		}
	}
	return s, ""
}

// text is the value as a person reads it: escapes resolved, control characters gone.
func (p property) text() string {
	if !strings.Contains(p.value, `\`) {
		return clean(p.value)
	}
	var b strings.Builder
	for i := 0; i < len(p.value); i++ {
		c := p.value[i]
		if c == '\\' && i+1 < len(p.value) {
			i++
			if c = p.value[i]; c == 'n' || c == 'N' {
				c = '\n'
			}
		}
		b.WriteByte(c)
	}
	return clean(b.String())
}
