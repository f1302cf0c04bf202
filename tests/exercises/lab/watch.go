package lab

import (
	"bytes"
	"reflect"
	"slices"
	"strings"

	"raftarium/kv"
	"raftarium/netsim/cluster"
	"raftarium/raft"
)

// automaton is what the node, the service and the client of a student have in common.
type automaton[M, Event, Out, Status any] interface {
	Step(Event, *Out)
	Clone() M
	AppendState([]byte) []byte
	Inspect(*Status)
}

// verdict is what was found first.
type verdict struct{ err error }

func (v *verdict) add(format string, args ...any) {
	if v.err == nil {
		v.err = unsound(format, args...)
	}
}

// watched is a machine that is looked at closely: each step is also done by a twin,
// which must do the same, and another twin does something else, of which nobody else
// may notice anything.
type watched[M automaton[M, Event, Out, Status], Event, Out, Status any] struct {
	m     M
	what  string            // "node"
	other func(Event) Event // the event with other contents
	found *verdict
}

// blame adds what was found, unless it comes from an AppendState that differs each
// time: in the order of a map it is the same now and then, so it is asked often.
func (w *watched[M, Event, Out, Status]) blame(format string, args ...any) {
	first := w.m.AppendState(nil)
	for range 100 { // a map of two keys comes in the other order once in eight times
		if !bytes.Equal(w.m.AppendState(nil), first) {
			w.found.add("AppendState of a %s gives other bytes each time, though nothing happened in between. %s", w.what, breaksRuns)
		}
	}
	w.found.add(format, args...)
}

// Step has the machine take an event, and twins of it too.
func (w *watched[M, Event, Out, Status]) Step(ev Event, out *Out) {
	if w.found.err != nil {
		w.m.Step(ev, out)
		return
	}
	before := w.m.AppendState(nil)
	was, stranger := w.m.Clone(), w.m.Clone()
	if !bytes.Equal(was.AppendState(nil), before) {
		w.blame("a clone of a %s has not the state of its original: AppendState gives other bytes. %s", w.what, breaksClones)
	}
	w.m.Step(ev, out)
	after := w.m.AppendState(nil)
	if !bytes.Equal(was.AppendState(nil), before) {
		w.blame("what a %s did at %T changed a clone that was made of it before. %s", w.what, ev, breaksClones)
	}
	var first, strange Out
	state := w.twin(was, ev, &first)
	if field := unlike(out, after, &first, state); field != "" {
		for range 16 {
			var second Out
			if again := w.twin(was, ev, &second); unlike(&first, state, &second, again) != "" {
				w.blame("told the same twice (%T), a %s does not do the same: it differs in %s, or in their order. %s", ev, w.what, field, breaksRuns)
			}
		}
		w.blame("a clone and its original, told the same (%T), do not do the same: they differ in %s. %s", ev, field, breaksClones)
	}
	stranger.Step(w.other(ev), &strange)
	if !bytes.Equal(w.m.AppendState(nil), after) {
		w.blame("what a clone of a %s did at %T changed the machine that it was made of. %s", w.what, ev, breaksClones)
	}
	if bytes.Equal(before, after) {
		var a, b Status
		was.Inspect(&a)
		w.m.Inspect(&b)
		if field := differ(&a, &b); field != "" {
			w.blame("at %T, what Inspect says of a %s changed (%s), but AppendState gave the same bytes: it leaves out something that matters for later steps", ev, w.what, field)
		}
	}
}

func (w *watched[M, Event, Out, Status]) clone() *watched[M, Event, Out, Status] {
	c := *w
	c.m = w.m.Clone()
	return &c
}

// AppendState is that of the machine.
func (w *watched[M, Event, Out, Status]) AppendState(b []byte) []byte { return w.m.AppendState(b) }

// Inspect is that of the machine.
func (w *watched[M, Event, Out, Status]) Inspect(st *Status) { w.m.Inspect(st) }

// twin has a clone of what the machine was do a step, and returns the state after it.
func (w *watched[M, Event, Out, Status]) twin(was M, ev Event, out *Out) []byte {
	c := was.Clone()
	c.Step(ev, out)
	return c.AppendState(nil)
}

