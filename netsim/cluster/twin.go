package cluster

import (
	"bytes"
	"reflect"
	"slices"

	"raftarium/kv"
	"raftarium/raft"
)

// A twin is a machine in the same state with the rule that the bug takes off. It takes
// the same event; where it does something else, or becomes something else, the machine
// with the bug has gone wrong.

// stepTwin steps a node and its twin.
func (w *World) stepTwin(s *server, ev raft.Event, out *raft.Effects) {
	var want, after raft.Effects
	var twin raft.Machine
	switch ev := ev.(type) {
	case *raft.SetRules: // who has which rule is what the two differ in
		s.raft.Step(ev, out)
		return
	case *raft.Start:
		right := *ev
		right.Without = w.without
		twin = w.code.Raft.New()
		twin.Step(&right, &want)
	default:
		twin = s.raft.Clone()
		twin.Step(&raft.SetRules{Without: w.without}, &want)
		twin.Step(ev, &want)
	}
	s.raft.Step(ev, out)
	twin.Step(&raft.SetRules{Without: w.off()}, &after)
	if !w.sameEffects(&want, out) || !bytes.Equal(twin.AppendState(nil), s.raft.AppendState(nil)) {
		w.depart()
	}
}

// sameEffects compares what two nodes want done.
func (w *World) sameEffects(a, b *raft.Effects) bool {
	return alike(a.Saves, b.Saves) && alike(a.Timers, b.Timers) && alike(a.Applies, b.Applies) &&
		alike(a.Answers, b.Answers) && slices.EqualFunc(a.Sends, b.Sends, func(x, y raft.Send) bool {
		return x.After == y.After && x.To == y.To && x.Msg.Kind() == y.Msg.Kind() &&
			bytes.Equal(x.Msg.AppendTo(nil), y.Msg.AppendTo(nil))
	})
}

// stepServerTwin is stepTwin for the service.
func (w *World) stepServerTwin(s *server, ev kv.ServerEvent, out *kv.ServerEffects) {
	var want, after kv.ServerEffects
	var twin kv.Server
	switch ev := ev.(type) {
	case *kv.SetRules:
		s.kv.Step(ev, out)
		return
	case *kv.ServerStart:
		right := *ev
		right.Without = w.without
		twin = w.code.Server.New()
		twin.Step(&right, &want)
	default:
		twin = s.kv.Clone()
		twin.Step(&kv.SetRules{Without: w.without}, &want)
		twin.Step(ev, &want)
	}
	s.kv.Step(ev, out)
	twin.Step(&kv.SetRules{Without: w.off()}, &after)
	if !alike(want.Proposals, out.Proposals) || !alike(want.Reads, out.Reads) || !alike(want.Replies, out.Replies) ||
		!alike(want.Performed, out.Performed) || !alike(want.Compacts, out.Compacts) || want.Refused != out.Refused ||
		!bytes.Equal(twin.AppendState(nil), s.kv.AppendState(nil)) {
		w.depart()
	}
}

// stepClientTwin is stepTwin for a client.
func (w *World) stepClientTwin(c *client, ev kv.ClientEvent, out *kv.ClientEffects) {
	var want, after kv.ClientEffects
	var twin kv.Client
	switch ev := ev.(type) {
	case *kv.SetRules:
		c.m.Step(ev, out)
		return
	case *kv.ClientStart:
		right := *ev
		right.Without = w.without
		twin = w.code.Client.New()
		twin.Step(&right, &want)
	default:
		twin = c.m.Clone()
		twin.Step(&kv.SetRules{Without: w.without}, &want)
		twin.Step(ev, &want)
	}
	c.m.Step(ev, out)
	twin.Step(&kv.SetRules{Without: w.off()}, &after)
	if !alike(want.Timers, out.Timers) || !alike(want.Sends, out.Sends) || !alike(want.Done, out.Done) ||
		!bytes.Equal(twin.AppendState(nil), c.m.AppendState(nil)) {
		w.depart()
	}
}

// alike compares lists of effects by what they say, whatever memory they are in.
func alike[T any](a, b []T) bool {
	return slices.EqualFunc(a, b, func(x, y T) bool { return reflect.DeepEqual(x, y) })
}
