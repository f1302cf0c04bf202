package netsim

import (
	"errors"
	"fmt"
	"math/bits"
	"strconv"
	"strings"
	"time"
)

// Drift is by how much a clock runs too fast, in parts per million; negative
// where it runs slow. 0 is a true clock.
type Drift int32

// The drifts that a clock may have: from a tenth of the true rate to ten times it.
const (
	MinDrift Drift = -900_000
	MaxDrift Drift = 9_000_000
)

// ParseDrift reads a drift such as "+10%", "-0.5%" or "0%": at most four decimals,
// from -90% to +900%.
func ParseDrift(s string) (Drift, error) {
	bad := fmt.Errorf("%q is no drift: write it like +10%% or -0.5%%", s)
	num, ok := strings.CutSuffix(s, "%")
	if !ok && num != "0" {
		return 0, bad
	}
	sign := int64(1)
	if rest, slow := strings.CutPrefix(num, "-"); slow {
		sign, num = -1, rest
	} else {
		num = strings.TrimPrefix(num, "+")
	}
	whole, frac, _ := strings.Cut(num, ".")
	if len(frac) > 4 || whole == "" {
		return 0, bad
	}
	n, err := strconv.ParseUint(whole+frac+strings.Repeat("0", 4-len(frac)), 10, 31)
	switch {
	case err != nil && !errors.Is(err, strconv.ErrRange):
		return 0, bad
	case err != nil || sign*int64(n) < int64(MinDrift) || sign*int64(n) > int64(MaxDrift):
		return 0, fmt.Errorf("%q is out of range: a clock runs by %v to %v off", s, MinDrift, MaxDrift)
	}
	return Drift(sign * int64(n)), nil
}

// String is the drift as ParseDrift reads it, with its sign: "+10%".
func (d Drift) String() string {
	switch {
	case d < 0:
		return "-" + Ratio(-int64(d)).String()
	case d > 0:
		return "+" + Ratio(d).String()
	}
	return "0%"
}

// True returns how long it truly takes until a clock of this drift has counted d,
// which must not be negative. It is rounded down, but not to nothing.
func (d Drift) True(counted time.Duration) time.Duration {
	return scaled(counted, uint64(Always), uint64(int64(Always)+int64(d)))
}

// scaled is d*num/den without overflow; what does not fit is the longest duration.
func scaled(d time.Duration, num, den uint64) time.Duration {
	if d <= 0 || num == den {
		return d
	}
	hi, lo := bits.Mul64(uint64(d), num)
	if hi >= den {
		return time.Duration(never)
	}
	q, _ := bits.Div64(hi, lo, den)
	if q > uint64(never) {
		return time.Duration(never)
	}
	return max(time.Duration(q), 1)
}

// hardware is what a node's machine is made of. It outlives crashes.
type hardware struct {
	clock   Drift
	ownDisk bool          // its writes take as long as diskTime says
	disk    time.Duration // of a durable write
	full    bool          // writes wait until there is room
}

// SetClock lets the clock of a node run fast or slow from now on: what its timers
// still have to count takes accordingly less or more time.
func (s *Sim) SetClock(n NodeID, d Drift) {
	nd := &s.nodes[n]
	before := nd.hardware.clock
	nd.hardware.clock = d
	if before == d {
		return
	}
	for key := range nd.timers {
		t := &nd.timers[key]
		if left := t.deadline.Sub(s.now); t.armed && t.deadline < never && left > 0 {
			rest := scaled(left, uint64(int64(Always)+int64(before)), uint64(int64(Always)+int64(d)))
			if Time(rest) > horizon-s.now {
				t.total, t.deadline = rest, never
				continue
			}
			t.total += rest - left
			t.deadline = s.now.Add(rest)
			if t.deadline < t.queuedAt {
				s.queueTimer(n, key, t)
			}
		}
	}
}

// Clock is by how much the clock of a node is off.
func (s *Sim) Clock(n NodeID) Drift { return s.nodes[n].hardware.clock }

// Clocks returns the drifts of the slowest and of the fastest clock.
func (s *Sim) Clocks() (slowest, fastest Drift) {
	for i := range s.nodes {
		slowest = min(slowest, s.nodes[i].hardware.clock)
		fastest = max(fastest, s.nodes[i].hardware.clock)
	}
	return slowest, fastest
}

// SetDisk gives the disk of a node a time of its own for a durable write, from
// the next write on.
func (s *Sim) SetDisk(n NodeID, d time.Duration) {
	h := &s.nodes[n].hardware
	h.ownDisk, h.disk = true, d
}

// ResetDisks lets every disk take as long again as the Network says.
func (s *Sim) ResetDisks() {
	for i := range s.nodes {
		s.nodes[i].hardware.ownDisk = false
	}
}

// DiskTime is how long a durable write of a node takes.
func (s *Sim) DiskTime(n NodeID) time.Duration {
	if h := &s.nodes[n].hardware; h.ownDisk {
		return h.disk
	}
	return s.net.Disk
}

// MaxDisk is how long a durable write takes on the slowest disk.
func (s *Sim) MaxDisk() time.Duration {
	most := s.net.Disk
	for i := range s.nodes {
		most = max(most, s.DiskTime(NodeID(i)))
	}
	return most
}

// SetFull fills the disk of a node, or makes room on it. On a full disk no write
// begins: what is asked for waits, in order, until there is room, as with a
// program that tries again until its write fits. A write that is under way has
// its room and ends. Neither a crash nor a restart makes room.
func (s *Sim) SetFull(n NodeID, full bool) {
	nd := &s.nodes[n]
	nd.hardware.full = full
	if !full && !nd.disk.busy && nd.disk.pending > nd.disk.writing {
		s.startWrite(n)
	}
}

// Full reports whether the disk of a node is full.
func (s *Sim) Full(n NodeID) bool { return s.nodes[n].hardware.full }

// Writing reports whether a disk is in the midst of a write, and the number up to
// which it writes.
func (s *Sim) Writing(n NodeID) (seq uint64, busy bool) {
	d := &s.nodes[n].disk
	return d.writing, d.busy
}
