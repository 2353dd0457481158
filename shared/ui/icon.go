package ui

import "github.com/maxence-charriere/go-app/v10/pkg/app"

const svgSpace = "http://www.w3.org/2000/svg"

// IconName names one of the icons. They share a 24 px grid and one stroke.
type IconName string

// The icons.
const (
	IconAccessibility IconName = "accessibility"
	IconAlert         IconName = "alert"
	IconArrowLeft     IconName = "arrow-left"
	IconArrowRight    IconName = "arrow-right"
	IconCalendar      IconName = "calendar"
	IconCheck         IconName = "check"
	IconChevron       IconName = "chevron"
	IconClock         IconName = "clock"
	IconClose         IconName = "close"
	IconExternal      IconName = "external"
	IconFilter        IconName = "filter"
	IconGlobe         IconName = "globe"
	IconHand          IconName = "hand"
	IconHeart         IconName = "heart"
	IconHome          IconName = "home"
	IconInfo          IconName = "info"
	IconLock          IconName = "lock"
	IconMail          IconName = "mail"
	IconMapPin        IconName = "map-pin"
	IconMegaphone     IconName = "megaphone"
	IconPencil        IconName = "pencil"
	IconPhone         IconName = "phone"
	IconSearch        IconName = "search"
	IconShare         IconName = "share"
	IconTicket        IconName = "ticket"
	IconUsers         IconName = "users"
	IconVideo         IconName = "video"
	IconWifiOff       IconName = "wifi-off"
)

// Icon draws an icon in the colour and about the size of the text around it. It says nothing to assistive technology:
// the text beside it does.
func Icon(name IconName) app.UI { return icon(name, "") }

// LargeIcon is Icon for empty states and covers.
func LargeIcon(name IconName) app.UI { return icon(name, "large") }

func icon(name IconName, size string) app.UI {
	return svg("icon", "0 0 24 24", path(iconPath(name))).DataSet("size", size)
}

// svg is a decorative drawing.
func svg(class, viewBox string, shapes ...app.UI) app.HTMLElem {
	return app.Elem("svg").XMLNS(svgSpace).Class(class).Attr("viewBox", viewBox).
		Aria("hidden", "true").Attr("focusable", "false").Body(shapes...)
}

func path(d string) app.HTMLElem { return app.Elem("path").XMLNS(svgSpace).Attr("d", d) }

