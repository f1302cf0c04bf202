package cluster

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"time"

	"raftarium/kv"
	"raftarium/netsim"
	"raftarium/netsim/cluster/check"
	"raftarium/netsim/cluster/script"
	"raftarium/raft"
)

// ProgressBound is how long a connected majority without loss may take to commit
// something that a client waits for.
const ProgressBound = 2 * time.Second

// never is later than any time of a run.
const never netsim.Time = math.MaxInt64

// Kinds of events beside those of netsim.
const (
	// KindAction is something done from outside; the record's payload is the
	// script.Action.
	KindAction netsim.Kind = 32 + iota
	// KindStart is the start of the run.
	KindStart
)

// World is servers and clients on a simulated network. It must not be copied: use
// Clone. It is used by one goroutine at a time.
type World struct {
	code  Code
	rules []string // the names of the rules of code
	cfg   script.Config
	opt   Options

	sim     *netsim.Sim
	servers []server // by ID-1, with those that are away
	shelf   *shelf   // what their disks hold alike
	clients []client // by ID-1
	active  int      // how many of the clients take part
	load    script.Load
	reads   kv.Reads // how Gets are answered from now on
	fired   uint64   // Appends fired, to tell them apart
	without []string
	hidden  string // the rule that the bug takes off, "" for none
	parted  []netsim.EventID
	differ  []Difference

	event  netsim.EventID // number of the last event
	digest uint64
	judge  *check.Judge
	trace  netsim.Trace
	notes  notebook
	stats  Stats
	lost   []netsim.Flight // lost not long ago, oldest first

	requests []request   // changes of membership that are not done
	asked    raft.Handle // how often a leader was asked for one
	latest   raft.Config // as config says where nobody leads
	configs  int         // of the judge, when they were looked at last

	healedAt    netsim.Time // since when nothing hinders the servers; never if something does
	committedAt netsim.Time // when something was committed last, or read without the log
	full        bool        // so much was on its way once that messages were lost for it

	completed []Completion

	scratch
}

// scratch is memory that is reused from step to step and means nothing between
// steps: a clone gets its own.
type scratch struct {
	rout      raft.Effects
	kout      kv.ServerEffects
	cout      kv.ClientEffects
	buf       []byte
	happening netsim.Event
	record    netsim.Record
	proposals []raft.Proposal
	proposing []raft.Proposal
	compacts  []raft.Compact
	asking    []raft.Read
	restored  kv.ServerStatus
	flights   []netsim.Flight
	votes     []raft.ID
	said      *raft.AppendEntries // digested last, and its digest
	saidHash  uint64

	evDeliver  raft.Deliver
	evTimer    raft.TimerFired
	evSaved    raft.Saved
	evPropose  raft.Propose
	evRead     raft.Read
	evRequest  kv.ServerDeliver
	evApplied  kv.Applied
	evAnswered kv.Answered
	evInvoke   kv.Invoke
	evReply    kv.ClientDeliver
	evRings    kv.ClientTimerFired
}

// Completion is a finished operation of a client.
type Completion struct {
	Client  kv.ClientID
	Op      kv.Op
	Result  kv.Result
	Invoked netsim.Time
	At      netsim.Time
}

// New makes a world and starts its servers and clients. It returns an error if
// the configuration is out of its limits or the code is not complete.
func New(code Code, cfg script.Config, opt Options) (*World, error) {
	if code.Raft.New == nil || code.Server.New == nil || code.Client.New == nil {
		return nil, fmt.Errorf("the code of a run needs a Raft, a server and a client")
	}
	if err := cfg.Check(code.Known()); err != nil {
		return nil, err
	}
	hidden, err := code.ruleOf(cfg.Bug)
	if err != nil {
		return nil, err
	}
	limit := opt.Trace
	if limit == 0 {
		limit = 1 << 12
	}
	w := &World{
		code: code, rules: code.RuleNames(), cfg: cfg, opt: opt,
		sim: netsim.New(cfg.Seed, script.MaxServers+script.MaxClients+1, netsim.Network{
			Latency: cfg.Latency, Loss: cfg.Loss, Duplicate: cfg.Duplicate, Reorder: cfg.Reorder, Disk: cfg.Disk,
		}),
		servers: make([]server, cfg.Servers),
		shelf:   new(shelf),
		load:    script.Load{Workload: cfg.Workload, Keys: cfg.Keys},
		without: slices.Clone(cfg.Without),
		hidden:  hidden,
		judge: check.New(check.Config{
			Servers: cfg.Servers, Bound: ProgressBound, KeepHistory: !opt.NoHistory, Sessions: cfg.Sessions, Window: cfg.Window,
			Judged: code.Judged,
		}),
		latest: raft.Config{Voters: script.FirstServers(cfg.Servers)},
		trace:  netsim.NewTrace(max(limit, 1)),
		notes:  notebook{on: opt.Narrate},
	}
	w.judge.Patient(code.costs(w.off()))
	w.setReads(cfg.Reads)
	w.digest = netsim.Mix(cfg.Seed, uint64(cfg.Servers))
	r := w.newRecord()
	*r = netsim.Record{Kind: KindStart, At: 0}
	w.begin(r, 0)
	for i := range w.servers {
		id := raft.ID(i + 1)
		w.servers[i] = server{id: id, node: serverNode(id)}
	}
	for i := range w.servers {
		w.start(&w.servers[i])
	}
	w.setClients(cfg.Clients)
	w.judgeCalm()
	return w, nil
}

