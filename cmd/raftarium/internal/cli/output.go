package cli

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// checkOutputs makes sure that the files that a run writes can be there, and are neither
// the scenario that it reads nor each other, nor the one that the verdict goes into.
func checkOutputs(o runOptions, out io.Writer) error {
	for _, f := range [...]struct{ flag, name string }{{"--trace", o.trace}, {"--history", o.history}} {
		if err := CheckOut(f.flag, f.name, "the verdict"); err != nil {
			return misuse{err}
		}
		switch {
		case isOut(f.name, out):
			return misusef("%s: %s is where standard output goes, which is for the verdict: name another file", f.flag, f.name)
		case SameFile(f.name, o.scenario):
			return misusef("%s: %s is the scenario, which it would replace: name another file", f.flag, f.name)
		}
	}
	if SameFile(o.trace, o.history) {
		return misusef("--history: found %q, but --trace writes that file: name another one", o.history)
	}
	return nil
}

// CheckOut finds out before long work whether a file that a flag names can be one to
// write into; stdout is what standard output is for. No name is no file.
func CheckOut(flag, name, stdout string) error {
	if name == "" {
		return nil
	}
	if name == "-" {
		return fmt.Errorf("%s: found \"-\", but standard output is for %s: name a file", flag, stdout)
	}
	if info, err := os.Stat(name); err == nil && info.IsDir() {
		return fmt.Errorf("%s: %s is a folder: name a file", flag, name)
	}
	if info, err := os.Stat(filepath.Dir(name)); err != nil || !info.IsDir() {
		return fmt.Errorf("%s: there is no folder %q for %s", flag, filepath.Dir(name), filepath.Base(name))
	}
	return nil
}

// SameFile says whether two names are of one regular file, or will be. Standard
// input, and no file at all, are the same as nothing.
func SameFile(a, b string) bool {
	if a == "" || b == "" || a == "-" || b == "-" {
		return false
	}
	ia, errA := os.Stat(a)
	ib, errB := os.Stat(b)
	if errA == nil && errB == nil {
		return ia.Mode().IsRegular() && os.SameFile(ia, ib)
	}
	return errA != nil && errB != nil && place(a) == place(b)
}

// place is the name, the same for all names of a file, of one that is not there: what
// links lead to, in its folder as that is really called.
func place(name string) string {
	for range 40 { // links in a circle lead nowhere
		to, err := os.Readlink(name)
		if err != nil {
			break
		}
		if !filepath.IsAbs(to) {
			to = filepath.Join(filepath.Dir(name), to)
		}
		name = to
	}
	if dir, err := filepath.EvalSymlinks(filepath.Dir(name)); err == nil {
		name = filepath.Join(dir, filepath.Base(name))
	}
	if whole, err := filepath.Abs(name); err == nil {
		name = whole
	}
	return filepath.Clean(name)
}

// isOut says whether a file that a flag names is the regular file that standard output
// goes into, as /dev/stdout may be: the two would write over each other.
func isOut(name string, out io.Writer) bool {
	f, ok := out.(*os.File)
	if !ok || name == "" {
		return false
	}
	at, errA := f.Stat()
	named, errB := os.Stat(name)
	return errA == nil && errB == nil && at.Mode().IsRegular() && os.SameFile(at, named)
}

// create creates a file to write into, or empties it. It is never opened for
// reading: whoever could read from a pipe of his own would wait for ever for
// somebody else to empty it.
func create(name string) (*os.File, error) {
	return os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o666)
}

// IsTerminal says whether somebody watches w.
func IsTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0 && os.Getenv("TERM") != "dumb"
}
