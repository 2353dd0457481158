//go:build !js

package fullstack

import (
	"cmp"
	"encoding/json"
	"net/http"
	"strings"
)

type manifest struct {
	ID              string         `json:"id"`
	Name            string         `json:"name"`
	ShortName       string         `json:"short_name"`
	Description     string         `json:"description,omitempty"`
	Lang            string         `json:"lang"`
	StartURL        string         `json:"start_url"`
	Scope           string         `json:"scope"`
	Display         string         `json:"display"`
	BackgroundColor string         `json:"background_color,omitempty"`
	ThemeColor      string         `json:"theme_color,omitempty"`
	Icons           []manifestIcon `json:"icons"`
}

type manifestIcon struct {
	Src     string `json:"src"`
	Sizes   string `json:"sizes"`
	Type    string `json:"type"`
	Purpose string `json:"purpose,omitempty"`
}

// serveManifest answers the web app manifest (W3C Application Manifest), made from the App.
func (s *Site) serveManifest(w http.ResponseWriter, r *http.Request) {
	m := manifest{
		ID: "/", Name: s.app.Name, ShortName: cmp.Or(s.app.ShortName, s.app.Name), Description: s.app.Description,
		Lang: s.app.Lang, StartURL: "/", Scope: "/", Display: "standalone",
		BackgroundColor: s.app.ThemeLight, ThemeColor: s.app.ThemeLight,
	}
	for _, name := range s.assets.icons {
		if icon, ok := iconOf(name); ok {
			icon.Src = s.assets.byName[name]
			m.Icons = append(m.Icons, icon)
		}
	}
	b, err := json.Marshal(m)
	if err != nil {
		s.writeError(w, r, err)
		return
	}
	w.Header().Set("Cache-Control", "public, max-age=3600")
	serveBytes(w, r, "application/manifest+json", b, `"`+s.assets.release+`"`)
}

// iconOf reads what an icon is for from its name: icon-192.png, icon-maskable-512.png, favicon.svg.
func iconOf(name string) (manifestIcon, bool) {
	size, isIcon := strings.CutPrefix(strings.TrimSuffix(name, ".png"), "icon-")
	if !isIcon || !strings.HasSuffix(name, ".png") {
		return manifestIcon{}, false
	}
	icon := manifestIcon{Type: "image/png", Purpose: "any"}
	if s, ok := strings.CutPrefix(size, "maskable-"); ok {
		size, icon.Purpose = s, "maskable"
	}
	icon.Sizes = size + "x" + size
	return icon, true
}

// serveOffline answers the page the service worker keeps for when there is no connection.
func (s *Site) serveOffline(w http.ResponseWriter, r *http.Request) {
	l := loaded{head: Head{Title: "You are offline", NoIndex: true}, view: s.app.OfflineView}
	doc, err := s.document(l, state{Offline: true}, "", nil)
	if err != nil {
		s.writeError(w, r, err)
		return
	}
	page := newRendered(http.StatusOK, doc)
	page.control = "no-cache"
	s.write(w, r, page)
}
