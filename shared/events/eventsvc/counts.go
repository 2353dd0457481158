package eventsvc

import (
	"sync"
	"time"

	"groundswell/shared/events"
	"groundswell/shared/internal/db"
)

const (
	countsFresh = time.Minute
	countsKept  = 1000
)

// counts keeps facets of questions with more events than are counted, for a minute: they are lower bounds anyway, and every
// page of such a question would count them again. It is safe for concurrent use; the zero value is empty.
type counts struct {
	mu   sync.Mutex
	kept map[events.FindIn]keptCounts
}

type keptCounts struct {
	at  time.Time
	row db.CountFacetsRow
}

func (c *counts) get(in events.FindIn, now time.Time) (db.CountFacetsRow, bool) {
	in.Page, in.Sort = 0, ""
	c.mu.Lock()
	defer c.mu.Unlock()
	k, ok := c.kept[in]
	return k.row, ok && now.Sub(k.at) < countsFresh
}

// keep forgets everything when there is too much: what is asked often is back at once.
func (c *counts) keep(in events.FindIn, now time.Time, row db.CountFacetsRow) {
	in.Page, in.Sort = 0, ""
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.kept == nil || len(c.kept) >= countsKept {
		c.kept = map[events.FindIn]keptCounts{}
	}
	c.kept[in] = keptCounts{now, row}
}
