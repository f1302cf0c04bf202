package scenarios

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"raftarium/kv"
	"raftarium/kv/client"
	"raftarium/kv/server"
	"raftarium/netsim"
	"raftarium/netsim/cluster"
	"raftarium/netsim/cluster/check"
	"raftarium/netsim/cluster/script"
	"raftarium/raft"
	"raftarium/raft/core"
)

const dir = "../../docs/scenarios"

// seeds are tried beside the file's own: what a header promises follows from the
// actions, not from luck.
var seeds = []uint64{0, 1001, 1002, 1003}

// promises are what the headers say, by file.
var promises = map[string]func(*run){
	"election.txt":             election,
	"partition.txt":            partition,
	"appends.txt":              appends,
	"figure8.txt":              figure8,
	"election-restriction.txt": electionRestriction,
	"persistent-vote.txt":      persistentVote,
	"lost-append.txt":          lostAppend,
	"grow.txt":                 grow,
	"replace.txt":              replace,
	"remove-leader.txt":        removeLeader,
	"disruptive.txt":           disruptive,
	"session-expired.txt":      sessionExpired,
}

func TestEveryScenarioKeepsItsPromise(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(dir, "*.txt"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no scenarios in %s: %v", dir, err)
	}
	if len(files) != len(promises) {
		t.Errorf("%d scenarios, and %d have promises that are tested", len(files), len(promises))
	}
	for _, name := range files {
		base := filepath.Base(name)
		promise := promises[base]
		if promise == nil {
			t.Errorf("nobody tests what %s promises", base)
			continue
		}
		for _, seed := range seeds {
			t.Run(fmt.Sprintf("%s/seed=%d", base, seed), func(t *testing.T) {
				promise(open(t, base, seed))
			})
		}
	}
}

// run is a scenario that is played.
type run struct {
	*cluster.Session
	t    *testing.T
	name string
	seed uint64
	view cluster.View
}

// open opens a scenario; seed 0 is its own. change alters what it is.
func open(t *testing.T, name string, seed uint64, change ...func(*script.Scenario)) *run {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	if lines := strings.Split(string(text), "\n"); !strings.HasPrefix(lines[0], "# ") || strings.Count(string(text), "\n# ") < 5 {
		t.Errorf("%s does not say what to watch", name)
	}
	sc, err := script.Parse(strings.NewReader(string(text)), name)
	if err != nil {
		t.Fatal(err)
	}
	if seed != 0 {
		sc.Config.Seed = seed
	}
	for _, f := range change {
		f(sc)
	}
	s, err := cluster.Open(cluster.Code{
		Raft: core.Implementation(), Server: server.Implementation(), Client: client.Implementation(),
	}, sc, cluster.Options{Narrate: true})
	if err != nil {
		t.Fatal(err)
	}
	return &run{Session: s, t: t, name: name, seed: seed}
}

// to runs until d from the start, whatever the checkers say, and looks.
func (r *run) to(d time.Duration) *cluster.View {
	r.t.Helper()
	for !r.AdvanceTo(netsim.Time(d)) {
	}
	for _, s := range r.Skipped() {
		r.t.Errorf("line %d was left out: %v", s.Step.Line, s.Err)
	}
	r.View(&r.view)
	return &r.view
}

// end runs to the end and judges.
func (r *run) end() check.Verdict {
	r.t.Helper()
	r.to(r.Config().For)
	v := r.Final()
	r.View(&r.view)
	return v
}

// good runs to the end, where nothing may be wrong and all logs must agree.
func (r *run) good() {
	r.t.Helper()
	if v := r.end(); !v.OK() || v.Linearizable != check.Yes {
		r.t.Errorf("the verdict is %+v", v)
	}
	for _, s := range r.view.Servers {
		if !s.Up || s.Raft.Commit != r.view.Servers[0].Raft.Commit {
			r.t.Errorf("in the end %s is up: %v, and its commit index is %d", s.ID, s.Up, s.Raft.Commit)
		}
	}
	for _, c := range r.view.Clients {
		if c.Busy {
			r.t.Errorf("in the end %s still waits for %s", c.ID, c.Op)
		}
	}
}

// notes are the sentences of that kind that were told between two times.
func (r *run) notes(kind cluster.NoteKind, from, to time.Duration) (list []cluster.Note) {
	all, _ := r.Notes(0)
	for _, n := range all {
		if n.Kind == kind && n.At >= netsim.Time(from) && n.At <= netsim.Time(to) {
			list = append(list, n)
		}
	}
	return list
}

func (r *run) server(id raft.ID) *cluster.ServerView { return &r.view.Servers[id-1] }

func (r *run) client(id kv.ClientID) *cluster.ClientView { return &r.view.Clients[id-1] }

// holds finds an operation of a client in the log of a server.
func (r *run) holds(id raft.ID, c kv.ClientID, value string) (at []raft.Entry) {
	for _, e := range r.server(id).Raft.Log {
		if e.Kind != raft.EntryCommand {
			continue
		}
		if cmd, err := kv.DecodeCommand(e.Data); err == nil && cmd.Client == c && (value == "" || cmd.Op.Value == value) {
			at = append(at, e)
		}
	}
	return at
}