// Clone returns a world that goes on in the same way and shares nothing with
// this one that either will write. Options.Observe is not taken over.
//
// It is as honest as the machines' own Clones. Where one of them forgets or shares
// something, the two worlds drift apart: compare digests, and make the run again
// from its journal instead. A machine whose Clone panics is stopped in the clone,
// with a violation of the contract; this world does not notice.
func (w *World) Clone() *World {
	c := *w
	c.scratch = scratch{}
	c.opt.Observe = nil
	c.sim = w.sim.Clone()
	c.shelf = new(shelf) // what is on this one the original writes behind
	c.judge = w.judge.Clone()
	c.trace = w.trace.Clone()
	c.notes = w.notes.clone()
	c.without = slices.Clone(w.without)
	c.parted = slices.Clone(w.parted)
	c.differ = slices.Clone(w.differ)
	c.lost = slices.Clone(w.lost)
	c.requests = slices.Clone(w.requests)
	c.completed = slices.Clone(w.completed)
	c.servers = make([]server, len(w.servers))
	c.clients = make([]client, len(w.clients))
	failures := make([]string, len(w.servers)+len(w.clients))
	for i := range w.servers {
		c.servers[i], failures[i] = w.servers[i].clone()
	}
	for i := range w.clients {
		c.clients[i], failures[len(w.servers)+i] = w.clients[i].clone()
	}
	for i, text := range failures {
		switch {
		case text == "":
		case i < len(w.servers):
			c.fail(&c.servers[i], "%s", text)
		default:
			c.failClient(&c.clients[i-len(w.servers)], "%s", text)
		}
	}
	return &c
}

// Now is the virtual time.
func (w *World) Now() netsim.Time { return w.sim.Now() }

// Events is the number of the last event, which is how many have happened.
func (w *World) Events() netsim.EventID { return w.event }

// Digest hashes all that has happened: the events, what messages and disks came to
// hold, and what the judge found wrong. Equal configurations, seeds and actions give
// equal digests, on every platform.
func (w *World) Digest() uint64 {
	h := w.digest
	for _, v := range w.judge.Violations() {
		h = foldString(netsim.Fold(netsim.Fold(h, uint64(v.At)), uint64(v.Event)<<8^uint64(v.Server)), string(v.Property))
	}
	return h
}

// Config is what the run is. Live changes (latency, loss, clients) are not in it.
func (w *World) Config() script.Config { return w.cfg }

// Stats counts what has happened so far.
func (w *World) Stats() Stats {
	s := w.stats
	s.Events, s.Messages = uint64(w.event), uint64(w.sim.Messages())
	return s
}

// Judge is the judge of the run.
func (w *World) Judge() *check.Judge { return w.judge }

// Trace returns the record of an event, if it is still kept.
func (w *World) Trace(id netsim.EventID) (*netsim.Record, bool) { return w.trace.Get(id) }

// Step makes the next event happen if it is due by limit, and reports whether
// there was one.
func (w *World) Step(limit netsim.Time) bool {
	if !w.sim.Next(limit, &w.happening) {
		return false
	}
	w.happen()
	return true
}

// NextAt is the earliest time at which something may happen next.
func (w *World) NextAt() (netsim.Time, bool) { return w.sim.Peek() }