// iconPath is one path per icon, however many strokes it has, to keep the tree small.
func iconPath(name IconName) string {
	switch name {
	case IconAccessibility:
		return "M12 6.2a1.7 1.7 0 1 0 0-3.4 1.7 1.7 0 0 0 0 3.4zM4.5 8.5c2.4.9 4.9 1.3 7.5 1.3s5.1-.4 7.5-1.3M12 9.8v4.4M8.2 21l2-6.8h3.6l2 6.8"
	case IconAlert:
		return "M12 9.5v4M12 16.8v.01M10.4 4.2 2.9 17.3A1.9 1.9 0 0 0 4.5 20h15a1.9 1.9 0 0 0 1.6-2.7L13.6 4.2a1.9 1.9 0 0 0-3.2 0z"
	case IconArrowLeft:
		return "M19 12H5M11 18l-6-6 6-6"
	case IconArrowRight:
		return "M5 12h14M13 6l6 6-6 6"
	case IconCalendar:
		return "M6 5h12a2 2 0 0 1 2 2v11a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2V7a2 2 0 0 1 2-2zM4 10h16M8.5 3v4M15.5 3v4"
	case IconCheck:
		return "M4.5 12.5l5 5 10-11"
	case IconChevron:
		return "M6 9.5l6 6 6-6"
	case IconClock:
		return "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5.2l3.2 2"
	case IconClose:
		return "M6 6l12 12M18 6 6 18"
	case IconExternal:
		return "M14 4h6v6M20 4l-9 9M18 14v4a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2V8a2 2 0 0 1 2-2h4"
	case IconFilter:
		return "M4 7h10M18 7h2M4 17h2M10 17h10M16 9.2a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4zM8 19.2a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4z"
	case IconGlobe:
		return "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM3 12h18M12 3c2.6 2.4 3.9 5.4 3.9 9s-1.3 6.6-3.9 9c-2.6-2.4-3.9-5.4-3.9-9S9.4 5.4 12 3z"
	case IconHand:
		return "M7.5 12.5V6.3a1.5 1.5 0 0 1 3 0V11M10.5 10.5V4.5a1.5 1.5 0 0 1 3 0v6M13.5 10.8V5.8a1.5 1.5 0 0 1 3 0v7M16.5 9.5a1.5 1.5 0 0 1 3 0V15a6.5 6.5 0 0 1-6.5 6.5h-.6a6.5 6.5 0 0 1-5.2-2.6l-3-4.1a1.6 1.6 0 0 1 2.5-2l1.8 2"
	case IconHeart:
		return "M12 20s-7.5-4.6-8.8-9.2C2.2 7.3 4.4 4.5 7.4 4.5c2 0 3.6 1.1 4.6 2.9 1-1.8 2.6-2.9 4.6-2.9 3 0 5.2 2.8 4.2 6.3C19.5 15.4 12 20 12 20z"
	case IconHome:
		return "M4 11l8-7 8 7M6 9.5V19a1 1 0 0 0 1 1h10a1 1 0 0 0 1-1V9.5M10 20v-6h4v6"
	case IconInfo:
		return "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 11v5.5M12 7.6v.01"
	case IconLock:
		return "M7 11h10a2 2 0 0 1 2 2v5.5a2 2 0 0 1-2 2H7a2 2 0 0 1-2-2V13a2 2 0 0 1 2-2zM8 11V7.5a4 4 0 0 1 8 0V11"
	case IconMail:
		return "M5 5.5h14a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2v-9a2 2 0 0 1 2-2zM3.5 7l8.5 6.5L20.5 7"
	case IconMapPin:
		return "M12 21.5c4.6-4.5 7-8.2 7-11.5a7 7 0 1 0-14 0c0 3.3 2.4 7 7 11.5zM12 12.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z"
	case IconMegaphone:
		return "M4 10v4a1.5 1.5 0 0 0 1.5 1.5H8L18.5 20V4L8 8.5H5.5A1.5 1.5 0 0 0 4 10zM8 8.5v7M8.5 15.5l1 4.5h2.7l-1-3.7M21.5 10.5v3"
	case IconPencil:
		return "M4 20l1-4.5L16 4.5a2 2 0 0 1 2.8 0l.7.7a2 2 0 0 1 0 2.8L8.5 19 4 20zM14 6.5l3.5 3.5"
	case IconPhone:
		return "M8.5 4H5.5A1.5 1.5 0 0 0 4 5.6C4.7 13.7 10.3 19.3 18.4 20a1.5 1.5 0 0 0 1.6-1.5v-3l-4.2-1.7-1.7 2.1a11 11 0 0 1-6-6l2.1-1.7L8.5 4z"
	case IconSearch:
		return "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM20 20l-4-4"
	case IconShare:
		return "M12 15V4M8 7.5L12 3.5l4 4M6 11.5H5.5a1.5 1.5 0 0 0-1.5 1.5v6a1.5 1.5 0 0 0 1.5 1.5h13a1.5 1.5 0 0 0 1.5-1.5v-6a1.5 1.5 0 0 0-1.5-1.5H18"
	case IconTicket:
		return "M4 7h16a1 1 0 0 1 1 1v2a2 2 0 0 0 0 4v2a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1v-2a2 2 0 0 0 0-4V8a1 1 0 0 1 1-1zM14.5 7.5v1.5M14.5 11.3v1.5M14.5 15v1.5"
	case IconUsers:
		return "M9 11.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 20c.3-3.5 2.9-5.5 6.5-5.5s6.2 2 6.5 5.5M15.5 4.9a3.5 3.5 0 0 1 0 6.3M17.5 14.9c2.3.6 3.8 2.4 4 5.1"
	case IconVideo:
		return "M4.5 6.5h9A1.5 1.5 0 0 1 15 8v8a1.5 1.5 0 0 1-1.5 1.5h-9A1.5 1.5 0 0 1 3 16V8a1.5 1.5 0 0 1 1.5-1.5zM15 10.5l6-3.2v9.4l-6-3.2"
	case IconWifiOff:
		return "M3 3l18 18M5 12.6a10 10 0 0 1 4.6-2.5M14.8 10.2a10 10 0 0 1 4.2 2.4M2 9a15 15 0 0 1 4.5-2.9M10.6 5.1A15 15 0 0 1 22 9M8.5 16.2a5 5 0 0 1 7 0M12 19.5v.01"
	}
	return "M12 12v.01"
}
