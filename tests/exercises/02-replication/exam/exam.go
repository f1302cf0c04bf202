// Package exam is the tests of exercise 2.
package exam

import (
	"errors"
	"fmt"
	"time"

	"raftarium/netsim/cluster/script"
	"raftarium/raft"
	"raftarium/tests/exercises/lab"
)

// soon is how long what needs an election first may take.
const soon = 2 * time.Second

// Exercise is exercise 2: log replication.
func Exercise() lab.Exercise {
	return lab.Exercise{
		Number: 2, Name: "02-replication", Title: "Log replication", Judged: lab.Logs, Partly: true,
		Tests: []lab.Test{
			{
				Name: "agreement", Points: 3, Section: "§5.3", Config: size(3, 1),
				What: "what a client appends is applied by every server, in order",
				Play: agreement,
			},
			{
				Name: "together", Points: 2, Section: "§5.3", Config: size(5, 8),
				What: "clients that append at once all get their answers",
				Play: together,
			},
			{
				Name: "one-cut-off", Points: 2, Section: "§5.3", Config: size(3, 1),
				What: "two of three servers go on, and the third catches up when it is back",
				Play: oneCutOff,
			},
			{
				Name: "no-majority", Points: 3, Section: "§5.3", Config: size(3, 1),
				What: "a leader that reaches nobody commits nothing; once it does, it does",
				Play: noMajority,
			},
			{
				Name: "next-leader", Points: 2, Section: "§5.4", Config: size(3, 1),
				What: "a new leader has all that was committed before it, and commits what is older than its term only with an entry of its own",
				Play: nextLeader,
			},
			{
				Name: "restriction", Points: 3, Section: "§5.4.1", Config: size(5, 1), Seeds: 5,
				What: "nobody is elected who lacks what is committed",
				Play: restriction,
			},
			{
				Name: "only-one", Points: 2, Section: "§5.2, §5.4.1", Config: size(3, 1),
				What: "a leader that stepped down, and alone can win, stands again",
				Play: onlyOne,
			},
			{
				Name: "rejoin", Points: 4, Section: "§5.3", Config: size(5, 2),
				What: "what an old leader wrote, alone or with one other, gives way to what a majority has, and counts no more",
				Play: gives,
			},
			{
				Name: "lost", Points: 2, Section: "§5.3", Config: size(3, 2), Ledger: true,
				What: "a proposal gets its answer at once, and a second one, Lost, if its place is lost",
				Play: lost,
			},
			{
				Name: "old-tail", Points: 3, Section: "§5.4.1", Config: size(3, 6),
				What: "a log that is longer, and ends in an older term, neither wins an election nor stays",
				Play: oldTail,
			},
			{
				Name: "far-behind", Points: 2, Section: "§5.3", Config: patient,
				What: "a follower far behind catches up, though its refusals are late, and several answer the same",
				Play: farBehind,
			},
			{
				Name: "economy", Points: 2, Section: "§5.3", Config: size(3, 1),
				What: "an operation takes a few messages, not many",
				Play: economy,
			},
			{
				Name: "rough", Points: 4, Section: "§5.3", Config: rough, Seeds: 4,
				What: "over a network that loses, doubles and delays, all servers end with the same",
				Play: roughTimes,
			},
			lab.Sound(2, size(3, 3), "fire 3 x", "isolate leader", "fire 3 x", "heal"),
		},
	}
}

func size(servers, clients int) func(*script.Config) {
	return func(c *script.Config) { c.Servers, c.Clients = servers, clients }
}

func rough(c *script.Config) {
	c.Servers, c.Clients, c.Keys = 5, 5, 3
	_ = c.Set("latency", "1ms..27ms")
	_ = c.Set("duplicate", "10%")
	_ = c.Set("reorder", "10%")
	_ = c.Set("loss", "10%")
}

func agreement(r *lab.Run) error {
	if err := r.Appends(soon, 0, 10); err != nil {
		return err
	}
	return r.Everywhere(lab.Millis(500), "x", lab.Numbers(10))
}

func together(r *lab.Run) error {
	if _, err := r.Elected(soon); err != nil {
		return err
	}
	for range 5 {
		if err := r.Do("fire 8 x"); err != nil {
			return err
		}
		if err := r.Answered(soon); err != nil {
			return err
		}
	}
	return r.Alike(lab.Millis(500))
}

func oneCutOff(r *lab.Run) error {
	if err := r.Appends(soon, 0, 2); err != nil {
		return err
	}
	out := r.Others(r.Leader())[r.Draw(2)]
	if err := r.Do("isolate %v", out); err != nil {
		return err
	}
	if err := r.Appends(soon, 2, 8); err != nil {
		return fmt.Errorf("with %v cut off: %w", out, err)
	}
	if err := r.Do("heal"); err != nil {
		return err
	}
	if err := r.Appends(soon, 10, 2); err != nil {
		return err
	}
	return r.Everywhere(soon, "x", lab.Numbers(12))
}

