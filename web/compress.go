package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/andybalholm/brotli"
)

// form is a content coding of HTTP, at a level.
type form string

const (
	brotliForm form = "br"
	gzipForm   form = "gzip"
)

// A compressor returns data in a form, or nil where that is not worth it.
type compressor func(data []byte, to form) ([]byte, error)

// Effort is how much time compression may take.
type Effort int

const (
	// Quick is for serving a build on the machine that made it: a second.
	Quick Effort = iota
	// Thorough is for a site that is made once and fetched often: some seconds.
	Thorough
)

func (e Effort) level(to form) int {
	switch {
	case to == gzipForm && e == Thorough:
		return gzip.BestCompression
	case to == gzipForm:
		return 6
	case e == Thorough:
		return 9 // 11 saves a tenth more, and takes ten times as long
	}
	return 5
}

// minGain is the least that compression must save, as a part of the whole.
const minGain = 16

// compress compresses without a cache.
func (e Effort) compress(data []byte, to form) ([]byte, error) {
	var b bytes.Buffer
	var w io.WriteCloser
	switch to {
	case brotliForm:
		w = brotli.NewWriterLevel(&b, e.level(to))
	case gzipForm:
		z, err := gzip.NewWriterLevel(&b, e.level(to))
		if err != nil {
			return nil, err
		}
		w = z
	default:
		return nil, fmt.Errorf("unknown form %q", to)
	}
	if _, err := w.Write(data); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	if b.Len() > len(data)-len(data)/minGain {
		return nil, nil
	}
	return b.Bytes(), nil
}

// cached returns a compressor that keeps the results for large data in a
// directory, by content. An unusable cache costs time, never the result.
func (e Effort) cached(dir string) compressor {
	return func(data []byte, to form) ([]byte, error) {
		if len(data) < 1<<16 {
			return e.compress(data, to)
		}
		sum := sha256.Sum256(data)
		name := filepath.Join(dir, fmt.Sprintf("%s.%s%d", hex.EncodeToString(sum[:16]), to, e.level(to)))
		if kept, err := os.ReadFile(name); err == nil && len(kept) > 0 {
			now := time.Now()
			_ = os.Chtimes(name, now, now) // it is in use: see prune
			return kept, nil
		}
		out, err := e.compress(data, to)
		if err == nil && out != nil && writeFile(name, out) == nil {
			prune(dir, keptForms)
		}
		return out, err
	}
}

// keptForms is how many compressed files the cache keeps: those of the newest few
// builds, some 4 MB each.
const keptForms = 8

// prune removes all but the newest compressed files from a cache.
func prune(dir string, keep int) {
	type file struct {
		name string
		used time.Time
	}
	var files []file
	for _, to := range []form{brotliForm, gzipForm} {
		names, _ := filepath.Glob(filepath.Join(dir, "*."+string(to)+"[0-9]*")) // the pattern is sound
		for _, name := range names {
			if info, err := os.Stat(name); err == nil {
				files = append(files, file{name, info.ModTime()})
			}
		}
	}
	slices.SortFunc(files, func(a, b file) int { return b.used.Compare(a.used) })
	for _, f := range files[min(keep, len(files)):] {
		_ = os.Remove(f.name) // what cannot be removed does no harm
	}
}

// writeFile writes a file so that nobody ever sees half of it.
func writeFile(name string, data []byte) error {
	f, err := os.CreateTemp(filepath.Dir(name), ".tmp-*")
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	err = errors.Join(err, f.Close())
	if err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
	return err
}
