package cluster

import (
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
)

// OfMachine reports whether a function, by the name that the runtime gives it, may be
// that of somebody's machine: it belongs neither to Go, nor to the contracts, nor to
// the world that runs machines and their tests.
func OfMachine(function string) bool {
	name, _, _ := strings.Cut(function, "[") // of a generic one, what it is made for follows
	slash := strings.LastIndexByte(name, '/')
	dot := strings.IndexByte(name[slash+1:], '.')
	if dot < 0 {
		return false
	}
	switch path := name[:slash+1+dot]; path {
	case "main":
		return true
	case "raftarium/raft", "raftarium/kv", "raftarium/netsim", "raftarium/netsim/cluster", "raftarium/tests/exercises/lab":
		return false
	default:
		// Modules of others have a host in their name, packages of Go have not.
		first, _, _ := strings.Cut(path, "/")
		return first == "raftarium" || strings.Contains(first, ".")
	}
}

// Place says where in a machine something is: "node.go:12, in (*node).stand".
func Place(function, file string, line int) string {
	name := function[strings.LastIndexByte(function, '/')+1:]
	_, name, _ = strings.Cut(name, ".")
	return fmt.Sprintf("%s:%d, in %s", filepath.Base(file), line, name)
}

// panicked says what a machine panicked with, and where. It is called by the function
// that recovers from it, so that the stack is still that of the panic.
func panicked(with any) string {
	text := fmt.Sprintf("panic: %v", with)
	var pcs [64]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(0, pcs[:])])
	for inside := false; ; {
		f, more := frames.Next()
		if inside && strings.HasPrefix(f.Function, "raftarium/netsim/cluster.(*World)") {
			return text // nothing of a machine in between
		}
		if inside && OfMachine(f.Function) {
			return fmt.Sprintf("%s (%s)", text, Place(f.Function, f.File, f.Line))
		}
		inside = inside || f.Function == "runtime.gopanic"
		if !more {
			return text
		}
	}
}
