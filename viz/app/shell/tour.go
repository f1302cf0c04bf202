package shell

import (
	"raftarium/raft"
)

// tour is the guided tour of a first visit: it has the visitor do things, and
// goes on when the state of the cluster shows that they were done. The zero Tour
// is off.
type tour struct {
	step    int // from 1; 0 is off
	term    raft.Term
	appends uint64
	wait    int // ticks for which a finished step still shows its tick mark
}

// tourStep is one thing to do.
type tourStep struct {
	Title string
	Text  string
	Touch string // Text where there is no keyboard
	Press string // the command that does it, offered as a button; "" for none
	done  func(m *model) bool
}

// tourWait is how long a finished step stays, so that it is seen to be finished.
const tourWait = TicksPerSecond

// tourSteps is filled by init because its steps look at the model.
var tourSteps []tourStep

func init() {
	tourSteps = []tourStep{
		{
			Title: "Elect",
			Text:  "The rings are election timers: the first to run out asks around, then for votes. Once one leads, double-click it to crash it, or press C, and see the next one win.",
			Touch: "The rings are election timers: the first to run out asks around, then for votes. Once one leads, double-tap it to crash it, and see the next one win.",
			Press: "crash",
			done: func(m *model) bool {
				l := m.server(m.leader())
				return l != nil && m.tour.term > 0 && l.Raft.Term > m.tour.term
			},
		},
		{
			Title: "Partition",
			Text:  "Drag a line across the links to cut the network in two. A side with a majority goes on; the other cannot commit.",
			Press: "isolate",
			done:  func(m *model) bool { return len(m.view.Network.Cuts) > 0 },
		},
		{
			Title: "Heal",
			Text:  "Press H to mend every link, and watch everybody follow one leader and logs agree again.",
			Touch: "Mend every link, and watch everybody follow one leader and logs agree again.",
			Press: "heal",
			done:  func(m *model) bool { return len(m.view.Network.Cuts) == 0 },
		},
		{
			Title: "Append",
			Text:  "Press A: every client appends to the same key at once. Dashed cells turn solid when they are committed.",
			Touch: "Have every client append to the same key at once. Dashed cells turn solid when they are committed.",
			Press: "fire",
			done:  func(m *model) bool { return m.view.Stats.Appends > m.tour.appends },
		},
	}
}

// On reports whether the tour is running.
func (t *tour) On() bool { return t.step > 0 }

// startTour is the tour at its first step.
func startTour() tour { return tour{step: 1} }

// Done reports whether the present step was done and only shows its tick mark.
func (t *tour) Done() bool { return t.wait > 0 }

// current is the present step; only while the tour is on.
func (t *tour) current() *tourStep { return &tourSteps[t.step-1] }

// advanceTour goes on where the state shows that a step was done. It reports
// whether anything changed.
func (m *model) advanceTour() bool {
	t := &m.tour
	if !t.On() {
		return false
	}
	if t.wait > 0 {
		if t.wait--; t.wait > 0 {
			return false
		}
		if t.step == len(tourSteps) {
			SetTour{}.apply(m)
			m.say("That is the tour. ? shows all keys; right-click anything for what it can do.", false)
			return true
		}
		t.step++
		t.appends = m.view.Stats.Appends
		return true
	}
	if t.step == 1 && t.term == 0 {
		// The first leader is where the visitor starts from.
		if l := m.server(m.leader()); l != nil {
			t.term = l.Raft.Term
			return true
		}
	}
	if t.current().done(m) {
		t.wait = tourWait
		return true
	}
	return false
}
