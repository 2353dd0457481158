//go:build !js

package fullstack

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"groundswell/shared/fault"
)

// ServeHTTP answers /fn/{name}. Input comes as JSON, urlencoded or multipart, or, for a query by GET, as the query
// string's "in" (JSON) or its fields. The answer is the output's JSON, or {"fault": ...} with the fault's status.
func (f *Functions) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set(headerRelease, f.release)
	h, err := f.lookup(r)
	if err != nil {
		writeFault(w, err)
		return
	}
	if err := f.cfg.Limit(r.Context(), h.Spec.Rate); err != nil {
		writeFault(w, err)
		return
	}
	read := f.limitBody(w, r, h.Spec.Body)
	in := h.newIn()
	key, err := readInput(r, h.Spec, in)
	if err != nil {
		writeFault(w, f.skew(r, err))
		return
	}
	read()
	ctx := context.WithValue(WithKey(r.Context(), key), requestContext{}, &requestInfo{r: r})
	answer, err := f.call(ctx, h, in)
	if err != nil {
		if r.Context().Err() == nil {
			writeFault(w, err)
		}
		return
	}
	writeJSON(w, http.StatusOK, answer)
}

// limitBody bounds how much a body is and how long it may take to come: BodyWithin for every started 64 KiB of the most.
// read is to be called when all of it was read; what comes after that has all its time. Otherwise the limit stays: net/http
// waits for the rest before it answers.
func (f *Functions) limitBody(w http.ResponseWriter, r *http.Request, most int64) (read func()) {
	r.Body = http.MaxBytesReader(w, r.Body, most)
	conn := http.NewResponseController(w)
	if conn.SetReadDeadline(time.Now().Add(f.cfg.BodyWithin*time.Duration((most+64<<10-1)/(64<<10)))) != nil {
		return func() {} // no connection: a call in process
	}
	return func() { _ = conn.SetReadDeadline(time.Time{}) }
}

func (f *Functions) lookup(r *http.Request) (*handler, error) {
	name := strings.TrimPrefix(r.URL.Path, "/fn/")
	h := f.table[name]
	if h == nil {
		return nil, f.skew(r, fault.New(fault.NotFound, "There is no function %q here.", printable(name)))
	}
	switch {
	case r.Method == http.MethodPost:
		return h, nil
	case h.Spec.Command:
		return nil, methodFault("POST", "This can only be done by sending a form.")
	case r.Method == http.MethodGet || r.Method == http.MethodHead:
		return h, nil
	}
	return nil, methodFault("GET, HEAD, POST", "This can only be read.")
}

// skew says "reload" instead of err to a caller whose release is not ours: what it asks for may exist in its release, and
// what cannot be read may be right there. err is of reading the request; what Validate says of it is the same in both.
func (f *Functions) skew(r *http.Request, err error) error {
	e := fault.As(err)
	theirs := r.Header.Get(headerRelease)
	if e == nil || theirs == "" || theirs == f.release || e.Code != fault.NotFound && e.Code != fault.Malformed && e.Code != fault.Invalid {
		return err
	}
	return fault.New(fault.Reload, "This page is from an older version. Please load it again; what you typed is kept until you do.")
}

type methodError struct {
	fault *fault.Error
	allow string
}

func (e *methodError) Error() string { return e.fault.Error() }
func (e *methodError) Unwrap() error { return e.fault }

func methodFault(allow, sentence string) error {
	return &methodError{fault.New(fault.Method, "%s", sentence), allow}
}

// readInput fills in from the request and returns the idempotency key it carries.
func readInput(r *http.Request, spec Spec, in any) (key string, err error) {
	key = r.Header.Get(headerKey)
	if r.Method != http.MethodPost {
		return "", readQuery(r, in)
	}
	kind, params, err := bodyKind(r)
	if err != nil {
		return "", err
	}
	switch kind {
	case "application/json":
		err = readJSON(r.Body, in)
	case "application/x-www-form-urlencoded", "multipart/form-data":
		if err = readForm(r, kind, params["boundary"], spec.Body); err == nil {
			if k := r.PostForm.Get(fieldKey); k != "" {
				key = k
			}
			err = decodeForm(in, r.PostForm)
		}
	default:
		err = fault.New(fault.Unsupported, "Please send JSON or a form, not %q.", printable(kind))
	}
	if err == nil && !goodKey(key) {
		err = fault.New(fault.Malformed, "The idempotency key must be 8 to 64 letters, digits or dashes.")
	}
	return key, err
}

