package scene

import (
	"time"

	"raftarium/netsim"
	"raftarium/netsim/cluster"
	"raftarium/raft"
	"raftarium/viz/draw"
	"raftarium/viz/ui"
)

// Timeline is the run so far in outline: terms, elections, faults and violations.
// Add it the notes in order, and Observe the views in between. However long the
// run, it stays small: what lies close together is merged. The zero Timeline is
// empty.
type Timeline struct {
	bands      []band
	faults     []fault
	marks      []mark
	violations []netsim.Time
	open       [faultKinds]int // 1 plus the place of the fault that lasts
	terms      int             // how many terms there were
	faultCount int
}

// band is a stretch of time in which a term was the highest.
type band struct {
	from   netsim.Time
	term   raft.Term
	led    netsim.Time // when somebody won the term
	leader raft.ID     // None if nobody did
}

type faultKind uint8

const (
	faultCut faultKind = iota
	faultDown
	faultPaused
	faultKinds
)

// fault is a stretch of time in which something was broken.
type fault struct {
	kind     faultKind
	from, to netsim.Time
}

// mark is something that a person did.
type mark struct{ at netsim.Time }

// The most that a Timeline holds of each.
const (
	mostBands      = 400
	mostFaults     = 300
	mostMarks      = 300
	mostViolations = 64
)

// Reset forgets everything, for a new run.
func (t *Timeline) Reset() {
	*t = Timeline{bands: t.bands[:0], faults: t.faults[:0], marks: t.marks[:0], violations: t.violations[:0]}
}

// Add takes one note.
func (t *Timeline) Add(n cluster.Note) {
	switch n.Kind {
	case cluster.NoteElection, cluster.NoteLeader:
		b := t.band(n.At, n.Term)
		if b != nil && n.Kind == cluster.NoteLeader {
			b.led, b.leader = n.At, n.Server
		}
	case cluster.NoteAction:
		t.marks = append(t.marks, mark{n.At})
		if len(t.marks) > mostMarks {
			t.marks = thin(t.marks, n.At, func(m *mark) netsim.Time { return m.at })
		}
	case cluster.NoteViolation:
		if len(t.violations) < mostViolations {
			t.violations = append(t.violations, n.At)
		}
	}
}

// band finds the band of a term or begins it; nil if the term is over.
func (t *Timeline) band(at netsim.Time, term raft.Term) *band {
	if n := len(t.bands); n > 0 && t.bands[n-1].term >= term {
		if t.bands[n-1].term == term {
			return &t.bands[n-1]
		}
		return nil
	}
	t.terms++
	t.bands = append(t.bands, band{from: at, term: term})
	if len(t.bands) > mostBands {
		t.bands = thin(t.bands, at, func(b *band) netsim.Time { return b.from })
	}
	return &t.bands[len(t.bands)-1]
}

// thin drops what follows its forerunner too closely to be told apart, keeping
// the last, until half is gone.
func thin[T any](list []T, now netsim.Time, at func(*T) netsim.Time) []T {
	half := len(list) / 2
	for gap := max(now/4096, 1); ; gap *= 2 {
		out := list[:1]
		for i := 1; i < len(list); i++ {
			if i < len(list)-1 && at(&list[i])-at(&out[len(out)-1]) < gap {
				continue
			}
			out = append(out, list[i])
		}
		if list = out; len(list) <= half || gap > now {
			break
		}
	}
	return list
}

// Observe notes which faults last at the moment of a view.
func (t *Timeline) Observe(v *cluster.View) {
	var now [faultKinds]bool
	now[faultCut] = len(v.Network.Cuts) > 0
	for i := range v.Servers {
		s := &v.Servers[i]
		now[faultDown] = now[faultDown] || !s.Up
		now[faultPaused] = now[faultPaused] || s.Up && s.Paused
	}
	for k := range faultKinds {
		at := &t.open[k]
		switch {
		case now[k] && *at == 0:
			from := v.Now
			if k == faultCut {
				for i := range v.Network.Cuts {
					from = min(from, v.Network.Cuts[i].Since)
				}
			}
			t.faultCount++
			t.mergeFaults(v.Now)
			t.faults = append(t.faults, fault{kind: k, from: from, to: v.Now})
			*at = len(t.faults)
		case now[k]:
			t.faults[*at-1].to = v.Now
		default:
			*at = 0
		}
	}
}

