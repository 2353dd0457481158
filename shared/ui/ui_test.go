package ui_test

import (
	"testing"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
	"github.com/stretchr/testify/require"

	"groundswell/shared/fault"
	"groundswell/shared/fullstack"
	"groundswell/shared/fullstack/fullstacktest"
	"groundswell/shared/ui"
)

func failed(field, message string) fullstack.FormState {
	return fullstack.FormState{ID: "rsvp", Fault: &fault.Error{Code: fault.Invalid, Fields: []fault.Field{{Name: field, Message: message}}}}
}

func TestFieldTiesHintAndErrorToItsInput(t *testing.T) {
	t.Parallel()
	p := fullstacktest.View(t, &ui.Field{Form: failed("email", "This is not an email address."), Name: "email", Label: "Email",
		Hint: "We write once.", Type: "email", AutoComplete: "email", Required: true})
	require.Equal(t, p.Attr("label", "for"), p.Attr("input", "id"))
	require.Equal(t, "rsvp-email-hint rsvp-email-error", p.Attr("input", "aria-describedby"))
	require.Equal(t, "true", p.Attr("input", "aria-invalid"))
	require.Equal(t, "This is not an email address.", p.Text("#rsvp-email-error"))
	require.Equal(t, "We write once.", p.Text("#rsvp-email-hint"))
	require.Equal(t, "email", p.Attr("input", "autocomplete"))
	require.Equal(t, "Email", p.Text("label"))
}

func TestFieldThatMayStayEmptySaysSo(t *testing.T) {
	t.Parallel()
	p := fullstacktest.View(t, &ui.Field{Name: "phone", Label: "Phone"})
	require.Equal(t, "Phone (optional)", p.Text("label"))
	require.False(t, p.Has("input[required], input[aria-invalid], input[aria-describedby]"))
}

func TestSelectKeepsItsDefault(t *testing.T) {
	t.Parallel()
	p := fullstacktest.View(t, &ui.Select{Name: "guests", Label: "Guests", Default: "1", Options: []ui.Option{{Value: "0", Label: "None"}, {Value: "1", Label: "One"}}})
	require.Equal(t, "One", p.Text("option[selected]"))
	require.Equal(t, 1, p.Find("option[selected]").Length())
}

func TestTextareaAndCheckboxHaveLabels(t *testing.T) {
	t.Parallel()
	p := fullstacktest.View(t, ui.Stack("", &ui.Textarea{Name: "note", Label: "Note", Default: "\n<b>"}, &ui.Checkbox{Name: "ok", Label: "I agree", Default: true}))
	require.Equal(t, p.Attr("textarea", "id"), p.Attr("label.field-label", "for"))
	require.Equal(t, "\n<b>", p.Find("textarea").Text())
	require.Equal(t, "I agree", p.Text("label.choice"))
	require.True(t, p.Has("label.choice input[checked]"))
}

func TestPendingButtonStaysFocusable(t *testing.T) {
	t.Parallel()
	p := fullstacktest.View(t, &ui.Button{Label: "Send", Pending: "Sending…"})
	require.Equal(t, "Sending…", p.Text("button"))
	require.Equal(t, "true", p.Attr("button", "aria-disabled"))
	require.False(t, p.Has("button[disabled]"))
}

func TestPaginationLinksAround(t *testing.T) {
	t.Parallel()
	href := func(page int) string { return "/?page=" + string(rune('0'+page)) }
	p := fullstacktest.View(t, ui.Pagination(5, 9, href))
	require.Equal(t, "1…456…9", p.Find(".page-link:not([rel]), .page-gap").Text())
	require.Equal(t, "5", p.Text("[aria-current=page]"))
	require.Equal(t, "/?page=4", p.Attr("[rel=prev]", "href"))
	require.Equal(t, "/?page=6", p.Attr("[rel=next]", "href"))
	require.Nil(t, ui.Pagination(1, 1, href))
}

func TestProseReadsPlainText(t *testing.T) {
	t.Parallel()
	p := fullstacktest.View(t, ui.Prose("One\r\nline <b>\n\nBring:\n- shoes\n- a friend\nSee https://example.org/a?b=1. Bye (http://x.example).\n\n\n"))
	require.Equal(t, 3, p.Find("p").Length())
	require.Equal(t, 2, p.Find("ul li").Length())
	require.Equal(t, "https://example.org/a?b=1", p.Attr("a", "href"))
	require.Equal(t, "http://x.example", p.Find("a").Last().AttrOr("href", ""))
	require.False(t, p.Has("b"))
	require.Equal(t, 0, fullstacktest.View(t, ui.Prose("  \n\n ")).Find("p").Length())
}

