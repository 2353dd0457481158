//go:build !js

package fullstack

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/klauspost/compress/gzip"
)

//go:embed js/*.js
var scripts embed.FS

// assets are the files of one build, in memory, each under a name that holds its hash, so that it never changes.
type assets struct {
	release string
	files   map[string]*asset // by URL
	byName  map[string]string // "app.wasm" -> URL
	worker  []byte
	icons   []string
	client  bool // the browser program is part of this build
}

type asset struct {
	kind        string
	raw, br, gz []byte // raw is nil when only compressed forms were built
	etag        string
}

// newAssets collects the stylesheet, the scripts, the icons and, if it was built, the browser program.
func newAssets(cfg SiteConfig) (*assets, error) {
	a := &assets{files: map[string]*asset{}, byName: map[string]string{}}
	all := sha256.New()
	add := func(name string, f *asset) {
		content := f.raw
		if content == nil {
			content = f.gz
		}
		sum := sha256.Sum256(content)
		all.Write(sum[:])
		ext := path.Ext(name)
		url := "/static/" + strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:6]) + ext
		f.etag = `"` + hex.EncodeToString(sum[:12])
		a.files[url], a.byName[name] = f, url
	}
	add("app.css", compressed("text/css; charset=utf-8", cfg.CSS))
	for _, name := range []string{"loader.js", "rehearse.js", "hydrate.js", "frame.js"} {
		b, err := scripts.ReadFile("js/" + name)
		if err != nil {
			return nil, fmt.Errorf("script %s: %w", name, err)
		}
		add(name, compressed("text/javascript; charset=utf-8", b))
	}
	if err := a.addClient(cfg.Client, add); err != nil {
		return nil, err
	}
	if err := a.addIcons(cfg.Icons, add); err != nil {
		return nil, err
	}
	worker, err := scripts.ReadFile("js/sw.js")
	if err != nil {
		return nil, fmt.Errorf("script sw.js: %w", err)
	}
	all.Write(worker)
	a.release = hex.EncodeToString(all.Sum(nil)[:6])
	a.worker, err = a.workerScript(worker)
	return a, err
}

// addClient adds wasm/<app>/dist. A build without it serves the same pages, native for good.
func (a *assets) addClient(dist fs.FS, add func(string, *asset)) error {
	if dist == nil {
		return nil
	}
	exec, err := fs.ReadFile(dist, "wasm_exec.js")
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("browser program: %w", err)
	}
	wasm := &asset{kind: "application/wasm"}
	if wasm.br, err = fs.ReadFile(dist, "app.wasm.br"); err != nil {
		return fmt.Errorf("browser program: %w", err)
	}
	if wasm.gz, err = fs.ReadFile(dist, "app.wasm.gz"); err != nil {
		return fmt.Errorf("browser program: %w", err)
	}
	add("wasm_exec.js", compressed("text/javascript; charset=utf-8", exec))
	add("app.wasm", wasm)
	a.client = true
	return nil
}

func (a *assets) addIcons(icons fs.FS, add func(string, *asset)) error {
	if icons == nil {
		return nil
	}
	names, err := fs.Glob(icons, "*")
	if err != nil {
		return fmt.Errorf("icons: %w", err)
	}
	slices.Sort(names)
	for _, name := range names {
		kind := map[string]string{".png": "image/png", ".svg": "image/svg+xml", ".ico": "image/x-icon"}[path.Ext(name)]
		if kind == "" {
			continue
		}
		b, err := fs.ReadFile(icons, name)
		if err != nil {
			return fmt.Errorf("icon %s: %w", name, err)
		}
		add(name, &asset{kind: kind, raw: b})
		a.icons = append(a.icons, name)
	}
	return nil
}

func compressed(kind string, b []byte) *asset {
	return &asset{kind: kind, raw: b, br: compressBrotli(b, 9), gz: compressGzip(b, 9)}
}

const colorScheme = `<meta name="color-scheme" content="light dark">`