// mergeFaults makes room by joining faults of a kind with little time between.
func (t *Timeline) mergeFaults(now netsim.Time) {
	for gap := max(now/2048, 1); len(t.faults) >= mostFaults; gap *= 2 {
		var last [faultKinds]int // 1 plus a place in out
		out := t.faults[:0]
		for i, f := range t.faults {
			if j := last[f.kind]; j > 0 && f.from-out[j-1].to < gap {
				out[j-1].to = f.to
			} else {
				out = append(out, f)
				last[f.kind] = len(out)
			}
			if t.open[f.kind] == i+1 {
				t.open[f.kind] = last[f.kind]
			}
		}
		t.faults = out
	}
}

// timeStrip says how the timeline was laid out.
type timeStrip struct {
	Strip draw.Rect   // of the bands
	End   netsim.Time // at its right edge; 0 is at its left
}

// X is where a time is.
func (s *timeStrip) X(at netsim.Time) float32 {
	return s.Strip.X + s.Strip.W*float32(float64(at)/float64(max(s.End, 1)))
}

// TimeAt is the time at x, within the strip.
func (s *timeStrip) TimeAt(x float32) netsim.Time {
	if s.Strip.W <= 0 {
		return 0
	}
	return netsim.Time(min(max(float64((x-s.Strip.X)/s.Strip.W), 0), 1) * float64(s.End))
}

// steps between ticks, and the ends at which a strip is wound up again, are round
// for people.
var steps = [...]time.Duration{
	50 * time.Millisecond, 100 * time.Millisecond, 200 * time.Millisecond, 500 * time.Millisecond,
	time.Second, 2 * time.Second, 5 * time.Second, 10 * time.Second, 20 * time.Second, 30 * time.Second,
	time.Minute, 2 * time.Minute, 5 * time.Minute, 10 * time.Minute, 20 * time.Minute, 30 * time.Minute,
	time.Hour, 2 * time.Hour, 6 * time.Hour, 12 * time.Hour, 24 * time.Hour,
}

// strip lays the timeline out: the end is a round time ahead of now, so that the
// picture stands still between two of them.
func (f *Frame) strip(area draw.Rect) timeStrip {
	pad := f.pt(16)
	if f.Options.Narrow {
		pad = 12
	}
	now := f.View.Now.Duration()
	end := 2 * time.Second
	for end <= now {
		// 2, 5, 10, 20, 50 and so on.
		if lead := leading(end); lead == 2 {
			end = end * 5 / 2
		} else {
			end *= 2
		}
	}
	h := min(f.pt(14), area.H*0.25)
	return timeStrip{
		Strip: draw.Rect{X: area.X + pad, Y: area.Y + area.H*0.5 - h*0.4, W: max(area.W-2*pad, 0), H: h},
		End:   netsim.Time(end),
	}
}

// leading is the first digit of a duration in nanoseconds.
func leading(d time.Duration) int {
	for d >= 10 {
		d /= 10
	}
	return int(d)
}

// Timeline draws the run so far as a strip.
func (f *Frame) Timeline(area draw.Rect, t *Timeline) timeStrip {
	th, now := f.theme(), f.View.Now
	s := f.strip(area)
	f.List.Clip(area)
	f.ticks(area, &s)
	f.List.Rect(s.Strip, 3, th.Raised)
	for i := range t.bands {
		b := &t.bands[i]
		if b.from > now {
			break // seen before time was turned back
		}
		to := now
		if i+1 < len(t.bands) {
			to = min(t.bands[i+1].from, now)
		}
		f.band(&s, b, to)
	}
	bar := max(min(f.pt(4.5), area.H*0.07), 2)
	for i := range t.faults {
		f.fault(&s, &t.faults[i], bar)
	}
	for i := range t.marks {
		x := s.X(t.marks[i].at)
		f.diamond(draw.Point{X: x, Y: s.Strip.Y - f.pt(4)}, draw.Point{X: 1}, f.pt(2.6), f.pt(2.6), th.Accent)
	}
	sign := float32(-1e9) // where the last one stands: they do not cover each other
	for _, at := range t.violations {
		x := s.X(at)
		f.List.Rect(draw.Rect{X: x - 1.25, Y: s.Strip.Y - f.pt(7), W: 2.5, H: s.Strip.H + f.pt(14)}, 1, th.Danger)
		if x-sign < f.pt(13) {
			continue
		}
		sign = x
		draw.WarningIcon(f.List, draw.Point{X: x, Y: s.Strip.Y - f.pt(10)}, f.pt(6), th.Danger)
	}
	x := s.X(now)
	f.List.Rect(draw.Rect{X: x - 1, Y: s.Strip.Y - f.pt(7), W: 2, H: s.Strip.H + f.pt(20)}, 1, th.Text)
	f.List.Clip(draw.Rect{})

	w := f.scratch().texts.begin().clock(now).str(" s, ").plural(t.terms, "term", "terms").str(", ").plural(t.faultCount, "fault", "faults")
	if n := len(t.violations); n > 0 {
		w.str(", ").plural(n, "violation", "violations")
	}
	f.Tree.Add(ui.Node{ID: "timeline", Role: ui.RoleImage, Label: "Timeline", Value: w.end(), Rect: area})
	return s
}

