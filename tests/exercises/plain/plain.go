// Package plain is a service and a client that are just good enough to run a Raft
// under, where a course hands out neither its own: they show what the log says, and
// are no solution of the exercises on the service.
//
// The client asks all servers at once and takes whatever answer comes. Every server
// answers everybody when something is applied. It keeps a mark of each write for ever, of
// all that stands in the log of it, and one that stood there before does nothing.
package plain

import (
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"

	"raftarium/kv"
	"raftarium/raft"
)

// Server is the door by which this service enters a world.
func Server() kv.ServerImplementation {
	return kv.ServerImplementation{Name: "plain", New: func() kv.Server { return new(server) }}
}

type server struct {
	id      raft.ID
	limit   int
	bytes   int // of log since the last snapshot
	applied raft.Index
	handle  raft.Handle
	reads   kv.Reads
	keys    []kv.KeyValue // by increasing key; values are replaced, never written
	written []uint64      // marks of the entries that ever wrote, in increasing order
	asked   []get         // Gets that do without the log
}

type get struct {
	handle raft.Handle
	client kv.ClientID
	seq    uint64
	key    string
	at     raft.Index // 0 until the node has said
}

// Step takes one event.
func (s *server) Step(ev kv.ServerEvent, out *kv.ServerEffects) {
	switch ev := ev.(type) {
	case *kv.ServerStart:
		*s = server{id: ev.ID, limit: ev.LogLimit, reads: ev.Reads}
	case *kv.SetReads:
		s.reads = ev.Reads
	case *kv.ServerDeliver:
		s.handle++
		if ev.Req.Op.Kind == kv.Get && s.reads != kv.ReadsByLog {
			s.asked = append(s.asked, get{handle: s.handle, client: ev.Req.Client, seq: ev.Req.Seq, key: ev.Req.Op.Key})
			out.Reads = append(out.Reads, raft.Read{Handle: s.handle})
			return
		}
		out.Proposals = append(out.Proposals, raft.Proposal{Handle: s.handle, Data: ev.Req.Command.AppendTo(nil)})
	case *kv.Answered:
		i := slices.IndexFunc(s.asked, func(g get) bool { return g.handle == ev.Answer.Handle })
		switch {
		case i < 0:
		case ev.Answer.Outcome == raft.Done:
			s.asked[i].at = max(ev.Answer.Index, 1)
			s.show(out)
		default:
			s.asked = slices.Delete(s.asked, i, i+1)
		}
	case *kv.Applied:
		for i := range ev.Entries {
			s.apply(&ev.Entries[i], out)
		}
		s.show(out)
		if s.limit > 0 && s.bytes >= s.limit {
			s.bytes = 0
			out.Compacts = append(out.Compacts, raft.Compact{Index: s.applied, State: s.state(nil)})
		}
	case *kv.Restored:
		s.restore(ev, out)
	}
}

// apply carries out an entry and tells whoever asked for it.
func (s *server) apply(e *raft.Entry, out *kv.ServerEffects) {
	s.applied = e.Index
	s.bytes += e.Size()
	c, err := kv.DecodeCommand(e.Data)
	if e.Kind != raft.EntryCommand || err != nil {
		return
	}
	again := c.Op.Kind != kv.Get && !s.first(e.Data)
	out.Performed = append(out.Performed, kv.Performed{Index: e.Index, Client: c.Client, Seq: c.Seq, Kind: c.Op.Kind, Duplicate: again})
	switch {
	case again:
	case c.Op.Kind == kv.Put:
		s.set(c.Op.Key, []byte(c.Op.Value))
	case c.Op.Kind == kv.Append:
		s.set(c.Op.Key, slices.Concat(s.value(c.Op.Key), []byte(c.Op.Value)))
	}
	r := kv.Reply{Client: c.Client, Seq: c.Seq, Index: e.Index}
	if c.Op.Kind == kv.Get {
		r.Value = s.value(c.Op.Key)
	}
	out.Reply(r)
}

// first takes down that an entry writes, and reports whether it is for the first time.
func (s *server) first(entry []byte) bool {
	h := fnv.New64a()
	h.Write(entry)
	i, known := slices.BinarySearch(s.written, h.Sum64())
	if !known {
		s.written = slices.Insert(s.written, i, h.Sum64())
	}
	return !known
}

// show answers the Gets whose index was applied.
func (s *server) show(out *kv.ServerEffects) {
	s.asked = slices.DeleteFunc(s.asked, func(g get) bool {
		if g.at == 0 || g.at > s.applied {
			return false
		}
		out.Reply(kv.Reply{Client: g.client, Seq: g.seq, Value: s.value(g.key), Index: s.applied, By: kv.ReadsByIndex})
		return true
	})
}

func (s *server) find(key string) (int, bool) {
	return slices.BinarySearchFunc(s.keys, key, func(kv kv.KeyValue, key string) int { return strings.Compare(kv.Key, key) })
}

func (s *server) value(key string) []byte {
	if i, ok := s.find(key); ok {
		return s.keys[i].Value
	}
	return nil
}

