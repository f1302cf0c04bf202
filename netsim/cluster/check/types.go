// Package check judges a run from outside. Its checkers watch effects: what was
// sent, saved, applied and answered. They share no code with the machines that
// they judge and import nothing of them but the contracts' types.
//
// Each checker is one file and costs, for each event, a time that does not grow
// with the log. What a server says of itself (raft.Status) is used as diagnosis
// only.
package check

import (
	"slices"
	"strings"

	"raftarium/netsim"
	"raftarium/raft"
)

// Property names what is judged.
type Property string

// The properties. The first five are those of Figure 3 of the paper. All but the last
// four count for a verdict's Safety.
const (
	ElectionSafety     Property = "election safety"
	LeaderAppendOnly   Property = "leader append-only"
	LogMatching        Property = "log matching"
	LeaderCompleteness Property = "leader completeness"
	StateMachineSafety Property = "state machine safety"
	CommitMonotonic    Property = "commit never regresses"
	AckDurable         Property = "acknowledged means durable"
	// Contract is broken by a machine that breaks the machine's contract: it
	// panics, writes a sent message, or asks for the impossible.
	Contract Property = "machine contract"
	// LeaderTruth is diagnosis: a leader that believes a follower has what it has not.
	LeaderTruth     Property = "match index is true"
	ExactlyOnce     Property = "exactly once"
	Linearizability Property = "linearizability"
	Progress        Property = "progress"
	// ChangeEnds counts for a verdict's Progress: joint consensus is not for good.
	ChangeEnds Property = "a change of membership comes to its end"
)

// Violation is a property that did not hold.
type Violation struct {
	Property Property
	At       netsim.Time
	Event    netsim.EventID // during which it showed
	Server   raft.ID        // who did it, or None
	Text     string         // one sentence that names servers, terms and indices
	// Against is what it is at odds with: it takes two to disagree. Its Event is 0 where
	// nothing else is, or nothing that the judge takes down.
	Against Against
}

// Against is the other side of a violation: what had been done before, rightly or not,
// and does not go together with it.
type Against struct {
	Moment
	Text string // one sentence, as that of a violation
}

// Moment is when something happened.
type Moment struct {
	At    netsim.Time
	Event netsim.EventID // during which it did, counted from 1
}

// Answer is a verdict that may stay open.
type Answer string

// The answers.
const (
	Yes     Answer = "yes"
	No      Answer = "no"
	Unknown Answer = "unknown"
)

// Verdict sums up a run so far. ExactlyOnce and Safety are false once a violation
// of their kind was seen. Progress is No once a stall was seen, Unknown while
// there was nothing to judge it by.
type Verdict struct {
	Safety       bool
	ExactlyOnce  bool
	Linearizable Answer
	Progress     Answer
	// Violations are in the order in which they were seen, at most MaxViolations.
	Violations []Violation
	// Judged are the properties that counted, beside the Contract; nil are all. Of what
	// is left out the verdict says nothing. It must not be written.
	Judged []Property
}

// Judges says whether a property counted.
func (v *Verdict) Judges(p Property) bool {
	return v.Judged == nil || p == Contract || slices.Contains(v.Judged, p)
}

// MaxViolations bounds the violations that are kept; the first ones matter.
const MaxViolations = 64

// OK says that nothing is known to be wrong.
func (v *Verdict) OK() bool {
	return v.Safety && v.ExactlyOnce && v.Linearizable != No && v.Progress != No
}

// properties are all that are judged, in the order of Figure 3 and then of the paper.
var properties = [...]Property{
	ElectionSafety, LeaderAppendOnly, LogMatching, LeaderCompleteness, StateMachineSafety, CommitMonotonic, AckDurable,
	LeaderTruth, ExactlyOnce, Linearizability, Progress, ChangeEnds, Contract,
}

// List is properties as a sentence names them.
func List(all []Property) string {
	names := make([]string, len(all))
	for i, p := range all {
		names[i] = string(p)
	}
	return strings.Join(names, ", ")
}

// Properties lists what is judged, in the order of Figure 3 and then of the paper. The
// slice is the caller's.
func Properties() []Property { return slices.Clone(properties[:]) }
