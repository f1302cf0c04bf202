// Package exam is the tests of exercise 6.
package exam

import (
	"errors"
	"fmt"
	"time"

	"raftarium/netsim/cluster/check"
	"raftarium/netsim/cluster/script"
	"raftarium/raft"
	"raftarium/tests/exercises/lab"
)

// soon is how long what needs an election first may take.
const soon = 2 * time.Second

// Exercise is exercise 6: the key-value service.
func Exercise() lab.Exercise {
	return lab.Exercise{
		Number: 6, Name: "06-service", Title: "The key-value service",
		// Nothing is asked for twice in these tests, so that nothing is done twice.
		Judged: []check.Property{check.ExactlyOnce, check.Linearizability, check.StateMachineSafety, check.Progress},
		Tests: []lab.Test{
			{
				Name: "put-append-get", Points: 5, Config: size(3, 1),
				What: "a client reads what it has put and appended",
				Play: putAppendGet,
			},
			{
				Name: "many-clients", Points: 4, Config: busy, Section: "§8",
				What: "clients that do everything at once see one order of all operations",
				Play: func(r *lab.Run) error { return work(r, 2*time.Second) },
			},
			{
				Name: "who-leads", Points: 3, Config: size(5, 3), Section: "§8",
				What: "a client finds the leader, and the next one when it is gone",
				Play: whoLeads,
			},
			{
				Name: "not-before-commit", Points: 4, Config: size(3, 2), Section: "§8",
				What: "a leader that has no majority answers nobody",
				Play: notBeforeCommit,
			},
			{
				Name: "another-entry", Points: 4, Config: size(3, 2), Section: "§8",
				What: "where another leader's entry was applied, the client is not told that its own was",
				Play: anotherEntry,
			},
			{
				Name: "snapshots", Points: 3, Config: compacting, Section: "§7",
				What: "the state goes into snapshots and comes out of them again",
				Play: snapshots,
			},
			lab.Course(3, "TestBasic", "the course's first test: one client, for three rounds"),
			lab.Course(3, "TestOnePartition", "the course's test of progress in the majority, and none in the minority"),
			lab.Sound(1, busy, "load mixed 4", "load none"),
		},
	}
}

func size(servers, clients int) func(*script.Config) {
	return func(c *script.Config) { c.Servers, c.Clients, c.Keys = servers, clients, 4 }
}

func busy(c *script.Config) { size(5, 6)(c) }

func compacting(c *script.Config) {
	size(3, 2)(c)
	c.Snapshot = 200
}

