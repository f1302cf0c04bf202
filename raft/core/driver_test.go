package core_test

import (
	"bytes"
	"fmt"
	"hash/crc32"
	"slices"

	"raftarium/raft"
	"raftarium/raft/core"
)

// bench is a cluster on a workbench: servers, disks and a bag of messages with no
// time at all. Whatever may happen next can be made to happen, in any order.
type bench struct {
	nodes  []*node
	net    []envelope
	first  int // servers in the first configuration
	off    []string
	limits raft.Limits

	// What the checks know.
	leaderOf  map[raft.Term]raft.ID
	applied   []raft.Entry             // applied anywhere, by index from 1
	cells     map[[2]uint64]raft.Entry // (index, term) to the entry saved there
	before    map[[2]uint64]raft.Term  // (index, term) to the term of the entry before it
	states    []string                 // the service's, by what was applied
	answers   map[raft.Handle][]raft.Answer
	known     map[raft.Handle]raft.Index // what was applied anywhere when a read came
	group     uint                       // messages pass between equal bits only: a partition
	handle    raft.Handle                // of the last proposal
	requests  raft.Handle                // of the last request of another kind
	violation error                      // the first one
}

// otherHandles are those of requests that are no proposals, from here on.
const otherHandles raft.Handle = 1 << 32

type envelope struct {
	from, to raft.ID
	msg      raft.Message
}

type node struct {
	id   raft.ID
	m    raft.Machine
	out  raft.Effects
	st   raft.Status
	down bool

	state  raft.HardState // on disk
	snap   *raft.Snapshot
	log    []raft.Entry // behind snap
	saves  []raft.Save  // not durable yet
	done   raft.SaveSeq
	seq    raft.SaveSeq
	held   []held
	timers [16]bool
	leases [2]uint64 // the rounds that its leases began with
	heard  struct {  // the last round that it heard of
		term  raft.Term
		round uint64
	}
	applied raft.Index
}

// held is what waits for a Save: one of the two.
type held struct {
	after raft.SaveSeq
	send  *envelope
	apply raft.Apply
}

// term is that of the entry at i on disk.
func (n *node) term(i raft.Index) raft.Term {
	switch base := n.base(); {
	case i > base:
		return n.log[i-base-1].Term
	case i == base && n.snap != nil:
		return n.snap.Term
	}
	return 0
}

// base is where the log on disk begins.
func (n *node) base() raft.Index {
	if n.snap == nil {
		return 0
	}
	return n.snap.Index
}

// last is the last index of the log in memory.
func (n *node) last() raft.Index { return n.st.First + raft.Index(len(n.st.Log)) - 1 }

func newBench(size int, off ...string) *bench { return newBenchWith(size, 0, off...) }

// newBenchWith has spare servers that are not members at first.
func newBenchWith(size, spare int, off ...string) *bench {
	b := &bench{
		first:    size,
		off:      off,
		limits:   raft.Limits{Chunk: 16},
		leaderOf: map[raft.Term]raft.ID{},
		cells:    map[[2]uint64]raft.Entry{},
		before:   map[[2]uint64]raft.Term{},
		answers:  map[raft.Handle][]raft.Answer{},
		states:   []string{"nothing"},
		known:    map[raft.Handle]raft.Index{},
		requests: otherHandles,
	}
	for id := raft.ID(1); int(id) <= size+spare; id++ {
		b.nodes = append(b.nodes, &node{id: id})
	}
	for _, n := range b.nodes {
		b.start(n)
	}
	return b
}

// plain is a cluster without the rules of the dissertation that keep a leader in
// its place: the servers of Figure 2, which an election takes by one timeout.
func plain(size int, off ...string) *bench {
	return newBench(size, append(slices.Clip(plainRules), off...)...)
}

var plainRules = []string{"pre-vote", "leader-stickiness", "abstain-after-restart", "check-quorum"}

// ids are the servers of the first configuration.
func (b *bench) ids() []raft.ID {
	var ids []raft.ID
	for _, n := range b.nodes[:b.first] {
		ids = append(ids, n.id)
	}
	return ids
}

// spare reports whether the membership can change.
func (b *bench) spare() bool { return b.first < len(b.nodes) }

