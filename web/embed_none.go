//go:build !release

package web

// Embedded returns the site that this program carries, or nil where it carries
// none because it is no release.
func Embedded() (*Site, error) { return nil, nil }
