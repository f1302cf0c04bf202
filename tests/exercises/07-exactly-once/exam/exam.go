// Package exam is the tests of exercise 7.
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

// Exercise is exercise 7: exactly once.
func Exercise() lab.Exercise {
	return lab.Exercise{
		Number: 7, Name: "07-exactly-once", Title: "Exactly once",
		Judged: []check.Property{check.ExactlyOnce, check.Linearizability, check.StateMachineSafety, check.Progress},
		Tests: []lab.Test{
			{
				Name: "lost-answer", Points: 5, Config: size(3, 1), Section: "§8",
				What: "an operation whose answer was lost is asked for again, and done once",
				Play: lostAnswer,
			},
			{
				Name: "doubled", Points: 3, Config: doubled, Section: "§8",
				What: "a request that the network doubles is done once",
				Play: func(r *lab.Run) error { return work(r, 2*time.Second) },
			},
			{
				Name: "two-leaders", Points: 4, Config: size(5, 3), Section: "§8", Seeds: 4,
				What: "an operation that two leaders take is done once",
				Play: twoLeaders,
			},
			{
				Name: "after-a-crash", Points: 4, Config: size(3, 1), Section: "§8",
				What: "what was done before a crash is not done again after it",
				Play: afterACrash,
			},
			{
				Name: "in-snapshots", Points: 4, Config: compacting, Section: "§7, §8",
				What: "a server that begins with a snapshot knows what was done before it",
				Play: inSnapshots,
			},
			{
				Name: "churn", Points: 4, Config: churning, Seeds: 3,
				What: "crashes, partitions, loss and snapshots together",
				Play: churn,
			},
			lab.Course(3, "TestUnreliableOneKey", "the course's test of clients that append to one key, unreliable"),
			lab.Course(3, "TestPersistConcurrentUnreliable", "the course's test with crashes, several clients, unreliable"),
			lab.Sound(1, size(5, 4), "load append 1", "loss 20%", "crash leader", "restart all"),
		},
	}
}

func size(servers, clients int) func(*script.Config) {
	return func(c *script.Config) { c.Servers, c.Clients, c.Keys = servers, clients, 2 }
}

func doubled(c *script.Config) {
	size(3, 4)(c)
	_ = c.Set("duplicate", "50%")
	_ = c.Set("reorder", "20%")
}

func compacting(c *script.Config) {
	size(3, 2)(c)
	c.Snapshot = 400
}

func churning(c *script.Config) {
	size(5, 5)(c)
	c.Snapshot = 800
	_ = c.Set("latency", "1ms..20ms")
	_ = c.Set("loss", "8%")
	_ = c.Set("duplicate", "8%")
}

// work has all clients append for a while.
func work(r *lab.Run, length time.Duration) error {
	if err := r.Do("load append 2"); err != nil {
		return err
	}
	if err := r.Wait(length); err != nil {
		return err
	}
	if err := r.Do("load none"); err != nil {
		return err
	}
	if err := r.Answered(soon); err != nil {
		return err
	}
	return r.Alike(soon)
}

// once makes sure that a value holds each of n numbers once and in order, everywhere.
func once(r *lab.Run, n int) error { return r.Everywhere(soon, "x", lab.Numbers(n)) }

// deaf cuts the ways on which answers come back to a client, or mends them.
func deaf(r *lab.Run, verb string, c kv.ClientID) error {
	for _, id := range r.Others() {
		if err := r.Do("%s %v -> %v", verb, id, c); err != nil {
			return err
		}
	}
	return nil
}

func lostAnswer(r *lab.Run) error {
	for i := range 6 {
		if i%2 == 0 {
			if err := r.Ask(1, soon, "append", fmt.Sprintf("x %d.", i)); err != nil {
				return err
			}
			continue
		}
		if err := deaf(r, "cut", 1); err != nil {
			return err
		}
		if err := r.Do("append c1 x %d.", i); err != nil {
			return err
		}
		if err := r.Wait(lab.Millis(700)); err != nil {
			return err
		}
		if len(r.Busy(1)) == 0 {
			return r.Wrong("c1 has its answer, though none can have reached it")
		}
		if err := deaf(r, "mend", 1); err != nil {
			return err
		}
		if err := r.Answered(soon, 1); err != nil {
			return fmt.Errorf("when c1, whose answer was lost, asks again: %w", err)
		}
	}
	return once(r, 6)
}

func twoLeaders(r *lab.Run) error {
	if err := r.Do("load append 2"); err != nil {
		return err
	}
	for round := range 6 {
		if err := r.Wait(lab.Millis(100 + r.Draw(200, uint64(round)))); err != nil {
			return err
		}
		line := "heal"
		if l := r.Leader(); round%2 == 0 && l != raft.None {
			companion := r.Others(l)[r.Draw(4, uint64(round), 1)]
			line = fmt.Sprintf("isolate %v %v", l, companion)
		}
		if err := r.Do("%s", line); err != nil {
			return err
		}
	}
	if err := r.DoAll("heal", "load none"); err != nil {
		return err
	}
	if err := r.Answered(soon); err != nil {
		return err
	}
	return r.Alike(soon)
}

func afterACrash(r *lab.Run) error {
	for i := range 4 {
		if err := deaf(r, "cut", 1); err != nil {
			return err
		}
		if err := r.Do("append c1 x %d.", i); err != nil {
			return err
		}
		if err := r.Wait(lab.Millis(500)); err != nil {
			return err
		}
		if err := r.Do("crash all"); err != nil {
			return err
		}
		if err := deaf(r, "mend", 1); err != nil {
			return err
		}
		if err := r.Do("restart all"); err != nil {
			return err
		}
		if err := r.Answered(soon, 1); err != nil {
			return err
		}
	}
	return once(r, 4)
}

// inSnapshots lets an operation be done, compacted away, and asked for again.
func inSnapshots(r *lab.Run) error {
	if err := r.Ask(1, soon, "append", "x 0."); err != nil {
		return err
	}
	if err := deaf(r, "cut", 1); err != nil {
		return err
	}
	if err := r.Do("append c1 x 1."); err != nil {
		return err
	}
	if err := r.Wait(lab.Millis(300)); err != nil {
		return err
	}
	for i := range 40 {
		if err := r.Ask(2, soon, "put", fmt.Sprintf("y another-value-%d", i)); err != nil {
			return err
		}
	}
	if err := r.DoAll("crash all", "restart all"); err != nil {
		return err
	}
	if first := r.Server(1).Raft.FirstIndex(); first < 10 {
		return r.Wrong("the log of s1 still begins at index %d after 40 operations: it should have been compacted", first)
	}
	if err := deaf(r, "mend", 1); err != nil {
		return err
	}
	if err := r.Answered(soon, 1); err != nil {
		return err
	}
	return once(r, 2)
}

func churn(r *lab.Run) error {
	if err := r.Do("load append 2"); err != nil {
		return err
	}
	for round := range 8 {
		if err := r.Wait(lab.Millis(150 + r.Draw(250, uint64(round)))); err != nil {
			return err
		}
		id := raft.ID(r.Draw(5, uint64(round), 1) + 1)
		line := "isolate " + id.String()
		switch {
		case !r.Server(id).Up:
			line = "restart " + id.String()
		case round%3 == 1:
			line = "crash " + id.String()
		case round%3 == 2:
			line = "heal"
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
