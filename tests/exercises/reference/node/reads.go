//go:build !no_reads

package node

import (
	"fmt"
	"slices"

	"raftarium/raft"
)

// reads are queries that go by no entry of the log (§8; dissertation 6.4). A leader
// answers one once a majority has shown, by an answer to something that was sent
// after the query came, that it still followed then.
type reads struct {
	rounds  uint64    // how often the leader of this term asked for a sign of life
	signs   []sign    // the latest round that each of the others answered
	pending []pending // in the order in which they came
}

type sign struct {
	id    raft.ID
	round uint64
}

type pending struct {
	handle raft.Handle
	round  uint64
}

// round is what every AppendEntries carries and every reply echoes.
func (n *node) round() uint64 { return n.rounds }

// read takes a query.
func (n *node) read(ev *raft.Read, out *raft.Effects) {
	if n.role != raft.Leader {
		out.Answers = append(out.Answers, raft.Answer{Handle: ev.Handle, Outcome: raft.NotLeader, Leader: n.leader})
		return
	}
	n.rounds++
	n.pending = append(n.pending, pending{ev.Handle, n.rounds})
	n.replicate(out)
	n.answerReads(out)
}

// heard takes down a sign of life.
func (n *node) heard(from raft.ID, round uint64, out *raft.Effects) {
	i := slices.IndexFunc(n.signs, func(s sign) bool { return s.id == from })
	if i < 0 {
		n.signs = append(n.signs, sign{from, round})
	} else {
		n.signs[i].round = max(n.signs[i].round, round)
	}
	n.answerReads(out)
}

// committed is told that something was.
func (n *node) committed(out *raft.Effects) { n.answerReads(out) }

// answerReads answers those that may be. The commit index of a new leader may lag
// behind what is committed, until an entry of its own term is.
func (n *node) answerReads(out *raft.Effects) {
	for len(n.pending) > 0 && n.role == raft.Leader && n.termAt(n.commit) == n.term {
		p := n.pending[0]
		if !n.majority(func(id raft.ID) bool {
			return id == n.id || slices.ContainsFunc(n.signs, func(s sign) bool { return s.id == id && s.round >= p.round })
		}) {
			return
		}
		n.pending = n.pending[1:]
		out.Answers = append(out.Answers, raft.Answer{Handle: p.handle, Outcome: raft.Done, Index: n.commit, Leader: n.id})
	}
}

// readsLost tells those who wait that this server leads no more.
func (n *node) readsLost(leader raft.ID, out *raft.Effects) {
	for _, p := range n.pending {
		out.Answers = append(out.Answers, raft.Answer{Handle: p.handle, Outcome: raft.Lost, Leader: leader})
	}
	n.reads = reads{}
}

func (r reads) clone() reads {
	r.signs, r.pending = slices.Clone(r.signs), slices.Clone(r.pending)
	return r
}

func (r *reads) appendState(b []byte) []byte {
	return fmt.Appendf(b, "%d %v %v|", r.rounds, r.signs, r.pending)
}

func (r *reads) inspect(st *raft.Status) { st.Reads = len(r.pending) }
