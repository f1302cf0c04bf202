package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path"
	"slices"
	"strings"
)

// manifestName is the file by which a directory is known to be a site of ours,
// and which of its files are.
const manifestName = "raftarium-site.json"

// begunName is a manifest of what is being written: it is there from before the first
// file until after the manifest. One that is left says that somebody did not come to the
// end, and what of the directory is his.
const begunName = "raftarium-site-begun.json"

// manifest is what that file holds.
type manifest struct {
	Build string         `json:"build"`
	Files []manifestFile `json:"files"`
}

type manifestFile struct {
	Name  string `json:"name"`
	Fixed bool   `json:"fixed,omitempty"`
}

// The suffixes of compressed files, as web hosts look for them.
const (
	brotliSuffix = ".br"
	gzipSuffix   = ".gz"
)

// CheckOut says why [Site.Write] would refuse the directory, if it would for what is
// in its place now: a file, something that cannot be read, or somebody else's files.
// Making a site takes a while, and is best not begun in vain: where there is no such
// directory it is made, and stays.
func CheckOut(dir string) (err error) {
	info, err := os.Stat(dir)
	if errors.Is(err, fs.ErrNotExist) {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return fmt.Errorf("cannot write the site: %w", err)
		}
		return nil
	}
	if err == nil && !info.IsDir() {
		err = errors.New(dir + " is a file: name a new or an empty directory")
	}
	if err != nil {
		return fmt.Errorf("cannot write the site: %w", err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return fmt.Errorf("cannot write the site: %w", err)
	}
	defer func() { err = errors.Join(err, root.Close()) }()
	_, err = formerIn(root, dir)
	return err
}

// formerIn is the former site in the directory of that name, which root is.
func formerIn(root *os.Root, dir string) (manifest, error) {
	old, err := former(root.FS())
	if err != nil {
		return old, fmt.Errorf("%s is not overwritten: %w", dir, err)
	}
	return old, nil
}

// Write writes the site into a directory that any web host can serve, at any
// path. The host need not compress or know wasm: next to each file lie its
// compressed forms (.br and .gz) for those that do.
//
// The directory is made if need be. A former site in it is replaced, in an order
// that leaves it whole at each moment; a directory with anything else in it is
// refused.
func (s *Site) Write(dir string) (err error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("cannot write the site: %w", err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return fmt.Errorf("cannot write the site: %w", err)
	}
	defer func() { err = errors.Join(err, root.Close()) }()

	old, err := formerIn(root, dir)
	if err != nil {
		return err
	}
	// Files with a hash in their name come first, then the page that names them,
	// then the manifest; what only the former site had goes last.
	files := slices.Clone(s.Files)
	slices.SortStableFunc(files, func(a, b *File) int {
		switch {
		case a.Fixed == b.Fixed:
			return 0
		case a.Fixed:
			return -1
		}
		return 1
	})
	m := manifest{Build: s.Build}
	for _, f := range files {
		m.Files = append(m.Files, manifestFile{f.Name, f.Fixed})
	}
	text, err := json.MarshalIndent(m, "", "\t")
	if err != nil {
		return fmt.Errorf("cannot write the site: %w", err)
	}
	text = append(text, '\n')
	if err := replace(root, begunName, text); err != nil {
		return fmt.Errorf("cannot write the site: %w", err)
	}
	for _, f := range files {
		for _, form := range [...]struct {
			suffix string
			data   []byte
		}{{brotliSuffix, f.Brotli}, {gzipSuffix, f.Gzip}, {"", f.Data}} {
			if form.data == nil {
				continue
			}
			if err := replace(root, f.Name+form.suffix, form.data); err != nil {
				return fmt.Errorf("cannot write the site: %w", err)
			}
		}
	}
	if err := replace(root, manifestName, text); err != nil {
		return fmt.Errorf("cannot write the site: %w", err)
	}
	for _, f := range old.Files {
		now := s.Find(f.Name)
		for _, suffix := range []string{"", brotliSuffix, gzipSuffix} {
			if now != nil && (suffix == "" || suffix == brotliSuffix && now.Brotli != nil || suffix == gzipSuffix && now.Gzip != nil) {
				continue
			}
			if err := root.Remove(f.Name + suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return fmt.Errorf("cannot remove what the former site left: %w", err)
			}
		}
	}
	// Whoever writes the same site at the same time may have removed it.
	if err := root.Remove(begunName); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("cannot write the site: %w", err)
	}
	return nil
}

