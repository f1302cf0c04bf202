// Package exam is the tests of exercise 1.
package exam

import (
	"fmt"
	"time"

	"raftarium/netsim/cluster/script"
	"raftarium/raft"
	"raftarium/tests/exercises/lab"
)

// soon is how long an election may take: several election timeouts.
const soon = 2 * time.Second

// Exercise is exercise 1: leader election.
func Exercise() lab.Exercise {
	return lab.Exercise{
		Number: 1, Name: "01-election", Title: "Leader election", Judged: lab.Elections, Partly: true,
		Tests: []lab.Test{
			{
				Name: "one-leader", Points: 3, Section: "§5.2",
				What: "of three servers one becomes leader, and the others follow it",
				Play: oneLeader,
			},
			{
				Name: "stays", Points: 3, Section: "§5.2", Config: servers(5),
				What: "a leader whose heartbeats arrive leads on, in its term",
				Play: stays,
			},
			{
				Name: "quiet", Points: 2, Section: "§5.2", Config: servers(5),
				What: "a leader speaks once in each heartbeat interval, and nobody speaks more",
				Play: quiet,
			},
			{
				Name: "next-leader", Points: 3, Section: "§5.1, §5.2",
				What: "when the leader is cut off another one follows, in a later term, and the old one gives way when it is back",
				Play: nextLeader,
			},
			{
				Name: "steps-down", Points: 2, Section: "§5.1, §5.2",
				What: "a leader that has stepped down stands again when it hears nobody",
				Play: stepsDown,
			},
			{
				Name: "no-majority", Points: 3, Section: "§5.2", Config: servers(5),
				What: "without a majority nobody is elected, and with one again somebody is",
				Play: noMajority,
			},
			{
				Name: "two-halves", Points: 2, Section: "§5.2", Config: servers(4),
				What: "of four servers, two are no majority",
				Play: twoHalves,
			},
			{
				Name: "split-votes", Points: 3, Section: "§5.2", Config: servers(5), Seeds: 5,
				What: "when all stand at once and nobody wins, they stand again",
				Play: splitVotes,
			},
			{
				Name: "late-words", Points: 4, Section: "§5.1", Config: late, Seeds: 5,
				What: "votes and heartbeats of old terms, late and repeated, change nothing",
				Play: lateWords,
			},
			{
				Name: "many-elections", Points: 3, Section: "§5.2", Config: servers(7),
				What: "seven servers, of which three at a time are cut off, always elect one leader",
				Play: manyElections(10),
			},
			lab.Sound(2, servers(5), "isolate s1", "heal", "isolate s2 s3", "heal"),
		},
	}
}

func servers(n int) func(*script.Config) { return func(c *script.Config) { c.Servers = n } }

// late is a network on which messages take their time, get lost, come twice and
// overtake each other.
func late(c *script.Config) {
	c.Servers = 5
	_ = c.Set("latency", "1ms..40ms")
	_ = c.Set("loss", "5%")
	_ = c.Set("duplicate", "20%")
	_ = c.Set("reorder", "20%")
}

func oneLeader(r *lab.Run) error {
	leader, err := r.Elected(soon)
	if err != nil {
		return err
	}
	return followed(r, leader)
}

// followed waits until all others follow a leader.
func followed(r *lab.Run, leader raft.ID) error {
	return r.Until(lab.Millis(500), fmt.Sprintf("all others should follow %v, which leads", leader), func() bool {
		for _, id := range r.Others(leader) {
			if s := r.Server(id); s.Raft.Role != raft.Follower || s.Raft.Leader != leader {
				return false
			}
		}
		return true
	})
}

func stays(r *lab.Run) error {
	leader, err := r.Elected(soon)
	if err != nil {
		return err
	}
	term := r.Server(leader).Raft.Term
	return r.Always(3*time.Second, func() error {
		if l := r.Leader(); l != leader || r.Server(leader).Raft.Term != term {
			return fmt.Errorf("%s, though %v leads term %d and nothing has failed. %s", stood(r, term), leader, term, whyStood(r, leader, term))
		}
		return nil
	})
}

// whoStood is a server that has stood for election in a term later than one, raft.None if
// none shows it: the vote of others says who did, even if it has got no further since.
func whoStood(r *lab.Run, after raft.Term) raft.ID {
	for i := range r.See().Servers {
		if s := &r.See().Servers[i].Raft; s.Term > after && s.Vote != raft.None {
			return s.Vote
		}
	}
	return raft.None
}

// stood says who has stood in a term later than one.
func stood(r *lab.Run, after raft.Term) string {
	if id := whoStood(r, after); id != raft.None {
		return fmt.Sprintf("%v has stood for election", id)
	}
	return "there is another election"
}

