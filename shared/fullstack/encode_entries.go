//go:build !js && !(go1.26 && !go1.27 && (amd64 || arm64))

package fullstack

// entriesOf is the map's entries, somewhere in slots, and their places there appended to order. The slots are only read.
func entriesOf(order []uint8, m map[string]string) (slots []attribute, places []uint8) {
	return copiedEntries(order, m)
}
