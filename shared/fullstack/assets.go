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

	"github.com/andybalholm/brotli"
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
	others  *others
}

const staticFolder = "/static/"

// asset is a file in the forms it is sent in.
type asset struct {
	kind        string
	content     []byte // the form that the hash in its name is of
	raw, br, gz []byte // raw is nil when only compressed forms were built
	etag        string
}

// newAsset makes a file of its content. Icons are not compressed, and a browser program's content is.
func newAsset(ext string, content []byte) *asset {
	sum := sha256.Sum256(content)
	f := &asset{kind: kindOf(ext), content: content, etag: `"` + hex.EncodeToString(sum[:12])}
	switch ext {
	case ".wasm":
		f.br = content
	case ".css", ".js":
		f.raw, f.br, f.gz = content, compressBrotli(content, 9), compressGzip(content, 9)
	default:
		f.raw = content
	}
	return f
}

// kindOf is the content type of files that end so; "" when we have none.
func kindOf(ext string) string {
	return map[string]string{
		".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".wasm": "application/wasm",
		".png": "image/png", ".svg": "image/svg+xml", ".ico": "image/x-icon",
	}[ext]
}

func (f *asset) size() int { return len(f.raw) + len(f.br) + len(f.gz) }

// newAssets collects the stylesheet, the scripts, the icons and, if it was built, the browser program.
func newAssets(cfg SiteConfig) (*assets, error) {
	others, err := newOthers(cfg)
	if err != nil {
		return nil, err
	}
	a := &assets{files: map[string]*asset{}, byName: map[string]string{}, others: others}
	all := sha256.New()
	add := func(name string, content []byte) *asset {
		sum := sha256.Sum256(content)
		all.Write(sum[:])
		ext := path.Ext(name)
		url := staticFolder + strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:hashInName]) + ext
		a.files[url], a.byName[name] = newAsset(ext, content), url
		return a.files[url]
	}
	add("app.css", cfg.CSS)
	for _, name := range []string{"loader.js", "rehearse.js", "hydrate.js", "frame.js"} {
		b, err := scripts.ReadFile("js/" + name)
		if err != nil {
			return nil, fmt.Errorf("script %s: %w", name, err)
		}
		add(name, b)
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
	a.worker, err = a.workerScript(worker, cfg.App)
	return a, err
}

// addClient adds wasm/<app>/dist. A build without it serves the same pages, native for good.
func (a *assets) addClient(dist fs.FS, add func(string, []byte) *asset) error {
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
	br, err := fs.ReadFile(dist, "app.wasm.br")
	if err != nil {
		return fmt.Errorf("browser program: %w", err)
	}
	gz, err := fs.ReadFile(dist, "app.wasm.gz")
	if err != nil {
		return fmt.Errorf("browser program: %w", err)
	}
	add("wasm_exec.js", exec)
	add("app.wasm", br).gz = gz
	a.client = true
	return nil
}

func (a *assets) addIcons(icons fs.FS, add func(string, []byte) *asset) error {
	if icons == nil {
		return nil
	}
	names, err := fs.Glob(icons, "*")
	if err != nil {
		return fmt.Errorf("icons: %w", err)
	}
	slices.Sort(names)
	for _, name := range names {
		if !strings.HasPrefix(kindOf(path.Ext(name)), "image/") {
			continue
		}
		b, err := fs.ReadFile(icons, name)
		if err != nil {
			return fmt.Errorf("icon %s: %w", name, err)
		}
		add(name, b)
		a.icons = append(a.icons, name)
	}
	return nil
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

// workerScript is sw.js with this build's configuration on its first line. It leaves functions and secrets to the network.
func (a *assets) workerScript(script []byte, app App) ([]byte, error) {
	var shell []string
	for _, name := range []string{"app.css", "loader.js", "rehearse.js", "hydrate.js", "wasm_exec.js", "app.wasm", "favicon.svg"} {
		if u := a.byName[name]; u != "" {
			shell = append(shell, u)
		}
	}
	config, err := json.Marshal(map[string]any{
		"release": a.release, "shell": shell, "offline": "/offline", "never": append([]string{"/fn/"}, app.SecretPaths()...),
	})
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

// serve answers a hashed file of this release or of another, for ever cacheable; otherwise it says so plainly, for no
// person reads it.
func (a *assets) serve(w http.ResponseWriter, r *http.Request) {
	f := a.files[r.URL.Path]
	if f == nil {
		var err error
		if f, err = a.others.get(r.Context(), r.PathValue("name")); err != nil {
			w.Header().Set("Cache-Control", "no-store")
			e := setFaultHeaders(w, err)
			http.Error(w, e.Message, e.Code.Status())
			return
		}
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
	if enc != "" {
		h.Set("Content-Encoding", enc)
	}
	etag := f.etag + suffix(enc) + `"`
	if body != nil {
		serveBytes(w, r, f.kind, body, etag)
	} else if begin(w, r, f.kind, etag) { // for the rare client that accepts no compression, never more than it takes: a program is many megabytes
		_, _ = io.Copy(w, brotli.NewReader(bytes.NewReader(f.br)))
	}
}

func serveBytes(w http.ResponseWriter, r *http.Request, kind string, body []byte, etag string) {
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	if begin(w, r, kind, etag) {
		_, _ = w.Write(body)
	}
}

// begin writes the head of an answer, and says whether a body is to follow: to GET, for a client that has not got it yet.
func begin(w http.ResponseWriter, r *http.Request, kind, etag string) bool {
	h := w.Header()
	h.Set("Etag", etag)
	if matches(r.Header.Get("If-None-Match"), etag) {
		h.Del("Content-Length")
		w.WriteHeader(http.StatusNotModified)
		return false
	}
	h.Set("Content-Type", kind)
	return r.Method != http.MethodHead
}
