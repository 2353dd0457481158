package seed

import (
	"crypto/sha256"
	"fmt"
	"runtime"
	"strings"
	"sync"
)

// painted is a finished cover.
type painted struct {
	cover
	data []byte
	key  string // in the store
	err  error
}

func (c cover) kinds() []string { return strings.Fields(c.types) }

// paintCovers paints all covers, as many at once as there are processors.
func paintCovers() []painted {
	all := covers()
	out := make([]painted, len(all))
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	var wait sync.WaitGroup
	for i, one := range all {
		wait.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			c := newCanvas()
			one.paint(c)
			out[i] = painted{cover: one}
			out[i].data, out[i].err = c.jpeg()
			sum := sha256.Sum256(out[i].data)
			out[i].key = fmt.Sprintf("media/%x.jpg", sum[:20])
		})
	}
	wait.Wait()
	return out
}
