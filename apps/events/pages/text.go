package pages

import (
	"strings"

	"groundswell/shared/orgs"
)

// clip shortens text to a description of at most n bytes, at a word.
func clip(s string, n int) string {
	s = strings.Join(strings.Fields(s), " ")
	if len(s) <= n {
		return s
	}
	cut := strings.LastIndexByte(s[:n], ' ')
	if cut <= 0 {
		cut = n
	}
	return strings.TrimRight(strings.ToValidUTF8(s[:cut], ""), " ,.;:–-") + "…"
}

// disclaimer is the line the law asks for, in full even when the organisation entered its name only.
func disclaimer(paidForBy string) string {
	if strings.HasPrefix(strings.ToLower(paidForBy), "paid for") {
		return paidForBy
	}
	return "Paid for by " + paidForBy
}

func kindLabel(o orgs.Organisation) string {
	if o.Kind == "campaign" {
		return "Campaign"
	}
	return "Organization"
}

// host is a web address as a person would say it.
func host(url string) string {
	_, rest, ok := strings.Cut(url, "://")
	if !ok {
		rest = url
	}
	return strings.TrimSuffix(strings.TrimPrefix(rest, "www."), "/")
}
