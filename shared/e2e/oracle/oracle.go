// Package oracle judges what a fault did. Simulated clients write down what they asked for and what they were promised;
// when the system has settled, the ledger is compared with what is stored. It knows no feature: an effect is a key that
// its client made, and how often the store has it. Only tests and drivers import it.
package oracle

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

// Ledger is what the clients know. It is safe for concurrent use; the zero value is empty.
type Ledger struct {
	mu       sync.Mutex
	promises map[string]promise
	together [][]string
	attempts int
	failures int
	slowest  time.Duration
	last     time.Time // of the last success
}

type promise struct {
	acked, refused bool
	states         []string // that the effect may be in now
}

// Began notes that a client made the key and is about to ask for its effect.
func (l *Ledger) Began(key string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.promises == nil {
		l.promises = map[string]promise{}
	}
	if _, twice := l.promises[key]; twice {
		panic("oracle: the key " + key + " was made twice")
	}
	l.promises[key] = promise{}
}

// Together notes that the keys' effects were asked for in one request: all of them are there, or none.
func (l *Ledger) Together(keys ...string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.together = append(l.together, keys)
}

// Acked notes that the client was told that it is done, took so long after it first asked.
func (l *Ledger) Acked(key string, took time.Duration) {
	l.set(key, func(p *promise) { p.acked = true })
	l.mu.Lock()
	defer l.mu.Unlock()
	l.slowest, l.last = max(l.slowest, took), time.Now()
}

// Refused notes that the client was told that it will not be done.
func (l *Ledger) Refused(key string) { l.set(key, func(p *promise) { p.refused = true }) }

// Attempt notes one request and whether it failed: no answer, or an answer that says to try again.
func (l *Ledger) Attempt(failed bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.attempts++
	if failed {
		l.failures++
	}
}

func (l *Ledger) set(key string, change func(*promise)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	p, known := l.promises[key]
	if !known {
		panic("oracle: nobody made the key " + key)
	}
	change(&p)
	l.promises[key] = p
}

// Asks notes that a client asks for another state of the key's effect: until it is told, the store may have this or what it
// might have before.
func (l *Ledger) Asks(key string, states ...string) {
	l.set(key, func(p *promise) { p.states = append(slices.Clip(p.states), states...) })
}

// Told notes the states that the effect may be in from now on: what the client was told, and what may follow without it. It
// reports whether the first, which is what it was told, was possible.
func (l *Ledger) Told(key string, states ...string) (possible bool) {
	l.set(key, func(p *promise) { possible, p.states = slices.Contains(p.states, states[0]), states })
	return possible
}

// JudgeStates compares the states with the store's, and returns the keys whose effect is there in a state it must not be in,
// sorted. A key without a state was never asked for one.
func (l *Ledger) JudgeStates(stored map[string]string) (wrong []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for key, state := range stored {
		if may := l.promises[key].states; len(may) > 0 && !slices.Contains(may, state) {
			wrong = append(wrong, fmt.Sprintf("%s is %s, not %s", key, state, strings.Join(may, " or ")))
		}
	}
	slices.Sort(wrong)
	return wrong
}

// Keys counts the clients' keys, those promised and those refused.
func (l *Ledger) Keys() (made, acked, refused int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, p := range l.promises {
		if p.acked {
			acked++
		}
		if p.refused {
			refused++
		}
	}
	return len(l.promises), acked, refused
}

// Requests counts the requests and those that failed, and gives the longest that a promise took and when the last came.
func (l *Ledger) Requests() (attempts, failures int, slowest time.Duration, last time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.attempts, l.failures, l.slowest, l.last
}

// Verdict is what is wrong. Each list holds keys, sorted.
type Verdict struct {
	Lost       []string // promised, and not there
	Duplicated []string // there more than once
	Refused    []string // refused, and there all the same
	Foreign    []string // there, and nobody's
	Torn       []string // there, and what was asked for with it is not
}

// Judge compares the ledger with the store: how often it has each key. What was neither promised nor refused may be there
// once or not at all.
func (l *Ledger) Judge(stored map[string]int) Verdict {
	l.mu.Lock()
	defer l.mu.Unlock()
	var v Verdict
	for key, p := range l.promises {
		n := stored[key]
		if p.acked && n == 0 {
			v.Lost = append(v.Lost, key)
		}
		if p.refused && n > 0 {
			v.Refused = append(v.Refused, key)
		}
		if n > 1 {
			v.Duplicated = append(v.Duplicated, key)
		}
	}
	for _, keys := range l.together {
		there := slices.DeleteFunc(slices.Clone(keys), func(key string) bool { return stored[key] == 0 })
		if len(there) < len(keys) {
			v.Torn = append(v.Torn, there...)
		}
	}
	for key := range stored {
		if _, known := l.promises[key]; !known {
			v.Foreign = append(v.Foreign, key)
		}
	}
	for _, list := range [][]string{v.Lost, v.Duplicated, v.Refused, v.Foreign, v.Torn} {
		slices.Sort(list)
	}
	return v
}

// Err is nil when nothing is wrong, else the counts with some of the keys.
func (v Verdict) Err() error {
	if len(v.Lost)+len(v.Duplicated)+len(v.Refused)+len(v.Foreign)+len(v.Torn) == 0 {
		return nil
	}
	some := func(keys []string) []string { return keys[:min(len(keys), 3)] }
	return fmt.Errorf("lost %d %v, duplicated %d %v, refused yet stored %d %v, nobody's %d %v, torn %d %v",
		len(v.Lost), some(v.Lost), len(v.Duplicated), some(v.Duplicated), len(v.Refused), some(v.Refused), len(v.Foreign), some(v.Foreign), len(v.Torn), some(v.Torn))
}
