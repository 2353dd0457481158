package eventsui

import (
	"net/url"
	"strings"
	"syscall/js"

	"groundswell/shared/events"
)

// landingKey is where the tab keeps how its visitor came: an address with the tags and the referrer in its query.
const landingKey = "landing"

// NoteLanding keeps, for this tab and as long as it is open, the tags of the address that was opened and the page its link
// stood on. A later arrival from elsewhere takes the place of the first. The program calls it when it starts.
func NoteLanding() {
	defer ignore()
	q, err := url.ParseQuery(strings.TrimPrefix(js.Global().Get("location").Get("search").String(), "?"))
	if err != nil {
		return
	}
	kept := url.Values{}
	for _, tag := range []string{"utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content"} {
		if v := q.Get(tag); v != "" && len(v) < 1000 {
			kept.Set(tag, v)
		}
	}
	from, err := url.Parse(js.Global().Get("document").Get("referrer").String())
	if err == nil && from.Host != "" && from.Host != js.Global().Get("location").Get("host").String() {
		kept.Set("referrer", from.Scheme+"://"+from.Host+from.EscapedPath())
	}
	if len(kept) > 0 {
		js.Global().Get("sessionStorage").Call("setItem", landingKey, kept.Encode())
	}
}

func landing() (s events.Source) {
	defer ignore()
	kept := js.Global().Get("sessionStorage").Call("getItem", landingKey)
	if kept.Type() != js.TypeString {
		return s
	}
	q, _ := url.ParseQuery(kept.String())
	return events.Source{Campaign: q.Get("utm_campaign"), Content: q.Get("utm_content"), Medium: q.Get("utm_medium"),
		Origin: q.Get("utm_source"), Term: q.Get("utm_term"), Referrer: q.Get("referrer")}
}

// ignore is for browsers that refuse to store anything: then nothing is known.
func ignore() { _ = recover() }
