package web

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"os"
	"slices"
	"strings"
)

// named is a listener that knows the host that it was asked for.
type named struct {
	net.Listener
	host string
}

// hosts are the names under which a listener is to be reached. A page of somebody else
// can have its own name point to this machine (DNS rebinding); the browser then takes
// what is served here for a part of that page, but it asks for that name.
type hosts struct {
	names []string   // in lower case
	addr  netip.Addr // that is listened on
}

func hostsOf(ln net.Listener) hosts {
	h := hosts{names: []string{"localhost"}}
	if n, ok := ln.(*named); ok {
		h.names = append(h.names, strings.ToLower(n.host))
	}
	if a, ok := ln.Addr().(*net.TCPAddr); ok {
		h.addr = a.AddrPort().Addr().Unmap()
	}
	if own, err := os.Hostname(); err == nil && !h.addr.IsLoopback() {
		own = strings.ToLower(own)
		h.names = append(h.names, own, own+".local")
	}
	return h
}

// takes says whether a request for a host, with or without a port, is meant for here. An
// address is nobody's name: where it was asked to serve to all networks, each will do.
func (h *hosts) takes(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	a, err := netip.ParseAddr(strings.Trim(host, "[]"))
	if err == nil {
		a = a.Unmap()
		return a.IsLoopback() || a == h.addr || h.addr.IsUnspecified()
	}
	return slices.Contains(h.names, host) || strings.HasSuffix(host, ".localhost")
}

// guard refuses requests that are meant for another host.
func (h *hosts) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !h.takes(r.Host) {
			http.Error(w, fmt.Sprintf("%q is not the name of what is served here: open http://localhost with the port that raftarium web printed, or start it with --addr NAME:PORT", r.Host), http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}
