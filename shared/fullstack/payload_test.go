//go:build !js

package fullstack

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
	"github.com/stretchr/testify/require"
)

type payloadRow struct {
	ID    int    `json:"id"`
	Name  string `json:"name"`
	Place string `json:"place"`
}

type payloadData struct {
	Title string               `json:"title"`
	Rows  Static[[]payloadRow] `json:"rows"`
}

// TestAPageOfAThousandRowsCarriesThemOnce: what the document has beyond its HTML is at most 15 % of it, both compressed
// as they are sent. Data that is sent a second time, as most frameworks do, is far beyond that.
func TestAPageOfAThousandRowsCarriesThemOnce(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	rows := make([]payloadRow, 1000)
	for i := range rows {
		rows[i] = payloadRow{i, fmt.Sprintf("Event %x", random.Uint64()), fmt.Sprintf("Place %x", random.Uint32())}
	}
	page := Page[struct{}, payloadData]{
		Path: "/rows",
		Load: func(context.Context, Caller, struct{}) (payloadData, error) {
			return payloadData{"Rows", Static[[]payloadRow]{Value: rows}}, nil
		},
		View: func(d payloadData) app.UI {
			return app.Main().Body(app.H1().Text(d.Title), d.Rows.Draw("rows", func(rows []payloadRow) app.UI {
				return app.Ul().Body(app.Range(rows).Slice(func(i int) app.UI {
					return app.Li().Body(app.A().Href(SafeURL(fmt.Sprintf("/row/%d", rows[i].ID))).Text(rows[i].Name), app.Span().Text(rows[i].Place))
				}))
			}))
		},
	}
	site, err := NewSite(SiteConfig{App: App{Routes: []Route{page}}, Functions: NewFunctions(FunctionsConfig{})})
	require.NoError(t, err)
	w := httptest.NewRecorder()
	site.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/rows", nil))
	whole := w.Body.Bytes()
	require.Equal(t, 1000, bytes.Count(whole, []byte("<li>")))
	require.Equal(t, 1, bytes.Count(whole, []byte(rows[500].Name)))

	start := bytes.Index(whole, []byte("<script"))
	require.Positive(t, start)
	html := append(bytes.Clone(whole[:start]), "</body></html>"...)
	sent, floor := len(compressBrotli(whole, 5)), len(compressBrotli(html, 5))
	t.Logf("1000 rows: %d bytes sent, %d of them HTML (brotli): %.3f", sent, floor, float64(sent)/float64(floor))
	require.LessOrEqual(t, float64(sent), 1.15*float64(floor))
}
