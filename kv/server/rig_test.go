package server

import (
	"slices"
	"testing"

	"raftarium/kv"
	"raftarium/raft"
)

// rig drives one server machine and plays the consensus node to it.
type rig struct {
	t *testing.T
	s kv.Server
}

func newRig(t *testing.T, off ...string) *rig {
	r := &rig{t: t, s: New()}
	r.step(&kv.ServerStart{ID: 1, Without: off})
	return r
}

func (r *rig) step(ev kv.ServerEvent) *kv.ServerEffects {
	var out kv.ServerEffects
	r.s.Step(ev, &out)
	return &out
}

func command(c kv.ClientID, seq uint64, op kv.Op) kv.Command {
	return kv.Command{Client: c, Seq: seq, Op: op}
}

func (r *rig) request(c kv.Command) *kv.ServerEffects {
	return r.step(&kv.ServerDeliver{Req: &kv.Request{Command: c, Try: 1}})
}

// propose delivers a request and returns the proposal that it must lead to.
func (r *rig) propose(c kv.Command) raft.Proposal {
	r.t.Helper()
	out := r.request(c)
	if len(out.Proposals) != 1 || len(out.Replies) != 0 {
		r.t.Fatalf("request %v: %d proposals and %d replies, want one proposal", c, len(out.Proposals), len(out.Replies))
	}
	return out.Proposals[0]
}

func (r *rig) answer(a raft.Answer) []kv.Reply { return replies(r.step(&kv.Answered{Answer: a})) }

// accept proposes c and has it accepted.
func (r *rig) accept(c kv.Command, index raft.Index, term raft.Term) raft.Entry {
	r.t.Helper()
	p := r.propose(c)
	if got := r.answer(raft.Answer{Handle: p.Handle, Outcome: raft.Accepted, Index: index, Term: term}); len(got) != 0 {
		r.t.Fatalf("answered %+v before the entry was applied", got)
	}
	return raft.Entry{Term: term, Index: index, Data: p.Data}
}

func (r *rig) apply(entries ...raft.Entry) *kv.ServerEffects {
	return r.step(&kv.Applied{Entries: entries})
}

func (r *rig) status() kv.ServerStatus {
	var st kv.ServerStatus
	r.s.Inspect(&st)
	return st
}

// value is what the store holds under key.
func (r *rig) value(key string) string {
	for _, k := range r.status().Keys {
		if k.Key == key {
			return string(k.Value)
		}
	}
	return ""
}

func entry(index raft.Index, term raft.Term, c kv.Command) raft.Entry {
	return raft.Entry{Term: term, Index: index, Data: c.AppendTo(nil)}
}

func replies(out *kv.ServerEffects) []kv.Reply {
	var list []kv.Reply
	for _, r := range out.Replies {
		list = append(list, *r)
	}
	return list
}

func (r *rig) wantReplies(what string, got []kv.Reply, want ...kv.Reply) {
	r.t.Helper()
	if !slices.EqualFunc(got, want, func(a, b kv.Reply) bool {
		same := string(a.Value) == string(b.Value)
		a.Value, b.Value = nil, nil
		return same && string(a.AppendTo(nil)) == string(b.AppendTo(nil))
	}) {
		r.t.Errorf("%s: replies %+v, want %+v", what, got, want)
	}
}

func (r *rig) wantValue(key, want string) {
	r.t.Helper()
	if got := r.value(key); got != want {
		r.t.Errorf("%s holds %q, want %q", key, got, want)
	}
}

func put(key, value string) kv.Op { return kv.Op{Kind: kv.Put, Key: key, Value: value} }
func app(key, value string) kv.Op { return kv.Op{Kind: kv.Append, Key: key, Value: value} }
func get(key string) kv.Op        { return kv.Op{Kind: kv.Get, Key: key} }
