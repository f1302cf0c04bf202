//go:build !no_sessions

package service

import (
	"encoding/binary"
	"slices"

	"raftarium/kv"
	"raftarium/raft"
)

// sessions is what the service remembers of its clients (§8; dissertation 6.3): the
// number of each one's last operation that took effect. A client has one operation
// outstanding and counts, so that one number says it all. It comes from the log
// alone, is the same on every server, and is part of every snapshot.
type sessions struct {
	list []kv.Session // by increasing client
}

// perform carries out a command, unless it took effect before. A Get changes
// nothing and may be read again.
func (s *server) perform(c *kv.Command, at raft.Index, out *kv.ServerEffects) []byte {
	i, ok := slices.BinarySearchFunc(s.list, c.Client, func(e kv.Session, id kv.ClientID) int { return int(e.Client) - int(id) })
	if !ok {
		s.list = slices.Insert(s.list, i, kv.Session{Client: c.Client})
	}
	if c.Seq <= s.list[i].Seq && c.Op.Kind != kv.Get {
		out.Performed = append(out.Performed, kv.Performed{Index: at, Client: c.Client, Seq: c.Seq, Kind: c.Op.Kind, Duplicate: true})
		return s.get(c.Op.Key)
	}
	s.list[i].Seq = max(s.list[i].Seq, c.Seq)
	return s.do(c, at, out)
}

func (t sessions) clone() sessions { return sessions{slices.Clone(t.list)} }

func (t *sessions) appendState(b []byte) []byte {
	b = binary.AppendUvarint(b, uint64(len(t.list)))
	for _, s := range t.list {
		b = binary.AppendUvarint(binary.AppendUvarint(b, uint64(s.Client)), s.Seq)
	}
	return b
}

func readSessions(b []byte) (t sessions, rest []byte, err error) {
	n, b, err := number(b)
	for ; n > 0 && err == nil; n-- {
		var client, seq uint64
		if client, b, err = number(b); err == nil {
			seq, b, err = number(b)
			t.list = append(t.list, kv.Session{Client: kv.ClientID(client), Seq: seq})
		}
	}
	return t, b, err
}

func (t *sessions) inspect(st *kv.ServerStatus) { st.Sessions = append(st.Sessions, t.list...) }
