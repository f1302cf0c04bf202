package shell

import (
	"strconv"
	"time"

	"raftarium/netsim"
	"raftarium/netsim/cluster/script"
)

// Slider is a control over a list of stops. Its place is the number of the stop,
// so that steps feel even whatever the scale; a value between two stops, which a
// typed action may set, is shown as it is and stands between them.
type Slider struct {
	ID    string // of its node: "slider/" + ID
	Label string
	Help  string
	stops []int64
	now   func(m *model) int64
	text  func(v int64) string
	set   func(m *model, v int64) intent
	// late applies the value when the slider is let go: it starts a new run.
	late bool
	node string
}

const (
	us = int64(time.Microsecond)
	ms = int64(time.Millisecond)
)

func times(unit int64, list ...int64) []int64 {
	for i := range list {
		list[i] *= unit
	}
	return list
}

func upTo(from, to int64) []int64 {
	var out []int64
	for v := from; v <= to; v++ {
		out = append(out, v)
	}
	return out
}

var percents = times(int64(netsim.Percent(1)), 0, 1, 2, 3, 5, 7, 10, 15, 20, 25, 30, 40, 50, 60, 70, 80, 90, 100)

// sliders are in the order of the panels.
var sliders = []Slider{
	{
		ID: "latency", Label: "Latency", Help: "how long messages travel",
		stops: times(us, 0, 500, 1000, 2000, 3000, 4000, 5000, 6000, 8000, 10_000, 12_000, 15_000, 20_000, 25_000, 30_000, 40_000, 50_000, 60_000, 80_000, 100_000, 150_000, 200_000),
		now:   func(m *model) int64 { l, _ := middle(m.view.Network.Latency); return l },
		text:  milliseconds,
		set: func(m *model, v int64) intent {
			_, j := middle(m.view.Network.Latency)
			return setLatency(v, min(j, v))
		},
	},
	{
		ID: "jitter", Label: "Jitter", Help: "how much that varies",
		stops: times(us, 0, 500, 1000, 2000, 3000, 4000, 5000, 6000, 8000, 10_000, 15_000, 20_000, 30_000, 40_000, 50_000, 80_000, 100_000),
		now:   func(m *model) int64 { _, j := middle(m.view.Network.Latency); return j },
		text:  func(v int64) string { return "\u00b1" + milliseconds(v) },
		set: func(m *model, v int64) intent {
			l, _ := middle(m.view.Network.Latency)
			return setLatency(max(l, v), v)
		},
	},
	ratio("loss", "Loss", "how many messages are lost",
		func(m *model) netsim.Ratio { return m.view.Network.Loss },
		func(r netsim.Ratio) script.Action { return script.Loss{Ratio: r} }),
	ratio("duplicate", "Duplicate", "how many messages arrive twice",
		func(m *model) netsim.Ratio { return m.view.Network.Duplicate },
		func(r netsim.Ratio) script.Action { return script.Duplicate{Ratio: r} }),
	ratio("reorder", "Reorder", "how many messages are overtaken",
		func(m *model) netsim.Ratio { return m.view.Network.Reorder },
		func(r netsim.Ratio) script.Action { return script.Reorder{Ratio: r} }),
	{
		ID: "disk", Label: "Disk", Help: "how long a durable write takes",
		stops: times(us, 0, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000),
		now:   func(m *model) int64 { return int64(m.view.Network.Disk) },
		text:  milliseconds,
		set:   func(m *model, v int64) intent { return act{script.Disk{Write: time.Duration(v)}, "disk"} },
	},
	{
		ID: "servers", Label: "Servers", Help: "starts a new run",
		stops: upTo(1, 9),
		now:   func(m *model) int64 { return int64(len(m.view.Servers)) },
		text:  number,
		set:   func(m *model, v int64) intent { return SetServers{int(v)} },
		late:  true,
	},
	header("snapshot", "Snapshot", "log that servers compact; starts a new run",
		[]int64{0, 200, 500, 1000, 2000, 5000, 10_000, 50_000}, "never",
		func(c *script.Config) *int { return &c.Snapshot },
		func(v int64) string { return "at " + byteText(v) }),
	header("sessions", "Sessions", "how many servers keep, of clients that register; starts a new run",
		[]int64{0, 1, 2, 3, 4, 5, 6, 8, 12, script.DefaultSessions, 100}, "implicit",
		func(c *script.Config) *int { return &c.Sessions }, number),
	header("window", "In flight", "operations that a client has outstanding; starts a new run",
		[]int64{1, 2, 3, 4, 6, 8, 12, script.MaxWindow}, "",
		func(c *script.Config) *int { return &c.Window }, number),
	header("uncommitted", "Backlog", "bytes that a leader takes on uncommitted; starts a new run",
		[]int64{0, 50, 100, 200, 500, 1000, 5000, 50_000}, "default",
		func(c *script.Config) *int { return &c.Uncommitted }, byteText),
	{
		ID: "clients", Label: "Clients", Help: "how many ask",
		stops: upTo(0, 9),
		now:   func(m *model) int64 { return int64(m.view.Active) },
		text:  number,
		set:   func(m *model, v int64) intent { return act{script.Clients{N: int(v)}, "clients"} },
	},
	{
		ID: "fire", Label: "At once", Help: "how many Appends at once",
		stops: upTo(1, 9),
		now:   func(m *model) int64 { return int64(m.fireN) },
		text:  number,
		set:   func(m *model, v int64) intent { return setFire{int(v)} },
	},
	{
		ID: "speed", Label: "Speed", Help: "of virtual time",
		stops: upTo(int64(slowest), int64(fastest)),
		now:   func(m *model) int64 { return int64(m.settings.Speed) },
		text:  func(v int64) string { return speed(v).String() },
		set:   func(m *model, v int64) intent { return setSpeed{speed(v)} },
	},
}

