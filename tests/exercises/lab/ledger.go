package lab

import (
	"bytes"
	"fmt"
	"slices"

	"raftarium/kv"
	"raftarium/netsim/cluster"
	"raftarium/raft"
)

// ledger holds what the nodes of a run owe their services: the answers to proposals.
type ledger struct{ open []proposal }

// proposal is a command that was handed to a node.
type proposal struct {
	server raft.ID
	handle raft.Handle
	// accepted says that it was, at index in term; taken is of which term the entry is
	// that was applied there in its place, 0 if none was.
	accepted    bool
	index       raft.Index
	term, taken raft.Term
	data        []byte
	// other says that another command was applied in that place, before it was accepted
	// or of the same term.
	other bool
}

// around has the services of somebody's code write down in the ledger what they are
// answered. It is for one run, of which no clone is made.
func (l *ledger) around(code cluster.Code) cluster.Code {
	inner := code.Server.New
	code.Server.New = func() kv.Server { return &bookkeeper{Server: inner(), ledger: l} }
	return code
}

// Owed says what a node has not answered that it should have by now. The test must have
// a [Test.Ledger].
func (r *Run) Owed() error {
	for i := range r.ledger.open {
		switch p := &r.ledger.open[i]; {
		case !p.accepted:
			return fmt.Errorf("%v has not answered a command that it was handed: each proposal gets an Answer at once, Accepted or NotLeader", p.server)
		case p.other:
			return fmt.Errorf("%v had accepted a command at index %d in term %d, but what it has applied there is not that command: Accepted tells the index of the command's own entry", p.server, p.index, p.term)
		case p.taken != 0:
			return fmt.Errorf("%v had accepted a command at index %d in term %d, and has applied an entry of term %d there instead, but has never answered Lost: a proposal that loses its place gets a second Answer", p.server, p.index, p.term, p.taken)
		}
	}
	return nil
}

// bookkeeper is a service whose answers are written down.
type bookkeeper struct {
	kv.Server
	ledger *ledger
	id     raft.ID
	last   raft.Index // that was applied
}

// Step is that of the service.
func (b *bookkeeper) Step(ev kv.ServerEvent, out *kv.ServerEffects) {
	before := len(out.Proposals)
	b.Server.Step(ev, out)
	switch ev := ev.(type) {
	case *kv.ServerStart:
		// What was open before a crash is forgotten with it.
		b.id, b.last = ev.ID, 0
		b.ledger.strike(func(p *proposal) bool { return p.server == b.id })
	case *kv.Answered:
		b.answered(&ev.Answer)
	case *kv.Applied:
		for i := range ev.Entries {
			b.applied(&ev.Entries[i])
		}
	}
	for _, p := range out.Proposals[before:] {
		b.ledger.open = append(b.ledger.open, proposal{server: b.id, handle: p.Handle, data: p.Data})
	}
}

// Clone returns a service whose answers are written down in the same place.
func (b *bookkeeper) Clone() kv.Server {
	c := *b
	c.Server = b.Server.Clone()
	return &c
}

func (l *ledger) strike(which func(*proposal) bool) {
	l.open = slices.DeleteFunc(l.open, func(p proposal) bool { return which(&p) })
}

func (b *bookkeeper) answered(a *raft.Answer) {
	if a.Outcome != raft.Accepted {
		b.ledger.strike(func(p *proposal) bool { return p.server == b.id && p.handle == a.Handle })
		return
	}
	for i := range b.ledger.open {
		if p := &b.ledger.open[i]; p.server == b.id && p.handle == a.Handle {
			p.accepted, p.index, p.term, p.other = true, a.Index, a.Term, a.Index <= b.last
		}
	}
}

func (b *bookkeeper) applied(e *raft.Entry) {
	b.last = e.Index
	b.ledger.strike(func(p *proposal) bool {
		return p.server == b.id && p.accepted && p.index == e.Index && p.term == e.Term && bytes.Equal(p.data, e.Data)
	})
	for i := range b.ledger.open {
		if p := &b.ledger.open[i]; p.server == b.id && p.accepted && p.index == e.Index {
			p.taken, p.other = e.Term, p.term == e.Term
		}
	}
}
