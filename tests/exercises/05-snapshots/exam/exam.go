// Package exam is the tests of exercise 5.
package exam

import (
	"fmt"
	"time"

	"raftarium/netsim/cluster/script"
	"raftarium/raft"
	"raftarium/tests/exercises/lab"
)

// soon is how long what needs an election first may take.
const soon = 2 * time.Second

// limit is how many bytes of log the service lets grow before it compacts.
const limit = 500

// Exercise is exercise 5: snapshots.
func Exercise() lab.Exercise {
	return lab.Exercise{
		Number: 5, Name: "05-snapshots", Title: "Snapshots", Judged: lab.Raft,
		Tests: []lab.Test{
			{
				Name: "short-logs", Points: 5, Section: "§7", Config: size(3, 3),
				What: "a log whose beginning was compacted is forgotten up to there",
				Play: shortLogs,
			},
			{
				Name: "restart", Points: 5, Section: "§7", Config: size(3, 2),
				What: "a server that crashes begins with its snapshot and goes on with the log behind it",
				Play: restart,
			},
			{
				Name: "install", Points: 6, Section: "Figure 13", Config: size(3, 2),
				What: "a follower that lacks what the leader has forgotten gets a snapshot",
				Play: install,
			},
			{
				Name: "install-and-crash", Points: 4, Section: "Figure 13", Config: size(3, 2), Seeds: 4,
				What: "a follower that crashes while it gets a snapshot has the old one or the new one, and its log with it",
				Play: installAndCrash,
			},
			{
				Name: "old-snapshots", Points: 4, Section: "Figure 13", Config: late, Seeds: 4,
				What: "snapshots and appends that come late, or twice, take nobody back",
				Play: churn("isolate"),
			},
			{
				Name: "churn", Points: 5, Config: late, Seeds: 4,
				What: "crashes under load, over a bad network, with snapshots all the time",
				Play: churn("crash"),
			},
			lab.Sound(2, size(3, 3), "load append 2", "isolate leader", "heal", "crash leader", "restart all"),
		},
	}
}

func size(servers, clients int) func(*script.Config) {
	return func(c *script.Config) { c.Servers, c.Clients, c.Snapshot, c.Keys = servers, clients, limit, 2 }
}

func late(c *script.Config) {
	size(5, 4)(c)
	_ = c.Set("latency", "1ms..20ms")
	_ = c.Set("duplicate", "10%")
	_ = c.Set("reorder", "10%")
	_ = c.Set("loss", "3%")
}

// puts has client 1 write n times: the state stays small while the log grows.
func puts(r *lab.Run, n int) error {
	for i := range n {
		if err := r.Ask(1, soon, "put", fmt.Sprintf("x value-number-%d", i)); err != nil {
			return err
		}
	}
	return nil
}

// tooLong says which log is longer than it may be, or returns nil.
func tooLong(r *lab.Run) error {
	v := r.See()
	for i := range v.Servers {
		bytes := 0
		for k := range v.Servers[i].Raft.Log {
			bytes += v.Servers[i].Raft.Log[k].Size()
		}
		if v.Servers[i].Up && bytes > 2*limit {
			return r.Wrong("the log of %v takes %d bytes, more than %d, which is twice the limit at which it is compacted. Does Compact forget the log up to its index?", v.Servers[i].ID, bytes, 2*limit)
		}
	}
	return nil
}

func shortLogs(r *lab.Run) error {
	for range 6 {
		if err := puts(r, 15); err != nil {
			return err
		}
		if err := r.Wait(lab.Millis(120)); err != nil {
			return err
		}
		if err := tooLong(r); err != nil {
			return err
		}
	}
	return r.Alike(soon)
}

func restart(r *lab.Run) error {
	if err := puts(r, 40); err != nil {
		return err
	}
	if err := r.Alike(soon); err != nil {
		return err
	}
	for round := range 3 {
		if err := r.DoAll("crash all", "restart all"); err != nil {
			return err
		}
		for id := range raft.ID(3) {
			if s := r.Server(id + 1); s.KV.Applied < s.Raft.Snapshot.Index || s.Raft.Snapshot.Index == 0 {
				return r.Wrong("%v has started from a disk with a snapshot, but its service has applied no more than index %d, and Inspect shows a snapshot of index %d: a node that starts should Apply its snapshot first", id+1, s.KV.Applied, s.Raft.Snapshot.Index)
			}
		}
		if err := r.Ask(2, soon, "append", fmt.Sprintf("y %d.", round)); err != nil {
			return fmt.Errorf("after crash number %d: %w", round+1, err)
		}
	}
	if err := r.Everywhere(soon, "y", "0.1.2."); err != nil {
		return err
	}
	return r.Everywhere(soon, "x", "value-number-39")
}

func install(r *lab.Run) error {
	if err := puts(r, 3); err != nil {
		return err
	}
	leader, err := r.Elected(soon)
	if err != nil {
		return err
	}
	out := r.Others(leader)[r.Draw(2)]
	if err := r.Do("isolate %v", out); err != nil {
		return err
	}
	if err := puts(r, 60); err != nil {
		return err
	}
	if first := r.Server(leader).Raft.FirstIndex(); first < 20 {
		return r.Wrong("the log of %v still begins at index %d after 60 operations: it should have been compacted", leader, first)
	}
	if err := r.Do("heal"); err != nil {
		return err
	}
	if err := r.Everywhere(soon, "x", "value-number-59"); err != nil {
		return fmt.Errorf("after the heal, when %v lacks what the leader has forgotten: %w", out, err)
	}
	return r.Alike(soon)
}

func installAndCrash(r *lab.Run) error {
	for round := range 4 {
		if err := puts(r, 3); err != nil {
			return err
		}
		leader, err := r.Elected(soon)
		if err != nil {
			return err
		}
		out := r.Others(leader)[r.Draw(2, uint64(round))]
		if err := r.Do("crash %v", out); err != nil {
			return err
		}
		if err := puts(r, 40); err != nil {
			return err
		}
		if err := r.Do("restart %v", out); err != nil {
			return err
		}
		if err := r.Wait(lab.Millis(30 + r.Draw(60, uint64(round), 1))); err != nil {
			return err
		}
		if err := r.Do("tear %v", out); err != nil {
			return err
		}
		if err := r.Do("restart %v", out); err != nil {
			return err
		}
	}
	if err := r.Everywhere(soon, "x", "value-number-39"); err != nil {
		return err
	}
	return r.Alike(soon)
}

// churn disturbs servers, one at a time, under load.
func churn(verb string) func(*lab.Run) error {
	return func(r *lab.Run) error {
		if err := r.Do("load append 2"); err != nil {
			return err
		}
		for round := range 8 {
			id := raft.ID(r.Draw(5, uint64(round)) + 1)
			if err := r.Do("%s %v", verb, id); err != nil {
				return err
			}
			if err := r.Wait(lab.Millis(200 + r.Draw(300, uint64(round), 1))); err != nil {
				return err
			}
			undo := "heal"
			if verb == "crash" {
				undo = "restart " + id.String()
			}
			if err := r.Do("%s", undo); err != nil {
				return err
			}
		}
		if err := r.Settle(2 * soon); err != nil {
			return err
		}
		return r.Alike(soon)
	}
}
