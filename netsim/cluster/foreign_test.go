package cluster_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"raftarium/kv"
	"raftarium/netsim/cluster"
	"raftarium/netsim/cluster/check"
	"raftarium/netsim/cluster/script"
	"raftarium/raft"
)

// onTimer adds something to the first timeout of a server.
func onTimer(then func(out *raft.Effects)) cluster.Code {
	return spoilt(func(_ raft.ID, ev raft.Event, out *raft.Effects) {
		if _, ok := ev.(*raft.TimerFired); ok {
			then(out)
		}
	})
}

func onStart(then func(id raft.ID, out *raft.Effects)) cluster.Code {
	return spoilt(func(id raft.ID, ev raft.Event, out *raft.Effects) {
		if _, ok := ev.(*raft.Start); ok {
			then(id, out)
		}
	})
}

func timer(lo, hi time.Duration) cluster.Code {
	return onStart(func(_ raft.ID, out *raft.Effects) {
		out.Timers = append(out.Timers, raft.Timer{Key: 7, Min: lo, Max: hi})
	})
}

func TestAServerThatBreaksTheContractIsStopped(t *testing.T) {
	save := func(sv raft.Save) cluster.Code {
		return onStart(func(_ raft.ID, out *raft.Effects) { out.Saves = append(out.Saves, sv) })
	}
	none := ours()
	none.Raft.New = func() raft.Machine { return nil }
	for name, c := range map[string]struct {
		code cluster.Code
		want string
	}{
		"a panic at the start": {onStart(func(raft.ID, *raft.Effects) { panic("ouch") }), "panic: ouch (foreign_test.go:"},
		"a panic later":        {onTimer(func(*raft.Effects) { panic("ouch") }), "panic: ouch"},
		"no machine":           {none, "panic: runtime error: invalid memory address"},
		"no message":           {onStart(func(_ raft.ID, out *raft.Effects) { out.Sends = append(out.Sends, raft.Send{To: 2}) }), "sends no message"},
		"a message that is nil": {onTimer(func(out *raft.Effects) {
			out.Sends = append(out.Sends, raft.Send{To: 2, Msg: (*raft.RequestVote)(nil)})
		}), "panic: runtime error"},
		"a message to itself":     {onStart(func(id raft.ID, out *raft.Effects) { out.SendRequestVote(id, 0, raft.RequestVote{}) }), "sends a RequestVote to s"},
		"a message to nobody":     {onTimer(func(out *raft.Effects) { out.SendRequestVote(0, 0, raft.RequestVote{}) }), "sends a RequestVote to nobody, which is not"},
		"a message to a stranger": {onTimer(func(out *raft.Effects) { out.SendRequestVote(99, 0, raft.RequestVote{}) }), "sends a RequestVote to s99"},
		"a wrong save number":     {save(raft.Save{Seq: 3}), "numbers a save 3; the next one is 1"},
		"a gap":                   {save(raft.Save{Seq: 1, From: 5, Entries: []raft.Entry{{Index: 5}}}), "saves entries from 5, but its log ends at 0"},
		"entries from nowhere":    {save(raft.Save{Seq: 1, Entries: []raft.Entry{{Index: 1}}}), "without saying from where"},
		"an entry out of place":   {save(raft.Save{Seq: 1, From: 1, Entries: []raft.Entry{{Index: 2}}}), "saves an entry of index 2 in place 1"},
		"a save never asked for":  {onStart(func(_ raft.ID, out *raft.Effects) { out.SendRequestVote(2, 9, raft.RequestVote{}) }), "waits for save 9, which it never asked for"},
		"an apply for no save":    {onStart(func(_ raft.ID, out *raft.Effects) { out.Applies = append(out.Applies, raft.Apply{After: 9}) }), "waits for save 9"},
		"an answer for no save":   {onStart(func(_ raft.ID, out *raft.Effects) { out.Answers = append(out.Answers, raft.Answer{After: 9}) }), "waits for save 9"},
		"a negative timer":        {timer(-time.Second, time.Second), "asks for the timer timer 7 within -1s..1s"},
		"a timer run backwards":   {timer(2*time.Second, time.Second), "within 2s..1s"},
		"a timer of no time":      {timer(0, 0), "within 0s..0s"},
		"replies to nobody": {oddServers(func(ev kv.ServerEvent, out *kv.ServerEffects) {
			if _, ok := ev.(*kv.Applied); ok {
				out.Reply(kv.Reply{Client: 99})
			}
		}), "answers a client that does not exist"},
		// A number that does not fit into an int of 32 bits.
		"replies to nobody by far": {oddServers(func(ev kv.ServerEvent, out *kv.ServerEffects) {
			if _, ok := ev.(*kv.Applied); ok {
				out.Reply(kv.Reply{Client: 1<<31 + 5})
			}
		}), "answers a client that does not exist"},
		"a reply that is nil": {oddServers(func(ev kv.ServerEvent, out *kv.ServerEffects) {
			if _, ok := ev.(*kv.Applied); ok {
				out.Replies = append(out.Replies, nil)
			}
		}), "answers a client that does not exist"},
		"proposals without end": {oddServers(func(ev kv.ServerEvent, out *kv.ServerEffects) {
			if _, ok := ev.(*kv.Answered); ok {
				out.Proposals = append(out.Proposals, raft.Proposal{Handle: 77})
			}
		}), "the service proposes without end"},
		"a service that panics": {oddServers(func(ev kv.ServerEvent, _ *kv.ServerEffects) {
			if _, ok := ev.(*kv.Answered); ok {
				panic("ouch")
			}
		}), "panic: ouch"},
	} {
		s := openCode(t, c.code, config(nil), cluster.Options{Narrate: true, VerifyMessages: true})
		pass(s, 2000)
		if got := broken(s, check.Contract); !strings.Contains(got, c.want) {
			t.Errorf("%s: the violations are %q, want %q", name, got, c.want)
		}
		var v cluster.View
		s.View(&v)
		failed := false
		for i := range v.Servers {
			sv := &v.Servers[i]
			failed = failed || strings.Contains(sv.Failed, c.want) && !sv.Up
		}
		if !failed {
			t.Errorf("%s: no server is shown as failed", name)
		}
		// Everything goes on: restarts, clones, the verdict.
		if _, err := s.Do("restart all"); err != nil {
			t.Error(err)
		}
		pass(s.Clone(), 2500)
		s.Final()
	}
}

