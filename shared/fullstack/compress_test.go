//go:build !js

package fullstack

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTheEncodingIsTheOneTheClientPrefers(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]string{
		"":                             "",
		"br":                           "br",
		"gzip":                         "gzip",
		"gzip, deflate, br, zstd":      "br",
		"GZIP":                         "gzip",
		"br;q=0.5, gzip;q=0.8":         "gzip",
		"br;q=0.8,gzip; q=0.8":         "br",
		"br ; q=0.2 , gzip ; q=0.1":    "br",
		"br;q=0, gzip":                 "gzip",
		"BR;Q=0, gzip":                 "gzip",
		"br;q=0.000, gzip;q=0.0":       "",
		"identity":                     "",
		"identity;q=1, br;q=0.5":       "",
		"identity;q=0.5, br":           "br",
		"identity;q=0, gzip":           "gzip",
		"*":                            "br",
		"*;q=0":                        "",
		"gzip;q=0.5, *;q=0.1":          "gzip",
		"br;q=0, *":                    "gzip",
		"*;q=0, gzip":                  "gzip",
		"deflate, zstd":                "",
		"br;q=NaN":                     "",
		"br;q=x":                       "",
		"br;q=-1":                      "",
		";;;,,,=":                      "",
		"gzip;q=1.0;level=9, br;q=0.5": "gzip",
	} {
		require.Equal(t, want, acceptedEncoding(header), "%q", header)
	}
}
