package check

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"raftarium/kv"
	"raftarium/netsim"
	"raftarium/raft"
)

// DefaultBound is how soon a connected majority must commit something new.
const DefaultBound = 2 * time.Second

// maxClients bounds the client numbers that the judge follows.
const maxClients = 1 << 12

// perProperty bounds the violations that are kept of one property, so that a
// flood of one kind does not hide the others.
const perProperty = 8

// Config is what a judge has to know of the run.
type Config struct {
	Servers int // with which it starts: they have the IDs 1 to Servers, and vote
	// Bound is how soon something new must be applied while it is calm and an
	// operation is outstanding; 0 means DefaultBound.
	Bound time.Duration
	// KeepHistory keeps the clients' operations. Without it there is no History
	// and Final has only the witness to judge linearizability by.
	KeepHistory bool
	// Sessions and Window are as in kv.ServerStart and kv.ClientStart; a Window of 0
	// is 1.
	Sessions, Window int
	// Judged are the properties that count, with the Contract, which always does; nil
	// are all. It is for machines that are not finished, and cannot keep the others yet.
	Judged []Property
}

// Judge takes down what a run does, event by event, and says what was wrong with
// it. It never panics, whatever the machines do, and costs each event a time
// that does not grow with the run, but for a few searches where Gets that do without
// the log read something odd. Its memory grows by a small constant for each
// log entry and each operation. A judge is used by one goroutine at a time.
type Judge struct {
	cfg Config

	now      netsim.Time
	event    netsim.EventID
	deadline netsim.Time // see progress.go

	// inForce are the configurations that were committed, the first of the run
	// before all others: see members.go.
	inForce      []electorate
	reconfigured int

	servers []server
	clients []client

	// leaders, by increasing term: see election.go and completeness.go.
	reigns []reign
	// cells and spare are the log matching table: see matching.go.
	cells table[cell]
	spare []cell
	// committed is the chain hash of what was applied first, by index.
	committed table[uint64]
	// firsts say of what term that is and who applied it first, by runs of indexes.
	firsts []applier
	// since is when an index was applied first.
	since table[Moment]
	// states is the digest of the model's store, by index; made are the snapshots
	// that servers made, by increasing index: see snapshots.go.
	states table[uint64]
	made   []madeSnapshot

	model    model
	sessions sessions
	history  table[record]
	progress progress
	// tick orders invocations, first applications and returns.
	tick       uint64
	operations int
	searches   int // made before the end, see searchNow

	violations []Violation
	unsafe     bool
	notOnce    bool
	notLinear  bool
	kept       [1 + len(properties)]uint8
	unjudged   [1 + len(properties)]bool // as kept
	scratch    []byte
}

// server is what the judge knows of a server, all of it from what was observed.
type server struct {
	up bool
	// asked is the chain hash of the log, by index, as the machine wants it
	// saved; durable as the disk is known to hold it.
	asked, durable mirror
	term           raft.Term      // the latest that it asked to save
	state          raft.HardState // the durable one
	saves          []pendingSave  // asked for and not durable, in order
	chains         []uint64       // the chain hashes that saves refer to
	configs        []electorate   // of the log as asked for; there is always one
	lastSeq        raft.SaveSeq

	leads   raft.Term // latest term in which this incarnation sent AppendEntries
	told    int       // up to where they said how its log goes on
	claims  raft.Term // latest term that its status claimed to lead
	leading bool      // it says that it leads
	votes   []vote    // by increasing term, of all incarnations
	commit  raft.Index
	applied raft.Index
	matched []raft.Index // the last Match of each peer that was found true
	// acceptedTerm and accepted are its last Answer that accepted a proposal.
	acceptedTerm raft.Term
	accepted     raft.Index
	performed    []doneSet // by client: its operations performed here
	aligned      alignment // with the leader of the latest term: see progress.go
	// keeping, and what it rests on, are for followers.go.
	keeping   keeping
	refusedAt raft.Index // of the last append that it refused
	incoming  raft.Index // of the last snapshot of which it got something,
	sender    raft.Term  // from the leader of that term,
	have      uint64     // and how much
	steps     uint64
	// invited are the terms whose leaders asked it to take over: see transfer.go. It is
	// only ever appended to.
	invited []raft.Term
}

