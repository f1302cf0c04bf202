// Package exam is the tests of exercise 9.
package exam

import (
	"fmt"
	"slices"
	"time"

	"raftarium/netsim/cluster/script"
	"raftarium/raft"
	"raftarium/tests/exercises/lab"
)

// soon is how long what needs an election first may take.
const soon = 2 * time.Second

// Exercise is exercise 9: membership, one server at a time.
func Exercise() lab.Exercise {
	return lab.Exercise{
		Number: 9, Name: "09-membership", Title: "Membership", Judged: lab.Raft,
		Tests: []lab.Test{
			{
				Name: "learner", Points: 4, Config: size(3, 1), Section: "dissertation 4.2.1",
				What: "a server that joins gets the log, and has no say yet",
				Play: learner,
			},
			{
				Name: "promote", Points: 5, Config: size(3, 1), Section: "dissertation 4.1",
				What: "a learner that has caught up becomes a voter, and counts",
				Play: promote,
			},
			{
				Name: "remove", Points: 4, Config: size(3, 1), Section: "dissertation 4.1",
				What: "a server that was removed does not count any more",
				Play: remove,
			},
			{
				Name: "remove-leader", Points: 4, Config: size(3, 1), Section: "dissertation 4.2.2",
				What: "a leader that is removed gives way once that is committed",
				Play: removeLeader,
			},
			{
				Name: "one-at-a-time", Points: 4, Config: size(4, 2), Section: "dissertation 4.1", Seeds: 4,
				What: "a change waits until the one before is committed, and an entry of the leader's term",
				Play: oneAtATime,
			},
			{
				Name: "remembers", Points: 4, Config: compacting, Section: "dissertation 4.1",
				What: "who belongs to the cluster is known again after a crash, from the log or a snapshot",
				Play: remembers,
			},
			{
				Name: "churn", Points: 5, Config: churning, Seeds: 4,
				What: "servers come and go under load, with crashes and partitions",
				Play: churn,
			},
			lab.Sound(1, size(3, 2), "add s4", "load append 1", "promote s4", "remove s1"),
		},
	}
}

func size(servers, clients int) func(*script.Config) {
	return func(c *script.Config) { c.Servers, c.Clients, c.Keys = servers, clients, 2 }
}

func compacting(c *script.Config) {
	size(3, 1)(c)
	c.Snapshot = 300
}

func churning(c *script.Config) {
	size(3, 3)(c)
	_ = c.Set("latency", "1ms..15ms")
	_ = c.Set("loss", "3%")
	_ = c.Set("duplicate", "5%")
}

// appends has client 1 append n numbers to x.
func appends(r *lab.Run, n int) error {
	for i := range n {
		if err := r.Ask(1, soon, "append", fmt.Sprintf("x %d.", i)); err != nil {
			return err
		}
	}
	return nil
}

// config waits until the leader has a configuration, committed.
func config(r *lab.Run, voters, learners []raft.ID) error {
	var now raft.Config
	err := r.Until(2*soon, fmt.Sprintf("the voters should be %v and the learners %v, committed", voters, learners), func() bool {
		l := r.Leader()
		if l == raft.None {
			return false
		}
		s := &r.Server(l).Raft
		now = s.Config
		return slices.Equal(now.Voters, voters) && slices.Equal(now.Learners, learners) && s.ConfigIndex <= s.Commit
	})
	if err != nil {
		return fmt.Errorf("the leader goes by %q: %w: does ChangeMembership get its Answers, and does Inspect say Config and ConfigIndex?", now.String(), err)
	}
	return nil
}

func ids(list ...raft.ID) []raft.ID { return list }

func learner(r *lab.Run) error {
	if err := appends(r, 5); err != nil {
		return err
	}
	if err := r.Do("add s4"); err != nil {
		return err
	}
	if err := config(r, ids(1, 2, 3), ids(4)); err != nil {
		return err
	}
	if err := r.Everywhere(soon, "x", "0.1.2.3.4.", 4); err != nil {
		return fmt.Errorf("s4 has joined, but gets no log: %w", err)
	}
	// Two of three voters are gone: with the learner there would be two of four.
	leader, err := r.Elected(soon)
	if err != nil {
		return err
	}
	var out []raft.ID
	for _, id := range ids(1, 2, 3) {
		if id != leader {
			out = append(out, id)
		}
	}
	if err := r.Do("isolate %s", lab.Names(out...)); err != nil {
		return err
	}
	if err := r.Do("append c1 x no."); err != nil {
		return err
	}
	before := r.Server(leader).Raft.Commit
	// If it has no timer, so much the better.
	_, _ = r.Session.Do("timeout s4")
	return r.Always(700*time.Millisecond, func() error {
		if now := r.Server(leader).Raft.Commit; now > before {
			return fmt.Errorf("%v commits index %d with a learner in place of a voter", leader, now)
		}
		if s := r.Server(4); s.Raft.Role != raft.Follower {
			return fmt.Errorf("s4 is a %v: a learner does not stand for election", s.Raft.Role)
		}
		return nil
	})
}