func TestTheOthersGoOnWithoutAServerThatPanics(t *testing.T) {
	code := spoilt(func(id raft.ID, ev raft.Event, _ *raft.Effects) {
		if _, ok := ev.(*raft.Deliver); ok && id == 2 {
			panic("ouch")
		}
	})
	s := openCode(t, code, config(nil), cluster.Options{})
	pass(s, 5000)
	v := s.Final()
	if len(v.Violations) != 1 || v.Violations[0].Server != 2 || v.Progress != check.Yes {
		t.Errorf("verdict %+v", v)
	}
}

func TestNoProgressIsAskedOfAClusterWhoseServersWereStopped(t *testing.T) {
	code := spoilt(func(id raft.ID, ev raft.Event, _ *raft.Effects) {
		if _, ok := ev.(*raft.Deliver); ok && id <= 3 {
			panic("ouch")
		}
	})
	s := openCode(t, code, config(nil), cluster.Options{})
	pass(s, 8000)
	if got := broken(s, check.Progress); got != "" {
		t.Error(got)
	}
}

func TestNothingOfAStoppedServerReachesItsNextLife(t *testing.T) {
	// The service panics in the midst of what a save lets go.
	panics := 0
	code := oddServers(func(ev kv.ServerEvent, _ *kv.ServerEffects) {
		if a, ok := ev.(*kv.Applied); ok && len(a.Entries) > 0 && a.Entries[0].Index > 5 && panics == 0 {
			panics++
			panic("ouch")
		}
	})
	s := openCode(t, code, config(func(c *script.Config) { c.Servers, c.Disk = 1, 3*time.Millisecond }), cluster.Options{})
	pass(s, 3000)
	do(t, s, "restart s1")
	pass(s, 6000)
	v := s.Final()
	if panics != 1 || len(v.Violations) != 1 || v.Violations[0].Property != check.Contract || v.Linearizable != check.Yes {
		t.Errorf("%d panics, verdict %+v", panics, v)
	}
}

func TestAServerThatIsStoppedByWhatASaveLetsGoIsStoppedOnce(t *testing.T) {
	code := puppets(func(_ raft.ID, ev raft.Event, out *raft.Effects) {
		if _, ok := ev.(*raft.Start); ok {
			e := []raft.Entry{{Term: 1, Index: 1}, {Term: 1, Index: 2}}
			out.Saves = append(out.Saves, raft.Save{Seq: 1, State: raft.HardState{Term: 1}, From: 1, Entries: e})
			out.Applies = append(out.Applies, raft.Apply{After: 1, Entries: e[:1]}, raft.Apply{After: 1, Entries: e[1:]})
			out.Answers = append(out.Answers, raft.Answer{After: 1})
		}
	})
	code.Server.New = oddServers(func(ev kv.ServerEvent, out *kv.ServerEffects) {
		if _, ok := ev.(*kv.Applied); ok {
			out.Reply(kv.Reply{Client: 99})
		}
	}).Server.New
	s := openCode(t, code, config(func(c *script.Config) { c.Servers = 1 }), cluster.Options{})
	pass(s, 100)
	if got := broken(s, check.Contract); got != "S1: answers a client that does not exist" {
		t.Errorf("%q", got)
	}
}

func TestATimerForEverIsNoHarm(t *testing.T) {
	s := openCode(t, timer(math.MaxInt64, math.MaxInt64), config(nil), cluster.Options{})
	pass(s, 2000)
	if v := s.Final(); !v.OK() || s.Now() != ms(2000) {
		t.Errorf("%v: %+v", s.Now(), v)
	}
}

