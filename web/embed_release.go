//go:build release

package web

import (
	"embed"
	"fmt"
	"io/fs"
)

// dist is a site as Site.Write leaves it. A release is made by
//
//	go run ./cmd/raftarium web --out web/dist
//	go build -tags release ./cmd/raftarium
//
//go:embed dist
var dist embed.FS

// Embedded returns the site that this program carries, or nil where it carries
// none because it is no release.
func Embedded() (*Site, error) {
	sub, err := fs.Sub(dist, "dist")
	if err != nil {
		return nil, fmt.Errorf("the page built into this release: %w", err)
	}
	s, err := Load(sub)
	if err != nil {
		return nil, fmt.Errorf("the page built into this release: %w", err)
	}
	return s, nil
}
