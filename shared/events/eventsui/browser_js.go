package eventsui

import (
	"strings"
	"syscall/js"
	"time"
)

// viewerZone asks the browser how clocks where it runs show t; Go's own local zone there knows today's offset only.
func viewerZone(t time.Time) (abbr string, offset int, ok bool) {
	date := js.Global().Get("Date").New(float64(t.UnixMilli()))
	offset = -60 * date.Call("getTimezoneOffset").Int()
	words := strings.Fields(date.Call("toLocaleTimeString", "en-US", map[string]any{"timeZoneName": "short"}).String())
	if len(words) > 0 {
		abbr = words[len(words)-1]
	}
	return abbr, offset, true
}

func canShare() bool {
	navigator := js.Global().Get("navigator")
	return navigator.Get("share").Truthy() || navigator.Get("clipboard").Truthy()
}

// share opens the share sheet or copies the link; it reports whether it copied.
func share(title, path string) (copied bool) {
	navigator := js.Global().Get("navigator")
	url := js.Global().Get("location").Get("origin").String() + path
	// Both answer with a promise that fails when the person changes their mind: that is not ours to report.
	ignore := js.Global().Get("Function").Get("prototype")
	if navigator.Get("share").Truthy() {
		navigator.Call("share", map[string]any{"title": title, "url": url}).Call("catch", ignore)
		return false
	}
	navigator.Get("clipboard").Call("writeText", url).Call("catch", ignore)
	return true
}

func canLocate() bool { return js.Global().Get("navigator").Get("geolocation").Truthy() }

// locate asks for the device's place and answers once: with degrees, or with the words for why there are none.
func locate(answer func(latitude, longitude float64, problem string)) {
	var found, failed js.Func
	release := func() { found.Release(); failed.Release() }
	found = js.FuncOf(func(_ js.Value, args []js.Value) any {
		release()
		at := args[0].Get("coords")
		answer(at.Get("latitude").Float(), at.Get("longitude").Float(), "")
		return nil
	})
	failed = js.FuncOf(func(_ js.Value, args []js.Value) any {
		release()
		if args[0].Get("code").Int() == 1 { // PERMISSION_DENIED
			answer(0, 0, "Your browser keeps your place to itself. A city or ZIP code does the same.")
			return nil
		}
		answer(0, 0, "Your place could not be found. A city or ZIP code does the same.")
		return nil
	})
	js.Global().Get("navigator").Get("geolocation").Call("getCurrentPosition", found, failed,
		map[string]any{"timeout": 15000, "maximumAge": 600000})
}
