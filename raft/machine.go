package raft

// Machine is a consensus node: a deterministic automaton. Step must not block,
// read a clock, draw randomness or start a goroutine; everything that it wants
// done it writes into out. So that Clone can be honest, a machine holds no
// function values, channels, locks or shared sources.
//
// A machine is used by one goroutine at a time.
type Machine interface {
	// Step takes one event. The event and what it points to belong to the caller
	// and must not be kept, except for entries, their Data and messages, which
	// are immutable and may be kept for ever. out is empty at the call and is
	// read by the caller afterwards; the machine keeps no reference to it.
	Step(ev Event, out *Effects)

	// Clone returns a machine that behaves the same from here on and shares
	// nothing with this one that either will write.
	Clone() Machine

	// AppendState appends the canonical bytes of all that affects later steps.
	// Two machines with equal bytes behave alike for ever.
	AppendState(b []byte) []byte

	// Inspect overwrites *st, reusing the slices that [Status.Reset] keeps. Log and the
	// lists of Config it assigns, and never appends to: what stands there may be a
	// machine's own. It is for people, checkers and the visualizer. What *st points to
	// must be read before the next Step.
	Inspect(st *Status)
}

// Implementation is a way to make machines: the door by which a Raft, ours or a
// student's, enters the world.
type Implementation struct {
	// Name tells people whose Raft is running.
	Name string
	// New makes a machine that has not been started: it is fit for Clone and
	// Inspect, and its first event is *Start.
	New func() Machine
	// Rules are the switches that this implementation knows, for listing and for
	// checking names; may be empty.
	Rules []Rule
}

// RuleKind is what goes wrong, at worst, without a rule.
type RuleKind string

// The kinds of rules.
const (
	Safety   RuleKind = "safety"   // without it, committed state can be lost or differ
	Liveness RuleKind = "liveness" // without it, progress can stop
	Cost     RuleKind = "cost"     // without it, the same takes more time or messages
)

// Rule describes a switch: one rule of the algorithm that defends a property,
// and that can be switched off to see what it is good for.
type Rule struct {
	Name    string   // what --without takes: lower case, words joined by "-"
	Kind    RuleKind // what is at stake
	Layer   string   // "raft", "kv server" or "kv client"
	Defends string   // the property that it is there for: what shows first without it may follow from that
	Section string   // where the paper or the dissertation states it, e.g. "§5.4.1"
	Summary string   // the rule in one sentence
	// Needs is what a world must ask of its machines for the rule to matter; empty
	// if any world does. A world offers no rule that needs what it never asks.
	Needs Feature
}

// Feature is something beyond the log and elections that a world may ask of a
// machine.
type Feature string

// The features, each with the event or the part of [Start] that asks for it.
const (
	NeedsLimits     Feature = "limits"     // Start.Limits
	NeedsReads      Feature = "reads"      // Read
	NeedsSnapshots  Feature = "snapshots"  // Compact
	NeedsMembership Feature = "membership" // ChangeMembership
	// NeedsSessions is asked of services and clients: kv.ServerStart.Sessions and
	// kv.ClientStart.Window.
	NeedsSessions Feature = "sessions"
)
