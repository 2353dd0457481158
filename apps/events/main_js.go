//go:build js

package main

import "groundswell/shared/fullstack"

func main() { fullstack.Run(site()) }
