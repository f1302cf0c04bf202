package cli

import (
	"fmt"
	"io"
	"time"

	"raftarium/netsim"
)

// meter shows on a terminal how far a run is.
type meter struct {
	w     io.Writer
	on    bool
	start time.Time
	shown time.Time // when it was last shown; zero while it is not there
}

const (
	// meterAfter is how long a run may take without a meter.
	meterAfter = 300 * time.Millisecond
	// meterEvery is the time between two showings.
	meterEvery = 100 * time.Millisecond
	// startOfLine goes back to the start of the line and empties it.
	startOfLine = "\r\x1b[K"
)

// show tells how far the run is, if it is time to.
func (m *meter) show(now time.Time, at, end netsim.Time, events netsim.EventID) {
	took := now.Sub(m.start)
	if !m.on || took < meterAfter || now.Sub(m.shown) < meterEvery {
		return
	}
	m.shown = now
	fmt.Fprintf(m.w, "%s%s of %s, %d events, %.0f times real time", startOfLine,
		at.Duration().Round(chunk), end, events, at.Duration().Seconds()/took.Seconds())
}

// clear takes the meter away.
func (m *meter) clear() {
	if !m.shown.IsZero() {
		fmt.Fprint(m.w, startOfLine)
		m.shown = time.Time{}
	}
}
