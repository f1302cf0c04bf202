package cluster_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"raftarium/netsim"
	"raftarium/netsim/cluster"
	"raftarium/netsim/cluster/check"
	"raftarium/netsim/cluster/script"
	"raftarium/raft"
)

// told is the narration from a note on, a line each, and the number of the next.
func told(s *cluster.Session, from int) (string, int) {
	notes, next := s.Notes(from)
	var b strings.Builder
	for _, n := range notes {
		fmt.Fprintf(&b, "%v %s\n", n.At, n.Text)
	}
	return b.String(), next
}

func TestANarrationTellsWhatHappened(t *testing.T) {
	s := open(t, config(func(c *script.Config) {
		c.Clients, c.Workload, c.Seed = 2, script.NoWorkload, 3
		c.Latency = netsim.Exactly(5 * time.Millisecond)
	}), cluster.Options{Narrate: true})
	next := 0
	hear := func(until int, want ...string) {
		t.Helper()
		pass(s, until)
		var text string
		text, next = told(s, next)
		at := 0
		for _, w := range want {
			i := strings.Index(text[at:], w)
			if i < 0 {
				t.Errorf("nothing is told of %q after the first %d bytes of\n%s", w, at, text)
				return
			}
			at += i + len(w)
		}
	}
	// S4 is the first to run out of patience with this seed.
	hear(500, "S4 has not heard from a leader for 166 ms and asks whether it could win term 1", " would vote for S4 in term 1",
		"S4 hears from a majority that it could win and asks for votes in term 1",
		"gives S4 its vote in term 1", "S4 wins term 1 with its own vote and those of S", " and S",
		"S4 commits entry 1: it is stored on ")
	do(t, s, "append c1 x a")
	hear(700, "C1 begins: append x a", "C1 asks S1: append x a (number 1)", "S1 is not the leader and sends C1 to S4",
		"C1 tries again, at S4: append x a (number 1, try 2)", "S4 commits entry 2: it is stored on 5 of 5 servers",
		"C1 is done: append x a, after 2 tries")
	do(t, s, "isolate leader", "append c1 x lost", "append c2 y b")
	hear(2000, "You isolate S4", "C1 asks S4: append x lost", "asks for votes in term 2", " wins term 2 with its own vote and those of S", "C1 tries again", "C2 is done: append y b, after 4 tries",
		"S4 has not heard from a majority for 300 ms and steps down", "S4 got no majority behind it within 216 ms and asks again whether it could win term 2")
	do(t, s, "heal")
	hear(2500, "You mend every link", "S4 removes ", " from its log and stores ", " of its leader there")
	do(t, s, "crash s1 s2", "restart s1", "timeout s3")
	hear(3000, "You crash S1 and S2", "You restart S1", "You let the election timer of S3 run out", "S3 has not heard from a leader for ", " and asks whether it could win term 3")
	do(t, s, "get c2 y")
	hear(3500, "C2 is done: get y is \"b\"")
}

func TestVotersAreThoseWhoseVotesWereHeard(t *testing.T) {
	// S1 and S2 are enough; the votes of S4 and S5 are lost.
	s := open(t, config(func(c *script.Config) { c.Workload = script.NoWorkload }), cluster.Options{Narrate: true})
	do(t, s, "cut s4 -> s3", "cut s5 -> s3", "timeout s3")
	pass(s, 100)
	if text, _ := told(s, 0); !strings.Contains(text, "S3 wins term 1 with its own vote and those of S1 and S2\n") {
		t.Error(text)
	}
}

func TestARefusedVoteSaysWhy(t *testing.T) {
	quiet := config(func(c *script.Config) {
		c.Clients, c.Workload = 1, script.NoWorkload
		c.Latency = netsim.Exactly(5 * time.Millisecond)
	})
	tell := func(t *testing.T, s *cluster.Session, want ...string) {
		t.Helper()
		text, _ := told(s, 0)
		for _, w := range want {
			if !strings.Contains(text, w+"\n") {
				t.Errorf("nothing is told of %q in\n%s", w, text)
			}
		}
	}
	t.Run("it voted for another", func(t *testing.T) {
		s := open(t, quiet, cluster.Options{Narrate: true})
		do(t, s, "timeout s1 s2")
		pass(s, 40)
		tell(t, s, "S4 refuses S2 its vote in term 1: it has voted for S1", "S1 refuses S2 its vote in term 1: it has voted for itself")
	})
	t.Run("its log is more up to date", func(t *testing.T) {
		s := open(t, quiet, cluster.Options{Narrate: true})
		do(t, s, "without pre-vote leader-stickiness", "timeout s1")
		pass(s, 100)
		do(t, s, "isolate s5", "append c1 x a")
		pass(s, 140)
		do(t, s, "heal", "timeout s5")
		pass(s, 160)
		tell(t, s, "S2 refuses S5 its vote in term 2: its log is more up to date and ends at 2, term 1, not 1, term 1")
	})
	t.Run("it would not vote", func(t *testing.T) {
		s := open(t, quiet, cluster.Options{Narrate: true})
		do(t, s, "without leader-stickiness", "timeout s1")
		pass(s, 100)
		do(t, s, "isolate s5", "append c1 x a")
		pass(s, 140)
		do(t, s, "heal", "timeout s5")
		pass(s, 160)
		tell(t, s, "S2 would not vote for S5 in term 2: its log is more up to date and ends at 2, term 1, not 1, term 1")
	})
}

func TestAPartitionOfManyPartsIsTold(t *testing.T) {
	s := open(t, config(func(c *script.Config) { c.Clients, c.Workload = 2, script.NoWorkload }), cluster.Options{Narrate: true})
	do(t, s, "partition s1 s2 | s3 s4 s5 c2 | c1", `put c1 x ""`)
	pass(s, 10)
	text, _ := told(s, 0)
	for _, want := range []string{"You cut the network into 3 parts: S1 and S2 | S3, S4, S5 and C2 | C1\n", `C1 begins: put x ""`} {
		if !strings.Contains(text, want) {
			t.Errorf("nothing is told of %q in\n%s", want, text)
		}
	}
}