// New makes a judge of a run of cfg.Servers servers, none of which has started.
func New(cfg Config) *Judge {
	if cfg.Bound <= 0 {
		cfg.Bound = DefaultBound
	}
	cfg.Window = max(cfg.Window, 1)
	cfg.Servers = max(0, min(cfg.Servers, raft.MaxServers))
	j := &Judge{cfg: cfg, deadline: never}
	j.progress.by, j.progress.jointBy, j.progress.lookAt = never, never, never
	for _, p := range properties {
		j.unjudged[place(p)] = cfg.Judged != nil && p != Contract && !slices.Contains(cfg.Judged, p)
	}
	j.inForce = []electorate{{voters: 1<<cfg.Servers - 1}}
	j.servers = make([]server, cfg.Servers)
	for i := range j.servers {
		j.servers[i].matched = make([]raft.Index, cfg.Servers)
		j.servers[i].configs = []electorate{j.first()}
	}
	j.model.init()
	return j
}

// Clone returns a judge that knows the same and goes its own way from here on.
func (j *Judge) Clone() *Judge {
	c := *j
	c.servers = make([]server, len(j.servers))
	for i := range j.servers {
		c.servers[i] = j.servers[i].clone()
	}
	c.clients = make([]client, len(j.clients))
	for i := range j.clients {
		c.clients[i] = j.clients[i].clone()
	}
	c.reigns = append([]reign(nil), j.reigns...)
	c.cells = j.cells.clone()
	// What is only ever appended to may be shared: the clone's next append
	// copies, because it has no spare capacity.
	c.spare = j.spare[:len(j.spare):len(j.spare)]
	c.violations = j.violations[:len(j.violations):len(j.violations)]
	c.committed = j.committed.clone()
	c.firsts = j.firsts[:len(j.firsts):len(j.firsts)]
	c.since = j.since.clone()
	c.states = j.states.clone()
	c.made = slices.Clone(j.made) // a server that lags makes older ones than others have made
	c.history = j.history.clone()
	c.model = j.model.clone()
	c.sessions = j.sessions.clone()
	c.scratch = nil
	return &c
}

func (s *server) clone() server {
	c := *s
	c.asked, c.durable = s.asked.clone(), s.durable.clone()
	c.saves = append([]pendingSave(nil), s.saves...)
	c.chains = append([]uint64(nil), s.chains...)
	c.configs = append([]electorate(nil), s.configs...)
	c.votes = append([]vote(nil), s.votes...)
	c.matched = append([]raft.Index(nil), s.matched...)
	c.invited = s.invited[:len(s.invited):len(s.invited)]
	c.performed = append([]doneSet(nil), s.performed...)
	for i := range c.performed {
		c.performed[i] = c.performed[i].clone()
	}
	return c
}

// At says when and in which event the following observations happen. Times do
// not go back.
func (j *Judge) At(now netsim.Time, ev netsim.EventID) {
	if now > j.deadline {
		j.stalled(now)
	}
	j.now, j.event = now, ev
}

// server returns what is known of id, or nil, with a violation, if there is no
// such server.
func (j *Judge) server(id raft.ID) *server {
	if int(id-1) < len(j.servers) { // 0 wraps around
		return &j.servers[id-1]
	}
	return j.nobody(id)
}

// nobody is apart so that server costs no call.
//
//go:noinline
func (j *Judge) nobody(id raft.ID) *server {
	j.fail(Contract, id, "there is no server %v: they are numbered from 1 to %d", id, len(j.servers))
	return nil
}

// Started tells of a start or restart and what the disk held. All that the
// server had in memory is gone.
func (j *Judge) Started(id raft.ID, state raft.HardState, log []raft.Entry) {
	j.StartedFrom(id, state, nil, log)
}