func TestCoverWithoutWordsIsHidden(t *testing.T) {
	t.Parallel()
	p := fullstacktest.View(t, &ui.Cover{URL: "/media/a.jpg"})
	require.Equal(t, "true", p.Attr("img", "aria-hidden"))
	require.Equal(t, "lazy", p.Attr("img", "loading"))
	require.Equal(t, "Hills", fullstacktest.View(t, &ui.Cover{URL: "/media/a.jpg", Alt: "Hills", Wide: true}).Attr("img", "alt"))
	require.False(t, fullstacktest.View(t, &ui.Cover{Icon: ui.IconHand, Tone: "1"}).Has("img"))
	require.NotContains(t, fullstacktest.View(t, &ui.Cover{URL: "javascript:alert(1)"}).HTML, "javascript")
}

func TestErrorStateHasAWayOut(t *testing.T) {
	t.Parallel()
	for _, code := range []fault.Code{fault.Malformed, fault.Forbidden, fault.NotFound, fault.Method, fault.Conflict, fault.Reload,
		fault.Gone, fault.Invalid, fault.TooMany, fault.Internal, fault.Unavailable} {
		f := fault.New(code, "It is so.")
		f.RequestID = "r-1"
		p := fullstacktest.View(t, ui.ErrorState(f, &ui.LinkButton{Label: "Home", Href: "/"}))
		require.NotEmpty(t, p.Text("h1"), code)
		require.Equal(t, "It is so.", p.Text(".empty-state-text"))
		require.Equal(t, "Reference: r-1", p.Text(".reference"))
		require.Equal(t, "/", p.Attr("a", "href"))
	}
}

func TestEveryIconIsDrawn(t *testing.T) {
	t.Parallel()
	unknown := fullstacktest.View(t, ui.Icon("no such icon")).Attr("path", "d")
	for _, name := range []ui.IconName{ui.IconAccessibility, ui.IconAlert, ui.IconArrowLeft, ui.IconArrowRight, ui.IconCalendar, ui.IconCheck,
		ui.IconChevron, ui.IconClock, ui.IconClose, ui.IconExternal, ui.IconFilter, ui.IconGlobe, ui.IconHand, ui.IconHeart, ui.IconHome,
		ui.IconInfo, ui.IconLock, ui.IconMail, ui.IconMapPin, ui.IconMegaphone, ui.IconPencil, ui.IconPhone, ui.IconSearch, ui.IconShare,
		ui.IconTicket, ui.IconUsers, ui.IconVideo, ui.IconWifiOff} {
		p := fullstacktest.View(t, ui.Icon(name))
		require.NotEqual(t, unknown, p.Attr("path", "d"), name)
		require.Equal(t, "true", p.Attr("svg", "aria-hidden"))
	}
}

func TestRestOfTheSystemIsSoundMarkup(t *testing.T) {
	t.Parallel()
	p := fullstacktest.View(t, ui.Site(&ui.SiteHeader{Site: "Events", Links: []ui.Link{{Label: "A", Href: "/", Current: true}}},
		&ui.SiteFooter{Disclaimer: "Paid for by X", Text: "T", Links: []ui.Link{{Label: "B", Href: "/b"}}},
		ui.Hero("H", "L"), ui.Container(ui.Card("C", ui.Prose("p"))), ui.Avatar("Ana de la Rivera"),
		ui.DateBlock(time.Date(2026, 11, 28, 0, 0, 0, 0, time.UTC), false),
		ui.DefinitionList(ui.Fact{Icon: ui.IconClock, Term: "When", Value: []app.UI{app.Text("now")}}),
		ui.Breadcrumb(ui.Link{Label: "A", Href: "/"}, ui.Link{Label: "B", Href: "/b"}), ui.OfflineState(), ui.Progress("", "Seats", 3, 4),
		&ui.Alert{ID: "joined", Tone: ui.TonePositive, Title: "T", Text: "x", LinkHref: "/", LinkLabel: "y"},
		&ui.Dialog{ID: "ask", Title: "Sure?", Body: func() []app.UI { return []app.UI{app.P().Text("?")} }},
	))
	require.Equal(t, "#main", p.Attr(".skip-link", "href"))
	require.True(t, p.Has("main#main[tabindex='-1']"))
	require.Equal(t, "page", p.Attr(".site-nav-link", "aria-current"))
	require.Equal(t, "AD", p.Text(".avatar"))
	require.Equal(t, "Nov28Sat", p.Text(".date-block"))
	require.Equal(t, "ask-title", p.Attr("dialog", "aria-labelledby"))
	require.True(t, p.Has(".toasts[role=status]"))
	require.True(t, p.Has("progress[value='3'][max='4'][aria-label]"))
}
