// Package e2e holds the browser tests: the kit on its fixture site, which they serve themselves, and the sites of a
// running stack (make e2e). They need Chromium: CHROMIUM names it, else it is looked for in PATH. Without one they are
// skipped, or fail when CI is set. One asks of Firefox, where there is one, what it does.
package e2e
