package cluster

import (
	"encoding/binary"
	"fmt"
	"slices"

	"raftarium/raft"
)

// clone returns a copy, and what the machines did wrong if they cannot be cloned:
// the copy has none then.
func (s *server) clone() (c server, failure string) {
	c = *s
	c.raft, c.kv = nil, nil
	c.disk.log = s.disk.log.clone()
	c.saves = slices.Clone(s.saves)
	c.applies = slices.Clone(s.applies)
	c.answers = slices.Clone(s.answers)
	c.sends = slices.Clone(s.sends)
	c.status.Votes = slices.Clone(s.status.Votes)
	c.status.PreVotes = slices.Clone(s.status.PreVotes)
	c.status.Peers = slices.Clone(s.status.Peers)
	c.status.Without = slices.Clone(s.status.Without)
	if !s.up {
		return c, ""
	}
	c.status = raft.Status{NoLog: s.status.NoLog}
	return c, try("Clone", func() {
		c.raft, c.kv = s.raft.Clone(), s.kv.Clone()
		c.raft.Inspect(&c.status)
	})
}

// try calls a method of a machine and says if it panics.
func try(method string, call func()) (failure string) {
	defer func() {
		if r := recover(); r != nil {
			failure = fmt.Sprintf("panic in %s: %v", method, r)
		}
	}()
	call()
	return ""
}

// appendState appends all of the server that affects later steps. Each part has
// its length in front or says itself where it ends.
func (s *server) appendState(b []byte) []byte {
	num := func(v uint64) { b = binary.AppendUvarint(b, v) }
	if s.up {
		num(1)
		b = framed(b, s.raft)
		b = framed(b, s.kv)
	} else {
		num(0)
	}
	entries := func(list []raft.Entry) {
		num(uint64(len(list)))
		for i := range list {
			b = list[i].AppendTo(b)
		}
	}
	num(uint64(s.disk.state.Term))
	num(uint64(s.disk.state.Vote))
	snapshot := func(snap *raft.Snapshot) {
		if snap == nil {
			num(0)
			return
		}
		num(uint64(snap.Index))
		num(uint64(snap.Term))
		b = snap.Config.AppendTo(b)
		num(uint64(len(snap.Data)))
		b = append(b, snap.Data...)
	}
	snapshot(s.disk.snapshot)
	num(uint64(s.disk.log.len()))
	for e := range s.disk.log.each() {
		b = e.AppendTo(b)
	}
	num(uint64(s.durable - s.told))
	num(uint64(len(s.saves)))
	for i := range s.saves {
		sv := &s.saves[i]
		num(uint64(sv.State.Term))
		num(uint64(sv.State.Vote))
		snapshot(sv.Snapshot)
		num(uint64(sv.From))
		entries(sv.Entries)
		num(bit(sv.Quiet))
	}
	num(uint64(len(s.applies)))
	for i := range s.applies {
		num(uint64(s.applies[i].after))
		snapshot(s.applies[i].snapshot)
		entries(s.applies[i].entries)
	}
	num(uint64(len(s.answers)))
	for i := range s.answers {
		a := &s.answers[i]
		for _, v := range [...]uint64{
			uint64(a.After), uint64(a.Handle), uint64(a.Outcome), uint64(a.Index), uint64(a.Term), uint64(a.Leader),
		} {
			num(v)
		}
	}
	num(uint64(len(s.sends)))
	for i := range s.sends {
		num(uint64(s.sends[i].After))
		num(uint64(s.sends[i].To))
		b = s.sends[i].Msg.AppendTo(b)
	}
	return b
}

// framed appends the state of a machine with its length in front.
func framed(b []byte, m interface{ AppendState([]byte) []byte }) []byte {
	at := len(b)
	b = append(b, 0, 0, 0, 0)
	state := b
	if failure := try("AppendState", func() { state = m.AppendState(b) }); failure != "" {
		state = append(b, failure...)
	}
	binary.LittleEndian.PutUint32(state[at:], uint32(len(state)-at-4))
	return state
}