// whyStood is what to ask of a leader's term in which somebody stands.
func whyStood(r *lab.Run, leader raft.ID, term raft.Term) string {
	if whoStood(r, term) == leader {
		return "Whoever wins an election cancels its TimerElection: a leader does not stand against itself"
	}
	return "Does the leader send heartbeats, and do they reset the election timer of followers?"
}

func quiet(r *lab.Run) error {
	if _, err := r.Elected(soon); err != nil {
		return err
	}
	before := r.Words()
	const length = 2 * time.Second
	if err := r.Wait(length); err != nil {
		return err
	}
	sent := r.Words() - before
	others := r.Config().Servers - 1
	most := 2 * others * (int(length/r.Config().Timing.Heartbeat) + 2)
	if sent > most {
		return r.Wrong("the servers have sent %d messages in %v, with nothing to do; a heartbeat to each of %d servers every %v, and its reply, come to %d at most", sent, length, others, r.Config().Timing.Heartbeat, most)
	}
	if sent < others*int(length/r.Config().Timing.ElectionMin) {
		return r.Wrong("the servers have sent only %d messages in %v: a leader should be heard from well within the election timeout of %v", sent, length, r.Config().Timing.ElectionMin)
	}
	return nil
}

func nextLeader(r *lab.Run) error {
	first, err := r.Elected(soon)
	if err != nil {
		return err
	}
	term := r.Server(first).Raft.Term
	if err := r.Do("isolate %v", first); err != nil {
		return err
	}
	if err := r.Until(soon, fmt.Sprintf("one of the others should lead a later term, now that %v is cut off", first), func() bool {
		l := r.Leader()
		return l != raft.None && l != first && r.Server(l).Raft.Term > term
	}); err != nil {
		return err
	}
	if s := r.Server(first).Raft; s.Term > term {
		return r.Wrong("%v, which led term %d and is cut off, has stood for election and is in term %d: whoever wins an election cancels its TimerElection", first, term, s.Term)
	}
	if err := r.Do("heal"); err != nil {
		return err
	}
	next := r.Leader()
	term = r.Server(next).Raft.Term
	if err := r.Always(lab.Millis(200), func() error {
		if s := r.Server(next); s.Raft.Role != raft.Leader || s.Raft.Term != term {
			if whoStood(r, term) != raft.None {
				return fmt.Errorf("%s, though %v leads term %d and all hear it. %s", stood(r, term), next, term, whyStood(r, next, term))
			}
			return fmt.Errorf("%v does not lead term %d any more, now that %v, which had led an older term, is back: a message of an older term should change nothing", next, term, first)
		}
		return nil
	}); err != nil {
		return err
	}
	return r.Until(soon, fmt.Sprintf("%v, which led before, should follow the new leader, now that it hears of its term", first), func() bool {
		s := r.Server(first)
		return s.Raft.Role == raft.Follower && s.Raft.Leader == next
	})
}

// stepsDown has a leader hear of a later term in a reply, and of nobody after that: no
// vote that it grants and no heartbeat sets its timer.
func stepsDown(r *lab.Run) error {
	old, err := r.Elected(soon)
	if err != nil {
		return err
	}
	if err := followed(r, old); err != nil {
		return err
	}
	term := r.Server(old).Raft.Term
	others := r.Others(old)
	if err := r.Do("isolate %v", others[0]); err != nil {
		return err
	}
	if err := r.Until(soon, fmt.Sprintf("%v, which is cut off, should stand for election", others[0]), func() bool {
		return r.Server(others[0]).Raft.Term > term
	}); err != nil {
		return err
	}
	// What it asks for in vain is gone before the heartbeats reach it again.
	if err := r.Wait(lab.Millis(20)); err != nil {
		return err
	}
	if err := r.Do("partition %v %v | %v", old, others[0], others[1]); err != nil {
		return err
	}
	if err := r.Until(lab.Millis(500), fmt.Sprintf("%v, which leads term %d, should step down, now that %v answers in a later term", old, term, others[0]), func() bool {
		return r.Server(old).Raft.Role != raft.Leader
	}); err != nil {
		return err
	}
	heard := r.Server(old).Raft.Term
	if err := r.Do("isolate %v", old); err != nil {
		return err
	}
	if err := r.Until(time.Second, fmt.Sprintf("%v, which led term %d, has stepped down and hears nobody: it should stand for election", old, term), func() bool {
		return r.Server(old).Raft.Term > heard
	}); err != nil {
		return lab.Hint(err, "A leader has no TimerElection that runs. Does it set it when it steps down?")
	}
	if err := r.Do("heal"); err != nil {
		return err
	}
	_, err = r.Elected(soon)
	return err
}

