package kv_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"raftarium/kv"
	"raftarium/kv/client"
	"raftarium/kv/server"
	"raftarium/raft"
)

// The tests in this file run our clients and servers over a consensus that is
// always right and a network and a schedule that are as unkind as chance makes
// them: requests and replies are lost, repeated and reordered, leaders are
// deposed without knowing it, servers crash.

const (
	servers = 3
	clients = 3
	opsEach = 12
)

// host is a server with its side of the consensus.
type host struct {
	m       kv.Server
	applied int
	leads   bool // as far as it knows
	term    raft.Term
	// Its uncommitted entries, behind the committed log as it was when it was
	// elected, and whom to tell if they are lost.
	base    int
	suffix  []raft.Entry
	handles []raft.Handle // of suffix; 0 for an entry that is not its own
	reads   []raft.Handle // not answered
}

// logLimit makes servers compact after a few entries.
const logLimit = 80

// user is a client with the history that its key must show.
type user struct {
	m       kv.Client
	timers  [3]bool
	streams []stream
	seqs    map[uint64]int // to which stream a sequence number belongs
}

// stream is operations of a user that wait for each other.
type stream struct {
	key  string
	done int
	op   kv.Op
	want []string // what its key may hold: more than one thing once a session expired
}

// mode is how clients are known.
type mode struct{ sessions, window int }

var (
	implicit   = mode{window: 1}
	registered = mode{sessions: 2, window: 2} // fewer than clients
)

type request struct {
	to  raft.ID
	req *kv.Request
}

type reply struct {
	from raft.ID
	r    *kv.Reply
}

type world struct {
	rand     *rand.Rand
	off      []string
	reads    kv.Reads
	mode     mode
	hosts    [servers + 1]host
	users    [clients + 1]user
	log      []raft.Entry // committed
	term     raft.Term
	leader   raft.ID
	requests []request
	replies  []reply
	// snapshots are the states that servers handed over, by index; kept is the index
	// of the last one of each server, which its disk has.
	snapshots map[raft.Index][]byte
	kept      [servers + 1]raft.Index
	wrong     string
}

func newWorld(seed uint64, m mode, off ...string) *world {
	w := &world{rand: rand.New(rand.NewPCG(seed, 4)), off: off, mode: m, snapshots: map[raft.Index][]byte{}, reads: kv.Reads(seed % 3)}
	var ids []raft.ID
	for id := raft.ID(1); id <= servers; id++ {
		w.start(id)
		ids = append(ids, id)
	}
	for i := 1; i <= clients; i++ {
		u := &w.users[i]
		u.m, u.seqs = client.New(), map[uint64]int{}
		for k := range m.window {
			u.streams = append(u.streams, stream{key: fmt.Sprint("k", i, ".", k), want: []string{""}})
		}
		u.m.Step(&kv.ClientStart{ID: kv.ClientID(i), Servers: ids, Timing: kv.ClientTiming{Timeout: time.Second, Backoff: time.Second}, Without: off, Sessions: m.sessions > 0, Window: m.window}, new(kv.ClientEffects))
	}
	w.elect()
	for i := range clients {
		for k := range m.window {
			w.invoke(i+1, k)
		}
	}
	return w
}

func (w *world) start(id raft.ID) {
	w.hosts[id] = host{m: server.New()}
	w.serve(id, &kv.ServerStart{ID: id, Without: w.off, LogLimit: logLimit, Sessions: w.mode.sessions, Reads: w.reads})
	if i := w.kept[id]; i > 0 {
		w.restore(id, i)
	}
}

// restore gives a server the state as of an index.
func (w *world) restore(id raft.ID, i raft.Index) {
	w.hosts[id].applied, w.kept[id] = int(i), i
	w.serve(id, &kv.Restored{Index: i, State: w.snapshots[i]})
}

// elect makes somebody the leader of a new term, with some of the entries that
// the last leader had not committed.
func (w *world) elect() {
	old := w.leader
	w.leader = raft.ID(w.rand.IntN(servers) + 1)
	w.term++
	h := &w.hosts[w.leader]
	var kept []raft.Entry
	if o := &w.hosts[old]; old != raft.None && len(o.suffix) > 0 {
		kept = append(kept, o.suffix[:w.rand.IntN(len(o.suffix)+1)]...)
	}
	w.depose(w.leader)
	h.leads, h.term, h.base = true, w.term, len(w.log)
	h.suffix, h.handles = kept, make([]raft.Handle, len(kept))
	h.suffix = append(h.suffix, raft.Entry{Term: w.term, Index: raft.Index(h.base + len(kept) + 1), Kind: raft.EntryNoOp})
	h.handles = append(h.handles, 0)
}

// depose tells a server that it does not lead any more.
func (w *world) depose(id raft.ID) {
	h := &w.hosts[id]
	handles := append(h.handles, h.reads...)
	h.leads, h.suffix, h.handles, h.reads = false, nil, nil, nil
	for _, handle := range handles {
		if handle != 0 {
			w.serve(id, &kv.Answered{Answer: raft.Answer{Handle: handle, Outcome: raft.Lost}})
		}
	}
}

