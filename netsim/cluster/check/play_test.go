package check

import (
	"slices"
	"testing"
	"time"

	"raftarium/kv"
	"raftarium/netsim"
	"raftarium/raft"
)

// play acts a run out for a judge: each method does what a good cluster would do,
// unless a test tells it otherwise.
type play struct {
	j       *Judge
	now     netsim.Time
	event   netsim.EventID
	logs    [][]raft.Entry // by server, as asked for and durable
	states  []raft.HardState
	seqs    []raft.SaveSeq
	applied []int
	client  map[kv.ClientID]uint64 // last sequence number
}

func newPlay(n int) *play {
	p := &play{
		j:    New(Config{Servers: n, KeepHistory: true}),
		logs: make([][]raft.Entry, n+1), states: make([]raft.HardState, n+1),
		seqs: make([]raft.SaveSeq, n+1), applied: make([]int, n+1),
		client: make(map[kv.ClientID]uint64),
	}
	for id := 1; id <= n; id++ {
		p.start(raft.ID(id))
	}
	return p
}

// pass lets time pass.
func (p *play) pass(d time.Duration) {
	p.now = p.now.Add(d)
	p.event++
	p.j.At(p.now, p.event)
}

func (p *play) start(id raft.ID) {
	p.pass(time.Microsecond)
	p.j.Started(id, p.states[id], p.logs[id])
	p.seqs[id], p.applied[id] = 0, 0
}

func (p *play) crash(id raft.ID) {
	p.pass(time.Microsecond)
	p.j.Crashed(id)
}

// ask asks for a save; the log and state here are as if it were durable.
func (p *play) ask(id raft.ID, st raft.HardState, from int, entries ...raft.Entry) raft.SaveSeq {
	p.pass(time.Microsecond)
	p.seqs[id]++
	p.j.Saving(id, &raft.Save{Seq: p.seqs[id], State: st, From: raft.Index(from), Entries: entries})
	p.states[id] = st
	if from > 0 && from <= len(p.logs[id])+1 {
		p.logs[id] = append(slices.Clone(p.logs[id][:from-1]), entries...)
	}
	return p.seqs[id]
}

func (p *play) save(id raft.ID, st raft.HardState, from int, entries ...raft.Entry) {
	seq := p.ask(id, st, from, entries...)
	p.pass(time.Microsecond)
	p.j.Saved(id, seq)
}

func (p *play) send(id, to raft.ID, m raft.Message) {
	p.pass(time.Microsecond)
	p.j.Sent(id, to, m)
}

// elect has voters vote for id and id open its term with a no-op.
func (p *play) elect(id raft.ID, term raft.Term, voters ...raft.ID) {
	p.save(id, raft.HardState{Term: term, Vote: id}, 0)
	for _, v := range voters {
		p.send(id, v, &raft.RequestVote{Term: term})
		p.save(v, raft.HardState{Term: term, Vote: id}, 0)
		p.send(v, id, &raft.RequestVoteReply{Term: term, Granted: true})
	}
	p.propose(id, term, raft.EntryNoOp, nil)
	for _, v := range voters {
		p.send(id, v, &raft.AppendEntries{Term: term})
	}
}

// vote has a server vote for another one.
func (p *play) vote(id, to raft.ID, term raft.Term) {
	p.save(id, raft.HardState{Term: term, Vote: to}, 0)
	p.send(id, to, &raft.RequestVoteReply{Term: term, Granted: true})
}

func (p *play) propose(id raft.ID, term raft.Term, kind raft.EntryKind, data []byte) {
	at := len(p.logs[id]) + 1
	p.save(id, raft.HardState{Term: term, Vote: id}, at, raft.Entry{Term: term, Index: raft.Index(at), Kind: kind, Data: data})
}

