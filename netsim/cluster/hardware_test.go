package cluster_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"raftarium/netsim"
	"raftarium/netsim/cluster"
	"raftarium/netsim/cluster/check"
	"raftarium/netsim/cluster/script"
	"raftarium/raft"
)

func TestATornDiskHoldsWholeRecordsOfTheWriteOnly(t *testing.T) {
	// S1 asks for three saves: the first is written alone, the others together. It
	// is torn in the midst of the second write.
	got := map[int]int{}
	for seed := range uint64(60) {
		logs := map[raft.ID]*seen{}
		cfg := config(slowDisk)
		cfg.Seed = seed
		s := openCode(t, writer(4, logs), cfg, cluster.Options{Narrate: true})
		pass(s, 7)
		do(t, s, "tear s1", "restart s1")
		start := logs[1].starts[1]
		n := len(start.Log)
		got[n]++
		if n < 1 || n > 4 || start.State.Term != raft.Term(n) {
			t.Fatalf("seed %d: S1 starts with %d entries in term %d", seed, n, start.State.Term)
		}
		want := fmt.Sprintf("The disk of S1 is torn: of 3 records %d are whole, and the next is dropped, for its checksum is wrong", n-1)
		if n == 4 {
			want = "The disk of S1 had just ended its write: it holds more than S1 was told"
		}
		if text, _ := told(s, 0); !strings.Contains(text, want) || !strings.Contains(text, "You crash S1 in the midst of a write") {
			t.Fatalf("seed %d: nothing is told of %q in\n%s", seed, want, text)
		}
		// Nobody heard of it, whatever the disk holds.
		pass(s, 30)
		for _, term := range logs[2].got {
			if term == 3 || term == 4 {
				break // from its second life, which writes all of them again
			}
		}
	}
	for n := 1; n <= 4; n++ {
		if got[n] == 0 {
			t.Errorf("no tear left %d entries: %v", n, got)
		}
	}
}

func TestATearOfAnIdleDiskIsACrash(t *testing.T) {
	logs := map[raft.ID]*seen{}
	s := openCode(t, writer(1, logs), config(slowDisk), cluster.Options{Narrate: true})
	pass(s, 20)
	do(t, s, "tear s1")
	if text, _ := told(s, 0); !strings.Contains(text, "The disk of S1 was not writing: nothing is torn") {
		t.Error(text)
	}
	refuses(t, s, "tear s1", "s1 is down already")
	do(t, s, "restart s1")
	if n := len(logs[1].starts[1].Log); n != 1 {
		t.Errorf("its disk has %d entries", n)
	}
}

// refuses checks that an action is refused and why.
func refuses(t *testing.T, s *cluster.Session, line, why string) {
	t.Helper()
	if _, err := s.Do(line); err == nil || !strings.Contains(err.Error(), why) {
		t.Errorf("%s: %v, want %q", line, err, why)
	}
}

func TestAFullDiskHoldsBackWhatWaitsForIt(t *testing.T) {
	logs := map[raft.ID]*seen{}
	s := openCode(t, writer(2, logs), config(slowDisk), cluster.Options{Narrate: true})
	pass(s, 1)
	do(t, s, "fill s1")
	refuses(t, s, "fill s1", "s1 has a full disk already")
	pass(s, 500)
	if n := len(logs[1].saved); n != 1 {
		t.Errorf("the write under way and %d more were written", n-1)
	}
	c := s.Clone()
	for _, s := range []*cluster.Session{c, s} {
		do(t, s, "free all")
		refuses(t, s, "free s1", "s1 has room on its disk")
	}
	before := len(logs[1].saved)
	pass(s, 510)
	if len(logs[1].saved) != before+1 {
		t.Error("with room again nothing is written")
	}
}

