package shell

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"raftarium/netsim"
	"raftarium/netsim/cluster/check"
	"raftarium/viz/ui"
)

// State is the run as window.raftarium.state() and the state file give it.
type State struct {
	Time    float64       `json:"time"` // virtual seconds
	Seed    uint64        `json:"seed"`
	Events  uint64        `json:"events"`
	Digest  string        `json:"digest"` // 16 hexadecimal digits
	Playing bool          `json:"playing"`
	Speed   string        `json:"speed"`
	Servers []serverState `json:"servers"`
	Clients []clientState `json:"clients"`
	Cuts    []cutState    `json:"cuts"`
	Without []string      `json:"without"`
	Bug     string        `json:"bug,omitempty"` // the seeded bug of the code; its rule is not in Without
	Verdict verdictState  `json:"verdict"`
}

// serverState is one server.
type serverState struct {
	ID      int    `json:"id"`
	Role    string `json:"role"`
	Term    uint64 `json:"term"`
	Commit  uint64 `json:"commit"`
	Applied uint64 `json:"applied"`
	Last    int    `json:"last"` // index of the last log entry
	Up      bool   `json:"up"`
	Paused  bool   `json:"paused"`
}

// clientState is one client.
type clientState struct {
	ID        int    `json:"id"`
	Busy      bool   `json:"busy"`
	Op        string `json:"op"`
	Seq       uint64 `json:"seq"`
	Try       uint32 `json:"try"`
	Completed int    `json:"completed"`
}

// cutState is a directed link that is cut.
type cutState struct {
	From string `json:"from"`
	To   string `json:"to"`
}

// verdictState is what the checkers say.
type verdictState struct {
	Safety       bool             `json:"safety"`
	ExactlyOnce  bool             `json:"exactly_once"`
	Linearizable check.Answer     `json:"linearizable"`
	Progress     check.Answer     `json:"progress"`
	Violations   []violationState `json:"violations"`
	// Judged are the properties that counted; left out if all did.
	Judged []check.Property `json:"judged,omitempty"`
}

// violationState is a property that did not hold.
type violationState struct {
	Property check.Property `json:"property"`
	Time     float64        `json:"time"`
	Text     string         `json:"text"`
	Against  *againstState  `json:"against,omitempty"`
}

// againstState is what that is at odds with.
type againstState struct {
	Time float64 `json:"time"`
	Text string  `json:"text"`
}

// State is the run as it stands.
func (m *model) State() State {
	v := &m.view
	s := State{
		Time: seconds(v.Now), Seed: v.Seed, Events: uint64(v.Events), Digest: fmt.Sprintf("%016x", v.Digest),
		Playing: m.playing || m.seek != nil, Speed: m.settings.Speed.String(),
		Servers: make([]serverState, 0, len(v.Servers)), Clients: make([]clientState, 0, len(v.Clients)),
		Cuts: make([]cutState, 0, len(v.Network.Cuts)), Without: append([]string{}, v.Without...), Bug: v.Bug,
		Verdict: verdictState{
			Safety: v.Verdict.Safety, ExactlyOnce: v.Verdict.ExactlyOnce, Linearizable: v.Verdict.Linearizable,
			Progress: v.Verdict.Progress, Violations: make([]violationState, 0, len(v.Verdict.Violations)),
			Judged: v.Verdict.Judged,
		},
	}
	for i := range v.Servers {
		x := &v.Servers[i]
		s.Servers = append(s.Servers, serverState{
			ID: int(x.ID), Role: x.Raft.Role.String(), Term: uint64(x.Raft.Term), Commit: uint64(x.Raft.Commit),
			Applied: uint64(x.Raft.Applied), Last: int(x.Raft.Last()), Up: x.Up, Paused: x.Paused,
		})
	}
	for i := range v.Clients {
		x := &v.Clients[i]
		c := clientState{ID: int(x.ID), Busy: x.Busy, Seq: x.Seq, Try: x.Try, Completed: x.Completed}
		if x.Seq > 0 {
			c.Op = x.Op.String()
		}
		s.Clients = append(s.Clients, c)
	}
	for _, c := range v.Network.Cuts {
		s.Cuts = append(s.Cuts, cutState{c.From.String(), c.To.String()})
	}
	for _, x := range v.Verdict.Violations {
		line := violationState{Property: x.Property, Time: seconds(x.At), Text: x.Text}
		if a := x.Against; a.Event != 0 {
			line.Against = &againstState{seconds(a.At), a.Text}
		}
		s.Verdict.Violations = append(s.Verdict.Violations, line)
	}
	return s
}

func seconds(t netsim.Time) float64 { return t.Duration().Seconds() }

// Do performs an action line and returns what is wrong with it, nil if nothing.
func (s *Shell) Do(line string) error {
	s.dirty = true
	err := s.actLine(line, "")
	if err != nil {
		s.toast = nil // whoever called is told, and may be no person
	}
	return err
}

// longestPass bounds what passes at once: nobody can stop it, and the page stands
// still meanwhile.
const longestPass = 24 * time.Hour

// mostEvents bounds it too: a busy cluster takes a page some 800 bytes for each, and fills
// the memory of a page long before a day is over.
const mostEvents = 1_000_000

