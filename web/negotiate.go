package web

import (
	"strconv"
	"strings"
)

// negotiate picks the form of f that the client likes best by its
// Accept-Encoding, and at equal liking the smallest; "" is the plain file.
// (RFC 9110, section 12.5.3.)
func negotiate(accept []string, f *File) form {
	likes := map[string]float64{}
	for _, header := range accept {
		for item := range strings.SplitSeq(header, ",") {
			name, params, _ := strings.Cut(item, ";")
			name = strings.ToLower(strings.TrimSpace(name))
			if name == "x-gzip" {
				name = "gzip"
			}
			if name != "" {
				likes[name] = quality(params)
			}
		}
	}
	like := func(name string, unnamed float64) float64 {
		if q, ok := likes[name]; ok {
			return q
		}
		if q, ok := likes["*"]; ok {
			return q
		}
		return unnamed
	}
	// The plain file is served where nothing else is wanted, even if it is not
	// wanted either: that is more use than a refusal.
	best, liking := form(""), min(like("identity", 0), 0.001)
	for _, c := range []struct {
		form form
		data []byte
	}{{brotliForm, f.Brotli}, {gzipForm, f.Gzip}} {
		if q := like(string(c.form), 0); c.data != nil && q > 0 && q > liking {
			best, liking = c.form, q
		}
	}
	return best
}

// quality reads the q of a list item; a broken one counts as 0.
func quality(params string) float64 {
	for p := range strings.SplitSeq(params, ";") {
		key, value, ok := strings.Cut(p, "=")
		if !ok || !strings.EqualFold(strings.TrimSpace(key), "q") {
			continue
		}
		q, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
		if err != nil || !(q >= 0 && q <= 1) {
			return 0
		}
		return q
	}
	return 1
}
