package cluster

import (
	"bytes"
	"reflect"
	"slices"

	"raftarium/kv"
	"raftarium/raft"
)

// A twin is a machine in the same state with a rule that is off. It takes the same event;
// where it does something else, or becomes something else, that rule made the difference.

// compares reports whether machines may have twins.
func (w *World) compares() bool { return w.opt.Twins && w.hidden != "" || w.opt.Compare != nil }

// twinned are the rules of which machines have twins in this event.
func (w *World) twinned() []string {
	switch {
	case w.opt.Twins && w.hidden != "":
		return []string{w.hidden}
	case w.opt.Compare != nil && w.opt.Compare(w.event):
		return w.without
	}
	return nil
}

// but are the rules that a twin goes without, which has that one.
func (w *World) but(rule string) []string {
	return slices.DeleteFunc(slices.Clone(w.off()), func(name string) bool { return name == rule })
}

// beside makes the twins of a machine for an event, has step take it for the machine itself,
// and notes from which twins it parted. twin makes one without the rules of but and has it
// take the event; same has one go on without all that are off, and compares it.
func beside[M, E any](w *World, twin func(but []string, want *E) M, step func(), same func(t M, want *E) bool) {
	rules := w.twinned()
	twins, wants := make([]M, len(rules)), make([]E, len(rules))
	for i, rule := range rules {
		twins[i] = twin(w.but(rule), &wants[i])
	}
	step()
	for i, rule := range rules {
		if !same(twins[i], &wants[i]) {
			w.depart(rule)
		}
	}
}

// Who has which rule is what twins differ in: SetRules is for the machine alone.

// stepTwin steps a node and its twins.
func (w *World) stepTwin(s *server, ev raft.Event, out *raft.Effects) {
	if _, set := ev.(*raft.SetRules); set {
		s.raft.Step(ev, out)
		return
	}
	beside(w, func(but []string, want *raft.Effects) raft.Machine {
		if start, first := ev.(*raft.Start); first {
			right, t := *start, w.code.Raft.New()
			right.Without = but
			t.Step(&right, want)
			return t
		}
		t := s.raft.Clone()
		t.Step(&raft.SetRules{Without: but}, want)
		t.Step(ev, want)
		return t
	}, func() { s.raft.Step(ev, out) }, func(t raft.Machine, want *raft.Effects) bool {
		t.Step(&raft.SetRules{Without: w.off()}, new(raft.Effects))
		return w.sameEffects(want, out) && bytes.Equal(t.AppendState(nil), s.raft.AppendState(nil))
	})
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
	if _, set := ev.(*kv.SetRules); set {
		s.kv.Step(ev, out)
		return
	}
	beside(w, func(but []string, want *kv.ServerEffects) kv.Server {
		if start, first := ev.(*kv.ServerStart); first {
			right, t := *start, w.code.Server.New()
			right.Without = but
			t.Step(&right, want)
			return t
		}
		t := s.kv.Clone()
		t.Step(&kv.SetRules{Without: but}, want)
		t.Step(ev, want)
		return t
	}, func() { s.kv.Step(ev, out) }, func(t kv.Server, want *kv.ServerEffects) bool {
		t.Step(&kv.SetRules{Without: w.off()}, new(kv.ServerEffects))
		return alike(want.Proposals, out.Proposals) && alike(want.Reads, out.Reads) && alike(want.Replies, out.Replies) &&
			alike(want.Performed, out.Performed) && alike(want.Compacts, out.Compacts) && want.Refused == out.Refused &&
			bytes.Equal(t.AppendState(nil), s.kv.AppendState(nil))
	})
}

// stepClientTwin is stepTwin for a client.
func (w *World) stepClientTwin(c *client, ev kv.ClientEvent, out *kv.ClientEffects) {
	if _, set := ev.(*kv.SetRules); set {
		c.m.Step(ev, out)
		return
	}
	beside(w, func(but []string, want *kv.ClientEffects) kv.Client {
		if start, first := ev.(*kv.ClientStart); first {
			right, t := *start, w.code.Client.New()
			right.Without = but
			t.Step(&right, want)
			return t
		}
		t := c.m.Clone()
		t.Step(&kv.SetRules{Without: but}, want)
		t.Step(ev, want)
		return t
	}, func() { c.m.Step(ev, out) }, func(t kv.Client, want *kv.ClientEffects) bool {
		t.Step(&kv.SetRules{Without: w.off()}, new(kv.ClientEffects))
		return alike(want.Timers, out.Timers) && alike(want.Sends, out.Sends) && alike(want.Done, out.Done) &&
			bytes.Equal(t.AppendState(nil), c.m.AppendState(nil))
	})
}

// alike compares lists of effects by what they say, whatever memory they are in.
func alike[T any](a, b []T) bool {
	return slices.EqualFunc(a, b, func(x, y T) bool { return reflect.DeepEqual(x, y) })
}
