package web

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"testing"
)

func TestOnlyItsOwnHostIsServed(t *testing.T) {
	ln, err := Listen(t.Context(), "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- Serve(ctx, ln, testSite(t, "x")) }()
	_, port, err := net.SplitHostPort(ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	for host, want := range map[string]int{
		"localhost:" + port:        http.StatusOK,
		"LocalHost":                http.StatusOK,
		"127.0.0.1:" + port:        http.StatusOK,
		"[::1]:" + port:            http.StatusOK,
		"raft.localhost:" + port:   http.StatusOK,
		"evil.example:" + port:     http.StatusMisdirectedRequest,
		"localhost.evil.example":   http.StatusMisdirectedRequest,
		"192.0.2.7:" + port:        http.StatusMisdirectedRequest,
		"127.0.0.1.nip.io:" + port: http.StatusMisdirectedRequest,
		"evil.example.:" + port:    http.StatusMisdirectedRequest,
		"notlocalhost:" + port:     http.StatusMisdirectedRequest,
	} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+ln.Addr().String()+"/", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Host = host
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(res.Body)
		res.Body.Close()
		if err != nil || res.StatusCode != want {
			t.Errorf("%s: status %d, want %d (%v)", host, res.StatusCode, want, err)
		}
		if want != http.StatusOK && (!strings.Contains(string(body), host) || !strings.Contains(string(body), "--addr")) {
			t.Errorf("%s: %q does not say what to do", host, body)
		}
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestWhoServesToAllNetworksIsReachedByEachAddress(t *testing.T) {
	h := hosts{names: []string{"localhost", "lectern"}, addr: netip.IPv4Unspecified()}
	for host, want := range map[string]bool{"192.0.2.7:8777": true, "[2001:db8::1]:8777": true, "lectern:8777": true, "evil.example:8777": false, "": false} {
		if h.takes(host) != want {
			t.Errorf("takes(%q) is %v", host, !want)
		}
	}
}