// Pass lets d of virtual time pass at once; it stops early when a checker fires. It
// refuses more than a day, and says how far it came where too much happens.
func (s *Shell) Pass(d time.Duration) error { return s.pass(d, mostEvents) }

func (s *Shell) pass(d time.Duration, events int) error {
	if d > longestPass {
		return fmt.Errorf("%v is too much at once: at most %v", d, longestPass)
	}
	s.dirty = true
	if to := s.world.Now().Add(d); !s.passTo(to, events) {
		return errors.New(tooMuch(to.Duration(), s.world.Now()))
	}
	return nil
}

// tooMuch says how far a run came that was to go on to a time.
func tooMuch(to time.Duration, now netsim.Time) string {
	return fmt.Sprintf("Too much happens on the way to %v for once: it came to %v.", to, now.Duration())
}

// durations is what Advance and AdvanceBy take.
var durations = fmt.Sprintf("write it like \"1.5s\", or as a number of nanoseconds from 0 to %d, which is a day", int64(longestPass))

// Advance is Pass for a duration as people write it.
func (s *Shell) Advance(text string) error {
	d, err := time.ParseDuration(text)
	if err != nil || d < 0 {
		return fmt.Errorf("%s is no duration: %s", quoted(text), durations)
	}
	return s.Pass(d)
}

// AdvanceBy is Pass for a number of nanoseconds, whatever number it is.
func (s *Shell) AdvanceBy(ns float64) error {
	if !(ns >= 0 && ns <= float64(longestPass)) { // NaN is neither
		return fmt.Errorf("%v is no duration: %s", ns, durations)
	}
	return s.Pass(time.Duration(ns))
}

// quoted is a text as an error shows it: in quotes, and not too long.
func quoted(text string) string {
	const most = 40
	if utf8.RuneCountInString(text) > most {
		text = string([]rune(text)[:most]) + "…"
	}
	return strconv.Quote(text)
}

// Arriving reports whether the run is still on its way to the time of a [GoTo].
func (s *Shell) Arriving() bool { return s.seek != nil && s.seek.goes }

// Mirror is what is on the screen, for screen readers.
type Mirror struct {
	Status string       `json:"status"`
	Nodes  []mirrorNode `json:"nodes"`
	Focus  string       `json:"focus"`
	// tab says whether there is a further stop for Tab, back and on.
	Tab [2]bool `json:"tab"`
}

// mirrorNode is a node of the tree.
type mirrorNode struct {
	ID        string     `json:"id"`
	Role      ui.Role    `json:"role"`
	Label     string     `json:"label"`
	Value     string     `json:"value,omitempty"`
	Rect      [4]float32 `json:"rect"` // x, y, width and height in device pixels
	Focusable bool       `json:"focusable,omitempty"`
	Disabled  bool       `json:"disabled,omitempty"`
	Selected  bool       `json:"selected,omitempty"`
	Min       float64    `json:"min,omitempty"`
	Max       float64    `json:"max,omitempty"`
	Now       float64    `json:"now,omitempty"`
	Key       string     `json:"key,omitempty"`
}

// Mirror is the screen as JSON text; scale is device pixels to a point.
func (s *Shell) Mirror(scale float64) string {
	m := Mirror{Status: s.status(), Focus: s.focus, Nodes: make([]mirrorNode, 0, len(s.tree.Nodes))}
	k := float32(scale)
	for i := range s.tree.Nodes {
		n := &s.tree.Nodes[i]
		key := n.Key // as it is drawn; a command's own name is what others know it by
		if kind, id, _ := strings.Cut(n.ID, "/"); kind == "button" && command(id) != nil {
			key = command(id).Key
		}
		m.Nodes = append(m.Nodes, mirrorNode{
			ID: n.ID, Role: n.Role, Label: n.Label, Value: n.Value,
			Rect:      [4]float32{round(n.Rect.X * k), round(n.Rect.Y * k), round(n.Rect.W * k), round(n.Rect.H * k)},
			Focusable: n.Focusable, Disabled: n.Disabled, Selected: n.Selected, Min: n.Min, Max: n.Max, Now: n.Now, Key: key,
		})
	}
	// tab goes round: out of the stage into the first panel, and after the last
	// panel back to the stage, from where the next Tab leaves the canvas.
	modal := s.menu != nil || s.dialog != noDialog
	m.Tab = [2]bool{modal || s.focus != "", modal || s.nextStop(false) != ""}
	b, err := json.Marshal(m)
	if err != nil {
		return "" // cannot happen: no field can fail
	}
	return string(b)
}

func round(x float32) float32 { return float32(int(x + 0.5)) }

// status is the sentence to be read aloud: what was just done, or what just
// happened.
func (s *Shell) status() string {
	if s.alarm && len(s.view.Verdict.Violations) > 0 {
		v := &s.view.Verdict.Violations[0]
		return "Violated: " + string(v.Property) + ". " + v.Text
	}
	if s.toast != nil {
		return s.toast.Text
	}
	if n := len(s.notes); n > 0 {
		return s.notes[n-1].Text
	}
	return ""
}