// commit commits the leader's next entry.
func (w *world) commit() {
	if h := &w.hosts[w.leader]; len(h.suffix) > 0 {
		w.log = append(w.log, h.suffix[0])
		h.base, h.suffix, h.handles = h.base+1, h.suffix[1:], h.handles[1:]
	}
}

// serve steps a server and carries out what it wants.
func (w *world) serve(id raft.ID, ev kv.ServerEvent) {
	h := &w.hosts[id]
	var out kv.ServerEffects
	h.m.Step(ev, &out)
	if out.Refused != "" {
		w.wrong = out.Refused
	}
	for _, c := range out.Compacts {
		if first, ok := w.snapshots[c.Index]; ok && string(first) != string(c.State) {
			w.wrong = fmt.Sprintf("%v has another state as of index %d than the first server that got there", id, c.Index)
		}
		w.snapshots[c.Index], w.kept[id] = c.State, c.Index
	}
	for _, r := range out.Replies {
		w.replies = append(w.replies, reply{from: id, r: r})
	}
	for _, p := range out.Proposals {
		a := raft.Answer{Handle: p.Handle, Outcome: raft.NotLeader, Leader: raft.ID(w.rand.IntN(servers + 1))}
		if h.leads {
			e := raft.Entry{Term: h.term, Index: raft.Index(h.base + len(h.suffix) + 1), Data: p.Data}
			h.suffix, h.handles = append(h.suffix, e), append(h.handles, p.Handle)
			a = raft.Answer{Handle: p.Handle, Outcome: raft.Accepted, Index: e.Index, Term: e.Term}
		}
		w.serve(id, &kv.Answered{Answer: a})
	}
	for _, r := range out.Reads {
		if h.reads = append(h.reads, r.Handle); r.Lease {
			w.answerReads(id)
		}
	}
}

// answerReads tells a server at which index it may read: what is committed by now,
// as the true leader knows. Another learns that it leads no longer.
func (w *world) answerReads(id raft.ID) {
	h := &w.hosts[id]
	if h.leads && id != w.leader {
		w.depose(id)
	}
	for _, handle := range h.reads {
		a := raft.Answer{Handle: handle, Outcome: raft.NotLeader, Leader: w.leader}
		if id == w.leader {
			a = raft.Answer{Handle: handle, Outcome: raft.Done, Index: raft.Index(len(w.log))}
		}
		w.serve(id, &kv.Answered{Answer: a})
	}
	h.reads = nil
}

func (w *world) invoke(i, k int) {
	s := &w.users[i].streams[k]
	switch {
	case s.done%3 == 2:
		s.op = kv.Op{Kind: kv.Get, Key: s.key}
	case s.done == 6:
		s.op = kv.Op{Kind: kv.Put, Key: s.key, Value: "put "}
	default:
		s.op = kv.Op{Kind: kv.Append, Key: s.key, Value: fmt.Sprint(i, ".", s.done, " ")}
	}
	w.act(i, &kv.Invoke{Op: s.op})
}

// finish takes a result, and says what is wrong with it.
func (s *stream) finish(d *kv.Result) string {
	after := make([]string, len(s.want))
	for i, was := range s.want {
		switch s.op.Kind {
		case kv.Put:
			after[i] = s.op.Value
		default:
			after[i] = was + s.op.Value
		}
	}
	switch {
	case d.Expired:
		s.want = append(s.want, after...)
	case s.op.Kind != kv.Get:
		s.want = after
	case !slices.Contains(s.want, string(d.Value)):
		return fmt.Sprintf("%s was read as %q, want %q", s.key, d.Value, s.want)
	default:
		s.want = []string{string(d.Value)}
	}
	slices.Sort(s.want)
	s.want = slices.Compact(s.want)
	return ""
}

// act steps a client and carries out what it wants.
func (w *world) act(i int, ev kv.ClientEvent) {
	u := &w.users[i]
	var out kv.ClientEffects
	u.m.Step(ev, &out)
	for _, t := range out.Timers {
		u.timers[t.Key] = !t.Cancel
	}
	for _, s := range out.Sends {
		w.requests = append(w.requests, request{to: s.To, req: s.Req})
		for k := range u.streams {
			if s.Req.Op.Key == u.streams[k].key {
				u.seqs[s.Req.Seq] = k
			}
		}
	}
	for _, d := range out.Done {
		k, ok := u.seqs[d.Seq]
		if !ok {
			w.wrong = fmt.Sprintf("c%d has an answer for operation %d, which it never asked for", i, d.Seq)
			return
		}
		s := &u.streams[k]
		if wrong := s.finish(&d); wrong != "" && w.wrong == "" {
			w.wrong = wrong
		}
		if s.done++; s.done < opsEach {
			w.invoke(i, k)
		}
	}
}

