//go:build !js

package fullstack

import (
	"io"
	"net/http"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
)

// stream sends a page in the order it is read while a part of it is not there yet. Until the first byte is sent it changes
// nothing.
type stream struct {
	w      http.ResponseWriter
	r      *http.Request
	status int
	sent   int // bytes of the document
	out    io.Writer
	end    func() error
	begun  bool
}

// reading reports whether somebody has read the beginning.
func (s *stream) reading() bool { return s != nil && s.begun }

// flush sends what is new of the document so far.
func (s *stream) flush(doc []byte) {
	if !s.begun {
		s.begin()
	}
	_, _ = s.out.Write(doc[s.sent:]) // a visitor who left ends the context
	s.sent = len(doc)
	if c, ok := s.out.(interface{ Flush() error }); ok {
		_ = c.Flush()
	}
	_ = http.NewResponseController(s.w).Flush()
}

func (s *stream) begin() {
	s.begun = true
	h := s.w.Header()
	setPageHeaders(h, "")
	h.Set("Content-Type", contentType)
	s.out, s.end = s.w, func() error { return nil }
	switch enc := acceptedEncoding(s.r.Header.Get("Accept-Encoding")); enc {
	case "br":
		c := brotli.NewWriterLevel(s.w, 5)
		s.out, s.end = c, c.Close
		h.Set("Content-Encoding", enc)
	case "gzip":
		c := gzip.NewWriter(s.w)
		s.out, s.end = c, c.Close
		h.Set("Content-Encoding", enc)
	}
	s.w.WriteHeader(s.status)
}

// finish sends the rest. A document that broke off is cut, so that nobody takes it for whole.
func (s *stream) finish(doc []byte, err error) {
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	_, _ = s.out.Write(doc[s.sent:])
	_ = s.end()
}
