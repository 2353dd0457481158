//go:build !js

package fullstack

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
)

// embed writes the document of an embedded page and says who may frame it.
func (s *Site) embed(l loaded, self string) (doc []byte, frame string, err error) {
	if d, ok := l.data.(interface{ FrameAncestors() []string }); ok {
		frame = frameAncestors(d.FrameAncestors())
	}
	b, err := s.appendPage(make([]byte, 0, 16<<10), l, self, s.headEmbedded, nil)
	if err != nil {
		return nil, "", err
	}
	b = append(b, `</div><script defer src="`+s.assets.byName["frame.js"]+`" data-parents="`+frame...)
	return append(b, `"></script></body></html>`...), frame, nil
}

// frameAncestor is what may stand in the policy: nothing that could end the directive or the header.
var frameAncestor = regexp.MustCompile(`^(https:|https?://[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?)$`)

func frameAncestors(sources []string) string {
	var kept []string
	for _, source := range sources {
		if frameAncestor.MatchString(source) {
			kept = append(kept, source)
		}
	}
	return strings.Join(kept, " ")
}

// allowFrame opens the two headers that keep a page out of other sites' frames. Cross-Origin-Opener-Policy is left: it is
// about windows, and a frame has none.
func allowFrame(h http.Header, sources string) {
	const closed = "frame-ancestors 'none'"
	policy := h.Get("Content-Security-Policy")
	if !strings.Contains(policy, closed) {
		policy = strings.TrimPrefix(policy+"; "+closed, "; ")
	}
	h.Set("Content-Security-Policy", strings.Replace(policy, closed, "frame-ancestors "+sources, 1))
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
}

// withQuery adds the parameters that to does not name itself.
func withQuery(to string, query url.Values) string {
	u, err := url.Parse(to)
	if err != nil {
		return to
	}
	all := u.Query()
	for name, values := range query {
		if !all.Has(name) {
			all[name] = values
		}
	}
	u.RawQuery = all.Encode()
	return u.String()
}
