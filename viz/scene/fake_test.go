package scene

import (
	"fmt"
	"strings"
	"time"

	"raftarium/kv"
	"raftarium/netsim"
	"raftarium/netsim/cluster"
	"raftarium/netsim/cluster/check"
	"raftarium/netsim/cluster/script"
	"raftarium/raft"
)

const ms = netsim.Time(time.Millisecond)

// fake builds views by hand, with the shape that World.View gives them.
type fake struct {
	v    cluster.View
	next netsim.EventID
}

func newFake(servers, clients int, now netsim.Time) *fake {
	f := &fake{next: 800}
	f.v = cluster.View{Now: now, Seed: 42, RaftName: "raftarium", Verdict: check.Verdict{Safety: true, ExactlyOnce: true, Linearizable: check.Yes, Progress: check.Yes}}
	for i := 1; i <= servers; i++ {
		s := cluster.ServerView{ID: raft.ID(i), Up: true, Quorum: true, InQuorum: true}
		s.Raft = raft.Status{ID: raft.ID(i), Term: 1, Quorum: raft.Quorum(servers)}
		s.Election = cluster.TimerView{Running: true, Total: 220 * time.Millisecond, Left: time.Duration(60+i*37%140) * time.Millisecond}
		f.v.Servers = append(f.v.Servers, s)
	}
	for i := 1; i <= clients; i++ {
		f.v.Clients = append(f.v.Clients, cluster.ClientView{ClientStatus: kv.ClientStatus{ID: kv.ClientID(i)}})
	}
	return f
}

func (f *fake) server(id int) *cluster.ServerView { return &f.v.Servers[id-1] }
func (f *fake) client(id int) *cluster.ClientView { return &f.v.Clients[id-1] }

// lead makes a server the leader of a term, known to those given.
func (f *fake) lead(id int, term raft.Term, followers ...int) {
	s := f.server(id)
	s.Raft.Role, s.Raft.Term, s.Raft.Vote, s.Raft.Leader = raft.Leader, term, raft.ID(id), raft.ID(id)
	s.Election = cluster.TimerView{}
	s.Heartbeat = cluster.TimerView{Running: true, Left: 32 * time.Millisecond, Total: 50 * time.Millisecond}
	for _, k := range followers {
		o := f.server(k)
		o.Raft.Term, o.Raft.Vote, o.Raft.Leader, o.Raft.Role = term, raft.ID(id), raft.ID(id), raft.Follower
	}
	s.Raft.Peers = nil
	for i := range f.v.Servers {
		if i+1 != id {
			n := raft.Index(len(f.v.Servers[i].Raft.Log))
			s.Raft.Peers = append(s.Raft.Peers, raft.PeerStatus{ID: raft.ID(i + 1), Match: n, Next: n + 1})
		}
	}
}

func command(c kv.ClientID, seq uint64, op kv.Op) []byte {
	cmd := kv.Command{Client: c, Seq: seq, Op: op}
	return cmd.AppendTo(nil)
}

// entry is made from a short form: "no-op", "x+=1", "y=7" or "get x".
func entry(i raft.Index, term raft.Term, short string) raft.Entry {
	e := raft.Entry{Index: i, Term: term}
	op := kv.Op{Kind: kv.Get}
	if k, v, ok := strings.Cut(short, "+="); ok {
		op = kv.Op{Kind: kv.Append, Key: k, Value: v}
	} else if k, v, ok := strings.Cut(short, "="); ok {
		op = kv.Op{Kind: kv.Put, Key: k, Value: v}
	} else if short == "no-op" {
		e.Kind = raft.EntryNoOp
		return e
	} else {
		op.Key = strings.TrimPrefix(short, "get ")
	}
	e.Data = command(kv.ClientID(i%5+1), uint64(i), op)
	return e
}

