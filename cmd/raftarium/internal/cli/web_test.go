//go:build !js

package cli

import (
	"net"
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
