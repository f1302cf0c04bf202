package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
)

// manifestName is the file by which a directory is known to be a site of ours,
// and which of its files are.
const manifestName = "raftarium-site.json"

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
// Making a site takes a while, and is best not begun in vain.
func CheckOut(dir string) (err error) {
	info, err := os.Stat(dir)
	if errors.Is(err, fs.ErrNotExist) {
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
		m.Files = append(m.Files, manifestFile{f.Name, f.Fixed})
	}
	text, err := json.MarshalIndent(m, "", "\t")
	if err != nil {
		return fmt.Errorf("cannot write the site: %w", err)
	}
	if err := replace(root, manifestName, append(text, '\n')); err != nil {
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
	return nil
}

// former reads the manifest of the site in dir. An empty directory has had none;
// one with files but no manifest is somebody else's.
func former(dir fs.FS) (manifest, error) {
	var m manifest
	text, err := fs.ReadFile(dir, manifestName)
	if errors.Is(err, fs.ErrNotExist) {
		entries, err := fs.ReadDir(dir, ".")
		if err != nil {
			return m, err
		}
		if len(entries) > 0 {
			return m, fmt.Errorf("it holds %s, and no site of raftarium: name a new or an empty directory", entries[0].Name())
		}
		return m, nil
	}
	if err != nil {
		return m, err
	}
	if err := json.Unmarshal(text, &m); err != nil {
		return m, fmt.Errorf("its %s is damaged (%w): name a new or an empty directory", manifestName, err)
	}
	for _, f := range m.Files {
		if !fs.ValidPath(f.Name) || strings.Contains(f.Name, "/") || f.Name == "." {
			return m, fmt.Errorf("its %s is damaged: it names %q", manifestName, f.Name)
		}
	}
	return m, nil
}

// replace writes a file beside its place and moves it there.
func replace(root *os.Root, name string, data []byte) error {
	temp := name + ".tmp"
	if err := root.WriteFile(temp, data, 0o644); err != nil {
		return err
	}
	if err := root.Rename(temp, name); err != nil {
		return errors.Join(err, root.Remove(temp))
	}
	return nil
}

// Load reads a site that [Site.Write] wrote.
func Load(dir fs.FS) (*Site, error) {
	if _, err := fs.Stat(dir, manifestName); err != nil {
		return nil, fmt.Errorf("there is no site: %w", err)
	}
	m, err := former(dir)
	if err != nil {
		return nil, fmt.Errorf("the site cannot be used: %w", err)
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
