package events_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"groundswell/shared/events"
)

func TestVersionsOfAnImageNameTheirOriginal(t *testing.T) {
	t.Parallel()
	require.Equal(t, "/media/0afw400.jpg 400w, /media/0afw800.jpg 800w, /media/0afw1200.jpg 1200w", events.ImageSrcset("/media/0af.jpg"))
	for _, url := range []string{"", "/media/x.svg", "/media/.jpg", "https://example.org/"} {
		require.Empty(t, events.ImageSrcset(url), url)
	}
	original, ok := events.ImageOriginal("media/0afw800.png")
	require.True(t, ok)
	require.Equal(t, "media/0af.png", original)
	for _, name := range []string{"media/0af.png", "media/0afw801.png", "media/0af", ""} {
		_, ok := events.ImageOriginal(name)
		require.False(t, ok, name)
	}
}
