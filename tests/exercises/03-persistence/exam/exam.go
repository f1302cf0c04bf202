// Package exam is the tests of exercise 3.
package exam

import (
	"fmt"
	"regexp"
	"time"

	"raftarium/netsim/cluster/script"
	"raftarium/raft"
	"raftarium/tests/exercises/lab"
)

// soon is how long what needs an election first may take.
const soon = 2 * time.Second

// Exercise is exercise 3: persistence.
func Exercise() lab.Exercise {
	return lab.Exercise{
		Number: 3, Name: "03-persistence", Title: "Persistence", Judged: lab.Raft,
		Tests: []lab.Test{
			{
				Name: "all-crash", Points: 4, Section: "Figure 2", Config: size(3, 1),
				What: "what was answered is there after all servers have crashed",
				Play: allCrash,
			},
			{
				Name: "before-the-answer", Points: 5, Section: "§5.6", Config: slow,
				What: "nothing is said before it is on disk: votes, also for oneself, and acknowledgements",
				Play: beforeTheAnswer,
			},
			{
				Name: "one-vote", Points: 3, Section: "§5.2", Config: quick, Seeds: 5,
				What: "a server that has voted does not vote again in that term after a crash",
				Play: oneVote,
			},
			{
				Name: "term-heard", Points: 2, Section: "Figure 2", Config: size(3, 1),
				What: "a term that a server has heard of is known after a crash, also if it did not vote in it",
				Play: termHeard,
			},
			{
				Name: "one-after-another", Points: 3, Section: "§5.5", Config: size(5, 2),
				What: "servers may crash one after another, and what is committed stays",
				Play: oneAfterAnother,
			},
			{
				Name: "torn", Points: 3, Config: slow,
				What: "a crash in the midst of a write loses no more than what nobody was told",
				Play: torn,
			},
			{
				Name: "figure-8", Points: 5, Section: "§5.4.2", Config: size(5, 3), Seeds: 4,
				What: "leaders that crash, or lead again, with entries of theirs half replicated never lose what is committed",
				Play: figure8,
			},
			{
				Name: "churn", Points: 5, Config: churning, Seeds: 4,
				What: "crashes and partitions under load, over a bad network, and then all is well again",
				Play: churn,
			},
			lab.Sound(2, size(3, 3), "fire 3 x", "crash leader", "fire 3 x", "restart all"),
		},
	}
}

func size(servers, clients int) func(*script.Config) {
	return func(c *script.Config) { c.Servers, c.Clients = servers, clients }
}

// slow is disks that take their time.
func slow(c *script.Config) {
	c.Servers, c.Clients, c.Disk = 3, 3, 12*time.Millisecond
}

// quick is servers that lose patience fast, so that there are many elections.
func quick(c *script.Config) {
	c.Servers, c.Clients, c.Disk = 5, 0, 2*time.Millisecond
	c.Timing.Heartbeat, c.Timing.ElectionMin, c.Timing.ElectionMax = lab.Millis(20), lab.Millis(60), lab.Millis(80)
}

func churning(c *script.Config) {
	c.Servers, c.Clients, c.Keys = 5, 4, 2
	_ = c.Set("latency", "1ms..20ms")
	_ = c.Set("loss", "5%")
	_ = c.Set("duplicate", "5%")
	_ = c.Set("reorder", "5%")
}

// alike waits until all servers hold the same. Where they do not, a leader may wait for an
// entry of its own term, which it does not write.
func alike(r *lab.Run) error {
	err := r.Alike(soon)
	return lab.Hint(err, "%s", r.NoEntryOfItsOwn())
}

func allCrash(r *lab.Run) error {
	want := ""
	for round := range 4 {
		for i := range 3 {
			if err := r.Ask(1, soon, "append", fmt.Sprintf("x %d.%d,", round, i)); err != nil {
				return fmt.Errorf("round %d: %w", round+1, err)
			}
			want += fmt.Sprintf("%d.%d,", round, i)
		}
		if err := r.Do("crash all"); err != nil {
			return err
		}
		if err := r.Wait(lab.Millis(20)); err != nil {
			return err
		}
		if err := r.Do("restart all"); err != nil {
			return err
		}
	}
	if err := r.Ask(1, soon, "append", "x end"); err != nil {
		return fmt.Errorf("after the last crash: %w", err)
	}
	return r.Everywhere(soon, "x", want+"end")
}

