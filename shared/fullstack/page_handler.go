//go:build !js

package fullstack

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"groundswell/shared/fault"
)

// pageHandler serves one route: GET shows it, POST is one of its forms.
type pageHandler struct {
	site   *Site
	route  Route
	params []string // the query parameters the page reads
}

// ServeHTTP answers with the page, a redirect, or the designed page of the fault.
func (h *pageHandler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch r.Method {
	case http.MethodGet, http.MethodHead:
		h.get(w, r)
		return
	case http.MethodPost:
		if len(h.route.Actions()) > 0 {
			h.post(w, r)
			return
		}
	}
	allow := "GET, HEAD"
	if len(h.route.Actions()) > 0 {
		allow += ", POST"
	}
	h.site.writeError(w, r, methodFault(allow, "This page cannot be used that way. Open it again from its link."))
}

func (h *pageHandler) get(w http.ResponseWriter, r *http.Request) {
	s := h.site
	if err := s.fns.cfg.Limit(r.Context(), RateRead); err != nil {
		s.writeError(w, r, err)
		return
	}
	query, err := queryOf(r)
	if err != nil {
		s.writeError(w, r, err)
		return
	}
	query = h.readable(query)
	path := pathValues(r, h.route.Pattern())
	policy := h.route.CachePolicy()
	if !policy.Private && s.cfg.PageBytes >= 0 {
		page, outcome := s.cache.get(r.Context(), h.cacheKey(r, query), policy, func(ctx context.Context) *rendered {
			return h.renderShared(ctx, r.URL.EscapedPath(), path, query, policy)
		})
		if !page.private {
			s.cfg.Observe(h.route.Pattern(), outcome)
			s.write(w, r, page)
			return
		}
	}
	info := &requestInfo{r: r}
	ctx := context.WithValue(r.Context(), requestContext{}, info)
	var fresh *Submission
	if policy.Private || s.cfg.PageBytes >= 0 { // this visitor's alone
		fresh = &Submission{Key: newKey()}
	}
	visitor := &stream{w: w, r: r}
	if r.Method == http.MethodHead || h.route.embedded() {
		visitor = nil
	}
	page := s.render(ctx, h.route, r.URL.EscapedPath(), path, query, fresh, visitor)
	if page == nil {
		s.cfg.Observe(h.route.Pattern(), "streamed")
		return
	}
	page.private = policy.Private || info.read.Load()
	if page.shareable() {
		page.control = policy.control()
	}
	s.cfg.Observe(h.route.Pattern(), codeOf(page.err))
	s.write(w, r, page)
}

// renderShared renders for everybody. A Load that asks for the request gets none and makes the result private: then
// nobody else may have it, and each visitor's own request renders again.
func (h *pageHandler) renderShared(ctx context.Context, self string, path map[string]string, query map[string][]string, policy Cache) *rendered {
	info := &requestInfo{r: &http.Request{Method: http.MethodGet, URL: &url.URL{Path: self}, Header: http.Header{}}}
	page := h.site.render(context.WithValue(ctx, requestContext{}, info), h.route, self, path, query, nil, nil)
	page.private = info.read.Load()
	if page.shareable() {
		page.control = policy.control()
	}
	return page
}

// readable is what the page reads of a query string. The page is rendered from it and from nothing else, and kept under
// it, so that no two readings of one address can differ.
func (h *pageHandler) readable(query map[string][]string) map[string][]string {
	known := map[string][]string{}
	for _, name := range h.params {
		if v := query[name]; slices.ContainsFunc(v, func(s string) bool { return s != "" }) {
			known[name] = v
		}
	}
	return known
}

// cacheKey names a shared page: its path and the query parameters it reads, in one order.
func (h *pageHandler) cacheKey(r *http.Request, readable map[string][]string) string {
	return r.URL.EscapedPath() + "?" + url.Values(readable).Encode()
}

