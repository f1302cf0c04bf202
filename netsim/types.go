package netsim

import (
	"errors"
	"fmt"
	"math/bits"
	"strconv"
	"strings"
	"time"
)

// Time is virtual: nanoseconds since the run began.
type Time int64

// Add returns the time d later.
func (t Time) Add(d time.Duration) Time { return t + Time(d) }

// Sub returns the duration from u to t.
func (t Time) Sub(u Time) time.Duration { return time.Duration(t - u) }

// Duration is the time since the run began.
func (t Time) Duration() time.Duration { return time.Duration(t) }

// String is the time as the action language writes it, e.g. "1.5s".
func (t Time) String() string { return time.Duration(t).String() }

// NodeID names an endpoint of the network: a small number from 1. What it stands
// for, a server or a client, is the user's business.
type NodeID int32

// EventID numbers what happens in a run, from 1, in order. 0 is no event.
type EventID uint64

// Ratio is a probability in parts per million, so that no floating point is
// needed: 0 is never, [Always] is always.
type Ratio uint32

// Always is the Ratio of certainty.
const Always Ratio = 1_000_000

// Percent returns the ratio of n percent.
func Percent(n int) Ratio { return Ratio(n) * (Always / 100) }

// ParseRatio reads a percentage such as "5%", "0.25%" or "0": from 0% to 100%,
// with at most four decimals.
func ParseRatio(s string) (Ratio, error) {
	num, ok := strings.CutSuffix(s, "%")
	if !ok && num != "0" {
		return 0, fmt.Errorf("%q is no percentage: write it like 5%% or 0.1%%", s)
	}
	whole, frac, _ := strings.Cut(num, ".")
	if len(frac) > 4 || whole == "" {
		return 0, fmt.Errorf("%q is no percentage: write it like 5%% or 0.1%%", s)
	}
	n, err := strconv.ParseUint(whole+frac+strings.Repeat("0", 4-len(frac)), 10, 32)
	if errors.Is(err, strconv.ErrRange) || err == nil && n > uint64(Always) {
		return 0, fmt.Errorf("%q is more than 100%%", s)
	}
	if err != nil {
		return 0, fmt.Errorf("%q is no percentage: write it like 5%% or 0.1%%", s)
	}
	return Ratio(n), nil
}

// String is the ratio as a percentage, as ParseRatio reads it.
func (r Ratio) String() string {
	s := strconv.FormatUint(uint64(r/10_000), 10)
	if rest := r % 10_000; rest != 0 {
		s += "." + strings.TrimRight(fmt.Sprintf("%04d", rest), "0")
	}
	return s + "%"
}

// Range is a range of durations, both ends included.
type Range struct{ Min, Max time.Duration }

// Exactly is the Range of one duration.
func Exactly(d time.Duration) Range { return Range{d, d} }

// ParseDuration reads a duration such as "1.5s" or "200us" that is not negative.
// "0" needs no unit.
func ParseDuration(s string) (time.Duration, error) {
	d, err := time.ParseDuration(s)
	if err != nil {
		return 0, fmt.Errorf("%q is no duration: write it like 10ms or 1.5s", s)
	}
	if d < 0 {
		return 0, fmt.Errorf("%q is negative: a duration is 0 or more", s)
	}
	return d, nil
}

// String is "1ms..10ms", or one duration for an exact range.
func (r Range) String() string {
	if r.Min == r.Max {
		return r.Min.String()
	}
	return r.Min.String() + ".." + r.Max.String()
}

// at maps a uniform 64-bit draw into the range.
func (r Range) at(u uint64) time.Duration {
	if r.Max <= r.Min {
		return r.Min
	}
	hi, _ := bits.Mul64(u, uint64(r.Max-r.Min)+1)
	return r.Min + time.Duration(hi)
}