// beforeTheAnswer is for the checker of what was acknowledged: it compares what is
// said with what the disks hold at that time.
func beforeTheAnswer(r *lab.Run) error {
	for range 4 {
		if _, err := r.Elected(soon); err != nil {
			return err
		}
		if err := r.Do("fire 3 x"); err != nil {
			return err
		}
		if err := r.Answered(soon); err != nil {
			return err
		}
		if err := r.Do("isolate leader"); err != nil {
			return err
		}
		if err := r.Wait(lab.Millis(400)); err != nil {
			return err
		}
		if err := r.Do("heal"); err != nil {
			return err
		}
	}
	return alike(r)
}

// oneVote crashes servers just when they have voted.
func oneVote(r *lab.Run) error { return stoodBefore(votesOnce(r)) }

func votesOnce(r *lab.Run) error {
	for round := range 12 {
		if err := r.Wait(lab.Millis(60 + r.Draw(40, uint64(round)))); err != nil {
			return err
		}
		if err := r.DoAll("crash all", "restart all"); err != nil {
			return err
		}
	}
	_, err := r.Elected(soon)
	return err
}

// votedForItself is what the judge says of a server that forgot that it had stood.
var votedForItself = regexp.MustCompile(`(S\d+) voted for S\d+ in term \d+, in which it had voted for (S\d+)$`)

// stoodBefore says of a server that has voted for two, of which it is one, how that
// comes; other errors stay as they are.
func stoodBefore(err error) error {
	if err == nil {
		return nil
	}
	if m := votedForItself.FindStringSubmatch(err.Error()); m == nil || m[1] != m[2] {
		return err
	}
	return fmt.Errorf("%w. It had stood in that term, and crashed: its RequestVote went out before its own vote was durable", err)
}

// termHeard has a server stand that cannot win, so that the others hear of its term
// and do nothing else in it.
func termHeard(r *lab.Run) error {
	if err := r.Ask(1, soon, "append", "x a"); err != nil {
		return err
	}
	leader, err := r.Elected(soon)
	if err != nil {
		return err
	}
	behind, other := r.Others(leader)[0], r.Others(leader)[1]
	if err := r.Do("isolate %v", behind); err != nil {
		return err
	}
	if err := r.Ask(1, soon, "append", "x b"); err != nil {
		return err
	}
	if err := r.Wait(lab.Millis(700)); err != nil {
		return err
	}
	// Only the one that does not lead hears of it, and crashes.
	if err := r.Do("partition %v | %v %v c1", leader, behind, other); err != nil {
		return err
	}
	if err := r.Timeout(behind); err != nil {
		return err
	}
	if err := r.Wait(lab.Millis(50)); err != nil {
		return err
	}
	term := r.Server(other).Raft.Term
	if err := r.DoAll(fmt.Sprintf("crash %v", other), fmt.Sprintf("restart %v", other)); err != nil {
		return err
	}
	if now := r.Server(other).Raft.Term; now < term {
		return r.Wrong("%v is in term %d after a crash, but had heard of term %d before, and answered in it: currentTerm is to be saved before anything is said in it", other, now, term)
	}
	if err := r.Do("heal"); err != nil {
		return err
	}
	if err := r.Ask(1, soon, "append", "x c"); err != nil {
		return err
	}
	return alike(r)
}

func oneAfterAnother(r *lab.Run) error {
	for round := range 10 {
		if err := r.Ask(1, soon, "append", fmt.Sprintf("x %d.", round)); err != nil {
			return fmt.Errorf("round %d: %w", round+1, err)
		}
		down := raft.ID(round%5 + 1)
		if err := r.Do("crash %v", down); err != nil {
			return err
		}
		if err := r.Ask(2, soon, "append", fmt.Sprintf("y %d.", round)); err != nil {
			return fmt.Errorf("round %d, with %v down: %w", round+1, down, err)
		}
		if err := r.Do("restart %v", down); err != nil {
			return err
		}
	}
	if err := r.Everywhere(soon, "x", "0.1.2.3.4.5.6.7.8.9."); err != nil {
		return err
	}
	return alike(r)
}

func torn(r *lab.Run) error {
	for round := range 8 {
		if _, err := r.Elected(soon); err != nil {
			return err
		}
		if err := r.Do("fire 3 x"); err != nil {
			return err
		}
		if err := r.Wait(lab.Millis(1 + r.Draw(30, uint64(round)))); err != nil {
			return err
		}
		if err := r.Do("tear s%d", round%3+1); err != nil {
			return err
		}
		if err := r.Wait(lab.Millis(100)); err != nil {
			return err
		}
		if err := r.Do("restart all"); err != nil {
			return err
		}
	}
	if err := r.Answered(soon); err != nil {
		return err
	}
	return alike(r)
}

