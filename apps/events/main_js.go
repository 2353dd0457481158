//go:build js

package main

import (
	"groundswell/shared/events/eventsui"
	"groundswell/shared/fullstack"
)

func main() {
	eventsui.NoteLanding()
	fullstack.Run(site())
}