// log makes entries "term:op term:op ...", with _ for the space in an operation.
func log(spec string) []raft.Entry {
	var out []raft.Entry
	for i, f := range strings.Fields(spec) {
		var term raft.Term
		head, op, _ := strings.Cut(f, ":")
		fmt.Sscan(head, &term)
		out = append(out, entry(raft.Index(i+1), term, strings.ReplaceAll(op, "_", " ")))
	}
	return out
}

func (f *fake) log(id int, entries []raft.Entry, commit int) {
	s := f.server(id)
	s.Raft.Log, s.Raft.Commit, s.Raft.Applied = entries, raft.Index(commit), raft.Index(commit)
	s.Durable, s.KV.Applied = raft.Index(len(entries)), raft.Index(commit)
	values := map[string]string{}
	var keys []string
	for _, e := range entries[:commit] {
		cmd, err := kv.DecodeCommand(e.Data)
		if err != nil || cmd.Op.Kind == kv.Get {
			continue
		}
		if _, ok := values[cmd.Op.Key]; !ok {
			keys = append(keys, cmd.Op.Key)
		}
		if cmd.Op.Kind == kv.Put {
			values[cmd.Op.Key] = ""
		}
		values[cmd.Op.Key] += cmd.Op.Value
		s.KV.Sessions = append(s.KV.Sessions[:0], kv.Session{Client: 1, Seq: 4}, kv.Session{Client: 2, Seq: 9})
	}
	for i := range keys {
		for j := i + 1; j < len(keys); j++ {
			if keys[j] < keys[i] {
				keys[i], keys[j] = keys[j], keys[i]
			}
		}
	}
	s.KV.Keys = nil
	for _, k := range keys {
		s.KV.Keys = append(s.KV.Keys, kv.KeyValue{Key: k, Value: []byte(values[k])})
	}
}

func (f *fake) cut(since netsim.Time, a, b []int) {
	for _, x := range a {
		for _, y := range b {
			p, q := script.Endpoint{Server: raft.ID(x)}, script.Endpoint{Server: raft.ID(y)}
			f.v.Network.Cuts = append(f.v.Network.Cuts, cluster.CutView{From: p, To: q, Since: since}, cluster.CutView{From: q, To: p, Since: since})
		}
	}
}

func endpoint(s string) script.Endpoint {
	e, _ := parseEndpoint(s)
	return e
}

// send puts a message on its way, done of it in percent.
func (f *fake) send(from, to string, done int, payload any) *cluster.MessageView {
	f.next += 3
	f.v.InFlight = append(f.v.InFlight, cluster.MessageView{
		ID: f.next, From: endpoint(from), To: endpoint(to),
		Sent: f.v.Now - netsim.Time(done)*ms/10, Due: f.v.Now + netsim.Time(100-done)*ms/10, Payload: payload,
	})
	return &f.v.InFlight[len(f.v.InFlight)-1]
}

func (f *fake) lose(from, to string, done, age int, why string, payload any) {
	f.next += 3
	at := f.v.Now - netsim.Time(age)*ms
	f.v.Lost = append(f.v.Lost, cluster.MessageView{
		ID: f.next, From: endpoint(from), To: endpoint(to), Sent: at - netsim.Time(done)*ms/10, Due: at + netsim.Time(100-done)*ms/10,
		Lost: true, LostAt: at, Why: why, Payload: payload,
	})
}

func (f *fake) busy(c int, op kv.Op, seq uint64, try uint32, server int) {
	v := f.client(c)
	v.Busy, v.Op, v.Seq, v.Try, v.Server, v.Since = true, op, seq, try, raft.ID(server), f.v.Now-14*ms
}

func appendOp(key, value string) kv.Op { return kv.Op{Kind: kv.Append, Key: key, Value: value} }

const history = "4:x+=1 4:x+=2 5:y=7 6:no-op 6:x+=3 6:x+=4 7:no-op 7:x+=5 7:x+=6 "

