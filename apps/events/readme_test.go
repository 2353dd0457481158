//go:build !js

package main

import (
	"testing"

	"groundswell/shared/config/configtest"
)

func TestReadmeListsTheConfiguration(t *testing.T) {
	t.Parallel()
	configtest.Readme[settings](t, "../../README.md", "events")
}
