package grade

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestSeedsAreReadFromAFile(t *testing.T) {
	for _, c := range []struct {
		text, want string
		seeds      []uint64
	}{
		{"\ufeff7\r\n# eight\n\n 9 # nine\n18446744073709551615", "", []uint64{7, 9, 1<<64 - 1}},
		{"1\n0\n", `:2: found "0", but a line is a number from 1 to 18446744073709551615`, nil},
		{"-1", `:1: found "-1", but`, nil},
		{"18446744073709551616", `:1: found "18446744073709551616", but`, nil},
		{"1 2", `:1: found "1 2", but`, nil},
		{strings.Repeat("1", 100_000), "has a line of more than 65536 bytes", nil},
		{"# none\n", "has no seeds", nil},
	} {
		name := filepath.Join(t.TempDir(), "seeds.txt")
		if err := os.WriteFile(name, []byte(c.text), 0o666); err != nil {
			t.Fatal(err)
		}
		seeds, err := readSeeds(name)
		if !slices.Equal(seeds, c.seeds) || (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%.40q gives %v, %v; want %v, %s", c.text, seeds, err, c.seeds, c.want)
		}
	}
}