// read is what the last Get of a client returned.
func (r *run) read(c kv.ClientID) string { return string(r.client(c).Last.Value) }

func election(r *run) {
	r.to(125 * time.Millisecond)
	for _, id := range []raft.ID{2, 4} {
		if s := r.server(id); s.Raft.Role != raft.Candidate || s.Raft.Term != 1 || len(s.Raft.Votes) != 2 {
			r.t.Errorf("after the first election %s is %v in term %d with %d votes", id, s.Raft.Role, s.Raft.Term, len(s.Raft.Votes))
		}
	}
	r.to(1900 * time.Millisecond)
	first := r.view.Leader()
	if first == nil || first.Raft.Term < 2 {
		r.t.Fatalf("before the crash %v leads", first)
	}
	crashed, term := first.ID, first.Raft.Term
	r.good()
	won := r.notes(cluster.NoteLeader, 0, r.Config().For)
	if len(won) < 2 || slices.ContainsFunc(won, func(n cluster.Note) bool { return n.Term == 1 }) {
		r.t.Errorf("the elections were won like this: %v", won)
	}
	if s := r.server(crashed); s.Raft.Role != raft.Follower || s.Raft.Term <= term {
		r.t.Errorf("in the end %s is %v in term %d", crashed, s.Raft.Role, s.Raft.Term)
	}
}

func partition(r *run) {
	r.to(1850 * time.Millisecond)
	if two := r.server(1); two.Raft.Role != raft.Leader || two.Raft.Term != 1 || r.view.Leader() == nil || r.view.Leader().ID < 3 {
		r.t.Errorf("at 1.85 s S1 is %v in term %d and %v leads: not two leaders", two.Raft.Role, two.Raft.Term, r.view.Leader())
	}
	r.to(2900 * time.Millisecond)
	stale := r.server(1)
	if down := r.notes(cluster.NoteStepDown, 1850*time.Millisecond, 2100*time.Millisecond); len(down) != 1 || down[0].Server != 1 || stale.Raft.Term != 1 {
		r.t.Errorf("S1 has not stepped down at about 2 s: %v", down)
	}
	if stale.Raft.Role == raft.Leader {
		r.t.Errorf("before the heal S1 is %v in term %d, without a majority", stale.Raft.Role, stale.Raft.Term)
	}
	at := r.holds(1, 1, "b")
	if len(at) == 0 || at[0].Index <= stale.Raft.Commit || !r.client(1).Busy {
		r.t.Errorf("before the heal C1's Append is not waiting, uncommitted, in S1's log: %v, commit %d", at, stale.Raft.Commit)
	}
	leader := raft.None
	for _, s := range r.view.Servers {
		if s.Raft.Role == raft.Leader && s.Raft.Term > 1 {
			leader = s.ID
		}
	}
	if leader < 3 {
		r.t.Fatalf("before the heal nobody leads the majority: %v", leader)
	}
	if len(r.holds(leader, 2, "c")) != 1 || r.client(2).Busy || r.client(3).Busy {
		r.t.Error("before the heal the Appends of C2 and C3 are not done")
	}
	r.to(4 * time.Second)
	if s := r.server(1); s.Raft.Role != raft.Follower {
		r.t.Errorf("after the heal S1 is %v", s.Raft.Role)
	}
	r.good()
	got := []byte(r.read(3))
	if slices.Sort(got); string(got) != "abcd" {
		r.t.Errorf("x is %q, not each Append once", r.read(3))
	}
}

func appends(r *run) {
	r.to(695 * time.Millisecond)
	for id := raft.ID(1); id <= 5; id++ {
		if s := r.server(id); int(s.Raft.Commit) > len(s.Raft.Log)-4 {
			r.t.Errorf("before the crash S%d has %d entries and has committed %d: the four are not open", id, len(s.Raft.Log), s.Raft.Commit)
		}
	}
	r.good()
	won := r.notes(cluster.NoteLeader, 700*time.Millisecond, 1200*time.Millisecond)
	if len(won) != 1 || won[0].Server != 2 || won[0].Term != 2 {
		r.t.Errorf("after the crash the elections were won like this: %v", won)
	}
	if r.view.Stats.DuplicatesSuppressed < 2 || len(r.notes(cluster.NoteDuplicate, 0, r.Config().For)) < 2 {
		r.t.Errorf("%d repetitions were swallowed", r.view.Stats.DuplicatesSuppressed)
	}
	if r.view.Stats.Retries < 4 {
		r.t.Errorf("%d tries again", r.view.Stats.Retries)
	}
	got := strings.Fields(r.read(3))
	slices.Sort(got)
	if strings.Join(got, " ") != "1 2 3 4 5" {
		r.t.Errorf("x is %q, not each of five once", r.read(3))
	}
}