func (b *bench) start(n *node) {
	n.m, n.down = core.Implementation().New(), false
	n.saves, n.held, n.done, n.seq, n.applied = nil, nil, 0, 0, 0
	n.timers = [16]bool{}
	b.step(n, &raft.Start{
		ID: n.id, Servers: b.ids(), Timing: raft.DefaultTiming, Limits: b.limits,
		State: n.state, Snapshot: n.snap, Log: slices.Clone(n.log), Without: b.off,
	})
}

func (b *bench) fail(format string, args ...any) {
	if b.violation == nil {
		b.violation = fmt.Errorf(format, args...)
	}
}

// step hands over an event and takes in the effects.
func (b *bench) step(n *node, ev raft.Event) {
	n.out.Reset()
	n.m.Step(ev, &n.out)
	for _, s := range n.out.Saves {
		if n.seq++; s.Seq != n.seq {
			b.fail("%v asks for Save %d, want %d", n.id, s.Seq, n.seq)
		}
		for k, e := range s.Entries {
			if e.Index != s.From+raft.Index(k) {
				b.fail("%v saves entry %d at %d", n.id, e.Index, s.From+raft.Index(k))
			}
		}
		b.checkShared(n, s.Entries)
		n.saves = append(n.saves, s)
	}
	for _, t := range n.out.Timers {
		n.timers[t.Key] = !t.Cancel
		if i := int(t.Key) - int(raft.TimerLeaseA); i >= 0 && i < len(n.leases) {
			for _, s := range sends[*raft.AppendEntries](n) {
				n.leases[i] = s.Msg.(*raft.AppendEntries).Round
			}
		}
	}
	for _, a := range n.out.Applies {
		b.checkShared(n, a.Entries)
		if len(a.Entries) == 0 && a.Snapshot == nil {
			b.fail("%v applies nothing", n.id)
		}
		n.held = append(n.held, held{after: a.After, apply: a})
	}
	for _, a := range n.out.Answers {
		b.answers[a.Handle] = append(b.answers[a.Handle], a)
		if known, ok := b.known[a.Handle]; ok && a.Outcome == raft.Done && a.Index < known {
			b.fail("linearizability: %v reads from index %d, but %d was applied before", n.id, a.Index, known)
		}
	}
	for _, s := range n.out.Sends {
		if s.After > n.seq {
			b.fail("%v waits for Save %d, but asked for only %d", n.id, s.After, n.seq)
		}
		n.held = append(n.held, held{after: s.After, send: &envelope{n.id, s.To, s.Msg}})
	}
	b.release(n)
	commit := n.st.Commit
	n.m.Inspect(&n.st)
	if _, first := ev.(*raft.Start); n.st.Commit < commit && !first {
		b.fail("%v's commit index falls from %d to %d", n.id, commit, n.st.Commit)
	}
	for _, p := range n.st.Peers {
		if len(b.off) == 0 && (p.Next <= p.Match || p.Match > n.last()) {
			b.fail("%v has %d entries and sees %v at match %d, next %d", n.id, len(n.st.Log), p.ID, p.Match, p.Next)
		}
	}
}

// checkShared: who appends to a slice that was handed out must not write into the
// log behind it. Messages are for servers of this kind alone, which know.
func (b *bench) checkShared(n *node, list []raft.Entry) {
	if cap(list) != len(list) {
		b.fail("%v hands out %d entries with room for %d", n.id, len(list), cap(list))
	}
}

// release lets go of what waits for nothing any more.
func (b *bench) release(n *node) {
	n.held = slices.DeleteFunc(n.held, func(h held) bool {
		if h.after > n.done {
			return false
		}
		if h.send != nil {
			b.sent(*h.send)
		}
		if h.apply.Snapshot != nil {
			b.install(n, h.apply.Snapshot)
		}
		for _, e := range h.apply.Entries {
			b.apply(n, e)
		}
		return true
	})
}

func (b *bench) sent(e envelope) {
	b.net = append(b.net, e)
	// Election safety: who sends AppendEntries leads.
	if m, ok := e.msg.(*raft.AppendEntries); ok {
		if other, known := b.leaderOf[m.Term]; known && other != e.from {
			b.fail("election safety: %v and %v both lead term %d", other, e.from, m.Term)
		}
		b.leaderOf[m.Term] = e.from
	}
}