// unlike says in what two steps differ, "" if in nothing.
func unlike(a any, stateA []byte, b any, stateB []byte) string {
	if field := differ(a, b); field != "" {
		return field
	}
	if !bytes.Equal(stateA, stateB) {
		return "their state (AppendState)"
	}
	return ""
}

// differ is the name of the first field in which two structs of the same type differ,
// "" if there is none. Empty lists are alike, and fields without a name to the outside
// do not count.
func differ(a, b any) string {
	x, y := reflect.ValueOf(a).Elem(), reflect.ValueOf(b).Elem()
	for i := range x.NumField() {
		f := x.Type().Field(i)
		if !f.IsExported() || f.Type.Kind() == reflect.Slice && x.Field(i).Len() == 0 && y.Field(i).Len() == 0 {
			continue
		}
		if !reflect.DeepEqual(x.Field(i).Interface(), y.Field(i).Interface()) {
			return f.Name
		}
	}
	return ""
}

type (
	watchedNode struct {
		*watched[raft.Machine, raft.Event, raft.Effects, raft.Status]
	}
	watchedServer struct {
		*watched[kv.Server, kv.ServerEvent, kv.ServerEffects, kv.ServerStatus]
	}
	watchedClient struct {
		*watched[kv.Client, kv.ClientEvent, kv.ClientEffects, kv.ClientStatus]
	}
)

// Clone returns a clone that is watched too, as all of them do.
func (w watchedNode) Clone() raft.Machine { return watchedNode{w.clone()} }

// Clone likewise.
func (w watchedServer) Clone() kv.Server { return watchedServer{w.clone()} }

// Clone likewise.
func (w watchedClient) Clone() kv.Client { return watchedClient{w.clone()} }

// watch makes all machines of somebody's code watched ones.
func watch(code cluster.Code, found *verdict) cluster.Code {
	node, server, client := code.Raft.New, code.Server.New, code.Client.New
	code.Raft.New = func() raft.Machine {
		return watchedNode{&watched[raft.Machine, raft.Event, raft.Effects, raft.Status]{node(), "node", otherEvent, found}}
	}
	code.Server.New = func() kv.Server {
		return watchedServer{&watched[kv.Server, kv.ServerEvent, kv.ServerEffects, kv.ServerStatus]{server(), "service's server", otherServerEvent, found}}
	}
	code.Client.New = func() kv.Client {
		return watchedClient{&watched[kv.Client, kv.ClientEvent, kv.ClientEffects, kv.ClientStatus]{client(), "client", func(ev kv.ClientEvent) kv.ClientEvent { return ev }, found}}
	}
	return code
}

// otherEvent is an event with other commands in it, as another world could send it.
func otherEvent(ev raft.Event) raft.Event {
	switch ev := ev.(type) {
	case *raft.Propose:
		c := *ev
		c.Proposals = slices.Clone(c.Proposals)
		for i := range c.Proposals {
			c.Proposals[i].Data = slices.Concat(c.Proposals[i].Data, []byte("!"))
		}
		return &c
	case *raft.Deliver:
		if m, ok := ev.Msg.(*raft.AppendEntries); ok {
			c, d := *ev, *m
			d.Entries = otherEntries(m.Entries)
			c.Msg = &d
			return &c
		}
	}
	return ev
}

func otherEntries(list []raft.Entry) []raft.Entry {
	list = slices.Clone(list)
	for i := range list {
		if list[i].Kind == raft.EntryCommand {
			list[i].Data = slices.Concat(list[i].Data, []byte("!"))
		}
	}
	return list
}

// otherServerEvent changes what the Appends among committed commands append.
func otherServerEvent(ev kv.ServerEvent) kv.ServerEvent {
	a, ok := ev.(*kv.Applied)
	if !ok {
		return ev
	}
	c := *a
	c.Entries = slices.Clone(a.Entries)
	for i := range c.Entries {
		cmd, err := kv.DecodeCommand(c.Entries[i].Data)
		if err != nil || c.Entries[i].Kind != raft.EntryCommand {
			continue
		}
		cmd.Op.Value = strings.Repeat("!", len(cmd.Op.Value))
		c.Entries[i].Data = cmd.AppendTo(nil)
	}
	return &c
}