func TestProgressIsDueOnlyWithDisksAndClocksThatAllowIt(t *testing.T) {
	cfg := config(func(c *script.Config) { c.Servers, c.For = 3, 5*time.Second })
	for line, due := range map[string]bool{
		"fill s1 s2":     false,
		"disk s1 200ms":  false,
		"clock s2 -70%":  false,
		"clock s2 +200%": false,
		"disk s3 5ms":    true,
		"clock all +5%":  true,
		"crash s3":       true,
	} {
		// Votes are split and nobody asks again: where progress is due, that is found.
		s := open(t, cfg, cluster.Options{})
		do(t, s, "without retry-election pre-vote", line, "timeout s1 s2")
		if line != "crash s3" {
			do(t, s, "timeout s3")
		}
		pass(s, 5000)
		// In the end it counts in any case, but meanwhile it may be due to disks and clocks.
		if found := s.Judge().Quick().Progress == check.No; found != due {
			t.Errorf("after %s a stall is found: %t, want %t", line, found, due)
		}
	}
	// A majority in order, and one server that is cut off from it and from the
	// clients: progress is due, and comes.
	s := open(t, cfg, cluster.Options{})
	pass(s, 500)
	do(t, s, "partition s1 | s2 s3 c1 c2 c3 c4 c5")
	pass(s, 5000)
	if v := s.Final(); v.Progress != check.Yes {
		t.Errorf("cut in two, progress is %s: %+v", v.Progress, v.Violations)
	}
}

func TestFaultsOfDisksAndClocksBreakNothingAndAreMended(t *testing.T) {
	for _, family := range []script.Fault{script.FaultDisk, script.FaultClock} {
		verbs := map[string]int{}
		for seed := range uint64(6) {
			cfg := config(func(c *script.Config) {
				c.Seed, c.Faults, c.For = seed+1, []script.Fault{family, script.FaultCrash}, 20*time.Second
			})
			s, v := run(t, cfg)
			if !v.OK() || v.Progress != check.Yes {
				t.Errorf("%s, seed %d: %+v", family, seed, v)
			}
			for _, st := range s.Scenario().Steps {
				verbs[st.Action.Verb()]++
			}
		}
		for _, verb := range map[script.Fault][]string{script.FaultDisk: {"tear", "fill", "free", "disk"}, script.FaultClock: {"clock"}}[family] {
			if verbs[verb] == 0 {
				t.Errorf("%s: nothing is done to %s: %v", family, verb, verbs)
			}
		}
	}
}

func TestASlowDiskSlowsItsServerAlone(t *testing.T) {
	cfg := config(func(c *script.Config) { c.Latency = netsim.Exactly(time.Millisecond) })
	s := open(t, cfg, cluster.Options{})
	pass(s, 1000)
	second := func(until int) raft.Index {
		before := s.Stats().Committed
		pass(s, until)
		return s.Stats().Committed - before
	}
	usual := second(2000)
	do(t, s, "disk leader 30ms")
	// A leader need not wait for its own disk (dissertation, 10.2.1).
	if n := second(3000); n < usual*9/10 {
		t.Errorf("%d entries in a second with a slow leader, %d before", n, usual)
	}
	do(t, s, "disk all 30ms")
	slow := second(4000)
	do(t, s, "disk 200us")
	if n := second(5000); slow == 0 || slow > usual/2 || n < usual*9/10 {
		t.Errorf("%d entries in a second with slow disks, %d before, %d afterwards", slow, usual, n)
	}
	if v := s.Final(); !v.OK() {
		t.Errorf("%+v", v.Violations)
	}
}

// Where nothing goes wrong, a vote that is not saved shows in no message.
func TestADigestTellsWhatDisksHold(t *testing.T) {
	runs := map[uint64]string{}
	for _, off := range []string{"", "persistent-vote", "persistent-term"} {
		cfg := config(func(c *script.Config) {
			if off != "" {
				c.Without = []string{off}
			}
		})
		s := open(t, cfg, cluster.Options{})
		s.Advance(time.Second)
		if other, known := runs[s.Digest()]; known {
			t.Errorf("without %q the digest is that of the run without %q", off, other)
		}
		runs[s.Digest()] = off
	}
}

func TestADigestTellsWhatIsWrong(t *testing.T) {
	s := open(t, config(nil), cluster.Options{})
	s.Advance(100 * time.Millisecond)
	before := s.Digest()
	s.Judge().Report(check.Violation{Property: check.ElectionSafety, Server: 1, Text: "found by somebody else"})
	if s.Digest() == before {
		t.Error("a violation leaves the digest as it was")
	}
}
