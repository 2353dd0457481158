// Package lru keeps values in memory up to a number of bytes, and forgets those first that were not asked for the longest. It knows no
// feature.
package lru

import "github.com/hashicorp/golang-lru/v2/simplelru"

// mostValues bounds how many values there are, however small.
const mostValues = 1 << 20

// Bytes is such a memory. It is not safe for concurrent use.
type Bytes[V any] struct {
	kept  *simplelru.LRU[string, V]
	size  func(V) int
	bytes int
	most  int
}

// New makes a memory of at most so many bytes: those of the keys and what size says of each value, which must not change.
func New[V any](most int, size func(V) int) *Bytes[V] {
	b := &Bytes[V]{size: size, most: most}
	var err error
	b.kept, err = simplelru.NewLRU(mostValues, func(key string, v V) { b.bytes -= len(key) + size(v) })
	if err != nil {
		panic(err) // the number is a constant above zero
	}
	return b
}

// Get returns the value of a key, and counts as a use of it.
func (b *Bytes[V]) Get(key string) (v V, ok bool) { return b.kept.Get(key) }

// Peek is Get without being a use.
func (b *Bytes[V]) Peek(key string) (v V, ok bool) { return b.kept.Peek(key) }

// Put keeps a value in place of any that the key had. One that is larger than all of the memory is not kept, nor is anything else then.
func (b *Bytes[V]) Put(key string, v V) {
	b.Remove(key)
	b.kept.Add(key, v)
	b.bytes += len(key) + b.size(v)
	for b.bytes > b.most && b.kept.Len() > 0 {
		b.kept.RemoveOldest()
	}
}

// Remove forgets a value.
func (b *Bytes[V]) Remove(key string) { b.kept.Remove(key) }
