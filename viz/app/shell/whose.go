package shell

import (
	"strings"

	"raftarium/netsim/cluster"
	"raftarium/viz/draw"
	"raftarium/viz/ui"
)

// ours is what our implementations are called.
const ours = "raftarium"

// whose says which parts of the code are not ours, and what they are called:
// "Raft: mine". It is "" where all of it is ours.
func whose(code *cluster.Code) string {
	parts := [...]struct{ what, name string }{
		{"Raft", code.Raft.Name}, {"server", code.Server.Name}, {"client", code.Client.Name},
	}
	var words []string
	for i := 0; i < len(parts); i++ {
		if parts[i].name == ours {
			continue
		}
		what, last := parts[i].what, i
		for last+1 < len(parts) && parts[last+1].name == parts[i].name {
			last++
			what += " + " + parts[last].what
		}
		words = append(words, what+": "+parts[i].name)
		i = last
	}
	return strings.Join(words, " \u00b7 ")
}

// Title is what the window is called: whose code runs in it belongs there too.
func (s *Shell) Title() string {
	if s.whose == "" {
		return ours
	}
	return ours + " \u00b7 " + s.whose
}

// whoseLeast is how much room there has to be to say whose code runs beside the name
// of the program; with less, it stands in place of that.
const whoseLeast = 56

// whoseMost is how much room that is given at most.
const whoseMost = 230

// drawName writes the name of the program, and whose code runs in it if that is not
// ours, up to end; it returns where the room behind it begins.
func (s *Shell) drawName(x, end, mid float32) float32 {
	c := &s.ctx
	name := c.Width(draw.SansBold, ui.SizeTitle, ours)
	badge := ui.Badge{ID: "whose", Label: s.whose, Value: "the code that runs", Color: c.Theme.Accent}
	want := min(c.BadgeWidth(badge), whoseMost)
	if s.whose == "" || x+name+10+min(want, whoseLeast) <= end {
		c.Label(draw.Point{X: x, Y: mid}, "name", ours, draw.SansBold, ui.SizeTitle, draw.Left, c.Theme.Text, false)
		x += name + 10
	}
	if s.whose != "" {
		w := min(want, end-x)
		// What does not fit is said in fewer words: of the first part, and only its name.
		first, _, _ := strings.Cut(s.whose, " \u00b7 ")
		_, own, _ := strings.Cut(first, ": ")
		for _, less := range []string{first, own} {
			if c.BadgeWidth(badge) > w {
				badge.Label, badge.Value = less, s.whose
			}
		}
		w = min(w, c.BadgeWidth(badge))
		c.Badge(draw.Rect{X: x, Y: mid - 13, W: w, H: 26}, badge)
		x += w + 6
	}
	return x + 6
}