// band draws a term, and a star where it was won.
func (f *Frame) band(s *timeStrip, b *band, to netsim.Time) {
	th := f.theme()
	x, right := s.X(b.from), s.X(to)
	c := th.Term(b.term)
	if b.leader == raft.None { // nobody has won it
		f.List.Rect(draw.Rect{X: x, Y: s.Strip.Y, W: max(right-x, 1), H: s.Strip.H}, 0, th.Raised.Mix(c, 0.4))
		return
	}
	won := s.X(b.led)
	f.List.Rect(draw.Rect{X: x, Y: s.Strip.Y, W: max(won-x, 0), H: s.Strip.H}, 0, th.Raised.Mix(c, 0.4))
	f.List.Rect(draw.Rect{X: won, Y: s.Strip.Y, W: max(right-won, 1), H: s.Strip.H}, 0, c)
	f.List.Rect(draw.Rect{X: x - 0.5, Y: s.Strip.Y, W: 1, H: s.Strip.H}, 0, th.Background)
	star := s.Strip.H * 0.36
	if right-won < 2.6*star {
		return
	}
	mid := s.Strip.Y + s.Strip.H/2
	draw.Star(f.List, draw.Point{X: won + star*1.5, Y: mid}, star, th.OnTerm)
	label := f.scratch().texts.begin().server(b.leader).str(" · term ").num(uint64(b.term)).end()
	at := draw.Point{X: won + star*3.2, Y: mid}
	if at.X+f.width(label, draw.Sans, sizeSmall)+4 > right {
		label = f.scratch().texts.begin().num(uint64(b.term)).end()
	}
	if at.X+f.width(label, draw.Sans, sizeSmall)+4 <= right {
		f.text(at, label, draw.Sans, min(sizeSmall, s.Strip.H*0.8/f.pt(1)), draw.Left, th.OnTerm)
	}
}

// fault draws a bar below the strip: red for cuts, grey for what was down.
func (f *Frame) fault(s *timeStrip, b *fault, bar float32) {
	th := f.theme()
	x, right := s.X(b.from), s.X(b.to)
	r := draw.Rect{X: x, Y: s.Strip.Y + s.Strip.H + bar*0.8, W: max(right-x, 2), H: bar}
	switch b.kind {
	case faultCut:
		f.List.Rect(r, bar/2, th.Danger)
	case faultDown:
		r.Y += bar * 1.5
		f.List.Rect(r, bar/2, th.Down)
	default:
		r.Y += bar * 1.5
		f.List.DashedBox(inset(r, 0.5), bar/2, 0, th.Down, 1, 2, 2)
	}
}

// ticks writes the times above the strip, as many as there is room for.
func (f *Frame) ticks(area draw.Rect, s *timeStrip) {
	th := f.theme()
	step := steps[len(steps)-1]
	for _, d := range steps {
		if s.Strip.W*float32(float64(d)/float64(max(s.End, 1))) >= f.pt(86) {
			step = d
			break
		}
	}
	y := max(s.Strip.Y-f.pt(19), area.Y+f.pt(8))
	for at := time.Duration(0); at <= s.End.Duration(); at += step {
		t := f.scratch().texts.begin()
		switch {
		case step >= time.Minute:
			t.num(uint64(at / time.Minute)).str(" min")
		case step >= time.Second:
			t.num(uint64(at / time.Second)).str(" s")
		default:
			t.num(uint64(at / time.Second)).str(".").num(uint64(at/(100*time.Millisecond)) % 10).str(" s")
		}
		align, x := draw.Center, s.X(netsim.Time(at))
		switch {
		case at == 0:
			align = draw.Left
		case at+step > s.End.Duration():
			align = draw.Right
		}
		f.text(draw.Point{X: x, Y: y}, t.end(), draw.Sans, sizeSmall, align, th.Dim)
		f.List.Rect(draw.Rect{X: x - 0.5, Y: s.Strip.Y - f.pt(3), W: 1, H: f.pt(3)}, 0, th.Line)
	}
}