func noMajority(r *lab.Run) error {
	first, err := r.Elected(soon)
	if err != nil {
		return err
	}
	term := r.Server(first).Raft.Term
	others := r.Others(first)
	// Two, two and one: nobody has three.
	if err := r.Do("partition %s | %s | %v", lab.Names(others[:2]...), lab.Names(others[2:]...), first); err != nil {
		return err
	}
	if err := r.Always(2*time.Second, func() error {
		if l := r.Leader(); l != raft.None && r.Server(l).Raft.Term > term {
			return fmt.Errorf("%v leads term %d, but it reaches only one server besides itself: a leader needs the votes of 3 of 5", l, r.Server(l).Raft.Term)
		}
		return nil
	}); err != nil {
		return err
	}
	if err := r.Do("heal"); err != nil {
		return err
	}
	_, err = r.Elected(soon)
	return err
}

func twoHalves(r *lab.Run) error {
	first, err := r.Elected(soon)
	if err != nil {
		return err
	}
	term := r.Server(first).Raft.Term
	others := r.Others(first)
	if err := r.Do("partition %v %v | %s", first, others[0], lab.Names(others[1:]...)); err != nil {
		return err
	}
	if err := r.Always(time.Second, func() error {
		for _, id := range others[1:] {
			if s := r.Server(id); s.Raft.Role == raft.Leader {
				return fmt.Errorf("%v leads term %d, but it reaches only one server besides itself, and %v leads term %d with the other two: a majority of 4 is 3 (raft.Quorum)", id, s.Raft.Term, first, term)
			}
		}
		return nil
	}); err != nil {
		return err
	}
	if err := r.Do("heal"); err != nil {
		return err
	}
	_, err = r.Elected(soon)
	return err
}

func splitVotes(r *lab.Run) error {
	for round := range 4 {
		if _, err := r.Elected(soon); err != nil {
			return fmt.Errorf("round %d: %w", round+1, err)
		}
		leader := r.Leader()
		if err := followed(r, leader); err != nil {
			return err
		}
		// The leader cannot be heard, and all others run out of patience at once.
		if err := r.Do("isolate %v", leader); err != nil {
			return err
		}
		if err := r.Timeout(r.Others(leader)...); err != nil {
			return err
		}
		if err := r.Until(3*time.Second, "one of those who stood at once should lead in the end", func() bool {
			l := r.Leader()
			return l != raft.None && l != leader
		}); err != nil {
			return lab.Hint(err, "Does a candidate set its timer again, and start a new election when it runs out?")
		}
		if err := r.Do("heal"); err != nil {
			return err
		}
	}
	return nil
}

// lateWords has servers stand one after another, so fast that votes for one election
// arrive in the next.
func lateWords(r *lab.Run) error {
	n := r.Config().Servers
	for round := range 6 {
		for k := range 8 {
			id := raft.ID(r.Draw(n, uint64(round), uint64(k)) + 1)
			if r.Server(id).Raft.Role == raft.Leader {
				continue
			}
			if err := r.Timeout(id); err != nil {
				return err
			}
			if err := r.Wait(lab.Millis(r.Draw(15, uint64(round), uint64(k), 1))); err != nil {
				return err
			}
		}
		if _, err := r.Elected(4 * time.Second); err != nil {
			return fmt.Errorf("round %d: %w", round+1, err)
		}
	}
	return nil
}

// manyElections cuts off a minority that is drawn, again and again.
func manyElections(rounds int) func(*lab.Run) error {
	return func(r *lab.Run) error {
		n := r.Config().Servers
		for round := range rounds {
			var cut []raft.ID
			if l := r.Leader(); l != raft.None {
				cut = append(cut, l)
			}
			for k := uint64(0); len(cut) < (n-1)/2; k++ {
				id := raft.ID(r.Draw(n, uint64(round), k) + 1)
				if len(r.Others(append(cut, id)...)) < n-len(cut) {
					cut = append(cut, id)
				}
			}
			if err := r.Do("isolate %s", lab.Names(cut...)); err != nil {
				return err
			}
			if err := r.Wait(lab.Millis(300 + r.Draw(500, uint64(round), 99))); err != nil {
				return err
			}
			if err := r.Do("heal"); err != nil {
				return err
			}
			if _, err := r.Elected(4 * time.Second); err != nil {
				return fmt.Errorf("round %d, after %s had been cut off: %w", round+1, lab.Names(cut...), err)
			}
		}
		return nil
	}
}