// bodyKind is what kind of body comes, in UTF-8 and as it is: Unsupported for any other.
func bodyKind(r *http.Request) (kind string, params map[string]string, err error) {
	kind, params, err = mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil && r.Header.Get("Content-Type") != "" {
		return "", nil, fault.New(fault.Unsupported, "The content type of this request is not understood.")
	}
	if c := params["charset"]; c != "" && !strings.EqualFold(c, "utf-8") && !strings.EqualFold(c, "us-ascii") {
		return "", nil, fault.New(fault.Unsupported, "Please send text as UTF-8, not %q.", printable(c))
	}
	if e := r.Header.Get("Content-Encoding"); e != "" && e != "identity" {
		return "", nil, fault.New(fault.Unsupported, "Please send the request without compression, not as %q.", printable(e))
	}
	return kind, params, nil
}

func readQuery(r *http.Request, in any) error {
	q, err := queryOf(r)
	if err != nil {
		return err
	}
	if s, ok := q["in"]; ok {
		if err := unknownField(q, map[string]bool{"in": true}); err != nil {
			return err
		}
		return readJSON(strings.NewReader(s[len(s)-1]), in)
	}
	return decodeForm(in, q)
}

func queryOf(r *http.Request) (map[string][]string, error) {
	q, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, fault.New(fault.Malformed, "The address is not understood: its query string is broken.")
	}
	return q, nil
}

// readForm reads an urlencoded form, or one of parts of which none is a file, whole.
func readForm(r *http.Request, kind, boundary string, most int64) error {
	var err error
	if kind == "multipart/form-data" {
		err = readParts(r, boundary, most)
	} else {
		err = r.ParseForm()
	}
	if err != nil {
		return bodyFault(err, "The form cannot be read.")
	}
	for _, vs := range r.PostForm {
		for _, v := range vs {
			if !utf8.ValidString(v) {
				return fault.New(fault.Malformed, "This form has text that is not UTF-8.")
			}
		}
	}
	return nil
}

func readParts(r *http.Request, boundary string, most int64) error {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	if boundary != "" && !bytes.Contains(body, []byte("--"+boundary+"--")) { // what ends within a part's header passes for whole
		return io.ErrUnexpectedEOF
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	if err := r.ParseMultipartForm(most); err != nil {
		return err
	}
	if len(r.MultipartForm.File) > 0 {
		return fault.New(fault.Malformed, "This form takes no files.")
	}
	return nil
}

func bodyFault(err error, sentence string) error {
	var big *http.MaxBytesError
	if fault.As(err) != nil {
		return err
	}
	if errors.As(err, &big) {
		return fault.New(fault.TooLarge, "This is too large: at most %d KB can be sent.", big.Limit>>10)
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		sentence = "The request took too long to arrive. Please try again where the connection is better."
	}
	return fault.New(fault.Malformed, "%s", sentence)
}

func writeFault(w http.ResponseWriter, err error) {
	e := setFaultHeaders(w, err)
	writeJSON(w, e.Code.Status(), answer{Fault: e})
}

// setFaultHeaders sets what a fault says beside its status, and returns the fault. An error that is none is Internal.
func setFaultHeaders(w http.ResponseWriter, err error) *fault.Error {
	e := fault.As(err)
	if e == nil {
		e = internal("")
	}
	if e.RetryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(e.RetryAfter))
	}
	var m *methodError
	if errors.As(err, &m) {
		w.Header().Set("Allow", m.allow)
	}
	return e
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	b, err := json.Marshal(v)
	if err != nil {
		status, b = http.StatusInternalServerError, []byte(`{"fault":{"code":"internal","message":"The answer could not be written."}}`)
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(b)))
	w.WriteHeader(status)
	_, _ = w.Write(b)
}