// StartedFrom is Started for a disk that holds a snapshot, and the log behind it.
func (j *Judge) StartedFrom(id raft.ID, state raft.HardState, snapshot *raft.Snapshot, log []raft.Entry) {
	s := j.server(id)
	if s == nil {
		return
	}
	s.forget()
	s.up = true
	base := 0
	s.configs = append(s.configs[:0], j.first())
	if snapshot != nil {
		base = int(snapshot.Index)
		j.coverConfigs(s, snapshot, true)
	}
	j.restore(id, s, state, base, log)
}

// Crashed tells that the server stopped. Saves that are not durable are gone,
// unless the next Started shows otherwise.
func (j *Judge) Crashed(id raft.ID) {
	if s := j.server(id); s != nil {
		s.forget()
	}
}

// forget drops what a server keeps in memory only.
func (s *server) forget() {
	s.up = false
	s.saves, s.chains, s.lastSeq = s.saves[:0], s.chains[:0], 0
	s.leads, s.claims, s.leading = 0, 0, false
	s.commit, s.applied = 0, 0
	s.acceptedTerm, s.accepted = 0, 0
	s.keeping.seen, s.have = false, 0
	clear(s.matched)
	clear(s.performed)
}

// Sent tells that a message leaves the server now, all that its After waits for
// being durable.
func (j *Judge) Sent(id, to raft.ID, m raft.Message) {
	s := j.server(id)
	if s == nil {
		return
	}
	switch m := m.(type) {
	case *raft.AppendEntries:
		if m != nil && m.Term != s.leads {
			j.leads(id, s, m.Term)
		}
		if m != nil && m.Term == s.leads {
			s.told = max(s.told, int(m.PrevIndex)+len(m.Entries))
		}
		if m != nil && j.progress.patient {
			j.probes(to, m)
		}
	case *raft.InstallSnapshot:
		if m != nil && m.Term != s.leads {
			j.leads(id, s, m.Term)
		}
	case *raft.AppendEntriesReply:
		if m != nil && j.progress.patient {
			j.stores(s, m)
		}
		if m != nil && m.Success {
			j.acknowledged(id, s, to, m)
		} else if m != nil {
			s.refused(m)
		}
	case *raft.InstallSnapshotReply:
		if m != nil {
			s.holds(m)
		}
	case *raft.TimeoutNow:
		if m != nil {
			j.invites(to, m.Term)
		}
	case *raft.RequestVote:
		if m != nil {
			j.voted(id, s, m.Term, id)
			j.standsWithLeave(id, s, m)
		}
	case *raft.RequestVoteReply:
		if m != nil && m.Granted {
			j.voted(id, s, m.Term, to)
			j.voteIsDurable(id, s, to, m)
		}
	}
}

// Answered tells what a server said to a proposer. Within a term a leader puts
// proposals at ever higher indices.
func (j *Judge) Answered(id raft.ID, a *raft.Answer) {
	s := j.server(id)
	if s == nil || a == nil || a.Outcome != raft.Accepted {
		return
	}
	if a.Term < s.acceptedTerm || a.Term == s.acceptedTerm && a.Index <= s.accepted {
		j.acceptedBefore(id, s, a)
	}
	s.acceptedTerm, s.accepted = a.Term, a.Index
}

//go:noinline
func (j *Judge) acceptedBefore(id raft.ID, s *server, a *raft.Answer) {
	j.fail(Contract, id, "%v accepted a proposal at index %d of term %d after one at index %d of term %d",
		id, a.Index, a.Term, s.accepted, s.acceptedTerm)
}

// Status hands over what a server says of itself after a step; it is diagnosis.
func (j *Judge) Status(id raft.ID, st *raft.Status) {
	s := j.server(id)
	if s == nil || st == nil {
		return
	}
	j.commitIs(id, s, st.Commit)
	j.configIs(id, s, st)
	if s.leading = st.Role == raft.Leader; s.leading {
		if st.Term != s.claims {
			j.claimsToLead(id, s, st.Term)
		}
		j.peersAre(id, s, st)
	}
}