func TestARefusedAppendSaysWhy(t *testing.T) {
	for _, c := range []struct {
		reply raft.AppendEntriesReply
		want  string
	}{
		{raft.AppendEntriesReply{Term: 7, Index: 9, ConflictIndex: 4}, "refused: I have no entry 9 (try from 4), my term is 7"},
		{raft.AppendEntriesReply{Term: 7, Index: 9}, "refused: I have no entry 9, my term is 7"},
		{raft.AppendEntriesReply{Term: 7, Index: 9, ConflictIndex: 4, ConflictTerm: 2}, "refused: my entry 9 is of term 2 (try from 4), my term is 7"},
	} {
		if got := cluster.DescribeMessage(&c.reply); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

// Of machines that need store nothing yet, "stored on 0 of 5 servers" would be no news.
func TestNobodyIsToldWhatDisksHoldThatDoNotCount(t *testing.T) {
	for _, judged := range [][]check.Property{nil, {check.ElectionSafety, check.LogMatching}} {
		code := ours()
		code.Judged = judged
		s, err := cluster.Open(code, &script.Scenario{Config: config(nil)}, cluster.Options{Narrate: true})
		if err != nil {
			t.Fatal(err)
		}
		pass(s, 1000)
		text, _ := told(s, 0)
		if !strings.Contains(text, " commits entry 1") || strings.Contains(text, "stored on") != (judged == nil) {
			t.Errorf("judged by %v, it is told:\n%s", judged, text)
		}
	}
}

func TestOldNotesAreDroppedAndNumbersStay(t *testing.T) {
	s := open(t, config(nil), cluster.Options{Narrate: true})
	next, heard := 0, 0
	for at := 0; at <= 40_000; at += 100 {
		pass(s, at)
		notes, n := s.Notes(next)
		if n != next+len(notes) {
			t.Fatalf("%d notes from %d on, and then %d", len(notes), next, n)
		}
		heard, next = heard+len(notes), n
	}
	all, n := s.Notes(0)
	if len(all) == n || len(all) > 4096 || heard != n {
		t.Errorf("%d notes are kept, %d were heard of %d", len(all), heard, n)
	}
	for i, note := range all {
		if note.Text == "" || note.At > s.Now() || i > 0 && note.ID < all[i-1].ID {
			t.Fatalf("note %d is %+v", i, note)
		}
	}
}

func TestCausesLeadToAViolation(t *testing.T) {
	for seed := uint64(1); seed <= 50; seed++ {
		s := open(t, config(func(c *script.Config) {
			c.Seed, c.Without, c.Faults = seed, []string{"majority-to-win"}, []script.Fault{script.FaultPartition}
		}), cluster.Options{})
		if s.AdvanceTo(ms(10_000)) {
			continue
		}
		v := s.Judge().Violations()[0]
		if v.Property != check.ElectionSafety {
			continue
		}
		chain := s.Causes(v.Event, 12)
		if len(chain) < 2 || chain[len(chain)-1].ID != v.Event {
			t.Fatalf("the chain of event %d is %+v", v.Event, chain)
		}
		var words []string
		for i := range chain {
			words = append(words, cluster.Describe(&chain[i]))
			if i > 0 && (chain[i].Cause != chain[i-1].ID || chain[i].At < chain[i-1].At) {
				t.Errorf("event %d does not follow from %d", chain[i].ID, chain[i-1].ID)
			}
		}
		t.Logf("%s\n%s", v.Text, strings.Join(words, "\n"))
		if text := strings.Join(words, "\n"); !strings.Contains(text, "election timer runs out") {
			t.Errorf("no election in\n%s", text)
		}
		if got := s.Causes(v.Event, 1); len(got) != 1 || got[0].ID != v.Event {
			t.Errorf("%+v", got)
		}
		if got := s.Causes(0, 5); len(got) != 0 {
			t.Errorf("%+v", got)
		}
		return
	}
	t.Error("no seed shows two leaders in a term")
}

func TestAMessageToAServerThatIsDownIsLost(t *testing.T) {
	var down int
	s := open(t, config(nil), cluster.Options{Observe: func(r *netsim.Record) {
		if r.Why == netsim.LostDown {
			if down++; r.Kind != netsim.Lost || !strings.Contains(cluster.Describe(r), "to S1 (down): ") {
				t.Errorf("%s: %+v", cluster.Describe(r), r)
			}
		}
	}})
	pass(s, 1000)
	do(t, s, "crash s1")
	pass(s, 2000)
	if down == 0 || s.Stats().Lost != uint64(down) {
		t.Errorf("%d messages came to a server that is down, %d were lost", down, s.Stats().Lost)
	}
}

func TestALongValueIsShortenedBetweenItsLetters(t *testing.T) {
	s := open(t, config(func(c *script.Config) { c.Clients, c.Workload = 1, script.NoWorkload }), cluster.Options{Narrate: true})
	pass(s, 1000)
	// Letters of two bytes, at even and at odd places.
	for _, value := range []string{strings.Repeat("ä", 40), "a" + strings.Repeat("ä", 40)} {
		do(t, s, "put c1 x "+value, "get c1 x")
		s.Advance(time.Second)
	}
	text, _ := told(s, 0)
	if !utf8.ValidString(text) || strings.Contains(text, `\x`) || strings.Count(text, `C1 is done: get x is "...`) != 2 {
		t.Errorf("letters are cut through, or nothing is shortened:\n%s", text)
	}
}