// Choices appends all that may happen next, whatever its time.
func (w *World) Choices(buf []netsim.Choice) []netsim.Choice { return w.sim.Choices(buf) }

// Take makes one of the Choices happen now, without moving time.
func (w *World) Take(c netsim.Choice) {
	w.sim.Take(c, &w.happening)
	w.happen()
}

// AppendState appends the canonical bytes of all that affects what may happen
// later, without the time and the numbers of events. What was observed so far, by
// the judge, the trace and the notes, is not in it.
func (w *World) AppendState(b []byte) []byte {
	for i := range w.servers {
		b = w.servers[i].appendState(b)
	}
	b = binary.AppendUvarint(b, uint64(len(w.clients)))
	for i := range w.clients {
		b = w.clients[i].appendState(b)
	}
	b = binary.AppendUvarint(b, uint64(w.active))
	b = binary.AppendUvarint(b, w.fired)
	b = binary.AppendUvarint(b, uint64(w.load.Keys))
	b = append(append(b, w.load.Workload...), byte(w.reads)) // which is no letter
	b = w.sim.AppendState(b)
	if len(w.requests) > 0 || w.asked > 0 {
		b = binary.AppendUvarint(b, uint64(w.asked))
		for i := range w.requests {
			if r := &w.requests[i]; !r.over {
				b = r.appendState(b)
			}
		}
	}
	return b
}

// newRecord is where the record of the next event is written: in its place in the
// trace, if there is one. All of it is to be written.
func (w *World) newRecord() *netsim.Record {
	if w.opt.Trace < 0 {
		return &w.record
	}
	return w.trace.Next()
}

// begin opens an event: it gets its number, and all who keep books are told.
func (w *World) begin(r *netsim.Record, digest uint64) {
	w.count(r.At, r.Kind, r.Node, r.Peer, r.Key^digest)
	r.ID = w.event
	if w.opt.Observe != nil {
		w.opt.Observe(r)
	}
}

// count is begin for those who keep no records.
func (w *World) count(at netsim.Time, kind netsim.Kind, node, peer netsim.NodeID, what uint64) {
	w.event++
	w.judge.At(at, w.event)
	h := netsim.Fold(w.digest, uint64(at)^uint64(kind)<<56)
	w.digest = netsim.Fold(h, what^uint64(node)<<48^uint64(peer)<<40)
}

// happen carries out the event that the simulation yielded. If the machine at which it
// happens panics, that machine is stopped.
func (w *World) happen() {
	defer w.rescueEvent()
	w.occur()
}

// run makes events happen until none is due by limit, and then reports true, or until
// there are more than so many violations, the last event happened, or a machine
// panicked. To be ready for a panic costs something, and here it does so once and not
// for each event.
func (w *World) run(limit netsim.Time, violations int, last netsim.EventID) bool {
	defer w.rescueEvent()
	for w.sim.Next(limit, &w.happening) {
		w.occur()
		if len(w.judge.Violations()) > violations || w.event >= last {
			return false
		}
	}
	return true
}

// rescueEvent stops the machine at which something happens, if it panicked.
func (w *World) rescueEvent() {
	r := recover()
	if r == nil {
		return
	}
	if n := w.happening.Node; n <= script.MaxServers {
		w.fail(&w.servers[n-1], "%s", panicked(r))
	} else {
		w.failClient(w.client(n), "%s", panicked(r))
	}
	w.conclude()
}

// occur is happen for those who rescue.
func (w *World) occur() {
	ev := &w.happening
	if ev.Kind == netsim.Delivery && ev.Node <= script.MaxServers && !w.servers[ev.Node-1].up {
		ev.Lose(netsim.LostDown, w.sim.Now())
	}
	if w.opt.Trace < 0 && w.opt.Observe == nil {
		w.count(w.sim.Now(), ev.Kind, ev.Node, ev.Peer, ev.Key^ev.Digest) // nobody sees a record
	} else {
		w.recordEvent(ev)
	}
	if w.opt.VerifyMessages && ev.Kind == netsim.Delivery {
		w.verify(ev)
	}
	w.react(ev)
	if len(w.requests) > 0 || w.configs != w.judge.Reconfigured() || w.notes.violations < len(w.judge.Violations()) {
		w.conclude()
	}
}

// conclude does what follows from an event beside what the machines do.
func (w *World) conclude() {
	if len(w.requests) > 0 {
		w.finishChanges()
	}
	if w.configs != w.judge.Reconfigured() {
		w.reconfigured()
	}
	w.noticeViolations()
}

