package service

import (
	"fmt"
	"slices"

	"raftarium/kv"
	"raftarium/raft"
)

// reads are Gets that go by no entry of the log: the node says up to which index the
// state must have come (§8; dissertation 6.4).
type reads struct {
	by      kv.Reads
	pending []pendingRead
}

type pendingRead struct {
	handle raft.Handle
	client kv.ClientID
	seq    uint64
	key    string
	known  bool       // the node has said which index
	index  raft.Index // at which it may be read
}

func (s *server) readBy(by kv.Reads) { s.by = by }

// read asks the node, under the last handle, if a request is a Get that needs no
// entry. It reports whether it is.
func (s *server) read(req *kv.Request, out *kv.ServerEffects) bool {
	s.pending = slices.DeleteFunc(s.pending, func(p pendingRead) bool { return p.client == req.Client })
	if req.Op.Kind != kv.Get || s.by == kv.ReadsByLog {
		return false
	}
	s.pending = append(s.pending, pendingRead{handle: s.handle, client: req.Client, seq: req.Seq, key: req.Op.Key})
	out.Reads = append(out.Reads, raft.Read{Handle: s.handle})
	return true
}

// readAnswered takes what the node says of a read.
func (s *server) readAnswered(a *raft.Answer, out *kv.ServerEffects) {
	i := slices.IndexFunc(s.pending, func(p pendingRead) bool { return p.handle == a.Handle })
	if i < 0 {
		return
	}
	if p := &s.pending[i]; a.Outcome == raft.Done {
		p.known, p.index = true, a.Index
		s.answerReads(out)
		return
	}
	out.Reply(kv.Reply{Client: s.pending[i].client, Seq: s.pending[i].seq, Status: kv.NotLeader, Leader: a.Leader})
	s.pending = slices.Delete(s.pending, i, i+1)
}

// answerReads answers those whose index was applied.
func (s *server) answerReads(out *kv.ServerEffects) {
	s.pending = slices.DeleteFunc(s.pending, func(p pendingRead) bool {
		if !p.known || p.index > s.applied {
			return false
		}
		out.Reply(kv.Reply{Client: p.client, Seq: p.seq, Value: s.get(p.key), Index: s.applied, By: kv.ReadsByIndex})
		return true
	})
}

func (r reads) clone() reads {
	r.pending = slices.Clone(r.pending)
	return r
}

func (r *reads) appendState(b []byte) []byte { return fmt.Appendf(b, "%d %v|", r.by, r.pending) }
