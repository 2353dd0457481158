//go:build !js

package fullstack

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
)

func compressBrotli(b []byte, quality int) []byte {
	var out bytes.Buffer
	w := brotli.NewWriterLevel(&out, quality)
	_, _ = w.Write(b) // a bytes.Buffer does not fail
	_ = w.Close()
	return out.Bytes()
}

func compressGzip(b []byte, level int) []byte {
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, level)
	if err != nil {
		return nil
	}
	_, _ = w.Write(b)
	_ = w.Close()
	return out.Bytes()
}

// acceptedEncoding picks br, gzip or "" (identity) from an Accept-Encoding header (RFC 9110 section 12.5.3): the highest
// quality wins, br on a tie; what is not named has the quality of "*", and identity loses unless it is named.
func acceptedEncoding(header string) string {
	quality := map[string]float64{}
	for part := range strings.SplitSeq(strings.ToLower(header), ",") {
		name, params, _ := strings.Cut(part, ";")
		quality[strings.TrimSpace(name)] = qualityOf(params)
	}
	best, most := "", quality["identity"]
	for _, name := range []string{"gzip", "br"} {
		q, named := quality[name]
		if !named {
			q = quality["*"]
		}
		if q > 0 && q >= most {
			best, most = name, q
		}
	}
	return best
}

// qualityOf reads the q of a header's parameters: 1 if there is none, 0 if it is not understood.
func qualityOf(params string) float64 {
	for p := range strings.SplitSeq(params, ";") {
		if v, ok := strings.CutPrefix(strings.TrimSpace(p), "q="); ok {
			q, err := strconv.ParseFloat(strings.TrimSpace(v), 64)
			if err != nil || !(q >= 0 && q <= 1) {
				return 0
			}
			return q
		}
	}
	return 1
}
