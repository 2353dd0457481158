//go:build js

package fullstack

import (
	"encoding/json"
	"strconv"
	"syscall/js"
	"time"
)

const (
	mostKept  = 10  // pages kept for back and forward
	mostMarks = 200 // scroll positions remembered
	keptFor   = 5 * time.Minute
	stateKey  = "fullstack"
	scrollKey = "fullstack:scroll"
)

// past is the session's history: where each entry was scrolled to, and the last pages, so that a step back shows at
// once what was there. Each history entry has a key of its own in history.state.
type past struct {
	key     string // of the current entry
	url     string // of the current entry
	made    int
	scrolls map[string][2]float64
	pages   []keptPage
}

type keptPage struct {
	key  string
	page *page
	at   time.Time
}

// start takes over scroll restoration while the program runs; the browser has it whenever the document is left.
func (p *past) start() {
	p.scrolls = map[string][2]float64{}
	if s := storage(); s.Truthy() {
		if text := s.Call("getItem", scrollKey); text.Type() == js.TypeString {
			_ = json.Unmarshal([]byte(text.String()), &p.scrolls) // unreadable: nothing is remembered
		}
	}
	p.url = address()
	if p.key = keyOfEntry(); p.key == "" {
		p.replace(p.url)
	}
	history().Set("scrollRestoration", "manual")
}

// leave gives scroll restoration back and stores the positions; the document may be thrown away now.
func (p *past) leave() {
	p.keepScroll()
	history().Set("scrollRestoration", "auto")
	if s := storage(); s.Truthy() {
		if b, err := json.Marshal(p.scrolls); err == nil {
			s.Call("setItem", scrollKey, string(b))
		}
	}
}

// keep remembers the scroll of the current entry, and its page if that can be shown again.
func (p *past) keep(shown *page) {
	p.keepScroll()
	p.forget(p.key)
	if shown.fault != nil || shown.first {
		return
	}
	p.pages = append(p.pages, keptPage{p.key, shown, time.Now()})
	if len(p.pages) > mostKept {
		p.pages = append(p.pages[:0], p.pages[1:]...)
	}
}

func (p *past) forget(key string) {
	for i, k := range p.pages {
		if k.key == key {
			p.pages = append(p.pages[:i], p.pages[i+1:]...)
			return
		}
	}
}

// find returns the page of an entry if it is kept and fresh enough.
func (p *past) find(key string) *page {
	for _, k := range p.pages {
		if k.key == key && time.Since(k.at) < keptFor {
			return k.page
		}
	}
	return nil
}

// forgetPages is for when something was changed: what was read before may be wrong.
func (p *past) forgetPages() { p.pages = nil }

func (p *past) keepScroll() {
	p.scrolls[p.key] = [2]float64{js.Global().Get("scrollX").Float(), js.Global().Get("scrollY").Float()}
}

func (p *past) scroll(key string) (x, y float64, known bool) {
	at, known := p.scrolls[key]
	return at[0], at[1], known
}

func (p *past) push(url string)    { p.write("pushState", url) }
func (p *past) replace(url string) { p.write("replaceState", url) }

func (p *past) write(method, url string) {
	p.made++
	key := strconv.FormatInt(time.Now().UnixMilli(), 36) + "." + strconv.Itoa(p.made)
	history().Call(method, map[string]any{stateKey: key}, "", url)
	p.key, p.url = key, url
	if len(p.scrolls) > mostMarks {
		clear(p.scrolls)
	}
}

// enter notes that the browser went to an entry by itself.
func (p *past) enter(key string) { p.key, p.url = key, address() }

// entered is the key of the entry the browser is in now; one made by others gets a key.
func (p *past) entered() string {
	key := keyOfEntry()
	if key == "" {
		p.made++
		key = strconv.FormatInt(time.Now().UnixMilli(), 36) + "." + strconv.Itoa(p.made)
		history().Call("replaceState", map[string]any{stateKey: key}, "", address())
	}
	return key
}

func keyOfEntry() string {
	state := history().Get("state")
	if state.Type() != js.TypeObject {
		return ""
	}
	if key := state.Get(stateKey); key.Type() == js.TypeString {
		return key.String()
	}
	return ""
}

func history() js.Value { return js.Global().Get("history") }

// storage is sessionStorage, or nothing where the browser forbids it.
func storage() (s js.Value) {
	defer func() {
		if recover() != nil {
			s = js.Null()
		}
	}()
	return js.Global().Get("sessionStorage")
}
