package fullstack

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
)

// Pattern is the page's path pattern.
func (p Page[P, D]) Pattern() string { return p.Path }

// Actions are the forms the page answers to.
func (p Page[P, D]) Actions() []Action { return p.Forms }

func (p Page[P, D]) embedded() bool { return p.Embedded }

// CachePolicy is the page's Cache with its defaults filled in.
func (p Page[P, D]) CachePolicy() Cache {
	c := p.Cache
	if c.Fresh == 0 {
		c.Fresh = 5 * time.Second
	}
	if c.Stale == 0 {
		c.Stale = 10 * time.Second
	}
	return c
}

// load reads the parameters, runs Load and hands the data the refused form, if there is one.
func (p Page[P, D]) load(ctx context.Context, api Caller, path map[string]string, query map[string][]string, sub *Submission) (loaded, error) {
	var params P
	if err := decodeParams(&params, path, query); err != nil {
		return loaded{}, err
	}
	data, err := p.Load(ctx, api, params)
	if err != nil {
		return loaded{}, err
	}
	if sub != nil {
		if s, ok := any(&data).(submittable); ok {
			s.setSubmission(sub)
		}
	}
	return p.erase(data), nil
}

// decode reads the data back from the document's data script.
func (p Page[P, D]) decode(b []byte) (loaded, error) {
	var data D
	if err := json.Unmarshal(b, &data); err != nil {
		return loaded{}, fmt.Errorf("read data of page %s: %w", p.Path, err)
	}
	return p.erase(data), nil
}

func (p Page[P, D]) erase(data D) loaded {
	l := loaded{data: data, view: func() app.UI { return p.View(data) }}
	if p.Head != nil {
		l.head = p.Head(data)
	}
	return l
}

// known reports which query parameters the page reads; the rest of a query string does not make another page.
func (p Page[P, D]) known() []string { return paramNames[P]() }
