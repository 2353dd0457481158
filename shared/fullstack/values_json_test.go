//go:build !js

package fullstack_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"groundswell/shared/access"
	"groundswell/shared/fault"
	"groundswell/shared/fullstack"
	"groundswell/shared/fullstack/fullstacktest"
	"groundswell/shared/id"
)

type seat struct{}

type seatIn struct {
	Seat  id.Of[seat] `json:"seat"`
	Party int         `json:"party,omitempty"`
	Loud  bool        `json:"loud,omitempty"`
	Source
}

// Source is embedded: its name is none of a field's.
type Source struct {
	Medium string `json:"medium,omitempty"`
}

// TestJSONIsJudgedAsAFormIs: what one encoding calls a field's mistake, the others do too, in the same words and under the name
// that was sent.
func TestJSONIsJudgedAsAFormIs(t *testing.T) {
	t.Parallel()
	fns := fullstack.NewFunctions(fullstack.FunctionsConfig{})
	fullstack.Handle(fns, access.Public, fullstack.Command[seatIn, seatIn]{Name: "seat.take"}, func(_ context.Context, in seatIn) (seatIn, error) { return in, nil })
	send := func(kind, body string) (int, *fault.Error) {
		r := httptest.NewRequest(http.MethodPost, "/fn/seat.take", strings.NewReader(body))
		r.Header.Set("Content-Type", kind)
		page := fullstacktest.Do(t, fns, r)
		return page.Status, fullstacktest.JSON[struct{ Fault *fault.Error }](t, page).Fault
	}
	for name, c := range map[string]struct {
		json   string
		form   url.Values
		status int
		fields []fault.Field
	}{
		"good":               {`{"medium":"mail","party":2}`, url.Values{"medium": {"mail"}, "party": {"2"}}, 200, nil},
		"an id that is none": {`{"seat":"one"}`, url.Values{"seat": {"one"}}, 422, []fault.Field{{Name: "seat", Message: "This value is not understood."}}},
		"a number too large": {`{"party":9223372036854775808}`, url.Values{"party": {"9223372036854775808"}}, 422, []fault.Field{{Name: "party", Message: "Please enter a whole number."}}},
		"no truth":           {`{"loud":"perhaps"}`, url.Values{"loud": {"perhaps"}}, 422, []fault.Field{{Name: "loud", Message: "Please answer yes or no."}}},
		"two mistakes": {`{"loud":"perhaps","party":"two"}`, url.Values{"loud": {"perhaps"}, "party": {"two"}}, 422,
			[]fault.Field{{Name: "party", Message: "Please enter a whole number."}, {Name: "loud", Message: "Please answer yes or no."}}},
		"an embedded field":    {`{"medium":7}`, nil, 422, []fault.Field{{Name: "medium", Message: "Please enter text."}}},
		"an embedded struct":   {`{"Source":"x"}`, url.Values{"Source": {"x"}}, 400, nil},
		"a field of ours":      {`{"_role":"x"}`, url.Values{"_role": {"x"}}, 400, nil},
		"a field's other case": {`{"Medium":"x"}`, url.Values{"Medium": {"x"}}, 400, nil},
	} {
		status, wrong := send("application/json", c.json)
		require.Equal(t, c.status, status, name)
		if c.fields != nil {
			require.Equal(t, c.fields, wrong.Fields, name)
		}
		if c.form == nil {
			continue
		}
		kind, parts := multipartForm(t, c.form)
		for _, body := range [][2]string{{"application/x-www-form-urlencoded", c.form.Encode()}, {kind, parts}} {
			status, same := send(body[0], body[1])
			require.Equal(t, c.status, status, name)
			require.Equal(t, wrong, same, name)
		}
	}
}