// post runs the form the request names. Success sends the visitor on; a fault shows the page again with what was typed.
func (h *pageHandler) post(w http.ResponseWriter, r *http.Request) {
	s := h.site
	to, sub, err := h.submit(w, r)
	if query, bad := queryOf(r); err == nil && bad == nil && h.route.embedded() {
		to = withQuery(to, h.readable(query))
	}
	switch {
	case err == nil && wantsJSON(r):
		w.Header().Set("Cache-Control", "no-store")
		writeJSON(w, http.StatusOK, answer{To: localPath(to)})
	case err == nil:
		w.Header().Set("Cache-Control", "no-store")
		http.Redirect(w, r, localPath(to), http.StatusSeeOther)
	case sub != nil && r.Context().Err() != nil: // the visitor left; a form that did not come ends the context, too
		return
	case wantsJSON(r):
		w.Header().Set("Cache-Control", "no-store")
		writeFault(w, err)
	case sub == nil || errors.Is(err, fault.New(fault.TooMany, "")): // refusing somebody must not cost the page's queries
		s.writeError(w, r, err)
	default:
		h.showAgain(w, r, sub, err)
	}
}

func (h *pageHandler) submit(w http.ResponseWriter, r *http.Request) (to string, sub *Submission, err error) {
	spec, err := h.readPost(w, r)
	if err != nil {
		return "", nil, h.site.fns.skew(r, err)
	}
	action := h.action(spec.Name)
	sub = &Submission{Form: r.PostForm.Get(fieldForm), Values: typed(r.PostForm)}
	if err := h.site.fns.cfg.Limit(r.Context(), spec.Rate); err != nil {
		return "", sub, err
	}
	if age, err := strconv.Atoi(r.Header.Get(headerAge)); err == nil && int64(age) < spec.LeastTime.Milliseconds() {
		return "", sub, fault.New(fault.Invalid, "That was faster than a person fills in this form. If you are one, please press the button once more.")
	}
	key := r.PostForm.Get(fieldKey)
	if key == "" {
		key = r.Header.Get(headerKey)
	}
	if !goodKey(key) {
		return "", sub, fault.New(fault.Malformed, "This form's key is broken. Please load the page again.")
	}
	ctx := context.WithValue(WithKey(r.Context(), key), requestContext{}, &requestInfo{r: r})
	to, err = action.run(
		func(spec Spec, in, out any) error { return h.site.fns.CallFunction(ctx, spec, in, out) },
		func(in any) error {
			err := decodeForm(in, r.PostForm)
			if query, broken := queryOf(r); err == nil && broken == nil {
				decodeAddress(in, query)
			}
			return h.site.fns.skew(r, err)
		})
	return to, sub, err
}

// readPost reads the form and finds the command it is for.
func (h *pageHandler) readPost(w http.ResponseWriter, r *http.Request) (spec Spec, err error) {
	most := int64(64 << 10)
	for _, a := range h.route.Actions() {
		most = max(most, a.FunctionSpec().Body)
	}
	read := h.site.fns.limitBody(w, r, most)
	kind, params, err := bodyKind(r)
	if err != nil {
		return spec, err
	}
	if kind != "application/x-www-form-urlencoded" && kind != "multipart/form-data" {
		return spec, fault.New(fault.Unsupported, "This page takes forms, not %q.", printable(kind))
	}
	if err := readForm(r, kind, params["boundary"], most); err != nil {
		return spec, err
	}
	read()
	action := h.action(r.PostForm.Get(fieldFunction))
	if action == nil {
		return spec, fault.New(fault.Malformed, "This form is not known here any more. Please load the page again.")
	}
	return action.FunctionSpec(), nil
}

func (h *pageHandler) action(name string) Action {
	for _, a := range h.route.Actions() {
		if a.FunctionSpec().Name == name {
			return a
		}
	}
	return nil
}