// oldTerm lets a leader crash with an entry that nobody else has, and lead again: it
// replicates the entry, and must not commit it by counting.
func oldTerm(r *lab.Run) error {
	if err := r.Ask(1, soon, "append", "x a"); err != nil {
		return err
	}
	old, err := r.Elected(soon)
	if err != nil {
		return err
	}
	before := r.Server(old).Raft
	last, commit := before.Last(), before.Commit
	if err := r.Do("partition %v c1 | %s c2 c3", old, lab.Names(r.Others(old)...)); err != nil {
		return err
	}
	if err := r.Do("append c1 y b"); err != nil {
		return err
	}
	if err := r.Until(lab.Millis(100), fmt.Sprintf("%v should take what its client asks for", old), func() bool {
		return r.Server(old).Raft.Last() > last
	}); err != nil {
		return err
	}
	if err := r.Wait(lab.Millis(5)); err != nil { // for the disk
		return err
	}
	if err := r.DoAll(fmt.Sprintf("crash %v", old), fmt.Sprintf("restart %v", old), "partition s1 s2 s3 s4 s5 c2 c3 | c1"); err != nil {
		return err
	}
	for range 5 {
		if s := r.Server(old); s.Raft.Role == raft.Leader {
			break
		}
		if err := r.Timeout(old); err != nil {
			return err
		}
		if err := r.Wait(lab.Millis(60)); err != nil {
			return err
		}
	}
	if err := r.Wait(lab.Millis(150)); err != nil {
		return err
	}
	s := &r.Server(old).Raft
	if e := s.Entry(s.Commit); s.Role == raft.Leader && s.Commit > commit && e != nil && e.Term < s.Term {
		return r.Wrong("%v leads term %d and has committed index %d, which is of term %d, and nothing of its own term: by counting, a leader commits only entries of its own term (and all before them)", old, s.Term, s.Commit, e.Term)
	}
	return r.Do("heal")
}

// figure8 crashes leaders shortly after they were given something, most often before
// a majority has it, with only three servers up at a time.
func figure8(r *lab.Run) error {
	if err := r.OlderTerm(1); err != nil {
		return err
	}
	for _, late := range []bool{false, true} {
		if err := r.LeadAgain(late); err != nil {
			return err
		}
	}
	if err := oldTerm(r); err != nil {
		return err
	}
	if err := r.Do("load append 2"); err != nil {
		return err
	}
	for round := range 25 {
		wait := 1 + r.Draw(12, uint64(round))
		if r.Draw(10, uint64(round), 1) == 0 {
			wait = 400
		}
		if err := r.Until(soon, "somebody should lead", func() bool { return r.Leader() != raft.None }); err != nil {
			return fmt.Errorf("round %d: %w", round+1, err)
		}
		if err := r.Wait(lab.Millis(wait)); err != nil {
			return err
		}
		if l := r.Leader(); l != raft.None {
			if err := r.Do("crash %v", l); err != nil {
				return err
			}
		}
		var down []raft.ID
		for i := range r.See().Servers {
			if s := &r.See().Servers[i]; !s.Up {
				down = append(down, s.ID)
			}
		}
		for len(down) > 2 {
			k := r.Draw(len(down), uint64(round), 2)
			if err := r.Do("restart %v", down[k]); err != nil {
				return err
			}
			down = append(down[:k], down[k+1:]...)
		}
	}
	if err := r.DoAll("load none", "restart all"); err != nil {
		return err
	}
	if err := r.Answered(2 * soon); err != nil {
		return err
	}
	return alike(r)
}

func churn(r *lab.Run) error {
	if err := r.Do("load append 2"); err != nil {
		return err
	}
	for round := range 12 {
		n := uint64(round)
		if err := r.Wait(lab.Millis(100 + r.Draw(300, n))); err != nil {
			return err
		}
		id := raft.ID(r.Draw(5, n, 1) + 1)
		line := ""
		switch s := r.Server(id); {
		case !s.Up:
			line = "restart " + id.String()
		case r.Draw(3, n, 2) == 0:
			line = "isolate " + id.String()
		case r.Draw(3, n, 3) == 0:
			line = "heal"
		case r.Draw(2, n, 4) == 0:
			line = "tear " + id.String()
		default:
			line = "crash " + id.String()
		}
		if err := r.Do("%s", line); err != nil {
			return err
		}
	}
	if err := r.Settle(2 * soon); err != nil {
		return err
	}
	return alike(r)
}
