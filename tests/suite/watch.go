package suite

import (
	"errors"
	"fmt"
	"time"

	"raftarium/kv"
	"raftarium/netsim"
	"raftarium/netsim/cluster"
	"raftarium/netsim/cluster/script"
	"raftarium/raft"
)

// traffic is what servers sent to each other so far, as far as it arrived or was
// lost by now.
type traffic struct {
	requests int // all but replies
	bytes    int // in the canonical encoding
	refusals int // of AppendEntries
	chunks   int // of snapshots
	buf      []byte
}

func (tr *traffic) observe(rec *netsim.Record) {
	m, ok := rec.Payload.(raft.Message)
	if !ok || rec.Kind != netsim.Delivery && rec.Kind != netsim.Lost {
		return
	}
	tr.buf = m.AppendTo(tr.buf[:0])
	tr.bytes += len(tr.buf)
	switch m := m.(type) {
	case *raft.AppendEntriesReply:
		if !m.Success {
			tr.refusals++
		}
	case *raft.RequestVoteReply, *raft.PreVoteReply, *raft.InstallSnapshotReply:
	case *raft.InstallSnapshot:
		tr.requests++
		tr.chunks++
	default:
		tr.requests++
	}
}

// look takes a picture of the cluster. It is valid until the next one.
func (r *run) look() *cluster.View {
	r.s.View(&r.view)
	return &r.view
}

func (r *run) up(id raft.ID) bool { return r.look().Servers[id-1].Up }

// reachable goes over the servers that are up and connected.
func (r *run) reachable(yield func(*cluster.ServerView) bool) {
	v := r.look()
	for i := range v.Servers {
		if s := &v.Servers[i]; s.Up && !r.off[s.ID] && !yield(s) {
			return
		}
	}
}

// oneLeader is the leader of the latest term among the connected, who must be there
// within some election timeouts, and the only one of its term.
func (r *run) oneLeader() (raft.ID, error) {
	for range 10 {
		if err := r.wait(450*time.Millisecond + r.upTo(100*time.Millisecond)); err != nil {
			return raft.None, err
		}
		leaderOf, last := map[raft.Term]raft.ID{}, raft.Term(0)
		for s := range r.reachable {
			if s.Raft.Role != raft.Leader {
				continue
			}
			if other, ok := leaderOf[s.Raft.Term]; ok {
				return raft.None, fmt.Errorf("both %s and %s lead term %d", other, s.ID, s.Raft.Term)
			}
			leaderOf[s.Raft.Term], last = s.ID, max(last, s.Raft.Term)
		}
		if len(leaderOf) > 0 {
			return leaderOf[last], nil
		}
	}
	return raft.None, errors.New("nobody leads, though a majority is connected")
}

// noLeader makes sure that none of the connected leads.
func (r *run) noLeader() error {
	for s := range r.reachable {
		if s.Raft.Role == raft.Leader {
			return fmt.Errorf("%s leads term %d without a majority", s.ID, s.Raft.Term)
		}
	}
	return nil
}

// term is that of all the connected.
func (r *run) term() (raft.Term, error) {
	term, first := raft.Term(0), raft.None
	for s := range r.reachable {
		if first == raft.None {
			term, first = s.Raft.Term, s.ID
		}
		if s.Raft.Term != term {
			return 0, fmt.Errorf("%s is in term %d, and %s in term %d", first, term, s.ID, s.Raft.Term)
		}
	}
	return term, nil
}

// applied is the highest index that anybody up has applied.
func (r *run) applied() raft.Index {
	v, last := r.look(), raft.Index(0)
	for i := range v.Servers {
		if s := &v.Servers[i]; s.Up {
			last = max(last, s.Raft.Applied)
		}
	}
	return last
}

// appliedBy counts the servers that have applied an index.
func (r *run) appliedBy(i raft.Index) int {
	v, n := r.look(), 0
	for k := range v.Servers {
		if s := &v.Servers[k]; s.Up && s.Raft.Applied >= i {
			n++
		}
	}
	return n
}

// appliedEverywhere waits until so many servers have applied an index, at most for d.
func (r *run) appliedEverywhere(i raft.Index, servers int, d time.Duration) error {
	for end := r.s.Now().Add(d); r.appliedBy(i) < servers; {
		if r.s.Now() >= end {
			return fmt.Errorf("index %d is applied by %d servers after %v, want %d", i, r.appliedBy(i), d, servers)
		}
		if err := r.wait(time.Millisecond); err != nil {
			return err
		}
	}
	return nil
}

// agreement is how long the course waits for a command to be agreed on.
const agreement = 10 * time.Second

// one has a user write something that so many servers apply, and returns its index.
func (r *run) one(u *user, servers int) (raft.Index, error) {
	return r.oneOf(u, "", servers)
}

// oneOf is one with so long a value.
func (r *run) oneOf(u *user, padding string, servers int) (raft.Index, error) {
	if err := u.say(padding); err != nil {
		return 0, err
	}
	if err := r.finish(agreement, u); err != nil {
		return 0, err
	}
	return u.index, r.appliedEverywhere(u.index, servers, agreement)
}

// stuck has users write what must not be agreed on within d.
func (r *run) stuck(d time.Duration, users ...*user) error {
	before := r.applied()
	for _, u := range users {
		if err := u.say(""); err != nil {
			return err
		}
	}
	if err := r.wait(d); err != nil {
		return err
	}
	for _, u := range users {
		if !u.busy {
			return fmt.Errorf("%q was answered without a majority", u.op)
		}
	}
	if after := r.applied(); after > before {
		return fmt.Errorf("index %d was applied without a majority", after)
	}
	return nil
}

// acquaint has users find the leader.
func (r *run) acquaint(users ...*user) error {
	for _, u := range users {
		if err := u.begin(kv.Get, u.key, ""); err != nil {
			return err
		}
	}
	return r.finish(agreement, users...)
}

// together ends a test: everybody up and connected, all that was begun is answered,
// and each user's key holds what that user wrote, once and in order.
func (r *run) together() error {
	if err := r.do(script.Restart{Servers: everybody}); err != nil {
		return err
	}
	if err := r.connectAll(); err != nil {
		return err
	}
	for _, u := range r.users {
		u.stop = true
	}
	if err := r.finish(agreement, r.users...); err != nil {
		return err
	}
	judge := r.users[0]
	if _, err := r.one(judge, r.test.Servers); err != nil {
		return err
	}
	for _, u := range r.users {
		got, err := judge.get(u.key)
		if err != nil {
			return err
		}
		if string(got) != string(u.said) {
			return fmt.Errorf("%s holds %q, but %s wrote %q", u.key, shorten(got), u.id, shorten(u.said))
		}
	}
	return nil
}
