//go:build !js

package fullstack

func prerendered(string) string { return "" }
