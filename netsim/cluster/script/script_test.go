package script

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"raftarium/kv"
	"raftarium/netsim"
	"raftarium/raft"
)

func server(id raft.ID) Endpoint     { return Endpoint{Server: id} }
func client(id kv.ClientID) Endpoint { return Endpoint{Client: id} }

// Each action in its canonical line, and as people may write it.
var actions = []struct {
	line   string
	action Action
	same   []string
}{
	{"partition s1 s2 | s3 s4 s5",
		Partition{[][]Endpoint{{server(1), server(2)}, {server(3), server(4), server(5)}}},
		[]string{"partition s1 s2|s3 s4 s5", "  PARTITION\tS1 S2 |S3 S4 S5  # slice", "partition s1 s2| s3 s4 s5\r\n"}},
	{"partition s1 c1", Partition{[][]Endpoint{{server(1), client(1)}}}, nil},
	{"isolate s1 s2", Isolate{Target{IDs: []raft.ID{1, 2}}}, nil},
	{"isolate leader", Isolate{Target{Leader: true}}, []string{"Isolate Leader"}},
	{"isolate leader s2", Isolate{Target{Leader: true, IDs: []raft.ID{2}}}, []string{"isolate s2 leader"}},
	{"bridge s3", Bridge{3}, nil},
	{"transfer s3", Transfer{3}, nil},
	{"expire c1", Expire{1}, []string{"EXPIRE C1", "expire c1 # its session"}},
	{"cut s1 s2", Cut{From: server(1), To: server(2)}, nil},
	{"cut c1 s2", Cut{From: client(1), To: server(2)}, nil},
	{"cut s1 -> s2", Cut{From: server(1), To: server(2), OneWay: true}, []string{"cut s1->s2", "cut s1 ->s2", "cut s1-> s2"}},
	{"mend s1 s2", Mend{From: server(1), To: server(2)}, nil},
	{"mend s1 -> c2", Mend{From: server(1), To: client(2), OneWay: true}, []string{"mend s1->c2"}},
	{"heal", Heal{}, []string{"HEAL", "heal # everything"}},
	{"crash s1", Crash{Target{IDs: []raft.ID{1}}}, nil},
	{"crash leader", Crash{Target{Leader: true}}, nil},
	{"crash all", Crash{Target{All: true}}, []string{"crash ALL"}},
	{"restart s25", Restart{Target{IDs: []raft.ID{25}}}, nil},
	{"restart all", Restart{Target{All: true}}, nil},
	{"pause s1 s2", Pause{Target{IDs: []raft.ID{1, 2}}}, nil},
	{"resume s1", Resume{Target{IDs: []raft.ID{1}}}, nil},
	{"timeout s1 s2", Timeout{Target{IDs: []raft.ID{1, 2}}}, nil},
	{"add s6", Add{Target{IDs: []raft.ID{6}}, false}, []string{"ADD S6"}},
	{"add s6 s7", Add{Target{IDs: []raft.ID{6, 7}}, false}, nil},
	{"promote s6 joint", Promote{Target{IDs: []raft.ID{6}}, true}, []string{"promote s6 JOINT"}},
	{"promote all", Promote{Target{All: true}, false}, nil},
	{"remove leader s2", Remove{Target{Leader: true, IDs: []raft.ID{2}}, false}, []string{"remove s2 leader"}},
	{"remove leader joint", Remove{Target{Leader: true}, true}, nil},
	{"drop 1234", Drop{1234}, []string{"drop 01234"}},
	{"append c1 x hello", Do{1, kv.Op{Kind: kv.Append, Key: "x", Value: "hello"}}, []string{`append c1 "x" "hello"`}},
	{`append c1 x "hello world"`, Do{1, kv.Op{Kind: kv.Append, Key: "x", Value: "hello world"}}, nil},
	{`append c1 x "a|b"`, Do{1, kv.Op{Kind: kv.Append, Key: "x", Value: "a|b"}}, nil},
	{`append c1 "#" "a->b"`, Do{1, kv.Op{Kind: kv.Append, Key: "#", Value: "a->b"}}, nil},
	{`put c2 x ""`, Do{2, kv.Op{Kind: kv.Put, Key: "x"}}, nil},
	{`put c2 Ключ "a\nb\x00\xff\""`, Do{2, kv.Op{Kind: kv.Put, Key: "Ключ", Value: "a\nb\x00\xff\""}}, nil},
	{"get c100 x", Do{100, kv.Op{Kind: kv.Get, Key: "x"}}, nil},
	{"fire 5 x", Fire{5, "x"}, []string{"fire 5"}},
	{`fire 5 "a b"`, Fire{5, "a b"}, nil},
	{"load mixed 16", Load{Mixed, 16}, nil},
	{"load append 1", Load{Appends, 1}, nil},
	{"load none", Load{Workload: NoWorkload}, []string{"load NONE"}},
	{"clients 7", Clients{7}, nil},
	{"reads lease", Reads{kv.ReadsByLease}, []string{"Reads LEASE"}},
	{"reads log", Reads{}, nil},
	{"clients 0", Clients{}, nil},
	{"latency 1ms..10ms", Latency{Range: netsim.Range{Min: time.Millisecond, Max: 10 * time.Millisecond}}, []string{"latency 1000us..0.01s"}},
	{"latency 0s..1us", Latency{Range: netsim.Range{Max: time.Microsecond}}, []string{"latency 0..1µs"}},
	{"latency s1 c2 80ms", Latency{Range: netsim.Exactly(80 * time.Millisecond), From: server(1), To: client(2)}, nil},
	{"loss 5%", Loss{netsim.Percent(5)}, nil},
	{"duplicate 0.25%", Duplicate{2500}, []string{"duplicate 0.2500%"}},
	{"reorder 100%", Reorder{Ratio: netsim.Always}, nil},
	{"reorder 5% 200ms..2s", Reorder{50_000, netsim.Range{Min: 200 * time.Millisecond, Max: 2 * time.Second}}, []string{"reorder 5% 200ms..2000ms"}},
	{"loss 0%", Loss{}, []string{"loss 0"}},
	{"disk 200us", Disk{200 * time.Microsecond}, []string{"disk 200µs", "disk 0.2ms"}},
	{"disk s1 20ms", SlowDisk{Target{IDs: []raft.ID{1}}, 20 * time.Millisecond}, []string{"disk S1 0.02s"}},
	{"disk leader s2 5ms", SlowDisk{Target{Leader: true, IDs: []raft.ID{2}}, 5 * time.Millisecond}, []string{"disk s2 leader 5ms"}},
	{"disk all 0s", SlowDisk{Target{All: true}, 0}, []string{"disk all 0"}},
	{"tear s1", Tear{Target{IDs: []raft.ID{1}}}, nil},
	{"tear all", Tear{Target{All: true}}, nil},
	{"fill leader", Fill{Target{Leader: true}}, nil},
	{"free s1 s2", Free{Target{IDs: []raft.ID{1, 2}}}, nil},
	{"clock s1 +10%", Clock{Target{IDs: []raft.ID{1}}, 100_000}, []string{"clock s1 10%", "CLOCK S1 +10.0%"}},
	{"clock leader -0.05%", Clock{Target{Leader: true}, -500}, nil},
	{"clock all 0%", Clock{Target{All: true}, 0}, []string{"clock all 0", "clock all -0%"}},
	{"disk 1m", Disk{time.Minute}, []string{"disk 60s", "disk 1m0s"}},
	{"without election-restriction persistent-vote", Without{[]string{"election-restriction", "persistent-vote"}},
		[]string{"without election-restriction,persistent-vote", "without Election-Restriction, persistent-vote"}},
	{"with election-restriction", With{[]string{"election-restriction"}}, nil},
	{"note S1 cannot reach anybody", Note{"S1 cannot reach anybody"}, []string{`note "S1 cannot reach anybody"`, "note  S1 cannot reach anybody   # a comment"}},
	{`note "S2 says \"no\" | -> 100% #1a"`, Note{`S2 says "no" | -> 100% #1a`}, nil},
	{`note "\"quoted\""`, Note{`"quoted"`}, nil},
	{`note S2 says "no" | -> 100%`, Note{`S2 says "no" | -> 100%`}, nil},
	{`note ""`, Note{}, nil},
	{`note "a\xff"`, Note{"a\xff"}, nil},
	{`note "# no comment"`, Note{"# no comment"}, nil},
	{`note "two\nlines"`, Note{"two\nlines"}, []string{`note "two\x0alines"`}},
	{`note "a\u00a0b"`, Note{"a\u00a0b"}, []string{"note a\u00a0b"}},
	{`put c1 "a\u00a0b" "\a"`, Do{1, kv.Op{Kind: kv.Put, Key: "a\u00a0b", Value: "\a"}}, nil},
}

func TestActionsParseAndPrint(t *testing.T) {
	for _, test := range actions {
		for _, line := range append([]string{test.line}, test.same...) {
			a, err := ParseAction(line)
			if err != nil {
				t.Errorf("%s: %v", line, err)
				continue
			}
			if !reflect.DeepEqual(a, test.action) {
				t.Errorf("%s is %#v, want %#v", line, a, test.action)
			}
		}
		if got := test.action.String(); got != test.line {
			t.Errorf("%#v prints as %s, want %s", test.action, got, test.line)
		}
		if verb, _, _ := strings.Cut(test.line, " "); test.action.Verb() != verb {
			t.Errorf("%s has the verb %s", test.line, test.action.Verb())
		}
	}
}