// partition is the scene of the mock: a stale side with a candidate, a leader
// with a majority on the other.
func partitionView() *fake {
	f := newFake(5, 5, 12483*ms)
	full := log("1:no-op 1:y=3 2:no-op 3:x=0 3:y=4 3:x+=z 4:no-op 4:y=5 " + history + "7:x+=41 7:x+=42")
	f.log(1, full, 17)
	f.log(2, full, 17)
	f.server(2).Durable = 18
	f.server(2).Writing = 1
	f.log(3, full[:17], 17)
	stale := append(append([]raft.Entry(nil), full[:14]...), entry(15, 6, "z=1"))
	f.log(4, stale, 14)
	f.log(5, full[:12], 11)
	f.lead(2, 7, 1, 3)
	f.server(2).Raft.Peers = []raft.PeerStatus{{ID: 1, Match: 19, Next: 20}, {ID: 3, Match: 17, Next: 20, InFlight: 1}, {ID: 4, Match: 14, Next: 15}, {ID: 5, Match: 11, Next: 12}}
	c := f.server(4)
	c.Raft.Role, c.Raft.Term, c.Raft.Votes, c.Raft.Vote = raft.Candidate, 8, []raft.ID{4}, 4
	c.Quorum, c.InQuorum = false, false
	d := f.server(5)
	d.Up, d.Quorum, d.InQuorum, d.Raft.Term, d.Election = false, false, false, 6, cluster.TimerView{}
	f.cut(10580*ms, []int{1, 2, 3}, []int{4, 5})
	f.busy(1, appendOp("x", "41"), 9, 1, 2)
	f.busy(2, appendOp("x", "42"), 7, 1, 2)
	f.busy(3, kv.Op{Kind: kv.Get, Key: "x"}, 5, 3, 4)
	f.client(2).Queued = 2
	f.client(4).Completed, f.client(4).LastOp, f.client(4).Last, f.client(4).Swallowed = 4, appendOp("x", "6"), kv.Result{Seq: 4, Index: 17, Tries: 2}, true
	f.send("s2", "s1", 45, &raft.AppendEntries{Term: 7, PrevIndex: 17, PrevTerm: 7, Commit: 17, Entries: full[17:19]})
	f.send("s2", "s3", 55, &raft.AppendEntries{Term: 7, PrevIndex: 17, PrevTerm: 7, Commit: 17, Entries: full[17:19]})
	f.send("s1", "s2", 70, &raft.AppendEntriesReply{Term: 7, Success: true, Index: 17})
	f.send("s4", "s5", 60, &raft.RequestVote{Term: 8, LastIndex: 15, LastTerm: 6})
	f.send("c3", "s4", 50, &kv.Request{Command: kv.Command{Client: 3, Seq: 5, Op: kv.Op{Kind: kv.Get, Key: "x"}}, Try: 3})
	f.send("s2", "c1", 35, &kv.Reply{Client: 1, Seq: 8, Status: kv.OK, Index: 17})
	f.lose("s2", "s4", 45, 60, "cut", &raft.AppendEntries{Term: 7, PrevIndex: 14})
	f.lose("s3", "s4", 60, 120, "cut", &raft.RequestVoteReply{Term: 8})
	f.v.Stats = cluster.Stats{Events: 4711, Messages: 3920, Lost: 88, Elections: 7, Puts: 11, Appends: 40, Gets: 21, Retries: 6, DuplicatesSuppressed: 1, Committed: 17}
	return f
}

