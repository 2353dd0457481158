package events_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"groundswell/shared/events"
)

func TestARefusalRepeatsOnlyLittleOfWhatWasSent(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 10_000)
	for name, edit := range map[string]events.Edit{
		"type": {Type: new(events.Type(long))}, "accessibility": {Accessibility: &long}, "mode": {Mode: new(events.Mode(long))},
		"country": {Country: &long}, "contact": {ContactEmail: &long},
	} {
		require.Less(t, len(edit.Validate().Error()), 500, name)
	}
}
