//go:build !js

package fullstack

import (
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// document writes a whole page: head, the view under #app, and the data the browser draws it from.
// flush is shown what stands before each part that is not there yet; it may be nil.
func (s *Site) document(l loaded, st state, self string, flush func([]byte)) ([]byte, error) {
	st.Release = s.assets.release
	b := make([]byte, 0, s.room.Load()) // as long as the longest page so far: a page is not copied while it grows
	b, err := s.appendPage(b, l, self, s.headFixed, flush)
	if err != nil {
		return nil, fmt.Errorf("encode page %s: %w", st.Route, err)
	}
	b = append(b, `</div><script type="application/json" id="fullstack-data">`...)
	if b, err = appendState(b, st, l.data); err != nil {
		return nil, fmt.Errorf("write data of page %s: %w", st.Route, err)
	}
	b = append(b, `</script>`...)
	b = append(append(b, s.bodyEnd...), `</body></html>`...)
	s.room.Store(max(s.room.Load(), min(int64(len(b)+len(b)/8), mostRoom)))
	return b, nil
}

// mostRoom bounds what is set aside for a page before it is written.
const mostRoom = 128 << 10

// appendState writes st with data. It puts the two together itself: as a RawMessage the data would be read once more.
func appendState(b []byte, st state, data any) ([]byte, error) {
	text, err := json.Marshal(st)
	if err != nil || data == nil {
		return append(b, text...), err
	}
	of, err := json.Marshal(data)
	if err != nil {
		return b, err
	}
	b = append(b, text[:len(text)-1]...)
	b = append(append(b, `,"data":`...), of...)
	return append(b, '}'), nil
}

// appendPage writes a document up to the end of its view.
func (s *Site) appendPage(b []byte, l loaded, self string, fixed []byte, flush func([]byte)) ([]byte, error) {
	b = append(b, `<!doctype html><html lang="`...)
	b = append(appendEscaped(b, s.app.Lang), '"')
	if l.head.Theme != "" {
		b = append(appendEscaped(append(b, ` data-theme="`...), l.head.Theme), '"')
	}
	b = s.appendHead(append(b, '>'), l.head, self, fixed)
	b = append(b, `<body><div id="app">`...)
	if l.view == nil {
		return b, nil
	}
	return appendHTML(b, l.view(), flush, nil)
}

// rendered is a finished answer. Its compressed forms are made when first asked for and kept with it.
type rendered struct {
	status  int
	body    []byte
	hash    string
	control string // Cache-Control; "" means no-store
	private bool   // not to be shared: see renderShared
	partial bool   // a part of it could not be loaded: not to be kept
	frame   string // the frame-ancestors of an embedded page; "" means nobody's
	err     error  // why there is no page, or an error page
	at      time.Time
	away    bool // the last attempt to renew it found its data away; the cache's lock guards it

	brotli, gzip func() []byte
}

// shareable reports whether it is a whole page that anybody may have.
func (p *rendered) shareable() bool {
	return p.err == nil && p.status == http.StatusOK && !p.private && !p.partial
}

func newRendered(status int, body []byte) *rendered {
	sum := sha256.Sum256(body)
	p := &rendered{status: status, body: body, hash: base64.RawURLEncoding.EncodeToString(sum[:16]), at: time.Now()}
	p.brotli = sync.OnceValue(func() []byte { return compressBrotli(body, 5) })
	p.gzip = sync.OnceValue(func() []byte { return compressGzip(body, 6) })
	return p
}

// control is the Cache-Control of a shared page: browsers ask every time and are told 304, shared caches keep it.
func (c Cache) control() string {
	return fmt.Sprintf("public, max-age=0, s-maxage=%d, stale-while-revalidate=%d, stale-if-error=86400",
		int(c.Fresh/time.Second), int(c.Stale/time.Second))
}

// write sends a rendered page: 304 when the visitor has it, compressed as accepted.
func (s *Site) write(w http.ResponseWriter, r *http.Request, p *rendered) {
	if p.err != nil && seeOther(w, r, p.err) || p.body == nil {
		return
	}
	h := w.Header()
	if p.err != nil {
		_ = setFaultHeaders(w, p.err)
	}
	if p.frame != "" {
		allowFrame(h, p.frame)
	}
	setPageHeaders(h, p.control)
	body, encoding := p.body, ""
	switch enc := acceptedEncoding(r.Header.Get("Accept-Encoding")); {
	case len(body) < 1024:
	case enc == "br":
		body, encoding = p.brotli(), enc
	case enc == "gzip":
		body, encoding = p.gzip(), enc
	}
	etag := `"` + p.hash + suffix(encoding) + `"`
	h.Set("Etag", etag)
	if p.status == http.StatusOK && p.control != "" && matches(r.Header.Get("If-None-Match"), etag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	if encoding != "" {
		h.Set("Content-Encoding", encoding)
	}
	h.Set("Content-Type", contentType)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(p.status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body)
	}
}

// setPageHeaders sets what every page has. An empty control is that of a page which nobody keeps.
func setPageHeaders(h http.Header, control string) {
	h.Set("Vary", "Accept-Encoding")
	h.Set("Cache-Control", cmp.Or(control, "private, no-store"))
}

const contentType = "text/html; charset=utf-8"

func suffix(encoding string) string {
	if encoding == "" {
		return ""
	}
	return "-" + encoding
}

// matches compares an If-None-Match list with a strong tag (RFC 9110 section 13.1.2: weak comparison).
func matches(list, etag string) bool {
	for list != "" {
		var one string
		one, list, _ = strings.Cut(list, ",")
		one = strings.TrimPrefix(strings.TrimSpace(one), "W/")
		if one == etag || one == "*" {
			return true
		}
	}
	return false
}
