package cli

import (
	"runtime"
	"runtime/debug"
	"weak"
)

// Most of what a run allocates is its log, which stays: a collector that starts
// early, or a heap that grows in small steps, only costs time.
const (
	// ballast is memory that is never touched, and so takes none. While it lives,
	// the heap grows to a few times its size before garbage is collected at all.
	ballast = 64 << 20
	// room is what the heap of a WebAssembly program gets at once: there each step
	// by which memory grows makes the host collect its own garbage. Elsewhere half of it
	// is used.
	room = 256 << 20
	// patience is GOGC for the first collection after that. It is a percentage of the
	// 4 MiB that the runtime counts with at least: the collection comes at 192 MiB, before
	// the room is used up.
	patience = 4800
)

// ballasted lets the heap grow before garbage is collected, as long as what it returns
// is kept alive.
func ballasted() []byte {
	b := make([]byte, ballast) // first, while memory is new: what was used has to be cleared
	if runtime.GOOS == "js" {
		grow()
	} else {
		widen()
	}
	// So much at once makes the collector start. With a single thread it would not come
	// to its end before the work does, and each write of a pointer costs several times as
	// much until then.
	runtime.GC()
	return b
}

// spare is memory that was prepared for a run.
type spare struct {
	ballast []byte
	// canary is gone after the first collection, where that is to be noticed.
	canary  weak.Pointer[[4]*byte]
	patient bool
	percent int // GOGC from then on
	tended  int
}

// spareMemory prepares the heap for a single run. What it returns is to be kept alive,
// and tended, until the run is over.
func spareMemory() *spare {
	if runtime.GOOS != "js" {
		return &spare{ballast: ballasted()}
	}
	// One collection, which frees the room, and nothing else: the more often a function
	// of the collector runs, the sooner the host compiles it once more, while the run
	// could have the processor. So there is no ballast either.
	percent := debug.SetGCPercent(-1)
	grow()
	runtime.GC()
	debug.SetGCPercent(patience)
	return &spare{canary: weak.Make(new([4]*byte)), patient: true, percent: percent}
}

// tend makes the collector as eager as usual after its first collection. It is to be
// called now and then.
func (s *spare) tend() {
	s.tended++
	if s.patient && s.tended%16 == 0 && s.canary.Value() == nil {
		s.patient = false
		debug.SetGCPercent(s.percent)
	}
}

// widen is grow where the system hands memory out page by page: it asks for large
// pages, since to touch a small one for the first time costs more than to fill it.
//
//go:noinline
func widen() {
	b := make([]byte, room/2)
	adviseLargePages(b)
	runtime.KeepAlive(b)
}

// grow makes room, to be used for what comes after the next collection.
//
//go:noinline
func grow() { runtime.KeepAlive(make([]byte, room)) }
