package fullstack

import "github.com/maxence-charriere/go-app/v10/pkg/app"

// Static is page data that only draws parts of the page that stay as they are: lists of links, prose. It is not sent to
// the browser a second time as data: there the parts it draws (Draw) are adopted from the document as the HTML they
// are, which costs neither bytes nor the work of building them. After a navigation in the browser it holds its value like any
// other field.
//
// So Value is to be read by what Draw is given, and nowhere else: in the browser it is the zero value on the page that was opened,
// also for Head, and a View that looks into it draws another page there than the server did.
//
// What a Static draws must not hold components with state or event handlers: they would not come to life.
type Static[T any] struct {
	Value T

	elided bool
}

// MarshalJSON leaves the value out.
func (s Static[T]) MarshalJSON() ([]byte, error) { return []byte("0"), nil }

// UnmarshalJSON notes that the value was left out.
func (s *Static[T]) UnmarshalJSON([]byte) error {
	s.elided = true
	return nil
}

// Draw is a part of the page made from the value. id names the part within its page.
func (s Static[T]) Draw(id string, view func(T) app.UI) app.UI {
	if s.elided {
		if html := prerendered(id); html != "" {
			return app.Raw(html)
		}
	}
	return app.Div().DataSet("static", id).Body(view(s.Value))
}