// replicate brings followers to the leader's log and has them say so.
func (p *play) replicate(id raft.ID, term raft.Term, followers ...raft.ID) {
	log := p.logs[id]
	for _, f := range followers {
		same := 0
		for same < len(log) && same < len(p.logs[f]) && log[same].Term == p.logs[f][same].Term {
			same++
		}
		p.send(id, f, &raft.AppendEntries{Term: term, PrevIndex: raft.Index(same), Entries: log[same:]})
		st := p.states[f]
		if st.Term != term {
			st = raft.HardState{Term: term}
		}
		if same < len(log) {
			p.save(f, st, same+1, log[same:]...)
		} else if st != p.states[f] {
			p.save(f, st, 0)
		}
		p.send(f, id, &raft.AppendEntriesReply{Term: term, Success: true, Index: raft.Index(len(log))})
	}
}

// apply has servers apply the first upTo entries of their logs.
func (p *play) apply(upTo int, ids ...raft.ID) {
	for _, id := range ids {
		p.pass(time.Microsecond)
		if upTo > p.applied[id] {
			p.j.Applied(id, p.logs[id][p.applied[id]:upTo])
			p.applied[id] = upTo
		}
	}
}

// invoke begins an operation and sends its request, and returns the command.
func (p *play) invoke(c kv.ClientID, op kv.Op) []byte {
	p.pass(time.Microsecond)
	p.client[c]++
	p.j.Invoked(c, op)
	return p.request(c, p.client[c], op)
}

func (p *play) request(c kv.ClientID, seq uint64, op kv.Op) []byte {
	cmd := kv.Command{Client: c, Seq: seq, Op: op}
	p.j.Requested(c, 1, &kv.Request{Command: cmd, Try: 1})
	return cmd.AppendTo(nil)
}

func (p *play) performed(id raft.ID, c kv.ClientID, seq uint64, kind kv.Kind, duplicate bool) {
	p.j.Performed(id, &kv.Performed{Index: raft.Index(p.applied[id]), Client: c, Seq: seq, Kind: kind, Duplicate: duplicate})
}

func (p *play) result(c kv.ClientID, value string) {
	p.pass(time.Microsecond)
	p.j.Returned(c, &kv.Result{Seq: p.client[c], Value: []byte(value)})
}

// do carries an operation through a cluster of three that s1 leads in term.
func (p *play) do(term raft.Term, c kv.ClientID, op kv.Op, value string) {
	p.propose(1, term, raft.EntryCommand, p.invoke(c, op))
	p.replicate(1, term, 2, 3)
	n := len(p.logs[1])
	for id := raft.ID(1); id <= 3; id++ {
		p.apply(n, id)
		p.performed(id, c, p.client[c], op.Kind, false)
	}
	p.result(c, value)
}

func put(key, value string) kv.Op { return kv.Op{Kind: kv.Put, Key: key, Value: value} }
func app(key, value string) kv.Op { return kv.Op{Kind: kv.Append, Key: key, Value: value} }
func get(key string) kv.Op        { return kv.Op{Kind: kv.Get, Key: key} }

// led is three servers of which s1 leads term 1, its no-op applied everywhere.
func led() *play {
	p := newPlay(3)
	p.elect(1, 1, 2, 3)
	p.replicate(1, 1, 2, 3)
	p.apply(1, 1, 2, 3)
	return p
}

// found is the properties that the judge found violated, each once, in order.
func found(j *Judge) []Property {
	v := j.Final()
	var out []Property
	for _, x := range v.Violations {
		if !slices.Contains(out, x.Property) {
			out = append(out, x.Property)
		}
	}
	return out
}

func wantOnly(t *testing.T, j *Judge, want ...Property) {
	t.Helper()
	if got := found(j); !slices.Equal(got, want) {
		t.Errorf("found %q, want %q", got, want)
		for _, v := range j.Final().Violations {
			t.Logf("%v %d %v: %s: %s", v.At, v.Event, v.Server, v.Property, v.Text)
		}
	}
}
