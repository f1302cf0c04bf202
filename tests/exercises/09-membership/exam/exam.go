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

// config waits until the leader has a configuration, committed.
func config(r *lab.Run, voters, learners []raft.ID) error {
	want := raft.Config{Voters: voters, Learners: learners}
	err := r.Wants(2*soon, fmt.Sprintf("the configuration %q should be committed", want.String()), func() string {
		l := r.Leader()
		if l == raft.None {
			return "nobody leads"
		}
		switch s := &r.Server(l).Raft; {
		case !slices.Equal(s.Config.Voters, voters) || !slices.Equal(s.Config.Learners, learners):
			return fmt.Sprintf("%v leads and goes by %q", l, s.Config.String())
		case s.ConfigIndex > s.Commit:
			return fmt.Sprintf("%v leads and has it at index %d, but has committed no more than index %d", l, s.ConfigIndex, s.Commit)
		}
		return ""
	})
	return lab.Hint(err, "Does ChangeMembership get its Answers, and does Inspect say Config and ConfigIndex?")
}

func ids(list ...raft.ID) []raft.ID { return list }

func learner(r *lab.Run) error {
	if err := r.Appends(soon, 0, 5); err != nil {
		return err
	}
	if err := r.Do("add s4"); err != nil {
		return err
	}
	if err := config(r, ids(1, 2, 3), ids(4)); err != nil {
		return err
	}
	if err := r.Everywhere(soon, "x", "0.1.2.3.4.", 4); err != nil {
		return fmt.Errorf("when s4 has joined: %w", err)
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
			return fmt.Errorf("%v has committed index %d, but it reaches no other voter: a learner does not count", leader, now)
		}
		if s := r.Server(4); s.Raft.Role != raft.Follower {
			return fmt.Errorf("s4 is a %v, but a learner should not stand for election", s.Raft.Role)
		}
		return nil
	})
}

func promote(r *lab.Run) error {
	if err := r.Appends(soon, 0, 3); err != nil {
		return err
	}
	if err := r.DoAll("add s4", "add s5"); err != nil {
		return err
	}
	if err := config(r, ids(1, 2, 3), ids(4, 5)); err != nil {
		return err
	}
	if err := r.Wait(lab.Millis(300)); err != nil { // until they have caught up
		return err
	}
	if err := r.DoAll("promote s4", "promote s5"); err != nil {
		return err
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
	if err := r.Appends(soon, 0, 3); err != nil {
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
			return fmt.Errorf("%v has committed index %d, but of the two voters %v one is down", l, r.Server(l).Raft.Commit, left)
		}
		return nil
	})
}

func removeLeader(r *lab.Run) error {
	if err := r.Appends(soon, 0, 3); err != nil {
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
	if err := r.Until(2*soon, fmt.Sprintf("one of %s should lead without %v, which was removed", lab.Names(left...), leader), func() bool {
		l := r.Leader()
		return slices.Contains(left, l) && slices.Equal(r.Server(l).Raft.Config.Voters, left)
	}); err != nil {
		return err
	}
	if err := r.Ask(1, 2*soon, "append", "x more"); err != nil {
		return err
	}
	return removedButNeeded(r)
}

// removedButNeeded removes the leader of two, whose entry reaches nobody before it starts
// again. The other needs its vote, and cannot have it, since its log is the shorter one.
func removedButNeeded(r *lab.Run) error {
	leader, err := r.Elected(soon)
	if err != nil {
		return err
	}
	left := slices.DeleteFunc(slices.Clone(r.Server(leader).Raft.Config.Voters), func(id raft.ID) bool { return id == leader })
	before := r.Server(leader).Raft.Last()
	if err := r.DoAll(fmt.Sprintf("cut %v -> %s", leader, lab.Names(left...)), fmt.Sprintf("remove %v", leader)); err != nil {
		return err
	}
	if err := r.Wait(lab.Millis(50)); err != nil { // for its disk
		return err
	}
	if now := r.Server(leader).Raft.Last(); now <= before {
		return r.Wrong("%v leads and was asked to leave, but its log ends at index %d as before", leader, now)
	}
	if err := r.DoAll(fmt.Sprintf("crash %v", leader), "heal", fmt.Sprintf("restart %v", leader)); err != nil {
		return err
	}
	if err := r.Ask(1, 2*soon, "append", "x end"); err != nil {
		return lab.Hint(fmt.Errorf("%v has the entry that removes it, which is not committed, and %s has not: %w", leader, lab.Names(left...), err),
			"Whose log is the more up to date here? Until that entry is committed, may who it removes stand?")
	}
	return config(r, left, nil)
}

// oneAtATime asks for several changes at once, and cuts the leader off in the midst
// of them.
func oneAtATime(r *lab.Run) error {
	if err := r.Appends(soon, 0, 3); err != nil {
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
		if err := r.Until(2*soon, fmt.Sprintf("somebody should lead the cluster without %v, and that configuration be committed", out), func() bool {
			l := r.Leader()
			if l == raft.None {
				return false
			}
			s := &r.Server(l).Raft
			return len(s.Config.Voters) > 0 && !slices.Contains(s.Config.Voters, out) && s.ConfigIndex <= s.Commit
		}); err != nil {
			return err
		}
		if err := r.DoAll(fmt.Sprintf("add %v", out), fmt.Sprintf("promote %v", out)); err != nil {
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
	if _, err := r.Another(2*soon, before); err != nil {
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
			return r.Wrong("%v has committed nothing in its term %d yet, but changes the membership already: it should wait, since what its predecessors changed may not be committed", leader, s.Term)
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
		return r.Wrong("%v, which reaches nobody, goes by the voters %v where there were %v: it should make one change at a time, and the next when that is committed", leader, now, voters)
	}
	return nil
}

func remembers(r *lab.Run) error {
	if err := r.Appends(soon, 0, 3); err != nil {
		return err
	}
	if err := r.DoAll("add s4", "promote s4"); err != nil {
		return err
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
				return r.Wrong("the log of %v still begins at index %d after 30 operations: it should have been compacted", s.ID, s.Raft.FirstIndex())
			}
		}
		if err := r.DoAll("crash all", "restart all"); err != nil {
			return err
		}
		for _, id := range want {
			if c := r.Server(id).Raft.Config; !slices.Equal(c.Voters, want) {
				return r.Wrong("%v goes by the voters %v after a crash, but had %v before: the latest configuration of log and snapshot is in force", id, c.Voters, want)
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
	if err := r.Settle(3 * soon); err != nil {
		return err
	}
	return nil
}