func noMajority(r *lab.Run) error {
	if err := r.Appends(soon, 0, 2); err != nil {
		return err
	}
	leader, err := r.Elected(soon)
	if err != nil {
		return err
	}
	commit := r.Server(leader).Raft.Commit
	if err := r.Do("isolate %v", leader); err != nil {
		return err
	}
	if err := r.Do("cut c1 %v", r.Others(leader)[0]); err != nil {
		return err
	}
	if err := r.Do("cut c1 %v", r.Others(leader)[1]); err != nil {
		return err
	}
	if err := r.Do("append c1 x 2."); err != nil {
		return err
	}
	if err := r.Always(time.Second, func() error {
		if now := r.Server(leader).Raft.Commit; now > commit {
			return fmt.Errorf("%v reaches no other server, but has committed index %d: it takes a majority to commit", leader, now)
		}
		if len(r.Busy(1)) == 0 {
			return errors.New("c1 has its answer, though no majority has what it appended")
		}
		return nil
	}); err != nil {
		return err
	}
	if err := r.Do("heal"); err != nil {
		return err
	}
	if err := r.Answered(soon, 1); err != nil {
		return fmt.Errorf("after the heal: %w", err)
	}
	return r.Everywhere(soon, "x", lab.Numbers(3))
}

func nextLeader(r *lab.Run) error {
	for i := range 3 {
		if err := r.Appends(soon, 3*i, 3); err != nil {
			return fmt.Errorf("under leader number %d: %w", i+1, err)
		}
		leader, err := r.Elected(soon)
		if err != nil {
			return err
		}
		if err := r.Do("isolate %v", leader); err != nil {
			return err
		}
		if _, err := r.Another(soon, leader); err != nil {
			return err
		}
		if err := r.Do("heal"); err != nil {
			return err
		}
	}
	if err := r.Appends(soon, 9, 1); err != nil {
		return err
	}
	if err := r.Everywhere(soon, "x", lab.Numbers(10)); err != nil {
		return err
	}
	return r.OlderTerm(1)
}

// restriction lets two servers fall behind, and then stand before those who are not.
func restriction(r *lab.Run) error {
	if err := r.Appends(soon, 0, 1); err != nil {
		return err
	}
	leader, err := r.Elected(soon)
	if err != nil {
		return err
	}
	behind := r.Others(leader)[:2]
	if err := r.Do("isolate %s", lab.Names(behind...)); err != nil {
		return err
	}
	if err := r.Appends(soon, 1, 4); err != nil {
		return err
	}
	// The two have stood in vain, and so know of a later term than the others.
	if err := r.Wait(time.Second); err != nil {
		return err
	}
	// Two of three that have it all are left, and those who have not.
	if err := r.Do("isolate %v", leader); err != nil {
		return err
	}
	for range 3 {
		if err := r.Timeout(behind...); err != nil {
			return err
		}
		if err := r.Wait(lab.Millis(60)); err != nil {
			return err
		}
		for _, id := range behind {
			if s := r.Server(id); s.Raft.Role == raft.Leader {
				return r.Wrong("%v leads term %d, but it lacks entries that are committed: its log ends at index %d", id, s.Raft.Term, s.Raft.Last())
			}
		}
	}
	if err := r.Do("heal"); err != nil {
		return err
	}
	if err := r.Appends(soon, 5, 1); err != nil {
		return err
	}
	return r.Everywhere(soon, "x", lab.Numbers(6))
}

// onlyOne leaves the old leader, and one that lacks what is committed. The vote that the
// leader refuses it, in a later term, sets no timer.
func onlyOne(r *lab.Run) error {
	if err := r.Appends(soon, 0, 1); err != nil {
		return err
	}
	old, err := r.Elected(soon)
	if err != nil {
		return err
	}
	behind, other := r.Others(old)[0], r.Others(old)[1]
	if err := r.Do("isolate %v", behind); err != nil {
		return err
	}
	if err := r.Appends(soon, 1, 3); err != nil {
		return err
	}
	term := r.Server(old).Raft.Term
	if err := r.Until(soon, fmt.Sprintf("%v, which is cut off, should stand for election", behind), func() bool {
		return r.Server(behind).Raft.Term > term
	}); err != nil {
		return err
	}
	if err := r.Do("partition %v %v c1 | %v", old, behind, other); err != nil {
		return err
	}
	if err := r.Until(soon, fmt.Sprintf("%v, which leads term %d, should step down, now that it hears of a later term", old, term), func() bool {
		return r.Server(old).Raft.Term > term
	}); err != nil {
		return err
	}
	if _, err := r.Elected(2 * soon); err != nil {
		return lab.Hint(err, "%v has all that is committed, %v does not: it must be %v, which stepped down", old, behind, old)
	}
	if err := r.Appends(soon, 4, 1); err != nil {
		return err
	}
	if err := r.Do("heal"); err != nil {
		return err
	}
	return r.Everywhere(soon, "x", lab.Numbers(5))
}

