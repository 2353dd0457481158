package fullstack

import "net/url"

// parseQuery reads a query string strictly: a broken escape is an error, not a value left out.
func parseQuery(raw string) (map[string][]string, error) { return url.ParseQuery(raw) }
