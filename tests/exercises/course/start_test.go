package course

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"raftarium/tests/exercises/lab"
)

// What students begin with is known as that, so that nobody goes on from it in the next
// exercise, and it may be replaced.
func TestTheSkeletonsAreKnown(t *testing.T) {
	folders, err := filepath.Glob("../[01]?-*")
	if err != nil || len(folders) < 11 {
		t.Fatalf("the folders of exercises are %v, %v", folders, err)
	}
	for _, folder := range folders {
		files, err := lab.StudentFiles(folder)
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %v, %v", folder, files, err)
		}
		for _, name := range files {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			// Exercise 0 is done as it is given, and a Raft below a service may stay.
			want := !strings.Contains(name, "00-hello") && filepath.Base(name) != "raft.go"
			if isSkeleton(name, text) != want {
				t.Errorf("that %s is a skeleton should be %t; its checksum is %#x", inFolder(name), want, checksum(text))
			}
			if isSkeleton(name, append(text, "// mine\n"...)) && !strings.Contains(string(text), "This file is the skeleton.") {
				t.Errorf("%s is still a skeleton with something more in it", name)
			}
		}
	}
}

// start takes what a student wrote in the exercise before, and no skeleton.
func TestStartIsOfferedWhereAnExerciseGoesOn(t *testing.T) {
	for number, offered := range map[int]bool{0: false, 1: false, 2: true, 6: false, 9: true, 10: false} {
		if got := !begin(&lab.Exercise{Number: number}).Hidden; got != offered {
			t.Errorf("exercise %d offers start: %v", number, got)
		}
	}
}

func TestStartGoesOnFromWhatWasWritten(t *testing.T) {
	root := t.TempDir()
	for _, name := range []string{"01-election", "02-replication"} {
		if err := os.CopyFS(filepath.Join(root, name), os.DirFS(filepath.Join("..", name))); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(root)
	e := &lab.Exercise{Number: 2, Name: "02-replication"}
	var out bytes.Buffer
	if err := start(e, beginOptions{}, &out); err == nil || !strings.Contains(err.Error(), "is still the skeleton") {
		t.Errorf("from a skeleton: %v, %s", err, &out)
	}
	mine := []byte("package main\n\n// mine\n")
	if err := os.WriteFile(filepath.Join("01-election", "node.go"), mine, 0o666); err != nil {
		t.Fatal(err)
	}
	if err := start(e, beginOptions{}, &out); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(filepath.Join("02-replication", "node.go")); err != nil || !bytes.Equal(text, mine) {
		t.Errorf("there is %q, %v", text, err)
	}
	if err := start(e, beginOptions{}, &out); err == nil || !strings.Contains(err.Error(), "--force") {
		t.Errorf("what was written is replaced without being asked: %v", err)
	}
}
