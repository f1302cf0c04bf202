package suite

import (
	"slices"
	"time"

	"raftarium/netsim"
	"raftarium/netsim/cluster"
	"raftarium/netsim/cluster/script"
)

// Test is one of the twelve.
type Test struct {
	Name string // of the Go test, e.g. "TestBasic"
	What string // the scenario line of the course
	// Servers and Clients are how many take part; a generic test brings in Clients
	// new ones for each of its three rounds.
	Servers, Clients int
	Unreliable       bool // messages are late, lost and out of order
	Crash            bool // all servers stop at the end of each round
	Partitions       bool // servers are torn apart, again and again
	Snapshot         int  // at how many bytes of log servers compact it; 0 is never
	// Without names rules that are switched off, to see whether the test notices.
	Without []string

	// Least is the shortest virtual time that the test takes: no less than the
	// course's own takes in real time.
	Least time.Duration

	play func(*run) error
}

// Tests returns the twelve, in the order of the course.
func Tests() []Test {
	tests := []Test{
		{Name: "TestBasic", What: "One client", Clients: 1},
		{Name: "TestConcurrent", What: "concurrent clients", Clients: 5},
		{Name: "TestUnreliable", What: "unreliable", Clients: 5, Unreliable: true},
		{
			Name: "TestUnreliableOneKey", What: "Concurrent Append to same key, unreliable",
			Servers: 3, Clients: 5, Unreliable: true, play: oneKey, Least: 4 * time.Second,
		},
		{
			Name: "TestOnePartition", What: "Progress in majority / No progress in minority / Completion after heal",
			play: onePartition, Least: 5 * time.Second,
		},
		{Name: "TestManyPartitionsOneClient", What: "many partitions", Clients: 1, Partitions: true},
		{Name: "TestManyPartitionsManyClients", What: "many partitions, many clients", Clients: 5, Partitions: true},
		{Name: "TestPersistOneClient", What: "persistence with one client", Clients: 1, Crash: true},
		{Name: "TestPersistConcurrent", What: "persistence with concurrent clients", Clients: 5, Crash: true},
		{
			Name: "TestPersistConcurrentUnreliable", What: "persistence with concurrent clients, unreliable",
			Clients: 5, Unreliable: true, Crash: true,
		},
		{
			Name: "TestPersistPartition", What: "persistence with concurrent clients and repartitioning servers...",
			Clients: 5, Crash: true, Partitions: true,
		},
		{
			Name: "TestPersistPartitionUnreliable", What: "persistence with concurrent clients and repartitioning servers, unreliable...",
			Clients: 5, Unreliable: true, Crash: true, Partitions: true,
		},
	}
	complete(tests)
	return tests
}

// ServiceTests returns what later forms of the course add to the twelve.
func ServiceTests() []Test {
	tests := []Test{
		{Name: "TestSpeed", What: "ops complete fast enough", Servers: 3, play: speed},
		{
			Name: "TestPersistPartitionUnreliableLinearizable",
			What: "unreliable net, restarts, partitions, random keys, many clients", Servers: 7, Clients: 15,
			Unreliable: true, Crash: true, Partitions: true, play: linearizable,
		},
	}
	complete(tests)
	return tests
}

