package core

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"raftarium/raft"
)

// naiveLog is the log as one would write it down: all entries that ever were, and
// how many of them are gone.
type naiveLog struct {
	terms []raft.Term // of the entry at index k+1
	base  int
}

func (l *naiveLog) term(i raft.Index) raft.Term {
	if i < raft.Index(l.base) || i == 0 || i > raft.Index(len(l.terms)) {
		return 0
	}
	return l.terms[i-1]
}

// TestTheLogEqualsANaiveOne lets random changes happen to both, and to clones.
func TestTheLogEqualsANaiveOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		log, naive := newLog(0, 0, nil), naiveLog{}
		leader := newLog(0, 0, nil) // whose memory entries come in
		type kept struct {
			entries []raft.Entry
			terms   []raft.Term
		}
		var handedOut []kept // must not change any more
		term := raft.Term(1)
		t.Repeat(map[string]func(*rapid.T){
			"propose": func(t *rapid.T) {
				term += raft.Term(rapid.IntRange(0, 2).Draw(t, "later term"))
				for range rapid.IntRange(1, 40).Draw(t, "entries") {
					e := log.next()
					e.Term, e.Index = term, log.last()
					naive.terms = append(naive.terms, term)
				}
			},
			"append": func(t *rapid.T) {
				term += raft.Term(rapid.IntRange(0, 2).Draw(t, "later term"))
				first := log.last() + 1
				if leader.last() < first || !leader.holds(first-1, log.term(first-1)) || rapid.IntRange(0, 9).Draw(t, "leader") == 0 {
					leader = newLog(first-1, log.term(first-1), nil)
				}
				for range rapid.IntRange(1, 40).Draw(t, "entries") {
					e := leader.next()
					e.Term, e.Index = term, leader.last()
				}
				for first <= leader.last() {
					end := min(first+raft.Index(rapid.IntRange(0, 9).Draw(t, "more in a message")), leader.last())
					for _, e := range leader.between(first, end) {
						naive.terms = append(naive.terms, e.Term)
					}
					log.append(leader.toSend(first, end)...)
					first = end + 1
				}
			},
			"truncate": func(t *rapid.T) {
				from := rapid.IntRange(naive.base+1, len(naive.terms)+1).Draw(t, "from")
				log.truncate(raft.Index(from))
				naive.terms = naive.terms[:from-1]
			},
			"compact": func(t *rapid.T) {
				i := rapid.IntRange(naive.base, len(naive.terms)).Draw(t, "up to")
				log.compact(raft.Index(i))
				naive.base = i
			},
			"clone": func(t *rapid.T) {
				old := log
				log = log.clone()
				old.next().Term = 1 << 40 // goes its own way
				old.append(raft.Entry{Term: 1 << 40, Index: old.last() + 1})
				old.truncate(rapid.SampledFrom([]raft.Index{old.base + 1, old.last()}).Draw(t, "cut"))
				old.next().Term = 1 << 40
			},
			"hand out": func(t *rapid.T) {
				list := log.between(log.base+1, log.last())
				if rapid.Bool().Draw(t, "all of it") {
					list = log.whole()
				}
				var terms []raft.Term
				for _, e := range list {
					terms = append(terms, e.Term)
				}
				handedOut = append(handedOut, kept{list, terms})
			},
			"": func(t *rapid.T) {
				if log.last() != raft.Index(len(naive.terms)) || log.base != raft.Index(naive.base) {
					t.Fatalf("the log reaches from %d to %d, want %d to %d", log.base, log.last(), naive.base, len(naive.terms))
				}
				at := log.base
				for part := range log.stretches() {
					for _, e := range part {
						if at++; e.Term != naive.term(at) {
							t.Fatalf("entry %d has term %d, want %d", at, e.Term, naive.term(at))
						}
					}
				}
				if whole := log.whole(); at != log.last() || len(whole) != log.len() {
					t.Fatalf("there are %d entries behind %d, and %d at once, want %d", at, log.base, len(whole), log.last())
				}
				for i := range raft.Index(len(naive.terms) + 3) {
					if log.term(i) != naive.term(i) {
						t.Fatalf("index %d has term %d, want %d", i, log.term(i), naive.term(i))
					}
				}
				searched := rapid.SampledFrom(append([]raft.Term{term + 1}, naive.terms...)).Draw(t, "term")
				var last raft.Index
				first := raft.Index(len(naive.terms) + 1)
				for i := raft.Index(len(naive.terms)); i > raft.Index(naive.base); i-- {
					if naive.term(i) == searched && last == 0 {
						last = i
					}
					if naive.term(i) >= searched {
						first = i
					}
				}
				// At its base the log may know the term too.
				if got := log.lastOfTerm(searched); got != last && (last != 0 || got != log.base) {
					t.Fatalf("the last of term %d is %d, want %d", searched, got, last)
				}
				if got := log.firstOfTerm(searched); got != first {
					t.Fatalf("the first of term %d or later is %d, want %d", searched, got, first)
				}
				for _, k := range handedOut {
					if !slices.EqualFunc(k.entries, k.terms, func(e raft.Entry, t raft.Term) bool { return e.Term == t }) {
						t.Fatalf("entries that were handed out changed: %v, they had terms %v", k.entries, k.terms)
					}
				}
			},
		})
	})
}

func TestWhatEnoughServersAgreeOnEqualsANaiveCount(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		numbers := rapid.SliceOfN(rapid.Uint64Range(0, 9), 1, maxPlaces).Draw(t, "numbers")
		all := uint32(1)<<len(numbers) - 1
		n := &Node{
			voters:   rapid.Uint32Range(0, all).Draw(t, "voters"),
			outgoing: rapid.Uint32Range(0, all).Draw(t, "outgoing"),
		}
		if rapid.Bool().Draw(t, "without both majorities") {
			n.off = 1 << bothMajorities
		}
		majority := rapid.Bool().Draw(t, "majority")
		needed := func(voters int) int {
			if majority {
				return raft.Quorum(voters)
			}
			return max(1, voters/2)
		}
		floor := rapid.Uint64Range(0, 9).Draw(t, "floor")
		want := floor
		for candidate := floor + 1; candidate < 10; candidate++ {
			enough := func(voters uint32) bool {
				have, of := 0, 0
				for i, v := range numbers {
					if voters>>i&1 != 0 {
						of++
						if v >= candidate {
							have++
						}
					}
				}
				return have >= needed(of)
			}
			if enough(n.voters) && (n.outgoing == 0 || enough(n.outgoing) || !n.on(bothMajorities)) {
				want = candidate
			}
		}
		if got := n.agreed(numbers, floor, majority); got != want {
			t.Fatalf("voters %b and %b of %v agree on %d above %d, want %d", n.voters, n.outgoing, numbers, got, floor, want)
		}
	})
}