func rejoin(r *lab.Run) error {
	if err := r.Ask(1, soon, "append", "x a."); err != nil {
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
	// This one waits in the log of the old leader, alone.
	if err := r.Do("append c1 x b."); err != nil {
		return err
	}
	if err := r.Ask(2, soon, "append", "x c."); err != nil {
		return fmt.Errorf("in the majority, %w", err)
	}
	if err := r.Everywhere(soon, "x", "a.c.", others...); err != nil {
		return err
	}
	if got := r.Value(old, "x"); got != "a." {
		return r.Wrong("%v, which is cut off, has %q at x: it has applied what no majority has", old, got)
	}
	if err := r.Do("heal"); err != nil {
		return err
	}
	if err := r.Answered(soon, 1); err != nil {
		return fmt.Errorf("after the heal: %w", err)
	}
	if err := r.Everywhere(soon, "x", "a.c.b."); err != nil {
		return fmt.Errorf("after the heal, when the old leader's log should give way, and its client ask again: %w", err)
	}
	return nil
}

// gives is rejoin, and then servers lead again that had entries which others have lost.
func gives(r *lab.Run) error {
	if err := rejoin(r); err != nil {
		return err
	}
	for _, late := range []bool{false, true} {
		if err := r.LeadAgain(late); err != nil {
			return err
		}
	}
	return nil
}

// lost looks at what was answered to commands that lose their places, as in rejoin, and
// to others.
func lost(r *lab.Run) error {
	err, owed := rejoin(r), r.Owed()
	switch {
	case owed == nil:
		return err
	case err == nil:
		return r.Wrong("%w", owed)
	}
	return lab.Hint(err, "%v", owed)
}

// patient is servers that wait for long, so that a leader is not lost to a slow network.
func patient(c *script.Config) {
	c.Servers, c.Clients = 3, 1
	c.Timing.ElectionMin, c.Timing.ElectionMax = lab.Millis(400), lab.Millis(800)
}

// farBehind has more than one heartbeat on its way before the first is refused.
func farBehind(r *lab.Run) error {
	const n = 6
	leader, err := r.Elected(2 * soon)
	if err != nil {
		return err
	}
	behind := r.Others(leader)[r.Draw(2)]
	if err := r.Do("isolate %v", behind); err != nil {
		return err
	}
	if err := r.Appends(soon, 0, n); err != nil {
		return err
	}
	// It stands in vain, and so there is a new leader once it is back.
	term := r.Server(leader).Raft.Term
	if err := r.Until(soon, fmt.Sprintf("%v, which is cut off, should stand for election", behind), func() bool {
		return r.Server(behind).Raft.Term > term
	}); err != nil {
		return err
	}
	if err := r.DoAll("latency 60ms..80ms", "heal"); err != nil {
		return err
	}
	if err := r.Everywhere(3*soon, "x", lab.Numbers(n)); err != nil {
		return fmt.Errorf("while refusals of %v come late, and more than one of the same try: %w", behind, err)
	}
	return r.Alike(soon)
}

func economy(r *lab.Run) error {
	if err := r.Appends(soon, 0, 1); err != nil {
		return err
	}
	if _, err := r.Elected(soon); err != nil {
		return err
	}
	before, start := r.Words(), r.Now()
	const operations = 20
	if err := r.Appends(soon, 1, operations); err != nil {
		return err
	}
	sent := r.Words() - before
	beats := int(r.Now().Sub(start)/r.Config().Timing.Heartbeat) + 1
	// An append to each of two followers and its reply, and perhaps once more to say
	// that it is committed; and heartbeats.
	if most := operations*(4+4) + beats*4; sent > most {
		return r.Wrong("the servers have sent %d messages for %d operations, one after another; %d are enough, heartbeats included", sent, operations, most)
	}
	return nil
}

func roughTimes(r *lab.Run) error {
	if err := r.Do("load append 3"); err != nil {
		return err
	}
	for round := range 4 {
		if err := r.Wait(lab.Millis(500)); err != nil {
			return err
		}
		cut := raft.ID(r.Draw(5, uint64(round)) + 1)
		if l := r.Leader(); l != raft.None && round%2 == 0 {
			cut = l
		}
		if err := r.Do("isolate %v", cut); err != nil {
			return err
		}
		if err := r.Wait(lab.Millis(400)); err != nil {
			return err
		}
		if err := r.Do("heal"); err != nil {
			return err
		}
	}
	if err := r.Settle(soon); err != nil {
		return err
	}
	return r.Alike(soon)
}