// SnapshotTests returns the course's tests of the service with snapshots, at its limit
// of 1,000 bytes. The first five are the generic test: in peace, over an unreliable
// network, with crashes, with partitions, and with all of that.
func SnapshotTests() []Test {
	tests := []Test{
		{Name: "TestSnapshot", What: "snapshots, many clients"},
		{Name: "TestSnapshotUnreliable", What: "unreliable net, snapshots, many clients", Unreliable: true},
		{Name: "TestSnapshotRecover", What: "restarts, snapshots, many clients", Crash: true},
		{Name: "TestSnapshotPartitions", What: "partitions, snapshots, many clients", Partitions: true},
		{
			Name: "TestSnapshotUnreliableRecoverPartitions", What: "unreliable net, restarts, partitions, snapshots, many clients",
			Unreliable: true, Crash: true, Partitions: true,
		},
		{Name: "TestSnapshotRPC", What: "InstallSnapshot RPC", Servers: 3, play: snapshotRPC},
		{Name: "TestSnapshotSize", What: "snapshot size is reasonable", Servers: 3, play: snapshotSize},
		{Name: "TestSnapshotSpeed", What: "ops complete fast enough, with snapshots", Servers: 3, play: speed},
		{Name: "TestSnapshotRecoverManyClients", What: "restarts, snapshots, very many clients", Clients: 20, Crash: true},
		{Name: "TestSnapshotUnreliableRecover", What: "unreliable net, restarts, snapshots, many clients", Unreliable: true, Crash: true},
		{
			Name: "TestSnapshotUnreliableRecoverPartitionsLinearizable",
			What: "unreliable net, restarts, partitions, snapshots, random keys, many clients", Servers: 7, Clients: 15,
			Unreliable: true, Crash: true, Partitions: true, play: linearizable,
		},
	}
	for i := range tests {
		if tests[i].Snapshot = snapshotLimit; tests[i].Clients == 0 {
			tests[i].Clients = 5
		}
	}
	complete(tests)
	return tests
}

// snapshotLimit is the course's limit on the log, in bytes.
const snapshotLimit = 1000

// complete fills in what follows from the rest.
func complete(tests []Test) {
	for i := range tests {
		t := &tests[i]
		if t.Servers == 0 {
			t.Servers = 5
		}
		if t.play == nil {
			t.play = generic
			t.Least = rounds * (round + t.troubles() + rest)
		}
	}
}

// troubles is how long a round takes beside its work: a start in peace and a rest
// where there are partitions, and a stop of all servers.
func (t *Test) troubles() time.Duration {
	var d time.Duration
	if t.Partitions {
		d += 2 * electionTimeout
	}
	if t.Crash {
		d += electionTimeout
	}
	return d
}

// Named returns the test of that name, e.g. "TestBasic", and whether there is one.
func Named(name string) (Test, bool) {
	for _, t := range slices.Concat(Tests(), ServiceTests(), SnapshotTests(), RaftTests(), RaftSnapshotTests()) {
		if t.Name == name {
			return t, true
		}
	}
	return Test{}, false
}

// Result is a test that passed.
type Result struct {
	Virtual    time.Duration // how long it took, in virtual time
	Operations uint64        // of all clients, completed
	Messages   uint64        // sent by anybody
	Elections  uint64
	Events     uint64
	Digest     uint64 // of all that happened
}

// Run runs the test with somebody's code. The error is a *Failure, unless the code
// does not fit a run at all.
func (t *Test) Run(code cluster.Code, seed uint64) (Result, error) {
	cfg := script.DefaultConfig()
	cfg.Servers, cfg.Clients, cfg.Seed, cfg.For = t.Servers, 0, seed, 0
	cfg.Workload, cfg.Keys, cfg.Without = script.NoWorkload, 1, t.Without
	cfg.Latency, cfg.Snapshot = netsim.Exactly(time.Millisecond), t.Snapshot
	if t.Unreliable {
		cfg.Latency = netsim.Range{Min: time.Millisecond, Max: 27 * time.Millisecond}
	}
	r := &run{test: t}
	s, err := cluster.Open(code, &script.Scenario{Config: cfg}, cluster.Options{Trace: -1, Completions: true, Observe: r.seen.observe})
	if err != nil {
		return Result{}, err
	}
	r.s = s
	err = r.play()
	if err != nil {
		return Result{}, &Failure{Test: t, Seed: seed, Why: err, Violations: s.Judge().Violations(), Scenario: r.scenario()}
	}
	st := s.Stats()
	return Result{
		Virtual: s.Now().Duration(), Operations: st.Puts + st.Appends + st.Gets,
		Messages: st.Messages, Elections: st.Elections, Events: st.Events, Digest: s.Digest(),
	}, nil
}
