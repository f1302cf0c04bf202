//go:build !js

package cli

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestAnAddressInUseIsAFailureThatNamesAFreeOne(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	status, stdout, stderr := command(t.Context(), program(), "", false, "web", "--no-open", "--addr", ln.Addr().String())
	if status != StatusFailed || stdout != "" || !strings.Contains(stderr, ln.Addr().String()+" is in use") || !strings.Contains(stderr, "--addr 127.0.0.1:") {
		t.Errorf("status %d\n%s\n%s", status, stdout, stderr)
	}
}

// Building and compressing take half a minute: what is in the way is told before.
// The package that would be built is none, so that trying would be told instead.
func TestADirectoryOfSomebodyElseIsRefusedBeforeASiteIsMade(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "thesis.txt")
	if err := os.WriteFile(file, []byte("my thesis"), 0o644); err != nil {
		t.Fatal(err)
	}
	p := program()
	p.Package = "raftarium/nowhere"
	for out, want := range map[string]string{
		dir:  "is not overwritten: it holds thesis.txt",
		file: "thesis.txt is a file: name a new or an empty directory",
	} {
		status, stdout, stderr := command(t.Context(), p, "", false, "web", "--out", out)
		if status != StatusFailed || stdout != "" || !strings.Contains(stderr, want) {
			t.Errorf("status %d, want %q\n%s\n%s", status, want, stdout, stderr)
		}
	}
	if text, err := os.ReadFile(file); err != nil || string(text) != "my thesis" {
		t.Errorf("the file has become %q: %v", text, err)
	}
}
