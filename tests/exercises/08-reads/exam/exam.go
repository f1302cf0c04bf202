// Package exam is the tests of exercise 8.
package exam

import (
	"fmt"
	"time"

	"raftarium/kv"
	"raftarium/netsim/cluster/check"
	"raftarium/netsim/cluster/script"
	"raftarium/raft"
	"raftarium/tests/exercises/lab"
)

// soon is how long what needs an election first may take.
const soon = 2 * time.Second

// Exercise is exercise 8: linearizable reads without the log.
func Exercise() lab.Exercise {
	judged := append([]check.Property{check.Linearizability}, lab.Raft...)
	return lab.Exercise{
		Number: 8, Name: "08-reads", Title: "Linearizable reads", Judged: judged,
		Tests: []lab.Test{
			{
				Name: "no-entry", Points: 5, Config: size(3, 1), Section: "§8",
				What: "a Get is answered with the newest value, and leaves no entry in the log",
				Play: noEntry,
			},
			{
				Name: "old-leader", Points: 6, Config: size(5, 2), Section: "§8",
				What: "a leader that was replaced, and does not know it, answers no Get",
				Play: oldLeader,
			},
			{
				Name: "new-leader", Points: 5, Config: size(3, 3), Section: "§8", Seeds: 6,
				What: "a leader answers no Get before it has committed an entry of its term",
				Play: newLeader,
			},
			{
				Name: "lost", Points: 3, Config: size(3, 1), Section: "§8",
				What: "who asked a leader that gives way hears of it",
				Play: lost,
			},
			{
				Name: "churn", Points: 5, Config: churning, Seeds: 4,
				What: "what clients see is linearizable, whoever leads and whatever is lost",
				Play: churn,
			},
			lab.Sound(1, size(5, 4), "load mixed 2", "isolate leader", "heal"),
		},
	}
}

func size(servers, clients int) func(*script.Config) {
	return func(c *script.Config) {
		c.Servers, c.Clients, c.Keys, c.Reads = servers, clients, 2, kv.ReadsByIndex
	}
}

func churning(c *script.Config) {
	size(5, 5)(c)
	_ = c.Set("latency", "1ms..20ms")
	_ = c.Set("loss", "5%")
	_ = c.Set("duplicate", "5%")
	_ = c.Set("reorder", "10%")
}

// got is what a client read last.
func got(r *lab.Run, c kv.ClientID) string { return string(r.See().Clients[c-1].Last.Value) }

func noEntry(r *lab.Run) error {
	for i := range 5 {
		want := fmt.Sprintf("v%d", i)
		if err := r.Ask(1, soon, "put", "x "+want); err != nil {
			return err
		}
		leader, err := r.Elected(soon)
		if err != nil {
			return err
		}
		last := r.Server(leader).Raft.Last()
		for range 3 {
			if err := r.Ask(1, soon, "get", "x"); err != nil {
				return lab.Hint(err, "Does Read get its Answer, with Done and an Index?")
			}
			if v := got(r, 1); v != want {
				return r.Wrong("c1 reads %q at x, where it has put %q", v, want)
			}
		}
		if now := r.Server(leader).Raft.Last(); now != last {
			return r.Wrong("the log of %v ends at index %d, and ended at index %d before three Gets: a Get should leave no entry", leader, now, last)
		}
	}
	return nil
}

func oldLeader(r *lab.Run) error {
	if err := r.Ask(1, soon, "put", "x old"); err != nil {
		return err
	}
	old, err := r.Elected(soon)
	if err != nil {
		return err
	}
	others := r.Others(old)
	// One follows it still: two of five are no majority.
	if err := r.Do("partition %v %v c1 | %s c2", old, others[0], lab.Names(others[1:]...)); err != nil {
		return err
	}
	if err := r.Ask(2, soon, "put", "x new"); err != nil {
		return err
	}
	if err := r.Do("get c1 x"); err != nil {
		return err
	}
	if err := r.Always(time.Second, func() error {
		if len(r.Busy(1)) == 0 {
			return fmt.Errorf("%v, which reaches no majority, has let c1 read %q at x, which is \"new\" by now: a leader should ask a majority whether they still follow", old, got(r, 1))
		}
		return nil
	}); err != nil {
		return err
	}
	if err := r.Do("heal"); err != nil {
		return err
	}
	if err := r.Answered(soon, 1); err != nil {
		return err
	}
	if v := got(r, 1); v != "new" {
		return r.Wrong("c1 reads %q at x after the heal, where \"new\" was put before", v)
	}
	return nil
}

// newLeader has clients read from a leader as soon as there is one: its commit index
// may lag behind what its predecessor has committed.
func newLeader(r *lab.Run) error {
	for round := range 5 {
		for c := kv.ClientID(1); c <= 2; c++ {
			if err := r.Do("append %v x %v.%d,", c, c, round); err != nil {
				return err
			}
		}
		if err := r.Answered(soon); err != nil {
			return err
		}
		leader, err := r.Elected(soon)
		if err != nil {
			return err
		}
		want := r.Value(leader, "x")
		// Nobody has heard yet that it is committed.
		if err := r.Do("crash %v", leader); err != nil {
			return err
		}
		if err := r.Until(soon, "another server should lead", func() bool { return r.Leader() != raft.None }); err != nil {
			return err
		}
		if err := r.Ask(3, soon, "get", "x"); err != nil {
			return err
		}
		if v := got(r, 3); v != want {
			return r.Wrong("c3 reads %q at x from a new leader, but %q was committed", v, want)
		}
		if err := r.Do("restart all"); err != nil {
			return err
		}
	}
	return nil
}

func lost(r *lab.Run) error {
	if err := r.Ask(1, soon, "put", "x a"); err != nil {
		return err
	}
	old, err := r.Elected(soon)
	if err != nil {
		return err
	}
	if err := r.Do("partition %v c1 | %s", old, lab.Names(r.Others(old)...)); err != nil {
		return err
	}
	if err := r.Do("get c1 x"); err != nil {
		return err
	}
	if _, err := r.Another(soon, old); err != nil {
		return err
	}
	// The old leader hears of the new one, its client of nobody else.
	if err := r.Do("heal"); err != nil {
		return err
	}
	if err := r.Until(soon, fmt.Sprintf("%v, which led before, should give way", old), func() bool {
		return r.Server(old).Raft.Role != raft.Leader
	}); err != nil {
		return err
	}
	if n := r.Server(old).Raft.Reads; n != 0 {
		return r.Wrong("%v does not lead any more, and still keeps %d of the reads that it was asked for: it should answer them with Lost", old, n)
	}
	if err := r.Answered(soon, 1); err != nil {
		return err
	}
	if v := got(r, 1); v != "a" {
		return r.Wrong("c1 reads %q at x, where \"a\" was put", v)
	}
	return nil
}

func churn(r *lab.Run) error {
	if err := r.Do("load mixed 2"); err != nil {
		return err
	}
	for round := range 8 {
		if err := r.Wait(lab.Millis(150 + r.Draw(250, uint64(round)))); err != nil {
			return err
		}
		line := "heal"
		if l := r.Leader(); l != raft.None && round%2 == 0 {
			line = fmt.Sprintf("isolate %v", l)
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