func promote(r *lab.Run) error {
	if err := appends(r, 3); err != nil {
		return err
	}
	for _, line := range []string{"add s4", "add s5", "promote s4", "promote s5"} {
		if err := r.Do("%s", line); err != nil {
			return err
		}
		if err := r.Wait(lab.Millis(300)); err != nil {
			return err
		}
	}
	if err := config(r, ids(1, 2, 3, 4, 5), nil); err != nil {
		return err
	}
	// With five voters two may be gone.
	leader, err := r.Elected(soon)
	if err != nil {
		return err
	}
	other := leader%3 + 1
	if err := r.Do("crash %v %v", leader, other); err != nil {
		return err
	}
	if err := r.Ask(1, 2*soon, "append", "x more"); err != nil {
		return fmt.Errorf("with %v and %v of five down: %w", leader, other, err)
	}
	return r.Everywhere(soon, "x", "0.1.2.more", 4, 5)
}

func remove(r *lab.Run) error {
	if err := appends(r, 3); err != nil {
		return err
	}
	leader, err := r.Elected(soon)
	if err != nil {
		return err
	}
	others := r.Others(leader)
	if err := r.Do("remove %v", others[0]); err != nil {
		return err
	}
	left := ids(leader, others[1])
	slices.Sort(left)
	if err := config(r, left, nil); err != nil {
		return err
	}
	// Of two, both are needed: the third does not count.
	if err := r.Do("crash %v", others[1]); err != nil {
		return err
	}
	before := r.Server(leader).Raft.Commit
	if err := r.Do("append c1 x no."); err != nil {
		return err
	}
	return r.Always(700*time.Millisecond, func() error {
		if l := r.Leader(); l != raft.None && r.Server(l).Raft.Commit > before {
			return fmt.Errorf("%v commits index %d, but of the two voters %v one is down", l, r.Server(l).Raft.Commit, left)
		}
		return nil
	})
}

func removeLeader(r *lab.Run) error {
	if err := appends(r, 3); err != nil {
		return err
	}
	leader, err := r.Elected(soon)
	if err != nil {
		return err
	}
	left := r.Others(leader)
	if err := r.Do("remove %v", leader); err != nil {
		return err
	}
	if err := r.Until(2*soon, fmt.Sprintf("one of %v should lead, now that %v was removed", left, leader), func() bool {
		l := r.Leader()
		return slices.Contains(left, l) && slices.Equal(r.Server(l).Raft.Config.Voters, left)
	}); err != nil {
		return err
	}
	return r.Ask(1, 2*soon, "append", "x more")
}

// oneAtATime asks for several changes at once, and cuts the leader off in the midst
// of them.
func oneAtATime(r *lab.Run) error {
	if err := appends(r, 3); err != nil {
		return err
	}
	for round := range 3 {
		leader, err := r.Elected(soon)
		if err != nil {
			return err
		}
		others := r.Others(leader)
		out := others[r.Draw(len(others), uint64(round))]
		lines := []string{fmt.Sprintf("isolate %v", leader), fmt.Sprintf("remove %v", out)}
		if round == 1 {
			lines = []string{fmt.Sprintf("remove %v", out), fmt.Sprintf("isolate %v", leader)}
		}
		for _, line := range lines {
			if err := r.Do("%s", line); err != nil {
				return err
			}
		}
		if err := r.Wait(lab.Millis(400 + r.Draw(400, uint64(round), 1))); err != nil {
			return err
		}
		if err := r.Do("heal"); err != nil {
			return err
		}
		if err := r.Until(2*soon, fmt.Sprintf("the cluster should be without %v, and somebody lead it", out), func() bool {
			l := r.Leader()
			if l == raft.None {
				return false
			}
			s := &r.Server(l).Raft
			return !slices.Contains(s.Config.Voters, out) && s.ConfigIndex <= s.Commit
		}); err != nil {
			return err
		}
		if err := r.Do("add %v", out); err != nil {
			return err
		}
		if err := r.Do("promote %v", out); err != nil {
			return err
		}
		if err := config(r, ids(1, 2, 3, 4), nil); err != nil {
			return fmt.Errorf("round %d: %w", round+1, err)
		}
	}
	if err := r.Ask(1, soon, "append", "x end"); err != nil {
		return err
	}
	return tooEarly(r)
}

