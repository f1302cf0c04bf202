// Package exam is the tests of exercise 4.
package exam

import (
	"fmt"
	"time"

	"raftarium/kv"
	"raftarium/netsim/cluster/script"
	"raftarium/raft"
	"raftarium/tests/exercises/lab"
)

// soon is how long what needs an election first may take.
const soon = 2 * time.Second

// Exercise is exercise 4: finding fast where logs part.
func Exercise() lab.Exercise {
	return lab.Exercise{
		Number: 4, Name: "04-backup", Title: "Fast backup", Judged: lab.Raft,
		Tests: []lab.Test{
			{
				Name: "one-long-term", Points: 6, Section: "§5.3", Config: many,
				What: "a follower with fifty entries that nobody else has gives way in a few messages",
				Play: oneLongTerm,
			},
			{
				Name: "short-log", Points: 5, Section: "§5.3", Config: many,
				What: "a follower that missed fifty entries is brought up to date in a few messages",
				Play: shortLog,
			},
			{
				Name: "many-terms", Points: 6, Section: "§5.3", Config: many,
				What: "a server that led again and again, with entries of its own each time, gives way each time in a few messages",
				Play: manyTerms,
			},
			{
				Name: "repeated-refusals", Points: 4, Section: "§5.3", Config: twice, Seeds: 4,
				What: "refusals that come late or twice take the leader nowhere",
				Play: churn,
			},
			lab.Sound(2, func(c *script.Config) { c.Servers, c.Clients = 3, 6 }, "fire 6 x", "isolate leader", "fire 6 x", "heal"),
		},
	}
}

// waiters is how many clients wait in vain.
const waiters = 50

// many is a cluster of three with clients enough to write fifty entries in vain, and
// links on which a round trip takes 10 ms.
func many(c *script.Config) {
	c.Servers, c.Clients = 3, waiters+1
	_ = c.Set("latency", "5ms")
}

func twice(c *script.Config) {
	c.Servers, c.Clients, c.Keys = 5, 5, 2
	_ = c.Set("latency", "1ms..30ms")
	_ = c.Set("duplicate", "30%")
	_ = c.Set("reorder", "30%")
	_ = c.Set("loss", "5%")
}

// caughtUp is how long a follower may take to get even once it is heard: an
// election's rest, a few round trips, and the disk. One entry a round trip would take
// five times as long.
const caughtUp = 150 * time.Millisecond

// clients are "c1 c2 ..." from one to another.
func clients(from, to int) (s string) {
	for i := from; i <= to; i++ {
		s += kv.ClientID(i).String() + " "
	}
	return s
}

// oneLongTerm strands fifty entries with an old leader.
func oneLongTerm(r *lab.Run) error {
	last := kv.ClientID(waiters + 1)
	if err := r.Ask(last, soon, "append", "x a"); err != nil {
		return err
	}
	old, err := r.Elected(soon)
	if err != nil {
		return err
	}
	others := r.Others(old)
	if err := r.Do("partition %v %s| %s %v", old, clients(1, waiters), lab.Names(others...), last); err != nil {
		return err
	}
	if err := r.Do("fire %d y", waiters); err != nil {
		return err
	}
	if err := r.Until(soon, fmt.Sprintf("%v should take what its clients ask for", old), func() bool {
		return len(r.Server(old).Raft.Log) > waiters
	}); err != nil {
		return err
	}
	if err := elsewhere(r, old, last, 30); err != nil {
		return err
	}
	// The clients of the old leader are kept away, so that only the logs matter.
	if err := r.Do("partition s1 s2 s3 %v | %s", last, clients(1, waiters)); err != nil {
		return err
	}
	return evenWithin(r, old)
}

// elsewhere has the others get far without a server, and then elect a leader anew:
// one who knows nothing of where that server's log ends, or parts from the others.
func elsewhere(r *lab.Run, out raft.ID, c kv.ClientID, n int) error {
	for range n {
		if err := r.Ask(c, soon, "append", "x b"); err != nil {
			return fmt.Errorf("in the majority, %w", err)
		}
	}
	leader := r.Leader()
	if leader == raft.None || leader == out {
		return r.Wrong("nobody leads the majority without %v, which has just committed", out)
	}
	term := r.Server(leader).Raft.Term
	if err := r.DoAll(fmt.Sprintf("crash %v", leader), fmt.Sprintf("restart %v", leader)); err != nil {
		return err
	}
	return r.Until(soon, "a new leader should commit an entry of its term", func() bool {
		l := r.Leader()
		if l == raft.None || l == out {
			return false
		}
		s := r.Server(l).Raft
		e := s.Entry(s.Commit)
		return s.Term > term && e != nil && e.Term == s.Term
	})
}