func (s *server) set(key string, value []byte) {
	i, ok := s.find(key)
	if !ok {
		s.keys = slices.Insert(s.keys, i, kv.KeyValue{Key: key})
	}
	s.keys[i].Value = value
}

// state appends how many keys there are, the keys and their values, each with its length
// in front, and the marks of what ever wrote.
func (s *server) state(b []byte) []byte {
	b = binary.AppendUvarint(b, uint64(len(s.keys)))
	for _, kv := range s.keys {
		b = append(binary.AppendUvarint(b, uint64(len(kv.Key))), kv.Key...)
		b = append(binary.AppendUvarint(b, uint64(len(kv.Value))), kv.Value...)
	}
	for _, mark := range s.written {
		b = binary.BigEndian.AppendUint64(b, mark)
	}
	return b
}

// restore takes over what state wrote.
func (s *server) restore(ev *kv.Restored, out *kv.ServerEffects) {
	var parts [][]byte
	keys, head := binary.Uvarint(ev.State)
	b := ev.State[max(head, 0):]
	for uint64(len(parts)) < 2*keys {
		n, size := binary.Uvarint(b)
		if size <= 0 || n > uint64(len(b)-size) {
			out.Refused = "the state ends early"
			return
		}
		parts = append(parts, slices.Clip(b[size:size+int(n)]))
		b = b[size+int(n):]
	}
	if head <= 0 || len(b)%8 != 0 {
		out.Refused = "the state ends in the middle of something"
		return
	}
	s.keys, s.written, s.applied, s.bytes = nil, nil, ev.Index, 0
	for i := 0; i < 2*int(keys); i += 2 {
		s.keys = append(s.keys, kv.KeyValue{Key: string(parts[i]), Value: parts[i+1]})
	}
	for ; len(b) > 0; b = b[8:] {
		s.written = append(s.written, binary.BigEndian.Uint64(b))
	}
	s.show(out)
}

// Clone returns a server that goes its own way from here on.
func (s *server) Clone() kv.Server {
	c := *s
	c.keys, c.asked, c.written = slices.Clone(s.keys), slices.Clone(s.asked), slices.Clone(s.written)
	return &c
}

// AppendState appends all that matters for later steps.
func (s *server) AppendState(b []byte) []byte {
	return s.state(fmt.Appendf(b, "%d %d %d %d %d %v %v|", s.id, s.limit, s.bytes, s.applied, s.handle, s.reads, s.asked))
}

// Inspect says what the server holds.
func (s *server) Inspect(st *kv.ServerStatus) {
	st.Reset()
	st.Applied, st.LogBytes, st.LogLimit, st.Reads = s.applied, s.bytes, s.limit, s.reads
	st.Keys = append(st.Keys, s.keys...)
}

// Client is the door by which this client enters a world.
func Client() kv.ClientImplementation {
	return kv.ClientImplementation{Name: "plain", New: func() kv.Client { return new(client) }}
}

type client struct {
	id      kv.ClientID
	servers []raft.ID // never written
	timing  kv.ClientTiming
	busy    bool
	op      kv.Op
	seq     uint64
	try     uint32
}

// Step takes one event.
func (c *client) Step(ev kv.ClientEvent, out *kv.ClientEffects) {
	switch ev := ev.(type) {
	case *kv.ClientStart:
		*c = client{id: ev.ID, servers: slices.Clone(ev.Servers), timing: ev.Timing}
	case *kv.SetServers:
		c.servers = slices.Clone(ev.Servers)
	case *kv.Invoke:
		c.busy, c.op, c.try = true, ev.Op, 0
		c.seq++
		c.shout(out)
	case *kv.ClientTimerFired:
		if c.busy {
			c.shout(out)
		}
	case *kv.ClientDeliver:
		if c.busy && ev.Reply.Seq == c.seq && ev.Reply.Status == kv.OK {
			c.busy = false
			out.Timers = append(out.Timers, kv.ClientTimer{Cancel: true})
			out.Done = append(out.Done, kv.Result{Seq: c.seq, Value: ev.Reply.Value, Index: ev.Reply.Index, Tries: c.try})
		}
	}
}

// shout asks everybody.
func (c *client) shout(out *kv.ClientEffects) {
	c.try++
	for _, id := range c.servers {
		out.Send(id, kv.Request{Command: kv.Command{Client: c.id, Seq: c.seq, Op: c.op}, Try: c.try})
	}
	out.Timers = append(out.Timers, kv.ClientTimer{Min: c.timing.Timeout, Max: c.timing.Timeout * 5 / 4})
}

// Clone returns a client that goes its own way from here on.
func (c *client) Clone() kv.Client {
	d := *c
	return &d
}

// AppendState appends all that matters for later steps.
func (c *client) AppendState(b []byte) []byte {
	return fmt.Appendf(b, "%d %v %v %v %q %d %d", c.id, c.servers, c.timing, c.busy, c.op, c.seq, c.try)
}

// Inspect says what the client does.
func (c *client) Inspect(st *kv.ClientStatus) {
	*st = kv.ClientStatus{ID: c.id, Busy: c.busy, Op: c.op, Seq: c.seq, Try: c.try}
}
