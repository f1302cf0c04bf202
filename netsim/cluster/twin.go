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

// nodeTwin is the twin of a node, with what it wants done.
type nodeTwin struct {
	raft.Machine
	rule string
	want raft.Effects
}

// stepTwin steps a node and its twins.
func (w *World) stepTwin(s *server, ev raft.Event, out *raft.Effects) {
	if _, set := ev.(*raft.SetRules); set { // who has which rule is what they differ in
		s.raft.Step(ev, out)
		return
	}
	rules := w.twinned()
	twins := make([]nodeTwin, len(rules))
	for i, rule := range rules {
		t := &twins[i]
		t.rule = rule
		if start, first := ev.(*raft.Start); first {
			right := *start
			right.Without = w.but(rule)
			t.Machine = w.code.Raft.New()
			t.Step(&right, &t.want)
			continue
		}
		t.Machine = s.raft.Clone()
		t.Step(&raft.SetRules{Without: w.but(rule)}, &t.want)
		t.Step(ev, &t.want)
	}
	s.raft.Step(ev, out)
	for i := range twins {
		t := &twins[i]
		var after raft.Effects
		t.Step(&raft.SetRules{Without: w.off()}, &after)
		if !w.sameEffects(&t.want, out) || !bytes.Equal(t.AppendState(nil), s.raft.AppendState(nil)) {
			w.depart(t.rule)
		}
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

// serverTwin is the twin of a service, with what it wants done.
type serverTwin struct {
	kv.Server
	rule string
	want kv.ServerEffects
}

// stepServerTwin is stepTwin for the service.
func (w *World) stepServerTwin(s *server, ev kv.ServerEvent, out *kv.ServerEffects) {
	if _, set := ev.(*kv.SetRules); set {
		s.kv.Step(ev, out)
		return
	}
	rules := w.twinned()
	twins := make([]serverTwin, len(rules))
	for i, rule := range rules {
		t := &twins[i]
		t.rule = rule
		if start, first := ev.(*kv.ServerStart); first {
			right := *start
			right.Without = w.but(rule)
			t.Server = w.code.Server.New()
			t.Step(&right, &t.want)
			continue
		}
		t.Server = s.kv.Clone()
		t.Step(&kv.SetRules{Without: w.but(rule)}, &t.want)
		t.Step(ev, &t.want)
	}
	s.kv.Step(ev, out)
	for i := range twins {
		t := &twins[i]
		var after kv.ServerEffects
		t.Step(&kv.SetRules{Without: w.off()}, &after)
		if !alike(t.want.Proposals, out.Proposals) || !alike(t.want.Reads, out.Reads) || !alike(t.want.Replies, out.Replies) ||
			!alike(t.want.Performed, out.Performed) || !alike(t.want.Compacts, out.Compacts) || t.want.Refused != out.Refused ||
			!bytes.Equal(t.AppendState(nil), s.kv.AppendState(nil)) {
			w.depart(t.rule)
		}
	}
}

// clientTwin is the twin of a client, with what it wants done.
type clientTwin struct {
	kv.Client
	rule string
	want kv.ClientEffects
}

// stepClientTwin is stepTwin for a client.
func (w *World) stepClientTwin(c *client, ev kv.ClientEvent, out *kv.ClientEffects) {
	if _, set := ev.(*kv.SetRules); set {
		c.m.Step(ev, out)
		return
	}
	rules := w.twinned()
	twins := make([]clientTwin, len(rules))
	for i, rule := range rules {
		t := &twins[i]
		t.rule = rule
		if start, first := ev.(*kv.ClientStart); first {
			right := *start
			right.Without = w.but(rule)
			t.Client = w.code.Client.New()
			t.Step(&right, &t.want)
			continue
		}
		t.Client = c.m.Clone()
		t.Step(&kv.SetRules{Without: w.but(rule)}, &t.want)
		t.Step(ev, &t.want)
	}
	c.m.Step(ev, out)
	for i := range twins {
		t := &twins[i]
		var after kv.ClientEffects
		t.Step(&kv.SetRules{Without: w.off()}, &after)
		if !alike(t.want.Timers, out.Timers) || !alike(t.want.Sends, out.Sends) || !alike(t.want.Done, out.Done) ||
			!bytes.Equal(t.AppendState(nil), c.m.AppendState(nil)) {
			w.depart(t.rule)
		}
	}
}

// alike compares lists of effects by what they say, whatever memory they are in.
func alike[T any](a, b []T) bool {
	return slices.EqualFunc(a, b, func(x, y T) bool { return reflect.DeepEqual(x, y) })
}