// showAgain renders the page with the refused form, under the fault's status.
func (h *pageHandler) showAgain(w http.ResponseWriter, r *http.Request, sub *Submission, err error) {
	s := h.site
	err = s.fns.fault(r.Context(), "form on "+h.route.Pattern(), err)
	sub.Fault, sub.Key = setFaultHeaders(w, err), newKey()
	query, qerr := queryOf(r)
	if qerr != nil {
		query = nil
	}
	ctx := context.WithValue(r.Context(), requestContext{}, &requestInfo{r: r})
	page := s.render(ctx, h.route, r.URL.EscapedPath(), pathValues(r, h.route.Pattern()), query, sub, nil)
	if page.err == nil {
		page.status = sub.Fault.Code.Status()
	}
	s.write(w, r, page)
}

// render makes the document of a route. A fault of Load, an encoder error or a panic gives the designed error page, with
// err set; a redirect gives err alone. With a visitor, a page that has to wait for a part of itself is sent to them meanwhile;
// then there is nothing left to write, and page is nil.
func (s *Site) render(ctx context.Context, route Route, self string, path map[string]string, query map[string][]string, sub *Submission,
	visitor *stream) (page *rendered) {
	failed := func(ctx context.Context, err error) error { return s.fns.fault(ctx, "page "+route.Pattern(), err) }
	defer func() {
		if p := recover(); p == http.ErrAbortHandler {
			panic(p)
		} else if p != nil {
			err := failed(ctx, panicked(p))
			if visitor.reading() {
				visitor.finish(nil, err)
			}
			page = s.renderFault(err)
		}
	}()
	loading, later := deferring(ctx, failed)
	defer later.close()
	l, err := route.load(loading, s.fns, path, query, sub)
	status := http.StatusOK
	if d, ok := l.data.(interface{ PageStatus() int }); ok {
		status = d.PageStatus()
	}
	var flush func([]byte)
	if visitor != nil {
		visitor.status, flush = status, visitor.flush
	}
	var doc []byte
	var frame string
	switch {
	case err != nil:
	case route.embedded():
		doc, frame, err = s.embed(l, self)
	default:
		doc, err = s.document(l, state{Route: route.Pattern()}, self, flush)
	}
	if visitor.reading() {
		visitor.finish(doc, failed(ctx, err))
		return nil
	}
	if err != nil {
		if errors.Is(ctx.Err(), context.Canceled) {
			return &rendered{err: ctx.Err()}
		}
		return s.renderFault(failed(ctx, err))
	}
	page = newRendered(status, doc)
	page.frame, page.partial = frame, later.missing.Load()
	return page
}

func (s *Site) renderFault(err error) *rendered {
	e := fault.As(err)
	if e == nil {
		return &rendered{err: err}
	}
	l := loaded{head: errorHead(e)}
	if s.app.ErrorView != nil {
		l.view = func() app.UI { return s.app.ErrorView(e) }
	}
	doc, encodeErr := s.document(l, state{Fault: e}, "", nil)
	if encodeErr != nil {
		s.cfg.Log.Error("error page failed", "err", encodeErr)
		doc = []byte("<!doctype html><title>Something went wrong</title><p>Something went wrong. Please try again.")
	}
	page := newRendered(e.Code.Status(), doc)
	page.err = err
	return page
}

// writeError answers with the designed page of a fault.
func (s *Site) writeError(w http.ResponseWriter, r *http.Request, err error) {
	s.write(w, r, s.renderFault(s.fns.fault(r.Context(), "request", err)))
}

// typed is what a person entered: the posted values without the kit's own fields.
func typed(form url.Values) map[string][]string {
	out := make(map[string][]string, len(form))
	for name, values := range form {
		if !strings.HasPrefix(name, "_") {
			out[name] = slices.Clone(values)
		}
	}
	return out
}

func wantsJSON(r *http.Request) bool {
	return strings.HasPrefix(r.Header.Get("Accept"), "application/json")
}

// pathValues are the values of a pattern's wildcards.
func pathValues(r *http.Request, pattern string) map[string]string {
	values := map[string]string{}
	for part := range strings.SplitSeq(pattern, "/") {
		if name, ok := strings.CutPrefix(part, "{"); ok && name != "$}" {
			name = strings.TrimSuffix(strings.TrimSuffix(name, "}"), "...")
			values[name] = r.PathValue(name)
		}
	}
	return values
}
