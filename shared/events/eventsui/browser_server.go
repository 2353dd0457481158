//go:build !js

package eventsui

import (
	"time"

	"groundswell/shared/events"
)

// viewerZone is unknown to the server.
func viewerZone(time.Time) (abbr string, offset int, ok bool) { return "", 0, false }

// landing is unknown to the server.
func landing() events.Source { return events.Source{} }

func canShare() bool { return false }

func share(string, string) (copied bool) { return false }

func canLocate() bool { return false }

func locate(func(latitude, longitude float64, problem string)) {}
