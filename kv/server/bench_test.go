package server

import (
	"fmt"
	"testing"

	"raftarium/kv"
	"raftarium/raft"
)

func startServer() kv.Server {
	s := New()
	s.Step(&kv.ServerStart{ID: 1}, new(kv.ServerEffects))
	return s
}

// BenchmarkApply is what each server pays for an entry that it is only told of.
func BenchmarkApply(b *testing.B) {
	for _, keys := range []int{16, 1000} {
		for _, kind := range []kv.Kind{kv.Get, kv.Put, kv.Append} {
			b.Run(fmt.Sprintf("%v/%dkeys", kind, keys), func(b *testing.B) {
				const clients = 5
				s, out := startServer(), new(kv.ServerEffects)
				entries := make([]raft.Entry, 4096)
				ev := &kv.Applied{Entries: make([]raft.Entry, 1)}
				seq, index, at := uint64(1<<20), raft.Index(0), len(entries)
				for i := range keys {
					index++
					ev.Entries[0] = entry(index, 1, command(clients+1, uint64(index), put(fmt.Sprint("key", i), "v")))
					s.Step(ev, out)
				}
				b.ReportAllocs()
				for b.Loop() {
					if at == len(entries) {
						b.StopTimer()
						for i := range entries {
							index++
							seq++
							op := kv.Op{Kind: kind, Key: fmt.Sprint("key", i*7919%keys)}
							if kind != kv.Get {
								op.Value = "x 0 123 y"
							}
							entries[i] = entry(index, 1, command(kv.ClientID(i%clients+1), seq, op))
						}
						at = 0
						b.StartTimer()
					}
					ev.Entries[0] = entries[at]
					at++
					out.Reset()
					s.Step(ev, out)
				}
			})
		}
	}
}

// BenchmarkServe is what a leader's server pays for an operation from request to
// reply, with so many clients at a time.
func BenchmarkServe(b *testing.B) {
	for _, clients := range []int{1, 5, 100} {
		b.Run(fmt.Sprintf("%dclients", clients), func(b *testing.B) {
			s, out := startServer(), new(kv.ServerEffects)
			reqs := make([]kv.Request, clients)
			for i := range reqs {
				reqs[i] = kv.Request{Command: command(kv.ClientID(i+1), 0, app(fmt.Sprint("key", i), "x 0 123 y")), Try: 1}
			}
			entries := make([]raft.Entry, clients)
			var deliver kv.ServerDeliver
			var answered kv.Answered
			var applied kv.Applied
			index, i := raft.Index(0), 0
			b.ReportAllocs()
			for b.Loop() {
				reqs[i].Seq++
				index++
				out.Reset()
				deliver.Req = &reqs[i]
				s.Step(&deliver, out)
				p := out.Proposals[0]
				entries[i] = raft.Entry{Term: 1, Index: index, Data: p.Data}
				answered.Answer = raft.Answer{Handle: p.Handle, Outcome: raft.Accepted, Index: index, Term: 1}
				out.Reset()
				s.Step(&answered, out)
				if i++; i == clients {
					i = 0
					applied.Entries = entries
					out.Reset()
					s.Step(&applied, out)
					if len(out.Replies) != clients {
						b.Fatal("not all were answered")
					}
				}
			}
		})
	}
}

func BenchmarkClone(b *testing.B) {
	for _, keys := range []int{16, 1000} {
		b.Run(fmt.Sprintf("%dkeys", keys), func(b *testing.B) {
			s := startServer()
			for i := range keys {
				s.Step(&kv.Applied{Entries: []raft.Entry{entry(raft.Index(i+1), 1, command(1, uint64(i+1), put(fmt.Sprint("key", i), "v")))}}, new(kv.ServerEffects))
			}
			b.ReportAllocs()
			for b.Loop() {
				s.Clone()
			}
		})
	}
}