// header is a slider for a header line that no action changes: it starts a new run.
// none is what 0 is called.
func header(id, label, help string, stops []int64, none string, field func(*script.Config) *int, text func(int64) string) Slider {
	return Slider{
		ID: id, Label: label, Help: help, stops: stops, late: true,
		now: func(m *model) int64 {
			c := m.world.Config()
			return max(int64(*field(&c)), stops[0])
		},
		text: func(v int64) string {
			if v == 0 {
				return none
			}
			return text(v)
		},
		set: func(_ *model, v int64) intent { return setHeader{id, int(v), field} },
	}
}

func ratio(id, label, help string, now func(*model) netsim.Ratio, action func(netsim.Ratio) script.Action) Slider {
	return Slider{
		ID: id, Label: label, Help: help, stops: percents,
		now:  func(m *model) int64 { return int64(now(m)) },
		text: func(v int64) string { return percentText(netsim.Ratio(v)) },
		set:  func(m *model, v int64) intent { return act{action(netsim.Ratio(v)), id} },
	}
}

// slider finds a slider by its ID.
func slider(id string) *Slider {
	for i := range sliders {
		if sliders[i].ID == id {
			return &sliders[i]
		}
	}
	return nil
}

// place is where v stands among the stops, as the number of a stop; between two
// stops it is in between.
func (s *Slider) place(v int64) float64 {
	last := len(s.stops) - 1
	for i, stop := range s.stops {
		switch {
		case v == stop || v < stop && i == 0:
			return float64(i)
		case v < stop:
			before := s.stops[i-1]
			return float64(i-1) + float64(v-before)/float64(stop-before)
		}
	}
	return float64(last)
}

// at is the stop nearest to a place.
func (s *Slider) at(place float64) int64 {
	i := int(place + 0.5)
	return s.stops[min(max(i, 0), len(s.stops)-1)]
}

// step is the stop after v, or before it.
func (s *Slider) step(v int64, by int) int64 {
	p := s.place(v)
	i := int(p)
	if by > 0 {
		i += by
	} else if float64(i) == p {
		i += by
	} else {
		i += by + 1
	}
	return s.stops[min(max(i, 0), len(s.stops)-1)]
}

// middle splits a range into its middle and how far it reaches from there.
func middle(r netsim.Range) (mid, reach int64) {
	return int64(r.Min+r.Max) / 2, int64(r.Max-r.Min) / 2
}

func setLatency(mid, reach int64) intent {
	return act{script.Latency{Range: netsim.Range{Min: time.Duration(mid - reach), Max: time.Duration(mid + reach)}}, "latency"}
}

// milliseconds writes a duration as the panel shows it.
func milliseconds(v int64) string {
	s := strconv.FormatFloat(float64(v)/float64(ms), 'f', -1, 64)
	if i := len(s); i > 5 {
		s = strconv.FormatFloat(float64(v)/float64(ms), 'f', 1, 64)
	}
	return s + " ms"
}

// byteText is "500 B" or "2 kB".
func byteText(v int64) string {
	if v < 1000 {
		return number(v) + " B"
	}
	return strconv.FormatFloat(float64(v)/1000, 'f', -1, 64) + " kB"
}

func number(v int64) string { return strconv.FormatInt(v, 10) }

// percentText is "5 %".
func percentText(r netsim.Ratio) string {
	s := r.String()
	return s[:len(s)-1] + " %"
}
