package cli

import "runtime"

// Most of what a run allocates is its log, which stays: a collector that starts
// early, or a heap that grows in small steps, only costs time.
const (
	// ballast is memory that is never touched, and so takes none. While it lives,
	// the heap grows to a few times its size before garbage is collected at all.
	ballast = 64 << 20
	// room is what the heap of a WebAssembly program gets at once: there each step
	// by which memory grows makes the host collect its own garbage.
	room = 256 << 20
)

// spareMemory prepares the heap for a run and returns the ballast, which is to be
// kept alive until the run is over.
func spareMemory() []byte {
	b := make([]byte, ballast) // first, while memory is new: what was used has to be cleared
	if runtime.GOOS == "js" {
		grow()
	}
	// So much at once makes the collector start. With a single thread it would not
	// come to its end before the run does, and each write of a pointer costs several
	// times as much until then.
	runtime.GC()
	return b
}

// grow makes room, to be used for what comes after the next collection.
//
//go:noinline
func grow() { runtime.KeepAlive(make([]byte, room)) }