// pick takes a random element of a list, or a copy that stays in it.
func pick[T any](r *rand.Rand, list *[]T) (v T, ok bool) {
	if len(*list) == 0 {
		return v, false
	}
	i := r.IntN(len(*list))
	v = (*list)[i]
	if r.IntN(8) > 0 {
		(*list)[i] = (*list)[len(*list)-1]
		*list = (*list)[:len(*list)-1]
	}
	return v, true
}

func (w *world) busy() bool {
	for i := 1; i <= clients; i++ {
		for k := range w.users[i].streams {
			if w.users[i].streams[k].done < opsEach {
				return true
			}
		}
	}
	return false
}

// step makes one thing happen. A kind world has no faults but slowness.
func (w *world) step(kind bool) {
	id := raft.ID(w.rand.IntN(servers) + 1)
	switch n := w.rand.IntN(100); {
	case n < 25:
		if m, ok := pick(w.rand, &w.requests); ok && (kind || w.rand.IntN(5) > 0) {
			w.serve(m.to, &kv.ServerDeliver{Req: m.req})
		}
	case n < 50:
		if m, ok := pick(w.rand, &w.replies); ok && (kind || w.rand.IntN(5) > 0) {
			w.act(int(m.r.Client), &kv.ClientDeliver{From: m.from, Reply: m.r})
		}
	case n < 60:
		w.commit()
	case n < 65:
		w.answerReads(id)
	case n < 85:
		if i := w.kept[w.rand.IntN(servers)+1]; int(i) > w.hosts[id].applied && w.rand.IntN(4) == 0 {
			w.restore(id, i)
		} else if h := &w.hosts[id]; h.applied < len(w.log) {
			from, to := h.applied, h.applied+1+w.rand.IntN(len(w.log)-h.applied)
			h.applied = to
			w.serve(id, &kv.Applied{Entries: w.log[from:to:to]})
		}
	case n < 92:
		i := w.rand.IntN(clients) + 1
		key := w.rand.IntN(w.mode.window + min(w.mode.sessions, 1))
		if timer := &w.users[i].timers[key]; *timer {
			*timer = false
			w.act(i, &kv.ClientTimerFired{Key: key})
		}
	case n < 94 && !kind:
		w.elect()
	case n < 97 && id != w.leader:
		w.depose(id)
	case n < 98 && !kind && id != w.leader:
		w.start(id)
	}
}

// run runs the world until all operations are done, and says what went wrong.
func (w *world) run() string {
	for i := range 100_000 {
		if !w.busy() {
			break
		}
		w.step(i > 3000)
		if w.wrong != "" {
			return w.wrong
		}
	}
	if w.busy() {
		return "no progress"
	}
	for h := &w.hosts[w.leader]; len(h.suffix) > 0; {
		w.commit()
	}
	for id := raft.ID(1); id <= servers; id++ {
		w.serve(id, &kv.Applied{Entries: w.log[w.hosts[id].applied:]})
		var st kv.ServerStatus
		w.hosts[id].m.Inspect(&st)
		got := map[string]string{}
		for _, k := range st.Keys {
			got[k.Key] = string(k.Value)
		}
		for i := 1; i <= clients; i++ {
			for _, s := range w.users[i].streams {
				if !slices.Contains(s.want, got[s.key]) {
					return fmt.Sprintf("in the end %v holds %s = %q, want %q", id, s.key, got[s.key], s.want)
				}
			}
		}
	}
	return ""
}

func TestEveryOperationTakesEffectExactlyOnceWhateverTheNetworkDoes(t *testing.T) {
	for _, m := range []mode{implicit, registered, {window: 2}, {sessions: 100, window: 1}} {
		for seed := range uint64(300) {
			if wrong := newWorld(seed, m).run(); wrong != "" {
				t.Fatalf("%+v, seed %d: %s", m, seed, wrong)
			}
		}
	}
}

func TestWithoutASafetyRuleClientsSeeItSoonerOrLater(t *testing.T) {
	for _, r := range append(server.Rules(), client.Rules()...) {
		if r.Kind != raft.Safety {
			continue
		}
		t.Run(r.Name, func(t *testing.T) {
			m := implicit
			if r.Needs == raft.NeedsSessions {
				m = registered
			}
			for seed := range uint64(300) {
				if wrong := newWorld(seed, m, r.Name).run(); wrong != "" && !strings.Contains(wrong, "progress") {
					t.Logf("seed %d: %s", seed, wrong)
					return
				}
			}
			t.Error("nothing went wrong in 300 runs")
		})
	}
}

func TestWithoutALivenessOrCostRuleNothingWrongIsSeen(t *testing.T) {
	for _, r := range client.Rules() {
		if r.Kind == raft.Safety {
			continue
		}
		for seed := range uint64(50) {
			if wrong := newWorld(seed, implicit, r.Name).run(); wrong != "" && !strings.Contains(wrong, "progress") {
				t.Errorf("without %s, seed %d: %s", r.Name, seed, wrong)
			}
		}
	}
}
