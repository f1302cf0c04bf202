package lab

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"raftarium/netsim"
	"raftarium/netsim/cluster"
	"raftarium/netsim/cluster/check"
	"raftarium/netsim/cluster/script"
	"raftarium/raft"
)

// Run is a test under way, on one seed.
type Run struct {
	*cluster.Session
	Code   cluster.Code // whose machines run
	judged []check.Property
	ledger ledger
	seen   int // violations that were looked at
	words  int // messages between servers
	view   cluster.View
}

// violation is a property that the exercise counts and that did not hold.
type violation struct {
	check.Violation
	more string // what shows of the server besides
}

// Error is the violation as a sentence: when, what, and what happened.
func (v *violation) Error() string {
	return fmt.Sprintf("%s is violated at %v: %s%s", v.Property, v.At.Duration().Round(time.Millisecond), v.Text, v.more)
}

// open makes the world of a test.
func (t *Test) open(e *Exercise, code cluster.Code, seed uint64) (*Run, error) {
	cfg := script.DefaultConfig()
	cfg.Servers, cfg.Clients, cfg.Seed, cfg.For = 3, 0, seed, 0
	cfg.Workload, cfg.Keys = script.NoWorkload, 1
	if t.Config != nil {
		t.Config(&cfg)
	}
	r := &Run{Code: code, judged: append(slices.Clone(e.Judged), check.Contract)}
	if t.Ledger {
		code = r.ledger.around(code)
	}
	var err error
	r.Session, err = cluster.Open(code, &script.Scenario{Config: cfg}, cluster.Options{
		Trace: -1, Completions: true, VerifyMessages: true, Observe: r.observe,
	})
	return r, err
}

// observe counts messages that arrive from one server at another.
func (r *Run) observe(rec *netsim.Record) {
	if rec.Kind == netsim.Delivery && rec.Node <= script.MaxServers && rec.Peer <= script.MaxServers {
		r.words++
	}
}

// Words is how many messages have arrived from one server at another so far.
func (r *Run) Words() int { return r.words }

// checked says what was violated since it was last asked, of what counts.
func (r *Run) checked() error {
	list := r.Judge().Violations()
	for ; r.seen < len(list); r.seen++ {
		if slices.Contains(r.judged, list[r.seen].Property) {
			v := &list[r.seen]
			return &violation{*v, r.noLeader(v) + below(v)}
		}
	}
	return nil
}

// noLeader says of a server that spoke as a leader does that it is none, as a part of a
// sentence, "" if it is, or broke something else.
func (r *Run) noLeader(v *check.Violation) string {
	s := r.Server(v.Server)
	if v.Property != check.ElectionSafety || !strings.Contains(v.Text, "sent AppendEntries") || !s.Up || s.Raft.Role == raft.Leader {
		return ""
	}
	return fmt.Sprintf(". It is a %v: does its heartbeat timer run on after it led, and does TimerFired look at the role?", s.Raft.Role)
}

// below says of a panic over an index that is near the highest number that it is one below
// 0, "" of any other violation: what is less than 0 comes out at the other end.
func below(v *check.Violation) string {
	if v.Property != check.Contract || !strings.Contains(v.Text, "out of range") || !strings.Contains(v.Text, "18446744073709551") {
		return ""
	}
	return ". That is an index below 0, as numbers without a sign show it: has nextIndex fallen to 0, or is one taken from an index that is 0?"
}

// Counts reports whether the exercise counts violations of a property.
func (r *Run) Counts(p check.Property) bool { return slices.Contains(r.judged, p) }

// Do performs an action line, formatted as by Sprintf.
func (r *Run) Do(format string, args ...any) error {
	line := fmt.Sprintf(format, args...)
	if _, err := r.Session.Do(line); err != nil {
		return r.Wrong("`%s` cannot be done: %w", line, err)
	}
	return r.checked()
}

// See is a picture of the run as it is now. It is valid until the run goes on.
func (r *Run) See() *cluster.View {
	r.View(&r.view)
	return &r.view
}

// Server is what a server is now; one that is not there is like one that is down.
func (r *Run) Server(id raft.ID) *cluster.ServerView {
	v := r.See()
	for i := range v.Servers {
		if v.Servers[i].ID == id {
			return &v.Servers[i]
		}
	}
	return &cluster.ServerView{ID: id}
}

// Leader is the server that leads the highest term, or raft.None.
func (r *Run) Leader() raft.ID {
	if l := r.See().Leader(); l != nil {
		return l.ID
	}
	return raft.None
}

// followed is the leader of the highest term if a majority is in its term and does
// not stand itself.
func (r *Run) followed() raft.ID {
	v := r.See()
	l := v.Leader()
	if l == nil {
		return raft.None
	}
	n := 0
	for i := range v.Servers {
		if s := &v.Servers[i]; s.Up && s.Raft.Term == l.Raft.Term && (s.ID == l.ID || s.Raft.Role == raft.Follower) {
			n++
		}
	}
	if n < raft.Quorum(len(v.Servers)) {
		return raft.None
	}
	return l.ID
}

// Others are all servers but those named, in order.
func (r *Run) Others(but ...raft.ID) []raft.ID {
	var others []raft.ID
	v := r.See()
	for i := range v.Servers {
		if id := v.Servers[i].ID; !slices.Contains(but, id) {
			others = append(others, id)
		}
	}
	return others
}

// Names are servers as an action names them: "s1 s2".
func Names(ids ...raft.ID) string {
	s := ""
	for i, id := range ids {
		if i > 0 {
			s += " "
		}
		s += id.String()
	}
	return s
}

// scenario is what was done so far, as a run of its length.
func (r *Run) scenario() *script.Scenario {
	sc := r.Scenario()
	sc.Config.For = max(r.Now().Duration(), time.Millisecond)
	return sc
}

// End ends the judgement and says what was violated, of what counts.
func (r *Run) End() error {
	v := r.Final()
	if err := r.checked(); err != nil {
		return err
	}
	for i := range v.Violations {
		if slices.Contains(r.judged, v.Violations[i].Property) {
			return &violation{Violation: v.Violations[i]}
		}
	}
	return nil
}

// Millis is a duration of n milliseconds.
func Millis(n int) time.Duration { return time.Duration(n) * time.Millisecond }

// Draw is a number below n that depends on the seed of the run and on what it is
// for, and on nothing else.
func (r *Run) Draw(n int, what ...uint64) int {
	u := r.Config().Seed
	for _, w := range what {
		u = netsim.Mix(u, w)
	}
	return int(netsim.Below(netsim.Mix(u, 0x1ab), uint64(n)))
}