// tags are the parts of every document that name assets: the end of the head, and the loader's script element.
func (a *assets) tags(app App, cfg SiteConfig) (head, body []byte) {
	link := func(l Link) { head = l.element().append(head, "") }
	link(Link{Rel: "stylesheet", Href: a.byName["app.css"]})
	link(Link{Rel: "manifest", Href: "/manifest.webmanifest"})
	if u := a.byName["favicon.svg"]; u != "" {
		link(Link{Rel: "icon", Href: u, Type: "image/svg+xml"})
	}
	if u := a.byName["icon-192.png"]; u != "" {
		link(Link{Rel: "apple-touch-icon", Href: u})
	}
	for _, theme := range [][2]string{{"light", app.ThemeLight}, {"dark", app.ThemeDark}} {
		if theme[1] != "" {
			media := "(prefers-color-scheme: " + theme[0] + ")"
			head = headElement{"meta", [][2]string{{"name", "theme-color"}, {"media", media}, {"content", theme[1]}}, ""}.append(head, "")
		}
	}
	head = append(head, colorScheme...)

	body = append(body, `<script defer id="fullstack-loader" src="`+a.byName["loader.js"]+`" data-release="`+a.release+`" data-sw="/sw.js" data-origin="`...)
	body = append(appendEscaped(body, strings.TrimSuffix(cfg.Origin, "/")), '"')
	if a.client {
		for _, name := range [][2]string{{"wasm", "app.wasm"}, {"exec", "wasm_exec.js"}, {"rehearse", "rehearse.js"}, {"hydrate", "hydrate.js"}} {
			body = append(body, ` data-`+name[0]+`="`+a.byName[name[1]]+`"`...)
		}
	}
	if cfg.DevReload != "" {
		body = append(appendEscaped(append(body, ` data-dev="`...), cfg.DevReload), '"')
	}
	return head, append(body, `></script>`...)
}

// workerScript is sw.js with this build's configuration on its first line.
func (a *assets) workerScript(script []byte) ([]byte, error) {
	shell := []string{"/offline"}
	for _, name := range []string{"app.css", "loader.js", "rehearse.js", "hydrate.js", "wasm_exec.js", "app.wasm", "favicon.svg"} {
		if u := a.byName[name]; u != "" {
			shell = append(shell, u)
		}
	}
	config, err := json.Marshal(map[string]any{"release": a.release, "shell": shell, "offline": "/offline"})
	if err != nil {
		return nil, fmt.Errorf("service worker configuration: %w", err)
	}
	return slices.Concat([]byte("const CONFIG = "), config, []byte(";\n"), script), nil
}

func (a *assets) mount(mux *http.ServeMux) {
	mux.HandleFunc("GET /static/{name}", a.serve)
	mux.HandleFunc("GET /sw.js", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-cache")
		serveBytes(w, r, "text/javascript; charset=utf-8", a.worker, `"`+a.release+`"`)
	})
	if u := a.byName["favicon.svg"]; u != "" {
		mux.Handle("GET /favicon.ico", http.RedirectHandler(u, http.StatusFound))
	}
}

// serve answers a hashed file, for ever cacheable; a name of another build is not found, plainly, for no person reads it.
func (a *assets) serve(w http.ResponseWriter, r *http.Request) {
	f := a.files[r.URL.Path]
	if f == nil {
		w.Header().Set("Cache-Control", "no-store")
		http.Error(w, "not found", http.StatusNotFound)
		return
	}
	h := w.Header()
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Vary", "Accept-Encoding")
	enc := acceptedEncoding(r.Header.Get("Accept-Encoding"))
	body := f.raw
	switch {
	case enc == "br" && len(f.br) > 0:
		body = f.br
	case enc == "gzip" && len(f.gz) > 0:
		body = f.gz
	default:
		enc = ""
	}
	if body == nil {
		body = inflate(f.gz)
	}
	if enc != "" {
		h.Set("Content-Encoding", enc)
	}
	serveBytes(w, r, f.kind, body, f.etag+suffix(enc)+`"`)
}

func serveBytes(w http.ResponseWriter, r *http.Request, kind string, body []byte, etag string) {
	h := w.Header()
	h.Set("Etag", etag)
	if matches(r.Header.Get("If-None-Match"), etag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Type", kind)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if r.Method != http.MethodHead {
		_, _ = w.Write(body)
	}
}

// inflate serves the rare client that accepts no compression.
func inflate(gz []byte) []byte {
	r, err := gzip.NewReader(bytes.NewReader(gz))
	if err != nil {
		return nil
	}
	b, err := io.ReadAll(r)
	if err != nil {
		return nil
	}
	return b
}
