package web

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
)

func TestAnAddressInUseIsNamedWithAFreeOne(t *testing.T) {
	ln, err := Listen(t.Context(), "0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	if !IsLoopback(ln) {
		t.Errorf("a port alone listens on %v", ln.Addr())
	}
	_, err = Listen(t.Context(), ln.Addr().String())
	if err == nil || !strings.Contains(err.Error(), ln.Addr().String()+" is in use") || !strings.Contains(err.Error(), "--addr 127.0.0.1:") {
		t.Errorf("err = %v", err)
	}
}

func TestAddressesThatNobodyCanMeanAreRefused(t *testing.T) {
	for addr, want := range map[string]string{
		":8777":           "every network",
		"nonsense":        "host:port",
		"127.0.0.1:99999": "no port",
		"127.0.0.1:http":  "no port",
		"":                "host:port",
		"99999":           "host:port",
	} {
		_, err := Listen(t.Context(), addr)
		var bad *AddrError
		if !errors.As(err, &bad) || !strings.Contains(err.Error(), want) {
			t.Errorf("Listen(%q): %v, want %q", addr, err, want)
		}
	}
}

func TestServeEndsWithItsContext(t *testing.T) {
	ln, err := Listen(t.Context(), "0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- Serve(ctx, ln, testSite(t, "x")) }()
	res, err := http.Get("http://" + ln.Addr().String() + "/")
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	cancel()
	if err := <-done; err != nil {
		t.Errorf("Serve: %v", err)
	}
	if _, err := http.Get("http://" + ln.Addr().String() + "/"); err == nil {
		t.Error("still serving")
	}
}

func TestWithoutADesktopNoBrowserIsOpened(t *testing.T) {
	t.Setenv("DISPLAY", "")
	t.Setenv("WAYLAND_DISPLAY", "")
	t.Setenv("PATH", t.TempDir())
	if err := OpenBrowser(t.Context(), "http://127.0.0.1:1/"); !errors.Is(err, ErrNoBrowser) {
		t.Errorf("err = %v", err)
	}
}
