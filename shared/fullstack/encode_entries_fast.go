//go:build !js && go1.26 && !go1.27 && (amd64 || arm64)

package fullstack

import "unsafe"

// An element has a handful of attributes, and starting an iteration over a map costs more than all that is done with
// them: it draws a random number first. A map that never held more than eight entries is one group of slots
// (internal/runtime/maps of Go 1.26), which is read here in place. The build tags pin the release whose layout this is; any
// other takes encode_entries.go, which differs in speed alone, and TestEntriesOf compares the two.

const groupSlots = 8

type mapMirror struct {
	used   uint64
	_      uintptr      // the seed
	group  *groupMirror // when dirLen is 0
	dirLen int
}

type groupMirror struct {
	control [groupSlots]uint8 // the high bit says that the slot is empty
	slots   [groupSlots]attribute
}

// entriesOf is the map's entries, somewhere in slots, and their places there appended to order. The slots are only read.
func entriesOf(order []uint8, m map[string]string) (slots []attribute, places []uint8) {
	mirror := *(**mapMirror)(unsafe.Pointer(&m))
	if mirror == nil || mirror.used == 0 || mirror.dirLen != 0 {
		return copiedEntries(order, m)
	}
	for i, control := range mirror.group.control {
		if control&0x80 == 0 {
			order = append(order, uint8(i))
		}
	}
	return mirror.group.slots[:], order
}
