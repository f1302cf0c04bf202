package web

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// DefaultAddr is where the page is served unless told otherwise.
const DefaultAddr = "127.0.0.1:8777"

// RawSizeHeader tells the size of a file before compression.
const RawSizeHeader = "X-Raw-Size"

// Listen opens addr, "host:port" or a port alone, which means loopback. Port 0
// takes any that is free. It refuses to listen on every interface unless that
// was spelled out, as in "0.0.0.0:8777". Where the address is in use, the error
// names one that is free.
func Listen(ctx context.Context, addr string) (net.Listener, error) {
	if _, err := strconv.ParseUint(addr, 10, 16); err == nil {
		addr = net.JoinHostPort("127.0.0.1", addr)
	}
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, &AddrError{addr, "is no address: write host:port, as in " + DefaultAddr}
	}
	if host == "" {
		return nil, &AddrError{addr, fmt.Sprintf("would serve to every network: write 127.0.0.1:%s, or 0.0.0.0:%s if that is what you want", port, port)}
	}
	if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		return nil, &AddrError{addr, fmt.Sprintf("has no port: %q is no number from 0 to 65535", port)}
	}
	var lc net.ListenConfig
	ln, err := lc.Listen(ctx, "tcp", addr)
	switch {
	case err == nil:
		return &named{ln, host}, nil
	case errors.Is(err, syscall.EADDRINUSE):
		free, ferr := lc.Listen(ctx, "tcp", net.JoinHostPort(host, "0"))
		if ferr != nil {
			return nil, fmt.Errorf("the address %s is in use", addr)
		}
		defer free.Close()
		return nil, fmt.Errorf("the address %s is in use (by another raftarium web?); %s is free: --addr %[2]s", addr, free.Addr())
	}
	return nil, fmt.Errorf("cannot listen on %s: %w", addr, err)
}

// AddrError is an address that nobody can mean.
type AddrError struct{ Addr, Problem string }

// Error names the address and what is wrong with it.
func (e *AddrError) Error() string { return fmt.Sprintf("the address %q %s", e.Addr, e.Problem) }

// IsLoopback says whether only this machine can reach the listener.
func IsLoopback(ln net.Listener) bool {
	a, ok := ln.Addr().(*net.TCPAddr)
	return ok && a.IP.IsLoopback()
}

// Serve serves the site, to requests for the host that ln listens on, until ctx ends, which is no error, and closes ln.
func Serve(ctx context.Context, ln net.Listener, s *Site) error {
	names := hostsOf(ln)
	srv := &http.Server{
		Handler:           names.guard(s),
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      5 * time.Minute, // 20 MB over a slow line
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
	}
	done := make(chan error, 1)
	stop := context.AfterFunc(ctx, func() {
		soon, cancel := context.WithTimeout(context.WithoutCancel(ctx), 3*time.Second)
		defer cancel()
		err := srv.Shutdown(soon)
		if errors.Is(err, context.DeadlineExceeded) {
			err = srv.Close() // somebody does not want to hang up
		}
		done <- err
	})
	err := srv.Serve(ln)
	if !stop() && errors.Is(err, http.ErrServerClosed) {
		return <-done
	}
	return err
}

// ServeHTTP serves the files of the site, each in the best form that the client
// takes.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		h.Set("Allow", "GET, HEAD")
		http.Error(w, "only GET and HEAD are served here", http.StatusMethodNotAllowed)
		return
	}
	name := strings.TrimPrefix(r.URL.Path, "/")
	if name == "" {
		name = indexName
	}
	f := s.Find(name)
	if f == nil {
		http.Error(w, "there is no such file here; raftarium is at /", http.StatusNotFound)
		return
	}
	data, coding := f.Data, negotiate(r.Header.Values("Accept-Encoding"), f)
	switch coding {
	case brotliForm:
		data = f.Brotli
	case gzipForm:
		data = f.Gzip
	}
	h.Set("Content-Type", f.Type)
	h.Set("Vary", "Accept-Encoding")
	h.Set(RawSizeHeader, strconv.Itoa(len(f.Data)))
	etag := f.etag
	if coding != "" {
		h.Set("Content-Encoding", string(coding))
		etag += "-" + string(coding)
	}
	h.Set("ETag", `"`+etag+`"`)
	h.Set("Cache-Control", "no-cache")
	if f.Fixed {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	if matches(r.Header.Values("If-None-Match"), etag) {
		h.Del("Content-Encoding")
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Length", strconv.Itoa(len(data)))
	if r.Method == http.MethodGet {
		_, _ = w.Write(data) // the client has gone: nobody to tell
	}
}

// matches says whether an If-None-Match names etag.
func matches(headers []string, etag string) bool {
	for _, header := range headers {
		for one := range strings.SplitSeq(header, ",") {
			one = strings.TrimPrefix(strings.TrimSpace(one), "W/")
			if one == "*" || one == `"`+etag+`"` {
				return true
			}
		}
	}
	return false
}
