package catalog

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What students read of an exercise must be so.
func TestTheReadmesSayWhatTheExercisesAre(t *testing.T) {
	overview, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for i, e := range All() {
		if e.Number != i {
			t.Errorf("%s has number %d, in place %d", e.Name, e.Number, i)
		}
		text, err := os.ReadFile(filepath.Join("..", e.Name, "README.md"))
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{
			fmt.Sprintf("# %d. %s\n", e.Number, e.Title), fmt.Sprintf("**Points:** %d.", e.Of()), "<details><summary>",
			"go run ./tests/exercises/" + e.Name + " check",
		} {
			if !strings.Contains(string(text), want) {
				t.Errorf("the README of %s does not say %q", e.Name, want)
			}
		}
		if row := fmt.Sprintf("| %d | [%s](%s) | %d |", e.Number, e.Title, e.Name, e.Of()); !strings.Contains(string(overview), row) {
			t.Errorf("the overview lacks %q", row)
		}
		for _, test := range e.Tests {
			if test.Points <= 0 || test.What == "" || seen[e.Name+test.Name] {
				t.Errorf("%s: the test %q is worth %d points, says %q, or is there twice", e.Name, test.Name, test.Points, test.What)
			}
			seen[e.Name+test.Name] = true
		}
	}
}