func TestAClientThatBreaksTheContractIsStopped(t *testing.T) {
	none := ours()
	none.Client.New = func() kv.Client { return nil }
	on := func(then func(*kv.ClientEffects)) cluster.Code {
		return oddClients(func(ev kv.ClientEvent, out *kv.ClientEffects) {
			if _, ok := ev.(*kv.Invoke); ok {
				then(out)
			}
		})
	}
	for name, c := range map[string]struct {
		code cluster.Code
		want string
	}{
		"a panic at the start": {oddClients(func(ev kv.ClientEvent, _ *kv.ClientEffects) {
			if _, ok := ev.(*kv.ClientStart); ok {
				panic("ouch")
			}
		}), "panic: ouch"},
		"a panic at an operation": {on(func(*kv.ClientEffects) { panic("ouch") }), "panic: ouch"},
		"a panic at a reply": {oddClients(func(ev kv.ClientEvent, _ *kv.ClientEffects) {
			if _, ok := ev.(*kv.ClientDeliver); ok {
				panic("ouch")
			}
		}), "panic: ouch"},
		"no machine":          {none, "panic: runtime error: invalid memory address"},
		"a negative timer":    {on(func(out *kv.ClientEffects) { out.Timers = append(out.Timers, kv.ClientTimer{Min: -1, Max: 1e9}) }), "within -1ns..1s"},
		"a timer of no time":  {on(func(out *kv.ClientEffects) { out.Timers = append(out.Timers, kv.ClientTimer{}) }), "within 0s..0s"},
		"done without asking": {on(func(out *kv.ClientEffects) { out.Done = append(out.Done, kv.Result{Seq: 1}) }), "finishes operations without end"},
		"done twice":          {on(func(out *kv.ClientEffects) { out.Done = append(out.Done, kv.Result{Seq: 1}, kv.Result{Seq: 1}) }), "finishes an operation that nobody asked for"},
	} {
		s := openCode(t, c.code, config(nil), cluster.Options{Narrate: true})
		pass(s, 2000)
		if got := broken(s, check.Contract); !strings.Contains(got, c.want) {
			t.Errorf("%s: the violations are %q, want %q", name, got, c.want)
		}
		var v cluster.View
		if s.View(&v); len(v.Clients) == 0 || !strings.Contains(v.Clients[0].Failed, c.want) {
			t.Errorf("%s: the client is shown as %+v", name, v.Clients)
		}
		if _, err := s.Do("append c1 x 1"); err == nil || !strings.Contains(err.Error(), "c1 was stopped: ") {
			t.Errorf("%s: told to go on, it says %v", name, err)
		}
		if text, err := s.Do("fire 2 x"); err != nil || text != "0 clients append to x at once" {
			t.Errorf("%s: fire says %q, %v", name, text, err)
		}
		before := s.Stats().Events
		pass(s.Clone(), 2500)
		pass(s, 2500)
		if s.Final(); s.Stats().Events == before {
			t.Errorf("%s: the servers do not go on", name)
		}
		if got := broken(s, check.Progress); got != "" {
			t.Errorf("%s: %s", name, got)
		}
	}
}

// liar is a machine of which one method panics.
type liar struct {
	raft.Machine
	method string
}

func (l *liar) Clone() raft.Machine {
	if l.method == "Clone" {
		panic("no copies")
	}
	return &liar{l.Machine.Clone(), l.method}
}

func (l *liar) AppendState(b []byte) []byte {
	if l.method == "AppendState" {
		panic("no state")
	}
	return l.Machine.AppendState(b)
}

type mute struct{ kv.Server }

func (m *mute) Clone() kv.Server         { return &mute{m.Server.Clone()} }
func (m *mute) Inspect(*kv.ServerStatus) { panic("no comment") }

func TestAPanicOutsideStepDoesNotEndTheProgram(t *testing.T) {
	for _, method := range []string{"Clone", "AppendState"} {
		code := ours()
		inner := code.Raft.New
		code.Raft.New = func() raft.Machine { return &liar{inner(), method} }
		s := openCode(t, code, config(nil), cluster.Options{})
		pass(s, 500)
		s.AppendState(nil)
		c := s.Clone()
		if got := broken(c, check.Contract); (method == "Clone") != strings.Contains(got, "panic in Clone: no copies") {
			t.Errorf("%s: the clone says %q", method, got)
		}
		pass(c, 600)
		pass(s, 600)
		if v := s.Final(); !v.OK() {
			t.Errorf("%s: the original suffers: %+v", method, v)
		}
	}
	code := ours()
	inner := code.Server.New
	code.Server.New = func() kv.Server { return &mute{inner()} }
	s := openCode(t, code, config(nil), cluster.Options{})
	pass(s, 500)
	var v cluster.View
	if s.View(&v); v.Servers[0].Failed != "panic in Inspect: no comment" {
		t.Errorf("the view says %q", v.Servers[0].Failed)
	}
	if verdict := s.Final(); verdict.OK() || !strings.Contains(broken(s, check.Contract), "panic in Inspect: no comment") {
		t.Errorf("verdict %+v", verdict)
	}
}
