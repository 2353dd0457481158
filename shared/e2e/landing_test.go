package e2e

import (
	"os"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
)

// The tags of a link are in the address of the page it leads to, and in no other: the program carries them on.
func TestTagsOfALinkReachTheSignUpOfAnotherPage(t *testing.T) {
	t.Parallel()
	site, s := eventsSite(t, full)
	path, _ := ownEvent(t, s, 5)
	title := firstLink(t, s.events+path, `<h1[^>]*>([^<]+)`)
	b, email := newTab(t, full), someone()
	b.visitAlive(site.URL + "/?utm_source=flyer&utm_campaign=x")
	eval[any](b, sameDocument)
	b.fill("#field-q", title+"\r")
	b.until(`new URLSearchParams(location.search).get("q") && performance.getEntriesByName("fullstack:navigated").length === 1`)
	b.click(`main a[href^="` + path + `"]`)
	b.until(`location.pathname === "` + path + `" && performance.getEntriesByName("fullstack:navigated").length === 2`)
	require.NotContains(t, eval[string](b, "location.href"), "utm_")
	fillSignup(b, email)
	b.click(sendSignup)
	b.until(`location.search.includes("joined=") && document.querySelector("#joined")`)
	require.True(t, eval[bool](b, `window.marked`), "the document was replaced")
	require.JSONEq(t, `{"utm_source":"flyer","utm_campaign":"x"}`, sourceOf(t, email))
}

// sourceOf is how the person came, as it is stored with the sign-up.
func sourceOf(t *testing.T, email string) (source string) {
	t.Helper()
	db, err := pgx.Connect(t.Context(), os.Getenv("DATABASE_URL"))
	require.NoError(t, err)
	defer func() { require.NoError(t, db.Close(t.Context())) }()
	require.NoError(t, db.QueryRow(t.Context(), `select source from event_signups where email = $1`, email).Scan(&source))
	return source
}