// election: two candidates of the same term in a cluster of five, one paused.
func electionView() *fake {
	f := newFake(5, 3, 1204*ms)
	base := log("1:no-op 1:x=1 1:x+=2")
	for i := 1; i <= 5; i++ {
		f.log(i, base, 3)
		f.server(i).Raft.Term = 2
		f.server(i).Raft.Vote = 3
	}
	for _, id := range []int{3, 5} {
		s := f.server(id)
		s.Raft.Role, s.Raft.Vote = raft.Candidate, raft.ID(id)
		s.Raft.Votes = []raft.ID{raft.ID(id)}
	}
	f.server(3).Raft.Votes = []raft.ID{3, 2}
	p := f.server(1)
	p.Paused, p.Quorum, p.InQuorum, p.Raft.Role, p.Raft.Term = true, false, false, raft.Leader, 1
	f.send("s3", "s4", 40, &raft.RequestVote{Term: 2, LastIndex: 3, LastTerm: 1})
	f.send("s3", "s1", 60, &raft.RequestVote{Term: 2, LastIndex: 3, LastTerm: 1})
	f.send("s5", "s4", 70, &raft.RequestVote{Term: 2, LastIndex: 3, LastTerm: 1})
	f.send("s5", "s2", 20, &raft.RequestVote{Term: 2, LastIndex: 3, LastTerm: 1})
	f.send("s2", "s3", 60, &raft.RequestVoteReply{Term: 2, Granted: true})
	f.send("s3", "s5", 50, &raft.RequestVoteReply{Term: 2})
	f.lose("s5", "s1", 50, 30, "loss", &raft.RequestVote{Term: 2})
	return f
}

// concurrent: nine servers, nine clients that append at once over a bad network,
// a retry and a repetition that was swallowed.
func concurrentView() *fake {
	f := newFake(9, 9, 33012*ms)
	spec := "1:no-op "
	for i := range 30 {
		spec += fmt.Sprintf("%d:%c+=%d ", 1+i/8, 'x'+i%3, i)
	}
	full := log(spec)
	for i := 1; i <= 9; i++ {
		n := len(full) - i%4
		f.log(i, full[:n], min(26+i%2, n))
		f.server(i).Raft.Term = 4
	}
	f.lead(3, 4, 1, 2, 4, 5, 6, 7, 8, 9)
	f.server(7).Durable -= 2
	for i := 1; i <= 9; i++ {
		f.busy(i, appendOp("x", fmt.Sprint(30+i)), uint64(20+i), 1, 3)
		f.send(fmt.Sprint("c", i), "s3", 8*i, &kv.Request{Command: kv.Command{Client: kv.ClientID(i), Seq: uint64(20 + i), Op: appendOp("x", fmt.Sprint(30+i))}, Try: 1})
	}
	f.busy(2, appendOp("x", "32"), 22, 2, 5)
	f.v.InFlight[1].To, f.v.InFlight[1].Payload = endpoint("s5"), &kv.Request{Command: kv.Command{Client: 2, Seq: 22, Op: appendOp("x", "32")}, Try: 2}
	f.send("s5", "c4", 40, &kv.Reply{Client: 4, Seq: 24, Status: kv.NotLeader, Leader: 3})
	f.send("s3", "c6", 60, &kv.Reply{Client: 6, Seq: 26, Status: kv.OK, Duplicate: true})
	for i := 1; i <= 9; i++ {
		if i != 3 {
			m := f.send("s3", fmt.Sprint("s", i), (i*29)%90+5, &raft.AppendEntries{Term: 4, PrevIndex: 28, PrevTerm: 4, Commit: 26, Entries: full[28:30]})
			m.Copy = i == 8
			f.send(fmt.Sprint("s", i), "s3", (i*41)%90+5, &raft.AppendEntriesReply{Term: 4, Success: i != 6, Index: 28, ConflictIndex: 25})
		}
	}
	one := endpoint("s1")
	f.v.Network.Cuts = append(f.v.Network.Cuts, cluster.CutView{From: one, To: endpoint("s7"), Since: 30000 * ms})
	return f
}

// violation: two leaders in one term, with a rule switched off.
func violationView() *fake {
	f := partitionView()
	f.v.Without = []string{"one-vote-per-term", "election-restriction"}
	f.lead(4, 7)
	f.v.Servers[3].Raft.Term = 7
	f.v.Verdict = check.Verdict{ExactlyOnce: true, Linearizable: check.Unknown, Violations: []check.Violation{{
		Property: check.ElectionSafety, At: f.v.Now, Event: 900, Server: 4,
		Text: "S4 became leader of term 7, which S2 leads since 9.912 s: S3 voted for both.",
	}}}
	return f
}