func same(a, b raft.Entry) bool {
	return a.Term == b.Term && a.Index == b.Index && a.Kind == b.Kind && bytes.Equal(a.Data, b.Data)
}

func (b *bench) apply(n *node, e raft.Entry) {
	if e.Index != n.applied+1 {
		b.fail("%v applies %d after %d", n.id, e.Index, n.applied)
	}
	n.applied = e.Index
	if int(e.Index) == len(b.states) {
		b.states = append(b.states, fmt.Sprintf("%d entries, of which the last is %q of term %d, after %x",
			e.Index, e.Data, e.Term, crc32.ChecksumIEEE([]byte(b.states[e.Index-1]))))
	}
	switch i := int(e.Index); {
	case i == len(b.applied)+1:
		b.applied = append(b.applied, e)
	case i > len(b.applied)+1:
		b.fail("%v applies %d, but nobody applied %d", n.id, i, len(b.applied)+1)
	case !same(b.applied[i-1], e):
		b.fail("state machine safety: index %d is %v at one server and %v at %v", i, b.applied[i-1], e, n.id)
	}
}

// install puts a snapshot in place of a service's state.
func (b *bench) install(n *node, s *raft.Snapshot) {
	switch {
	case s.Index < n.applied:
		b.fail("%v's service goes back from %d to %d", n.id, n.applied, s.Index)
	case int(s.Index) >= len(b.states) || string(s.Data) != b.states[s.Index]:
		b.fail("state machine safety: %v takes a snapshot of index %d with the state %q", n.id, s.Index, s.Data)
	}
	n.applied = s.Index
}

// compact lets a server's service hand over its state as it was at an index.
func (b *bench) compact(n *node, i raft.Index) {
	b.step(n, &raft.Compact{Index: i, State: []byte(b.states[i])})
}

// written makes the oldest pending Save durable. Nobody hears of a quiet one.
func (b *bench) written(n *node) {
	quiet := len(n.saves) > 0 && n.saves[0].Quiet
	if !b.write(n) {
		return
	}
	b.release(n)
	if !quiet {
		b.step(n, &raft.Saved{Seq: n.done})
	}
}

func (b *bench) write(n *node) bool {
	if len(n.saves) == 0 {
		return false
	}
	s := n.saves[0]
	n.saves = n.saves[1:]
	n.state, n.done = s.State, s.Seq
	if s.Snapshot != nil {
		last := n.base() + raft.Index(len(n.log))
		gone := max(min(s.Snapshot.Index, last), n.base()) - n.base()
		n.snap, n.log = s.Snapshot, n.log[gone:]
		if len(n.log) > 0 && n.log[0].Index != s.Snapshot.Index+1 {
			n.log = nil // an older snapshot
		}
	}
	if s.From > 0 {
		keep := s.From - 1 - n.base()
		if s.From <= n.base() || int(keep) > len(n.log) {
			b.fail("%v leaves a gap on its disk before %d", n.id, s.From)
			return true
		}
		n.log = append(n.log[:keep:keep], s.Entries...)
		b.checkSaved(n, s)
	}
	return true
}

// checkSaved is log matching (§5.3): an index and a term mean one entry, and one
// entry before it.
func (b *bench) checkSaved(n *node, s raft.Save) {
	for _, e := range s.Entries {
		key := [2]uint64{uint64(e.Index), uint64(e.Term)}
		var prev raft.Term
		if e.Index > 1 {
			prev = n.term(e.Index - 1)
		}
		if was, known := b.cells[key]; known && (!same(was, e) || b.before[key] != prev) {
			b.fail("log matching: %v has %v after term %d, elsewhere it is %v after term %d", n.id, e, prev, was, b.before[key])
		}
		b.cells[key], b.before[key] = e, prev
	}
}

// crash stops a server. Of the Saves under way the first few may have reached the
// disk.
func (b *bench) crash(n *node, survive int) {
	for range survive {
		b.write(n)
	}
	n.down, n.saves, n.held = true, nil, nil
}

