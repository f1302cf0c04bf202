package shell

import (
	"strconv"
	"time"

	"raftarium/netsim"
	"raftarium/netsim/cluster"
)

// TicksPerSecond is how often Update runs; ticks, and not the clock, drive time.
const TicksPerSecond = 60

// speed is how much virtual time passes for each real second, as a step of a
// logarithmic scale: 0 is the slowest.
type speed int

// speeds holds numerator and denominator of each speed; 0/1 is as fast as the
// budget of events allows.
var speeds = [...][2]int64{
	{1, 1000}, {1, 500}, {1, 200}, {1, 100}, {1, 50}, {1, 20}, {1, 10}, {1, 5}, {1, 2},
	{1, 1}, {2, 1}, {5, 1}, {10, 1}, {20, 1}, {50, 1}, {100, 1}, {0, 1},
}

// The speeds that have a name.
const (
	slowest      speed = 0
	initialSpeed speed = 5 // 1/20: messages can be watched
	fastest      speed = speed(len(speeds) - 1)
	hoverSpeed   speed = 2 // while the pointer rests on a message
)

// String is the speed as the button shows it.
func (s speed) String() string {
	v := speeds[s]
	switch {
	case v[0] == 0:
		return "max"
	case v[1] == 1:
		return strconv.FormatInt(v[0], 10) + "\u00d7"
	}
	return "1/" + strconv.FormatInt(v[1], 10) + "\u00d7"
}

// Clamp returns the nearest speed that exists.
func (s speed) Clamp() speed { return min(max(s, slowest), fastest) }

// perTick is the virtual time of one tick; 0 is as much as the budget allows.
func (s speed) perTick() time.Duration {
	v := speeds[s]
	return time.Duration(int64(time.Second) * v[0] / (TicksPerSecond * v[1]))
}

// advance lets d of virtual time pass in w, or as much as budget events cover if d
// is 0 or holds more events than that. Events are counted, not the clock, so that
// the same input gives the same run on a slow machine. It returns early when a
// checker fires, and where more than seen violations are known.
func advance(w *cluster.Session, d time.Duration, budget, seen int) {
	if d == 0 {
		for range budget {
			if !w.Step() || len(w.Judge().Violations()) > seen {
				return
			}
		}
		return
	}
	// In pieces, so that the budget can be kept; each ends exactly where it should,
	// so that what moves moves evenly.
	const piece = 5 * time.Millisecond
	for stop := w.Events() + netsim.EventID(budget); d > 0 && w.Events() < stop; d -= piece {
		if !w.Advance(min(d, piece)) {
			return
		}
	}
}