// recordEvent begins an event of the simulation, and writes its record.
func (w *World) recordEvent(ev *netsim.Event) {
	// Field by field: a literal would be made elsewhere and then copied.
	r := w.newRecord()
	r.Cause, r.At, r.Kind, r.Why, r.Node, r.Peer = ev.Cause, w.sim.Now(), ev.Kind, ev.Why(), ev.Node, ev.Peer
	r.Key, r.Payload, r.Sent, r.Number = ev.Key, ev.Payload, ev.Sent, ev.Number
	w.begin(r, ev.Digest)
}

// react lets the machine at which the event happens take it.
func (w *World) react(ev *netsim.Event) {
	switch ev.Kind {
	case netsim.Delivery:
		w.deliver(ev)
	case netsim.Lost:
		w.keepLost(ev)
	case netsim.Timer:
		switch {
		case ev.Node <= script.MaxServers:
			s := &w.servers[ev.Node-1]
			w.evTimer.Key = raft.TimerKey(ev.Key)
			s.waited = ev.Waited
			w.takeRaft(s, &w.evTimer)
		case ev.Node == operator:
			w.pursue()
		default:
			w.evRings.Key = int(ev.Key)
			w.takeClient(w.client(ev.Node), &w.evRings)
		}
	case netsim.Written:
		w.written(&w.servers[ev.Node-1], raft.SaveSeq(ev.Key))
	}
}

// verify looks whether a message is still what was sent.
func (w *World) verify(ev *netsim.Event) {
	if w.digestOf(ev.Payload) != ev.Digest {
		w.judge.Report(check.Violation{
			Property: check.Contract, At: w.sim.Now(), Event: w.event, Server: endpoint(ev.Peer).Server,
			Text: fmt.Sprintf("a message of %s to %s was written after it was sent", endpoint(ev.Peer), endpoint(ev.Node)),
		})
	}
}

func (w *World) deliver(ev *netsim.Event) {
	from := raft.ID(ev.Peer)
	if ev.Node > script.MaxServers {
		if reply, ok := ev.Payload.(*kv.Reply); ok {
			c := w.client(ev.Node)
			w.evReply.From, w.evReply.Reply = from, reply
			if w.notes.on {
				w.noteReply(c, from, reply)
			}
			w.takeClient(c, &w.evReply)
		}
		return
	}
	s := &w.servers[ev.Node-1]
	// The first two are most of the messages. To ask whether something is of a type
	// costs little, to ask whether it has the methods of one costs much.
	switch m := ev.Payload.(type) {
	case *raft.AppendEntries:
		w.hear(s, from, m)
	case *raft.AppendEntriesReply:
		w.hear(s, from, m)
	case *kv.Request:
		w.evRequest.Req = m
		w.takeServer(s, &w.evRequest)
	case raft.Message:
		w.hear(s, from, m)
	}
}

// hear lets a node take a message of another.
func (w *World) hear(s *server, from raft.ID, m raft.Message) {
	w.evDeliver.From, w.evDeliver.Msg = from, m
	if !w.notes.on {
		w.takeRaft(s, &w.evDeliver)
		return
	}
	w.noteDelivery(s, from, m)
	next := w.nextFor(s, from)
	w.takeRaft(s, &w.evDeliver)
	w.noteRefusal(s, from, m, next)
}

// lostKept bounds the lost messages that can still be seen.
const lostKept = 128

func (w *World) keepLost(ev *netsim.Event) {
	w.stats.Lost++
	if !w.opt.Narrate {
		return
	}
	if len(w.lost) == lostKept {
		w.lost = slices.Delete(w.lost, 0, lostKept/2)
	}
	w.lost = append(w.lost, ev.Flight())
}

// serverIDs lists the servers on the stage: all that there were from the start or
// that joined, and have not left.
func (w *World) serverIDs() []raft.ID {
	ids := make([]raft.ID, 0, len(w.servers))
	for i := range w.servers {
		if s := &w.servers[i]; !s.away {
			ids = append(ids, s.id)
		}
	}
	return ids
}

// leader returns the server that leads the highest term, or nil.
func (w *World) leader() *server {
	var best *server
	for i := range w.servers {
		s := &w.servers[i]
		if s.up && s.status.Role == raft.Leader && (best == nil || s.status.Term > best.status.Term) {
			best = s
		}
	}
	return best
}