// deliver takes a message from the bag and hands it over.
func (b *bench) deliver(i int, keep bool) {
	e := b.net[i]
	if !keep {
		b.net = slices.Delete(b.net, i, i+1)
	}
	if int(e.to) > len(b.nodes) {
		return // a server that somebody made up
	}
	if n := b.nodes[e.to-1]; !n.down && b.group>>e.from&1 == b.group>>e.to&1 {
		if m, ok := e.msg.(*raft.AppendEntries); ok {
			if m.Term > n.heard.term {
				n.heard.term, n.heard.round = m.Term, 0
			}
			if m.Term == n.heard.term {
				n.heard.round = max(n.heard.round, m.Round)
			}
		}
		b.step(n, &raft.Deliver{From: e.from, Msg: e.msg})
	}
}

func (b *bench) fire(n *node, key raft.TimerKey) {
	// There is no time, but an order: an election timeout is no shorter than the time
	// for which a server sticks to its leader, and a lease, which began before the
	// server heard of its round, is shorter than that.
	switch key {
	case raft.TimerElection:
		b.fire(n, raft.TimerStickiness)
		b.expireLeases(n)
	case raft.TimerStickiness:
		b.expireLeases(n)
	}
	if !n.down && n.timers[key] {
		n.timers[key] = false
		b.step(n, &raft.TimerFired{Key: key})
	}
}

// expireLeases ends the leases of whose rounds a server has heard.
func (b *bench) expireLeases(n *node) {
	for _, leader := range b.nodes {
		for i, round := range leader.leases {
			if leader.st.Term == n.heard.term && round <= n.heard.round {
				b.fire(leader, raft.TimerLeaseA+raft.TimerKey(i))
			}
		}
	}
}

// propose asks a server, with k commands of distinct content.
func (b *bench) propose(n *node, k int) []raft.Handle {
	var ev raft.Propose
	var handles []raft.Handle
	for range k {
		b.handle++
		handles = append(handles, b.handle)
		ev.Proposals = append(ev.Proposals, raft.Proposal{Handle: b.handle, Data: fmt.Appendf(nil, "x%d", b.handle)})
	}
	b.step(n, &ev)
	return handles
}

// change asks a server to change the membership.
func (b *bench) change(n *node, voters, learners []raft.ID) raft.Handle {
	if !n.down {
		b.requests++
		b.step(n, &raft.ChangeMembership{Handle: b.requests, Voters: voters, Learners: learners})
	}
	return b.requests
}

// read asks a server from which index on a query may be answered.
func (b *bench) read(n *node, lease bool) raft.Handle {
	if !n.down {
		b.requests++
		b.known[b.requests] = raft.Index(len(b.applied))
		b.step(n, &raft.Read{Handle: b.requests, Lease: lease})
	}
	return b.requests
}

// transfer asks a server to hand over.
func (b *bench) transfer(n *node, to raft.ID) raft.Handle {
	if !n.down {
		b.requests++
		b.step(n, &raft.TransferLeadership{Handle: b.requests, To: to})
	}
	return b.requests
}

// settle lets everything that is under way happen, in order, until all is still.
func (b *bench) settle() {
	for range 100_000 {
		busy := false
		for _, n := range b.nodes {
			for !n.down && len(n.saves) > 0 {
				b.written(n)
				busy = true
			}
		}
		if len(b.net) > 0 {
			b.deliver(0, false)
			busy = true
		}
		if !busy {
			return
		}
	}
	b.fail("the servers never come to rest")
}

// settleOnly delivers what is under way to one server.
func (b *bench) settleOnly(to raft.ID) {
	for i := 0; i < len(b.net); {
		if b.net[i].to == to {
			b.deliver(i, false)
		} else {
			i++
		}
	}
}

// elect lets a server time out and win.
func (b *bench) elect(id raft.ID) *node {
	n := b.nodes[id-1]
	b.forget()
	b.fire(n, raft.TimerElection)
	b.settle()
	return n
}

// forget lets the time pass in which servers stick to a leader that they heard.
// Leaders that are cut off by then resign.
func (b *bench) forget() {
	for _, n := range b.nodes {
		b.fire(n, raft.TimerStickiness)
		for range 2 {
			if n.st.Role == raft.Leader {
				b.fire(n, raft.TimerQuorum)
			}
		}
	}
}

// leader is who leads the highest term, nil if nobody does.
func (b *bench) leader() *node {
	var best *node
	for _, n := range b.nodes {
		if !n.down && n.st.Role == raft.Leader && (best == nil || n.st.Term > best.st.Term) {
			best = n
		}
	}
	return best
}
