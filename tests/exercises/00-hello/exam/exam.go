// Package exam is the tests of exercise 0.
package exam

import (
	"fmt"

	"raftarium/netsim/cluster/script"
	"raftarium/raft"
	"raftarium/tests/exercises/lab"
)

// Exercise is exercise 0: a node that is already done.
func Exercise() lab.Exercise {
	return lab.Exercise{
		Number: 0, Name: "00-hello", Title: "Hello, raftarium", Judged: lab.Everything,
		Tests: []lab.Test{
			{
				Name: "leads-alone", Points: 1, Section: "§5.2", Config: one,
				What: "the only server of a cluster becomes its leader",
				Play: func(r *lab.Run) error {
					_, err := r.Elected(lab.Millis(500))
					return err
				},
			},
			{
				Name: "answers", Points: 1, Section: "§5.3", Config: one,
				What: "what a client appends is applied, and the client hears of it",
				Play: func(r *lab.Run) error {
					if _, err := r.Elected(lab.Millis(500)); err != nil {
						return err
					}
					for i := range 5 {
						if err := r.Ask(1, lab.Millis(500), "append", fmt.Sprintf("x %d.", i)); err != nil {
							return err
						}
					}
					return r.Everywhere(0, "x", "0.1.2.3.4.")
				},
			},
			{
				Name: "remembers", Points: 1, Section: "Figure 2", Config: one,
				What: "a server that crashes knows all again when it is back",
				Play: func(r *lab.Run) error {
					if err := r.Ask(1, lab.Millis(1000), "put", "x kept"); err != nil {
						return err
					}
					term := r.Server(1).Raft.Term
					if err := r.DoAll("crash s1", "restart s1"); err != nil {
						return err
					}
					if _, err := r.Elected(lab.Millis(500)); err != nil {
						return err
					}
					if now := r.Server(1).Raft.Term; now <= term {
						return r.Wrong("s1 leads term %d after a crash, but it had led term %d before: it should know its term again, and stand in a later one", now, term)
					}
					return r.Everywhere(lab.Millis(500), "x", "kept", raft.ID(1))
				},
			},
			lab.Sound(1, one, "append c1 x a", "append c1 x b", "append c1 x c", "append c1 x d", "crash s1", "restart s1"),
		},
	}
}

// one is a cluster of one server and one client.
func one(c *script.Config) { c.Servers, c.Clients = 1, 1 }
