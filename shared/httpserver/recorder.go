package httpserver

import (
	"io"
	"net/http"
)

// recorder remembers what was answered. Unwrap lets http.ResponseController and WebSocket upgrades reach the connection.
type recorder struct {
	http.ResponseWriter
	status int
	bytes  int64
}

func (w *recorder) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *recorder) WriteHeader(status int) {
	if w.status == 0 && (status >= 200 || status == http.StatusSwitchingProtocols) {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *recorder) Write(b []byte) (int, error) {
	w.wrote()
	n, err := w.ResponseWriter.Write(b)
	w.bytes += int64(n)
	return n, err
}

// WriteString spares callers the copy.
func (w *recorder) WriteString(s string) (int, error) {
	w.wrote()
	n, err := io.WriteString(w.ResponseWriter, s)
	w.bytes += int64(n)
	return n, err
}

// ReadFrom keeps sendfile for files.
func (w *recorder) ReadFrom(src io.Reader) (int64, error) {
	w.wrote()
	n, err := io.Copy(w.ResponseWriter, src)
	w.bytes += n
	return n, err
}

// Flush sends what was written so far.
func (w *recorder) Flush() {
	w.wrote()
	_ = http.NewResponseController(w.ResponseWriter).Flush()
}

func (w *recorder) wrote() {
	if w.status == 0 {
		w.status = http.StatusOK
	}
}
