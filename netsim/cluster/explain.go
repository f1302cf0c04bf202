package cluster

import (
	"fmt"
	"slices"
	"strings"

	"raftarium/kv"
	"raftarium/netsim"
	"raftarium/netsim/cluster/script"
	"raftarium/raft"
)

// Causes returns the chain of events that led to an event, the first cause first
// and the event itself last, as far back as the trace reaches. A chain ends at an
// action, at the start of the run, or where the trace begins (see
// Options.Trace). At most limit events are returned: the newest ones.
func (w *World) Causes(id netsim.EventID, limit int) []netsim.Record {
	var chain []netsim.Record
	for id != 0 && len(chain) < limit {
		r, ok := w.trace.Get(id)
		if !ok {
			break
		}
		chain = append(chain, *r)
		id = r.Cause
	}
	slices.Reverse(chain)
	return chain
}

// FindDifferences makes the run of a scenario again, up to an event, and finds where the
// rules that are off made a difference, of the events for which in says so. It takes as
// long as the run, and for each such event as long as it takes to copy who acts in it.
func FindDifferences(code Code, sc *script.Scenario, until netsim.EventID, in func(netsim.EventID) bool) ([]Difference, error) {
	s, err := Open(code, sc, Options{Trace: -1, NoHistory: true, Compare: in})
	if err != nil {
		return nil, err
	}
	for s.Events() < until && s.Step() {
	}
	return s.Differences(), nil
}

// Describe says in words what a record of the trace is about, without its time.
func Describe(r *netsim.Record) string {
	to, from := "", ""
	if r.Node != 0 {
		to = endpointName(endpoint(r.Node))
	}
	if r.Peer != 0 {
		from = endpointName(endpoint(r.Peer))
	}
	switch r.Kind {
	case KindStart:
		return "the run starts"
	case KindAction:
		if a, ok := r.Payload.(script.Action); ok {
			return "action: " + a.String()
		}
	case netsim.Delivery:
		return fmt.Sprintf("%s gets from %s: %s", to, from, DescribeMessage(r.Payload))
	case netsim.Lost:
		return fmt.Sprintf("lost on the way from %s to %s (%s): %s", from, to, r.Why, DescribeMessage(r.Payload))
	case netsim.Timer:
		if r.Node == operator {
			return "who asked for a change of membership looks after it"
		}
		if r.Node > script.MaxServers {
			return to + "'s patience with its try runs out"
		}
		return fmt.Sprintf("%s's %s timer runs out", to, raft.TimerKey(r.Key))
	case netsim.Written:
		return fmt.Sprintf("%s's disk has made save %d durable", to, r.Key)
	}
	return r.Kind.String()
}

// DescribeMessage says in words what a message says: a raft.Message, *kv.Request
// or *kv.Reply.
func DescribeMessage(payload any) string {
	switch m := payload.(type) {
	case *raft.RequestVote:
		if m.Transfer {
			return fmt.Sprintf("vote for me in term %d? the leader asked me to stand; my log ends at %d, term %d", m.Term, m.LastIndex, m.LastTerm)
		}
		return fmt.Sprintf("vote for me in term %d? my log ends at %d, term %d", m.Term, m.LastIndex, m.LastTerm)
	case *raft.RequestVoteReply:
		if m.Granted {
			return fmt.Sprintf("you have my vote in term %d", m.Term)
		}
		return fmt.Sprintf("no vote for you; my term is %d", m.Term)
	case *raft.PreVote:
		return fmt.Sprintf("could I win term %d? my log ends at %d, term %d", m.Term+1, m.LastIndex, m.LastTerm)
	case *raft.PreVoteReply:
		if m.Granted {
			return fmt.Sprintf("you could have my vote in term %d; my term is %d", m.Asked+1, m.Term)
		}
		return fmt.Sprintf("you could not have my vote in term %d; my term is %d", m.Asked+1, m.Term)
	case *raft.TimeoutNow:
		return fmt.Sprintf("I lead term %d: stand for election now and take over", m.Term)
	case *raft.AppendEntries:
		if n := len(m.Entries); n > 0 {
			return fmt.Sprintf("append %s after %d (term %d), commit %d, term %d",
				span(m.Entries[0].Index, m.Entries[n-1].Index), m.PrevIndex, m.PrevTerm, m.Commit, m.Term)
		}
		return fmt.Sprintf("heartbeat after %d (term %d), commit %d, term %d", m.PrevIndex, m.PrevTerm, m.Commit, m.Term)
	case *raft.AppendEntriesReply:
		if m.Success {
			return fmt.Sprintf("stored up to %d, term %d", m.Index, m.Term)
		}
		from := ""
		if m.ConflictIndex != 0 { // who does not say it has its leader try entry by entry
			from = fmt.Sprintf(" (try from %d)", m.ConflictIndex)
		}
		if m.ConflictTerm != 0 {
			return fmt.Sprintf("refused: my entry %d is of term %d%s, my term is %d", m.Index, m.ConflictTerm, from, m.Term)
		}
		return fmt.Sprintf("refused: I have no entry %d%s, my term is %d", m.Index, from, m.Term)
	case *raft.InstallSnapshot:
		return fmt.Sprintf("%s of the snapshot up to %d (term %d), bytes %d-%d of %d, term %d",
			chunkText(m), m.LastIndex, m.LastTerm, m.Offset, m.Offset+uint64(len(m.Data)), m.Size, m.Term)
	case *raft.InstallSnapshotReply:
		return fmt.Sprintf("I have %d bytes of the snapshot up to %d, my term is %d", m.Have, m.LastIndex, m.Term)
	case *kv.Request:
		if m.Op.Kind == kv.Register {
			return fmt.Sprintf("register a session (number %d, try %d)", m.Seq, m.Try)
		}
		return fmt.Sprintf("%s (number %d, try %d)", opText(m.Op), m.Seq, m.Try)
	case *kv.Reply:
		text := fmt.Sprintf("%s (number %d)", m.Status, m.Seq)
		switch {
		case m.Status == kv.OK && m.Duplicate:
			text += ", as it was before: a repetition was swallowed"
		case m.Status == kv.OK && m.By == kv.ReadsByLease:
			text += fmt.Sprintf(", read as of entry %d under a lease", m.Index)
		case m.Status == kv.OK && m.By == kv.ReadsByIndex:
			text += fmt.Sprintf(", read as of entry %d, for a majority confirmed the leader", m.Index)
		case m.Status == kv.Expired:
			text += ": it may or may not have happened"
		case m.Status == kv.Busy:
			text += ": I have as much to commit as I take on"
		case m.Status == kv.NotLeader && m.Leader != raft.None:
			text += ", ask " + name(m.Leader)
		}
		return text
	}
	return strings.TrimPrefix(fmt.Sprintf("%T", payload), "*")
}
