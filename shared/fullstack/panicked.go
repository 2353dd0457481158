package fullstack

import (
	"fmt"
	"runtime/debug"
)

// panicked is a recovered panic as an error for the log, with where it came from.
func panicked(p any) error { return fmt.Errorf("panic: %v\n%s", p, debug.Stack()) }