// former reads the manifest of the site in dir, with the files of one that was begun
// there. An empty directory has had none; one with files but no manifest is somebody
// else's.
func former(dir fs.FS) (manifest, error) {
	// In the order in which whoever writes a site at this moment makes and removes them.
	entries, err := fs.ReadDir(dir, ".")
	if err != nil {
		return manifest{}, err
	}
	begun, wasBegun, err := readManifest(dir, begunName)
	if err != nil {
		return begun, err
	}
	m, written, err := readManifest(dir, manifestName)
	if err != nil {
		return m, err
	}
	if !wasBegun && !written {
		for _, e := range entries {
			if !strings.HasPrefix(e.Name(), begunName) {
				return m, fmt.Errorf("it holds %s, and no site of raftarium: name a new or an empty directory", e.Name())
			}
		}
	}
	m.Files = append(m.Files, begun.Files...)
	return m, nil
}

// readManifest reads a manifest, and reports whether there is one.
func readManifest(dir fs.FS, name string) (m manifest, found bool, err error) {
	text, err := fs.ReadFile(dir, name)
	if errors.Is(err, fs.ErrNotExist) {
		return m, false, nil
	}
	if err != nil {
		return m, false, err
	}
	if err := json.Unmarshal(text, &m); err != nil {
		return m, true, fmt.Errorf("its %s is damaged (%w): name a new or an empty directory", name, err)
	}
	for _, f := range m.Files {
		if !fs.ValidPath(f.Name) || strings.Contains(f.Name, "/") || f.Name == "." {
			return m, true, fmt.Errorf("its %s is damaged: it names %q", name, f.Name)
		}
	}
	return m, true, nil
}

// replace writes a file beside its place and moves it there. What lies beside has a name
// of its own, since somebody else may be writing the same file.
func replace(root *os.Root, name string, data []byte) error {
	temp := fmt.Sprintf("%s.%08x.tmp", name, rand.Uint32())
	if err := root.WriteFile(temp, data, 0o644); err != nil {
		if gone := root.Remove(temp); !errors.Is(gone, fs.ErrNotExist) {
			err = errors.Join(err, gone)
		}
		return err
	}
	if err := root.Rename(temp, name); err != nil {
		return errors.Join(err, root.Remove(temp))
	}
	return nil
}

// Load reads a site that [Site.Write] wrote.
func Load(dir fs.FS) (*Site, error) {
	m, found, err := readManifest(dir, manifestName)
	if err != nil {
		return nil, fmt.Errorf("the site cannot be used: %w", err)
	}
	if !found {
		return nil, fmt.Errorf("there is no site: %w", fs.ErrNotExist)
	}
	s := &Site{Build: m.Build}
	for _, mf := range m.Files {
		f := &File{Name: mf.Name, Fixed: mf.Fixed}
		if f.Data, err = fs.ReadFile(dir, path.Clean(mf.Name)); err != nil {
			return nil, fmt.Errorf("the site is not complete: %w", err)
		}
		for _, c := range []struct {
			suffix string
			to     *[]byte
		}{{brotliSuffix, &f.Brotli}, {gzipSuffix, &f.Gzip}} {
			data, err := fs.ReadFile(dir, mf.Name+c.suffix)
			if err != nil && !errors.Is(err, fs.ErrNotExist) {
				return nil, fmt.Errorf("the site cannot be read: %w", err)
			}
			*c.to = data
		}
		s.Files = append(s.Files, f)
	}
	if len(s.Files) == 0 {
		return nil, errors.New("the site is empty")
	}
	s.finish()
	return s, nil
}