// tooEarly asks a leader for changes that it must put off: before it has committed
// anything in its term, and while another one is not committed.
func tooEarly(r *lab.Run) error {
	before, err := r.Elected(soon)
	if err != nil {
		return err
	}
	if err := r.Do("isolate %v", before); err != nil {
		return err
	}
	if err := r.Until(2*soon, "another leader should have been elected", func() bool {
		l := r.Leader()
		return l != raft.None && l != before
	}); err != nil {
		return err
	}
	leader := r.Leader()
	s := &r.Server(leader).Raft
	if e := s.Entry(s.Commit); e == nil || e.Term < s.Term {
		index := s.ConfigIndex
		if err := r.Do("isolate %v", leader); err != nil {
			return err
		}
		if err := r.Do("remove %v", before); err != nil {
			return err
		}
		if err := r.Wait(lab.Millis(40)); err != nil {
			return err
		}
		if s = &r.Server(leader).Raft; s.Role == raft.Leader && s.ConfigIndex != index {
			return fmt.Errorf("%v has committed nothing in its term %d yet, and changes the membership already: what its predecessors changed may not be committed", leader, s.Term)
		}
	}
	if err := r.Do("heal"); err != nil {
		return err
	}
	if err := r.Wait(lab.Millis(300)); err != nil {
		return err
	}
	if leader, err = r.Elected(2 * soon); err != nil {
		return err
	}
	voters := r.Server(leader).Raft.Config.Voters
	if err := r.Do("isolate %v", leader); err != nil {
		return err
	}
	for _, id := range voters {
		if id != leader {
			if err := r.Do("remove %v", id); err != nil {
				return err
			}
		}
	}
	if err := r.Wait(lab.Millis(100)); err != nil {
		return err
	}
	if now := r.Server(leader).Raft.Config.Voters; len(now) < len(voters)-1 {
		return fmt.Errorf("%v, which reaches nobody, goes by the voters %v where there were %v: one change at a time, and the next when that is committed", leader, now, voters)
	}
	return nil
}

func remembers(r *lab.Run) error {
	if err := appends(r, 3); err != nil {
		return err
	}
	for _, line := range []string{"add s4", "promote s4"} {
		if err := r.Do("%s", line); err != nil {
			return err
		}
	}
	want := ids(1, 2, 3, 4)
	for round := range 2 {
		if err := config(r, want, nil); err != nil {
			return err
		}
		if round == 1 { // by now the entry that holds it is compacted
			for i := range 30 {
				if err := r.Ask(1, soon, "put", fmt.Sprintf("y value-%d", i)); err != nil {
					return err
				}
			}
			if s := r.Server(r.Leader()); s.Raft.FirstIndex() < 8 {
				return fmt.Errorf("the log of %v begins at index %d after 30 operations: it was never compacted", s.ID, s.Raft.FirstIndex())
			}
		}
		if err := r.Do("crash all"); err != nil {
			return err
		}
		if err := r.Do("restart all"); err != nil {
			return err
		}
		for _, id := range want {
			if c := r.Server(id).Raft.Config; !slices.Equal(c.Voters, want) {
				return fmt.Errorf("after a crash %v goes by the voters %v, want %v: the latest configuration of log and snapshot is in force", id, c.Voters, want)
			}
		}
	}
	return r.Ask(1, soon, "append", "x end")
}

func churn(r *lab.Run) error {
	if err := r.Do("load append 2"); err != nil {
		return err
	}
	steps := []string{
		"add s4", "promote s4", "isolate leader", "heal", "add s5", "promote s5", "crash leader", "restart all",
		"remove s1", "isolate s2", "heal", "remove leader", "crash s3", "restart all",
	}
	for i, line := range steps {
		if err := r.Wait(lab.Millis(150 + r.Draw(300, uint64(i)))); err != nil {
			return err
		}
		// Somebody may be gone already, or nobody lead just now: then it is left out.
		if _, err := r.Session.Do(line); err != nil {
			continue
		}
	}
	for _, line := range []string{"loss 0%", "duplicate 0%", "latency 1ms..5ms", "load none", "heal"} {
		if err := r.Do("%s", line); err != nil {
			return err
		}
	}
	if err := r.Answered(3 * soon); err != nil {
		return fmt.Errorf("when all was well again, %w", err)
	}
	return nil
}