func figure8(r *run) {
	term := func(id raft.ID, index int) raft.Term {
		if log := r.server(id).Raft.Log; len(log) >= index {
			return log[index-1].Term
		}
		return 0
	}
	at := func(when time.Duration, terms ...raft.Term) {
		r.t.Helper()
		r.to(when)
		for i, want := range terms {
			id := raft.ID(i + 1)
			if got := term(id, 2); got != want {
				r.t.Errorf("at %s index 2 of S%d is of term %d, want %d", when, id, got, want)
			}
			if got := term(id, 1); got != 1 {
				r.t.Errorf("at %s index 1 of S%d is of term %d", when, id, got)
			}
		}
	}
	at(695*time.Millisecond, 2, 2, 0, 0, 0)
	at(895*time.Millisecond, 2, 2, 0, 0, 3)
	at(1295*time.Millisecond, 2, 2, 2, 2, 3)
	if s := r.server(1); s.Raft.Role != raft.Leader || s.Raft.Term != 4 || s.Raft.Commit != 0 {
		r.t.Errorf("at (c) S1, back from its crash, is %v in term %d and has committed %d", s.Raft.Role, s.Raft.Term, s.Raft.Commit)
	}
	at(1600*time.Millisecond, 2, 3, 3, 3, 3)
	r.good()
	if got := r.read(3); got != "other;old;" {
		r.t.Errorf("x is %q", got)
	}

	off := open(r.t, r.name, r.seed, func(sc *script.Scenario) {
		sc.Config.Without = []string{"current-term-commit", "leader-noop", "leader-stickiness"}
	})
	off.to(1295 * time.Millisecond)
	if s := off.server(1); s.Raft.Commit != 2 {
		off.t.Errorf("without the rule S1 has committed %d at (c)", s.Raft.Commit)
	}
	off.to(1900 * time.Millisecond)
	off.violated(check.LeaderCompleteness, 1400*time.Millisecond, 1600*time.Millisecond)
}

// violated finds a violation of a property, which must show between two times.
func (r *run) violated(p check.Property, from, to time.Duration) {
	r.t.Helper()
	for _, v := range r.Judge().Violations() {
		if v.Property == p && v.At >= netsim.Time(from) && v.At <= netsim.Time(to) {
			return
		}
	}
	r.t.Errorf("between %s and %s no violation of %s: %v", from, to, p, r.Judge().Violations())
}

// first is the first violation, at which time stops for whoever watches.
func (r *run) first(p check.Property, from, to time.Duration) {
	r.t.Helper()
	v := r.Judge().Violations()
	if len(v) == 0 || v[0].Property != p || v[0].At < netsim.Time(from) || v[0].At > netsim.Time(to) {
		r.t.Errorf("the first violation is not of %s between %s and %s: %v", p, from, to, v)
	}
}

// withTheRule plays the same with all rules on, where nothing may be wrong.
func (r *run) withTheRule() *run {
	r.t.Helper()
	on := open(r.t, r.name, r.seed, func(sc *script.Scenario) {
		sc.Config.Without = nil
		sc.Steps = slices.DeleteFunc(sc.Steps, func(s script.Step) bool {
			return s.Action.Verb() == "with" || s.Action.Verb() == "without"
		})
	})
	on.good()
	return on
}

func electionRestriction(r *run) {
	r.to(790 * time.Millisecond)
	if s := r.server(5); len(s.Raft.Log) >= int(r.server(1).Raft.Commit) || r.server(1).Raft.Commit < 5 {
		r.t.Errorf("S5 has %d entries, and %d are committed", len(s.Raft.Log), r.server(1).Raft.Commit)
	}
	r.to(950 * time.Millisecond)
	r.first(check.LeaderCompleteness, 800*time.Millisecond, 900*time.Millisecond)
	r.violated(check.AckDurable, 800*time.Millisecond, 950*time.Millisecond)
	r.withTheRule()
}

func persistentVote(r *run) {
	r.to(300 * time.Millisecond)
	r.first(check.AckDurable, 50*time.Millisecond, 62*time.Millisecond)
	r.violated(check.ElectionSafety, 70*time.Millisecond, 200*time.Millisecond)
	var won []raft.ID
	for _, n := range r.notes(cluster.NoteLeader, 0, 300*time.Millisecond) {
		if n.Term == 1 {
			won = append(won, n.Server)
		}
	}
	if !slices.Equal(won, []raft.ID{1, 2}) {
		r.t.Errorf("%v won term 1, not S1 and S2", won)
	}
	r.withTheRule()
}

func lostAppend(r *run) {
	r.to(2900 * time.Millisecond)
	r.first(check.AckDurable, 2100*time.Millisecond, 2200*time.Millisecond)
	if r.client(1).Busy || r.client(1).Completed != 1 {
		r.t.Error("C1 was not told that the payment is done")
	}
	v := r.end()
	if v.Linearizable != check.No {
		r.t.Errorf("linearizable: %s", v.Linearizable)
	}
	if got := r.read(3); got != "opened;received;" {
		r.t.Errorf("the ledger is %q", got)
	}
	for id := raft.ID(1); id <= 5; id++ {
		if at := r.holds(id, 1, ""); len(at) > 0 {
			r.t.Errorf("the payment is in the log of S%d: %v", id, at)
		}
	}
	if got := r.withTheRule().read(3); !strings.Contains(got, "paid;") {
		r.t.Errorf("with the rule the ledger is %q", got)
	}
}
