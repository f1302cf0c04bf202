// Package exam is the tests of exercise 1.
package exam

import (
	"fmt"
	"time"

	"raftarium/netsim/cluster"
	"raftarium/netsim/cluster/script"
	"raftarium/raft"
	"raftarium/tests/exercises/lab"
)

// soon is how long an election may take: several election timeouts.
const soon = 2 * time.Second

// Exercise is exercise 1: leader election.
func Exercise() lab.Exercise {
	e := lab.Exercise{
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
				What: "who is behind learns of the later term from replies, and a leader that steps down so stands again when it hears nobody",
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
	// Elections fail in many ways, and nearly all of them where a vote is never forgotten.
	for i := range e.Tests {
		play := e.Tests[i].Play
		e.Tests[i].Play = func(r *lab.Run) error {
			err := play(r)
			if err == nil {
				return nil
			}
			return lab.Hint(err, "%s", keptVote(r))
		}
	}
	return e
}

// keptVote says of a server that its vote is one of an earlier term, "" if none shows
// that, now or as the run would go on for a while.
func keptVote(r *lab.Run) string {
	var v cluster.View
	for on := r.Session.Clone(); on.Now().Sub(r.Now()) < time.Second; on.Advance(lab.Millis(5)) {
		on.View(&v)
		for i := range v.Servers {
			if s := &v.Servers[i].Raft; s.Vote != raft.None && ofBefore(s, v.Servers) {
				return fmt.Sprintf("%v is in term %d with a vote for %v, which has not stood in that term, and so refuses others: is the vote forgotten when the term changes?", v.Servers[i].ID, s.Term, s.Vote)
			}
		}
	}
	return ""
}

// ofBefore reports whether a vote must be one of an earlier term: who got it is not in
// the server's term yet, or votes for another in it. Who has stood itself is a candidate,
// or has heard of the leader of the term.
func ofBefore(s *raft.Status, all []cluster.ServerView) bool {
	if s.Vote == s.ID {
		return s.Role == raft.Follower && s.Leader == raft.None
	}
	for i := range all {
		if of := &all[i].Raft; of.ID == s.Vote {
			return of.Term < s.Term || of.Term == s.Term && of.Vote != of.ID
		}
	}
	return false
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

// stepsDown has a candidate and a leader hear of a later term in a reply, and of nobody
// after that: no vote that they grant and no heartbeat sets their timers.
func stepsDown(r *lab.Run) error {
	if err := answersTheOld(r); err != nil {
		return err
	}
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
	// It stands in vain. What it asks for is gone before the heartbeats reach it again,
	// and it does not stand once more before it has answered them.
	if err := r.Timeout(others[0]); err != nil {
		return err
	}
	if err := r.Wait(lab.Millis(20)); err != nil {
		return err
	}
	if err := r.Do("partition %v %v | %v", old, others[0], others[1]); err != nil {
		return err
	}
	if err := r.Until(r.Config().Timing.Heartbeat+lab.Millis(30), fmt.Sprintf("%v, which leads term %d, should step down, now that %v answers its heartbeats in a later term", old, term, others[0]), func() bool {
		return r.Server(old).Raft.Role != raft.Leader
	}); err != nil {
		return lab.Hint(err, laterTerms)
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

// laterTerms is what §5.1 says of terms in requests and replies.
const laterTerms = "Whoever gets a message of an older term answers it with its own, and whoever hears of a later one, in a reply as in a request, becomes a follower in it (§5.1)"

// answersTheOld has a candidate stand before a server that is terms ahead, and hear of
// that in its reply, from which alone it can know.
func answersTheOld(r *lab.Run) error {
	if err := r.Do("partition s1 | s2 | s3"); err != nil {
		return err
	}
	for range 3 {
		if err := r.Timeout(2); err != nil {
			return err
		}
	}
	// It is not woken again before it has answered.
	if err := r.DoAll("partition s1 | s2 s3", "timeout s3"); err != nil {
		return err
	}
	if err := r.Until(lab.Millis(30), fmt.Sprintf("s3, which has asked s2 for its vote, should hear from it that it is in term %d", r.Server(2).Raft.Term), func() bool {
		return r.Server(3).Raft.Term >= r.Server(2).Raft.Term
	}); err != nil {
		return lab.Hint(err, laterTerms)
	}
	return r.Do("heal")
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
			if keptVote(r) != "" {
				return err
			}
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