// busyView is what speed is measured with: nine servers, full logs and 300
// messages on their way.
func busyView() *fake {
	f := concurrentView()
	for i := 0; len(f.v.InFlight) < 300; i++ {
		a, b := i%9+1, (i*5+3)%9+1
		if a == b {
			b = b%9 + 1
		}
		from, to := fmt.Sprint("s", a), fmt.Sprint("s", b)
		switch i % 4 {
		case 0:
			f.send(from, to, i*17%100, &raft.AppendEntries{Term: 4, PrevIndex: 28})
		case 1:
			f.send(from, to, i*13%100, &raft.AppendEntriesReply{Term: 4, Success: i%3 > 0, Index: 28})
		case 2:
			f.send(from, to, i*19%100, &raft.AppendEntries{Term: 4, PrevIndex: 28, Entries: f.v.Servers[0].Raft.Log[20:22]})
		default:
			f.send(from, to, i*7%100, &raft.RequestVote{Term: 5, LastIndex: 30, LastTerm: 4})
		}
	}
	return f
}

// notes are those of the mock.
func fakeNotes() []cluster.Note {
	return []cluster.Note{
		{ID: 10, At: 210 * ms, Kind: cluster.NoteElection, Term: 1, Text: "S1 has not heard from a leader for 210 ms and asks for votes in term 1", Server: 1},
		{ID: 20, At: 230 * ms, Kind: cluster.NoteLeader, Term: 1, Server: 1, Text: "S1 wins term 1 with S2 and S3"},
		{ID: 30, At: 400 * ms, Kind: cluster.NoteLeader, Term: 2, Server: 3, Text: "S3 wins term 2 with S1 and S5"},
		{ID: 40, At: 3100 * ms, Kind: cluster.NoteElection, Term: 4, Server: 4, Text: "S4 asks for votes in term 4"},
		{ID: 41, At: 3150 * ms, Kind: cluster.NoteLeader, Term: 4, Server: 4, Text: "S4 wins term 4 with S1 and S2"},
		{ID: 42, At: 4150 * ms, Kind: cluster.NoteLeader, Term: 5, Server: 1, Text: "S1 wins term 5 with S2 and S3"},
		{ID: 43, At: 7880 * ms, Kind: cluster.NoteLeader, Term: 6, Server: 5, Text: "S5 wins term 6 with S1 and S4"},
		{ID: 44, At: 10201 * ms, Kind: cluster.NoteLeader, Term: 7, Server: 2, Text: "S2 wins term 7 with S1, S3 and S4"},
		{ID: 45, At: 10580 * ms, Kind: cluster.NoteAction, Text: "You cut S1 S2 S3 from S4 S5"},
		{ID: 46, At: 11020 * ms, Kind: cluster.NoteCommit, Term: 7, Text: "S2 commits 16–17", Server: 2},
		{ID: 47, At: 11400 * ms, Kind: cluster.NoteDuplicate, Text: "C4 had asked twice: the session table swallowed the second x+=6"},
		{ID: 48, At: 12031 * ms, Kind: cluster.NoteClient, Text: "C3 asks S4, which is no leader; C3 will retry elsewhere"},
		{ID: 49, At: 12398 * ms, Kind: cluster.NoteClient, Text: "C1 and C2 append to x through S2"},
		{ID: 50, At: 12402 * ms, Kind: cluster.NoteOther, Text: "S2 sends entries 18–19 to S1 and S3"},
		{ID: 51, At: 12471 * ms, Kind: cluster.NoteElection, Term: 8, Server: 4, Text: "S4 has not heard from a leader for 180 ms and asks for votes in term 8"},
	}
}

// emptyView is a run that has just begun.
func emptyView(servers, clients int) *fake {
	f := newFake(servers, clients, 40*ms)
	for i := range f.v.Servers {
		f.v.Servers[i].Raft.Term = 0
	}
	f.v.Verdict.Progress = check.Unknown
	return f
}