// work has all clients do everything for a while.
func work(r *lab.Run, length time.Duration) error {
	if err := r.Do("load mixed 4"); err != nil {
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
	if st := r.Stats(); st.Gets < 10 || st.Puts < 10 || st.Appends < 10 {
		return r.Wrong("only %d Gets, %d Puts and %d Appends have been done, in %v; there should be ten of each, and many more", st.Gets, st.Puts, st.Appends, length)
	}
	return r.Alike(soon)
}

func putAppendGet(r *lab.Run) error {
	for i, ask := range []string{"append x a", "append x b", "put y c", "put x d", "append x e"} {
		verb, rest := ask[:len(ask)-4], ask[len(ask)-3:]
		if err := r.Ask(1, soon, verb, rest); err != nil {
			return fmt.Errorf("operation %d, %q: %w", i+1, ask, err)
		}
	}
	for _, have := range []struct{ key, value string }{{"x", "de"}, {"y", "c"}, {"z", ""}} {
		if err := r.Ask(1, soon, "get", have.key); err != nil {
			return err
		}
		if got := string(r.See().Clients[0].Last.Value); got != have.value {
			return r.Wrong("c1 reads %q at %s, where it has written %q", got, have.key, have.value)
		}
	}
	return r.Everywhere(soon, "x", "de")
}

func whoLeads(r *lab.Run) error {
	for round := range 3 {
		if err := r.Do("fire 3 x"); err != nil {
			return err
		}
		if err := r.Answered(soon); err != nil {
			return fmt.Errorf("round %d: %w", round+1, lab.Hint(err, "Does the client turn to another server when it hears nothing, or is refused?"))
		}
		leader, err := r.Elected(soon)
		if err != nil {
			return err
		}
		if err := r.Do("crash %v", leader); err != nil {
			return err
		}
		if _, err := r.Elected(soon); err != nil {
			return err
		}
		if err := r.Do("fire 3 y"); err != nil {
			return err
		}
		if err := r.Answered(soon); err != nil {
			return fmt.Errorf("round %d, with %v down: %w", round+1, leader, lab.Hint(err, "Does the client turn to another server when it hears nothing, or is refused?"))
		}
		if err := r.Do("restart %v", leader); err != nil {
			return err
		}
	}
	return nil
}

func notBeforeCommit(r *lab.Run) error {
	if err := r.Ask(1, soon, "put", "x a"); err != nil {
		return err
	}
	leader, err := r.Elected(soon)
	if err != nil {
		return err
	}
	others := r.Others(leader)
	if err := r.Do("partition %v c1 | %s c2", leader, lab.Names(others...)); err != nil {
		return err
	}
	if err := r.Do("put c1 x b"); err != nil {
		return err
	}
	return r.Always(time.Second, func() error {
		if len(r.Busy(1)) == 0 {
			return errors.New("c1 has the answer to its Put, but its server reaches no majority: a client should be answered when the entry is applied, not when it is accepted")
		}
		if r.Value(leader, "x") == "" {
			return fmt.Errorf("c1 has the answer to its first Put, but %v has not applied it: a client should be answered when the entry is applied, not when it is accepted", leader)
		}
		if r.Value(leader, "x") != "a" {
			return fmt.Errorf("%v has %q at x, but nothing more than the first Put is committed", leader, r.Value(leader, "x"))
		}
		return nil
	})
}

// anotherEntry lets an old leader's entry give way to another at the same index.
func anotherEntry(r *lab.Run) error {
	if err := r.Ask(1, soon, "put", "x a"); err != nil {
		return err
	}
	old, err := r.Elected(soon)
	if err != nil {
		return err
	}
	others := r.Others(old)
	if err := r.Do("partition %v c1 | %s c2", old, lab.Names(others...)); err != nil {
		return err
	}
	// The client reads, since a read that is asked for again changes nothing.
	if err := r.Do("get c1 x"); err != nil {
		return err
	}
	if _, err := r.Another(soon, old); err != nil {
		return err
	}
	for _, v := range []string{"b", "c"} {
		if err := r.Ask(2, soon, "put", "x "+v); err != nil {
			return err
		}
	}
	if err := r.Do("heal"); err != nil {
		return err
	}
	if err := r.Answered(soon, 1); err != nil {
		return fmt.Errorf("after the heal, when c1's entry has lost its place to another: %w", err)
	}
	if got := string(r.See().Clients[0].Last.Value); got != "c" && got != "a" && got != "b" {
		return r.Wrong("c1 reads %q at x, where there have only been \"a\", \"b\" and \"c\"", got)
	}
	return nil
}

func snapshots(r *lab.Run) error {
	for i := range 40 {
		if err := r.Ask(1, soon, "append", fmt.Sprintf("x %d.", i%10)); err != nil {
			return err
		}
	}
	compacted := false
	for id := range raft.ID(3) {
		compacted = compacted || r.Server(id+1).Raft.Snapshot.Index > 0
	}
	if !compacted {
		return r.Wrong("no server has offered its state for a snapshot (Compacts) after 40 operations, though the limit on the log, ServerStart.LogLimit, is %d bytes", r.Config().Snapshot)
	}
	if err := r.DoAll("crash all", "restart all"); err != nil {
		return err
	}
	if err := r.Ask(2, soon, "put", "y z"); err != nil {
		return err
	}
	const want = "0.1.2.3.4.5.6.7.8.9.0.1.2.3.4.5.6.7.8.9.0.1.2.3.4.5.6.7.8.9.0.1.2.3.4.5.6.7.8.9."
	if err := r.Everywhere(soon, "x", want); err != nil {
		return fmt.Errorf("after a crash of all: %w", lab.Hint(err, "Does Restored take over what Compacts offered?"))
	}
	return r.Alike(soon)
}