// Report adds a violation that somebody else found. Where and when are filled in
// if v leaves them out.
func (j *Judge) Report(v Violation) {
	if v.Event == 0 {
		v.At, v.Event = j.now, j.event
	}
	if j.note(v.Property) {
		j.violations = append(j.violations, v)
	}
}

// fail reports a violation at the current event. Its text is made only if it is
// going to be kept; nil is returned if not.
func (j *Judge) fail(p Property, id raft.ID, format string, args ...any) *Violation {
	if !j.note(p) {
		return nil
	}
	j.violations = append(j.violations, Violation{
		Property: p, At: j.now, Event: j.event, Server: id, Text: sentence(format, args),
	})
	return &j.violations[len(j.violations)-1]
}

// against says what a violation is at odds with, and when that was.
func (v *Violation) against(m Moment, format string, args ...any) {
	if v != nil {
		v.Against = Against{m, sentence(format, args)}
	}
}

// moment is now.
func (j *Judge) moment() Moment { return Moment{j.now, j.event} }

func sentence(format string, args []any) string {
	for i, arg := range args {
		args[i] = named(arg)
	}
	return fmt.Sprintf(format, args...)
}

// named is a server or a client as people see it, S3 and not s3 as in the action
// language, and anything else as it is.
func named(arg any) any {
	switch id := arg.(type) {
	case raft.ID:
		if id != raft.None {
			return strings.ToUpper(id.String())
		}
	case kv.ClientID:
		return strings.ToUpper(id.String())
	}
	return arg
}

// note draws the verdict's conclusion from a violation and says whether there is
// room to keep it.
func (j *Judge) note(p Property) bool {
	k := place(p)
	if j.unjudged[k] {
		return false
	}
	switch p {
	case ExactlyOnce:
		j.notOnce = true
	case Linearizability:
		j.notLinear = true
	case Progress, ChangeEnds:
		j.progress.stalled = true
	default:
		j.unsafe = true
	}
	if j.kept[k] >= perProperty || len(j.violations) >= MaxViolations {
		return false
	}
	j.kept[k]++
	return true
}

// place is where a property stands in a list: 0 is what somebody else judges.
func place(p Property) int { return 1 + slices.Index(properties[:], p) }

// Violations returns those seen so far, in order: the first few of each property,
// at most MaxViolations. The slice must not be written.
func (j *Judge) Violations() []Violation {
	return j.violations[:len(j.violations):len(j.violations)]
}

// Operations is how many operations were invoked.
func (j *Judge) Operations() int { return j.operations }

// Quick is the verdict as far as it is known without work. Linearizable is Yes
// while the witness accepts every operation that returned, else Unknown.
func (j *Judge) Quick() Verdict {
	v := Verdict{
		Safety:       !j.unsafe,
		ExactlyOnce:  !j.notOnce,
		Linearizable: Yes,
		Progress:     j.progress.answer(),
		Violations:   j.Violations(),
		Judged:       j.cfg.Judged,
	}
	if j.model.blind || j.model.openKeys > 0 {
		v.Linearizable = Unknown
	}
	if j.notLinear {
		v.Linearizable = No
	}
	if j.unjudged[place(Linearizability)] {
		v.Linearizable = Unknown
	}
	if j.unjudged[place(Progress)] {
		v.Progress = Unknown
	}
	return v
}

// client returns what is known of c, or nil, with a violation, if c is no client
// that can be followed.
func (j *Judge) client(c kv.ClientID) *client {
	if i := uint64(c) - 1; i < uint64(len(j.clients)) { // 0 wraps around
		return &j.clients[i]
	}
	return j.newClient(c)
}

// newClient is client for those that were not heard of yet.
//
//go:noinline
func (j *Judge) newClient(c kv.ClientID) *client {
	if c < 1 || c > maxClients {
		j.fail(Contract, raft.None, "%v cannot be followed: clients are numbered from 1 to %d", c, maxClients)
		return nil
	}
	for int(c) > len(j.clients) {
		j.clients = append(j.clients, client{})
	}
	return &j.clients[c-1]
}
