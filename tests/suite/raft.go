package suite

import (
	"strconv"
	"time"

	"raftarium/netsim"
	"raftarium/netsim/cluster/script"
)

// longReordering makes two of three round trips long, as the course does with replies.
// Here requests come late as well.
var longReordering = script.Reorder{
	Ratio: netsim.Percent(42), Detour: netsim.Range{Min: 200 * time.Millisecond, Max: 2200 * time.Millisecond},
}

// RaftTests returns the course's tests of Raft alone, in its order: elections, then
// agreement, then persistence. The users' requests stand for the commands that the
// course hands to a server itself.
func RaftTests() []Test {
	tests := []Test{
		{Name: "TestInitialElection", What: "initial election", Servers: 3, play: initialElection},
		{Name: "TestReElection", What: "election after network failure", Servers: 3, play: reElection},
		{Name: "TestManyElections", What: "multiple elections", Servers: 7, play: manyElections},

		{Name: "TestBasicAgree", What: "basic agreement", Servers: 3, play: basicAgree},
		{Name: "TestRPCBytes", What: "RPC byte count", Servers: 3, play: rpcBytes},
		{Name: "TestFollowerFailure", What: "test progressive failure of followers", Servers: 3, play: followerFailure},
		{Name: "TestLeaderFailure", What: "test failure of leaders", Servers: 3, Clients: 4, play: leaderFailure},
		{Name: "TestFailAgree", What: "agreement after follower reconnects", Servers: 3, play: failAgree},
		{Name: "TestFailNoAgree", What: "no agreement if too many followers disconnect", Clients: 2, play: failNoAgree},
		{Name: "TestConcurrentStarts", What: "concurrent commands", Servers: 3, Clients: 5, play: concurrentStarts},
		{Name: "TestRejoin", What: "rejoin of partitioned leader", Servers: 3, Clients: 4, play: rejoin},
		{Name: "TestBackup", What: "leader backs up quickly over incorrect follower logs", Clients: 99, play: backup},
		{Name: "TestCount", What: "RPC counts aren't too high", Servers: 3, Clients: 10, play: count},

		{Name: "TestPersist1", What: "basic persistence", Servers: 3, play: persist1},
		{Name: "TestPersist2", What: "more persistence", play: persist2},
		{Name: "TestPersist3", What: "partitioned leader and one follower crash, leader restarts", Servers: 3, play: persist3},
		{Name: "TestFigure8", What: "Figure 8", play: figure8},
		{Name: "TestUnreliableAgree", What: "unreliable agreement", Clients: 5, Unreliable: true, play: unreliableAgree},
		{Name: "TestFigure8Unreliable", What: "Figure 8 (unreliable)", Clients: 5, Unreliable: true, play: figure8Unreliable},
		{Name: "TestReliableChurn", What: "churn", Clients: 3, play: churn},
		{Name: "TestUnreliableChurn", What: "unreliable churn", Clients: 3, Unreliable: true, play: churn},
	}
	forRaft(tests)
	return tests
}

// RaftSnapshotTests returns the course's tests of snapshots in Raft alone.
func RaftSnapshotTests() []Test {
	tests := []Test{
		{Name: "TestSnapshotBasic", What: "snapshots basic", play: install(false, false)},
		{Name: "TestSnapshotInstall", What: "install snapshots (disconnect)", play: install(true, false)},
		{Name: "TestSnapshotInstallUnreliable", What: "install snapshots (disconnect+unreliable)", Unreliable: true, play: install(true, false)},
		{Name: "TestSnapshotInstallCrash", What: "install snapshots (crash)", play: install(false, true)},
		{Name: "TestSnapshotInstallUnCrash", What: "install snapshots (unreliable+crash)", Unreliable: true, play: install(false, true)},
		{Name: "TestSnapshotAllCrash", What: "crash and restart all servers", play: allCrash},
		{Name: "TestSnapshotInit", What: "snapshot initialization after crash", play: snapshotInit},
	}
	for i := range tests {
		tests[i].Servers, tests[i].Snapshot = 3, installLimit
	}
	forRaft(tests)
	return tests
}

// forRaft completes tests of Raft alone.
func forRaft(tests []Test) {
	for i := range tests {
		t := &tests[i]
		if t.Clients == 0 {
			t.Clients = 1
		}
		t.play = withUsers(t.play)
	}
	complete(tests)
}

// withUsers brings in the users, each with a key of its own, before a test.
func withUsers(play func(*run) error) func(*run) error {
	return func(r *run) error {
		users, err := r.newUsers(r.test.Clients)
		if err != nil {
			return err
		}
		for _, u := range users {
			u.key = strconv.Itoa(u.number)
		}
		return play(r)
	}
}