// evenWithin waits until a follower's log is that of the leader, and holds the time
// that it took against the bound.
func evenWithin(r *lab.Run, id raft.ID) error {
	start := r.Now()
	even := func() bool {
		l := r.Leader()
		if l == raft.None || l == id {
			return false
		}
		a, b := r.Server(l).Raft, r.Server(id).Raft
		if a.Last() != b.Last() {
			return false
		}
		e, f := a.Entry(a.Last()), b.Entry(b.Last())
		return e != nil && f != nil && e.Term == f.Term
	}
	if err := r.Until(soon, fmt.Sprintf("the log of %v should be the leader's", id), even); err != nil {
		return r.Stands(err)
	}
	// Until a heartbeat finds it, and then the search.
	if took := r.Now().Sub(start); took > caughtUp {
		return r.Wrong("the log of %v has become the leader's only %v after %v could be heard again, more than %v: a round trip takes 10ms, so the leader tried many places one after another", id, took, id, caughtUp)
	}
	return nil
}

func shortLog(r *lab.Run) error {
	last := kv.ClientID(waiters + 1)
	if err := r.Ask(last, soon, "append", "x a"); err != nil {
		return err
	}
	leader, err := r.Elected(soon)
	if err != nil {
		return err
	}
	out := r.Others(leader)[0]
	// It is down and so does not disturb the others by standing; when it is back, the
	// leader is a new one, which does not know where its log ends.
	if err := r.Do("crash %v", out); err != nil {
		return err
	}
	if err := r.Do("fire %d y", waiters); err != nil {
		return err
	}
	if err := r.Answered(soon); err != nil {
		return err
	}
	if err := elsewhere(r, out, last, 1); err != nil {
		return err
	}
	if err := r.Do("restart %v", out); err != nil {
		return err
	}
	return evenWithin(r, out)
}

// manyTerms strands entries with a leader, which gives way, leads again, and so on: the
// logs come to hold many terms.
func manyTerms(r *lab.Run) error {
	last := kv.ClientID(waiters + 1)
	if err := r.Ask(last, soon, "append", "x a"); err != nil {
		return err
	}
	old, err := r.Elected(soon)
	if err != nil {
		return err
	}
	// The old leader crashes with what nobody else has, three times, each time as the
	// leader of a later term.
	for round := range 3 {
		if round > 0 {
			if err := leads(r, old); err != nil {
				return err
			}
		}
		if err := r.Do("partition %v %s| %s %v", old, clients(1, waiters), lab.Names(r.Others(old)...), last); err != nil {
			return err
		}
		before := len(r.Server(old).Raft.Log)
		if err := r.Do("fire %d y", waiters); err != nil {
			return err
		}
		if err := r.Until(soon, fmt.Sprintf("%v should take what its clients ask for", old), func() bool {
			return len(r.Server(old).Raft.Log) >= before+10
		}); err != nil {
			return err
		}
		if err := r.Do("crash %v", old); err != nil {
			return err
		}
		if err := elsewhere(r, old, last, 25); err != nil {
			return err
		}
		if err := r.Do("partition s1 s2 s3 %v | %s", last, clients(1, waiters)); err != nil {
			return err
		}
		if err := r.Do("restart %v", old); err != nil {
			return err
		}
		if err := evenWithin(r, old); err != nil {
			return fmt.Errorf("round %d: %w", round+1, err)
		}
	}
	return nil
}

// leads brings a server into office again.
func leads(r *lab.Run, id raft.ID) error {
	for range 20 {
		if r.Leader() == id {
			return nil
		}
		if err := r.Timeout(id); err != nil {
			return err
		}
		if err := r.Wait(lab.Millis(100)); err != nil {
			return err
		}
	}
	return r.Wrong("%v does not lead, though it has all that is committed and has stood twenty times", id)
}

func churn(r *lab.Run) error {
	if err := r.Do("load append 2"); err != nil {
		return err
	}
	for round := range 10 {
		if err := r.Wait(lab.Millis(150 + r.Draw(250, uint64(round)))); err != nil {
			return err
		}
		line := "heal"
		if id := r.Leader(); round%2 == 0 && id != raft.None {
			line = "isolate " + id.String()
		}
		if err := r.Do("%s", line); err != nil {
			return err
		}
	}
	if err := r.Settle(2 * soon); err != nil {
		return err
	}
	return r.Alike(soon)
}
