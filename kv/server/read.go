package server

import (
	"cmp"
	"encoding/binary"
	"slices"

	"raftarium/kv"
	"raftarium/raft"
)

// Reads without the log (section 8; dissertation, 6.4). The consensus node is asked
// which index the state must have reached; once it has, it may be read, whoever
// leads by then. A Get leaves no trace in the session table: it may be read again.

// reading is how Gets are answered, and those that do without the log and wait.
type reading struct {
	by   kv.Reads
	list []reader // by increasing handle
}

// reader is a Get that waits for the node's answer and then for its index.
type reader struct {
	handle    raft.Handle
	client    kv.ClientID
	seq       uint64
	key       string
	confirmed bool // the node has answered
	lease     bool // and stands for it with its lease
	index     raft.Index
}

// read asks the node for an index to read at, under the last handle.
func (s *machine) read(req *kv.Request, out *kv.ServerEffects) {
	s.reading.list = append(s.reading.list, reader{handle: s.handle, client: req.Client, seq: req.Seq, key: req.Op.Key})
	out.Reads = append(out.Reads, raft.Read{Handle: s.handle, Lease: s.reading.by == kv.ReadsByLease})
}

// setReads changes the way from now on. Who asked the node and has no answer yet is
// sent away to come back by the log, since the node may never answer.
func (s *machine) setReads(by kv.Reads, out *kv.ServerEffects) {
	s.reading.by = by
	if by != kv.ReadsByLog {
		return
	}
	s.reading.list = slices.DeleteFunc(s.reading.list, func(q reader) bool {
		if !q.confirmed {
			out.Reply(kv.Reply{Client: q.client, Seq: q.seq, Status: kv.NotLeader})
		}
		return !q.confirmed
	})
}

// supersede is that of the machine for Gets that wait here. One that waits for its
// index is asked for again when it is tried again: that index was the leader's last,
// and where the leader was deposed the log may never come that far.
func (r *reading) supersede(req *kv.Request) bool {
	if slices.ContainsFunc(r.list, func(q reader) bool {
		return q.client == req.Client && (q.seq == req.Seq && !q.confirmed || q.seq > req.Seq && req.Lowest == 0)
	}) {
		return false
	}
	below := cmp.Or(req.Lowest, req.Seq)
	r.list = slices.DeleteFunc(r.list, func(q reader) bool {
		return q.client == req.Client && (q.seq < below || q.seq == req.Seq)
	})
	return true
}

// readAnswered takes what the node says of a read, and reports whether the answer
// was to one that waits. A refusal is the same to a client, whatever its reason: a
// read changes nothing, so that nothing was done.
func (s *machine) readAnswered(a *raft.Answer, out *kv.ServerEffects) bool {
	r := &s.reading
	i := slices.IndexFunc(r.list, func(q reader) bool { return q.handle == a.Handle })
	if i < 0 {
		return false
	}
	q := &r.list[i]
	switch {
	case a.Outcome != raft.Done:
		out.Reply(kv.Reply{Client: q.client, Seq: q.seq, Status: kv.NotLeader, Leader: a.Leader})
		r.list = slices.Delete(r.list, i, i+1)
	case !s.rules.on(waitForReadIndex):
		q.lease = a.Lease
		s.serveRead(q, out)
		r.list = slices.Delete(r.list, i, i+1)
	default:
		q.confirmed, q.lease, q.index = true, a.Lease, a.Index
		s.serveReads(out)
	}
	return true
}

// serveReads answers the Gets whose index the state has reached.
func (s *machine) serveReads(out *kv.ServerEffects) {
	s.reading.list = slices.DeleteFunc(s.reading.list, func(q reader) bool {
		if !q.confirmed || q.index > s.applied {
			return false
		}
		s.serveRead(&q, out)
		return true
	})
}

func (s *machine) serveRead(q *reader, out *kv.ServerEffects) {
	by := kv.ReadsByIndex
	if q.lease {
		by = kv.ReadsByLease
	}
	out.Reply(kv.Reply{Client: q.client, Seq: q.seq, Value: s.store.get([]byte(q.key)), Index: s.applied, By: by})
}

// appendState appends nothing where Gets go by the log and none waits.
func (r *reading) appendState(b []byte) []byte {
	if r.by == kv.ReadsByLog && len(r.list) == 0 {
		return b
	}
	b = append(b, 0, byte(r.by)) // 0 is no limit of a log, which may stand before
	b = binary.AppendUvarint(b, uint64(len(r.list)))
	for i := range r.list {
		q := &r.list[i]
		b = binary.AppendUvarint(b, uint64(q.handle))
		b = binary.AppendUvarint(b, uint64(q.client))
		b = binary.AppendUvarint(b, q.seq)
		b = binary.AppendUvarint(b, uint64(len(q.key)))
		b = append(b, q.key...)
		var flags byte
		if q.confirmed {
			flags = 1
		}
		if q.lease {
			flags |= 2
		}
		b = append(b, flags)
		b = binary.AppendUvarint(b, uint64(q.index))
	}
	return b
}
