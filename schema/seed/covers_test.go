package seed

import (
	"bytes"
	"image/jpeg"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"groundswell/shared/events"
)

// To look at the pictures: COVERS=/tmp/covers go test ./schema/seed -run Covers
func TestCoversAreSmallAndEachTypeHasOne(t *testing.T) {
	t.Parallel()
	suits := map[string]bool{}
	all := covers()
	require.GreaterOrEqual(t, len(all), 12)
	require.LessOrEqual(t, len(all), 16)
	for _, p := range paintCovers() {
		require.NoError(t, p.err)
		require.Less(t, len(p.data), 120_000, p.name)
		require.NotEmpty(t, p.alt)
		img, err := jpeg.DecodeConfig(bytes.NewReader(p.data))
		require.NoError(t, err)
		require.Equal(t, []int{1600, 900}, []int{img.Width, img.Height})
		for _, kind := range p.kinds() {
			suits[kind] = true
		}
		if dir := os.Getenv("COVERS"); dir != "" {
			require.NoError(t, os.MkdirAll(dir, 0o755))
			require.NoError(t, os.WriteFile(filepath.Join(dir, p.name+".jpg"), p.data, 0o644))
		}
	}
	for _, kind := range events.Types() {
		require.True(t, suits[string(kind)], "no cover for %s", kind)
	}
}
