package suite

import "raftarium/netsim/cluster"

// The scenarios of Raft alone as functions, for tests of somebody's own Raft: each runs
// one scenario with that code on a seed, and reports to t as [Test.Judge] does.

// InitialElection: somebody is elected, and stays, as long as nothing fails (section 5.2).
func InitialElection(t T, code cluster.Code, seed uint64) {
	t.Helper()
	judge(t, "TestInitialElection", code, seed)
}

// ReElection: a leader that is cut off is replaced, and does no harm when it comes back (section 5.2).
func ReElection(t T, code cluster.Code, seed uint64) {
	t.Helper()
	judge(t, "TestReElection", code, seed)
}

// ManyElections: whichever three of seven servers are cut off, the others have a leader (section 5.2).
func ManyElections(t T, code cluster.Code, seed uint64) {
	t.Helper()
	judge(t, "TestManyElections", code, seed)
}

// BasicAgree: what is written is applied by all, in its order (section 5.3).
func BasicAgree(t T, code cluster.Code, seed uint64) {
	t.Helper()
	judge(t, "TestBasicAgree", code, seed)
}

// RPCBytes: each command is sent to each other server but once (section 5.3).
func RPCBytes(t T, code cluster.Code, seed uint64) { t.Helper(); judge(t, "TestRPCBytes", code, seed) }

// FollowerFailure: two of three servers go on; one alone does not (section 5.3).
func FollowerFailure(t T, code cluster.Code, seed uint64) {
	t.Helper()
	judge(t, "TestFollowerFailure", code, seed)
}

// LeaderFailure: two of three servers go on without their leader; one alone does not (section 5.3).
func LeaderFailure(t T, code cluster.Code, seed uint64) {
	t.Helper()
	judge(t, "TestLeaderFailure", code, seed)
}

// FailAgree: a follower that comes back gets what it missed (section 5.3).
func FailAgree(t T, code cluster.Code, seed uint64) {
	t.Helper()
	judge(t, "TestFailAgree", code, seed)
}

// FailNoAgree: two of five servers agree on nothing, and with the others back all go on (section 5.3).
func FailNoAgree(t T, code cluster.Code, seed uint64) {
	t.Helper()
	judge(t, "TestFailNoAgree", code, seed)
}

// ConcurrentStarts: what comes at the same instant gets a place each (section 5.3).
func ConcurrentStarts(t T, code cluster.Code, seed uint64) {
	t.Helper()
	judge(t, "TestConcurrentStarts", code, seed)
}

// Rejoin: leaders that come back give up what was never agreed on (section 5.3).
func Rejoin(t T, code cluster.Code, seed uint64) { t.Helper(); judge(t, "TestRejoin", code, seed) }

// Backup: logs that differ in fifty entries are brought in line, fast (end of section 5.3).
func Backup(t T, code cluster.Code, seed uint64) { t.Helper(); judge(t, "TestBackup", code, seed) }

// Count: elections, agreement and peace take few messages (sections 5.2, 5.3).
func Count(t T, code cluster.Code, seed uint64) { t.Helper(); judge(t, "TestCount", code, seed) }

// Persist1: servers that restart, all or one, go on with what they had (Figure 2).
func Persist1(t T, code cluster.Code, seed uint64) { t.Helper(); judge(t, "TestPersist1", code, seed) }

// Persist2: majorities that share one server take turns, with restarts in between (Figure 2).
func Persist2(t T, code cluster.Code, seed uint64) { t.Helper(); judge(t, "TestPersist2", code, seed) }

// Persist3: leader and follower crash, and the leader comes back to one that missed all (Figure 2).
func Persist3(t T, code cluster.Code, seed uint64) { t.Helper(); judge(t, "TestPersist3", code, seed) }

// Figure8: leaders crash again and again, mostly before their entries are committed (section 5.4.2).
func Figure8(t T, code cluster.Code, seed uint64) { t.Helper(); judge(t, "TestFigure8", code, seed) }

// UnreliableAgree: many write at the same time over a network that loses and delays (section 5.3).
func UnreliableAgree(t T, code cluster.Code, seed uint64) {
	t.Helper()
	judge(t, "TestUnreliableAgree", code, seed)
}

// Figure8Unreliable: leaders are cut off again and again, and messages come seconds late (section 5.4.2).
func Figure8Unreliable(t T, code cluster.Code, seed uint64) {
	t.Helper()
	judge(t, "TestFigure8Unreliable", code, seed)
}

// ReliableChurn: servers come and go, by the network and by crashes (section 5.4).
func ReliableChurn(t T, code cluster.Code, seed uint64) {
	t.Helper()
	judge(t, "TestReliableChurn", code, seed)
}

// UnreliableChurn: likewise, over a network that loses and delays (section 5.4).
func UnreliableChurn(t T, code cluster.Code, seed uint64) {
	t.Helper()
	judge(t, "TestUnreliableChurn", code, seed)
}

// SnapshotBasic: snapshots are made, and logs stay short (section 7).
func SnapshotBasic(t T, code cluster.Code, seed uint64) {
	t.Helper()
	judge(t, "TestSnapshotBasic", code, seed)
}

// SnapshotInstall: servers that were cut off are brought up to date by snapshot (section 7).
func SnapshotInstall(t T, code cluster.Code, seed uint64) {
	t.Helper()
	judge(t, "TestSnapshotInstall", code, seed)
}

// SnapshotInstallUnreliable: likewise, over a network that loses and delays (section 7).
func SnapshotInstallUnreliable(t T, code cluster.Code, seed uint64) {
	t.Helper()
	judge(t, "TestSnapshotInstallUnreliable", code, seed)
}

// SnapshotInstallCrash: servers that were down are brought up to date by snapshot (section 7).
func SnapshotInstallCrash(t T, code cluster.Code, seed uint64) {
	t.Helper()
	judge(t, "TestSnapshotInstallCrash", code, seed)
}

// SnapshotInstallUnCrash: likewise, over a network that loses and delays (section 7).
func SnapshotInstallUnCrash(t T, code cluster.Code, seed uint64) {
	t.Helper()
	judge(t, "TestSnapshotInstallUnCrash", code, seed)
}

// SnapshotAllCrash: all servers restart from snapshots and logs (section 7).
func SnapshotAllCrash(t T, code cluster.Code, seed uint64) {
	t.Helper()
	judge(t, "TestSnapshotAllCrash", code, seed)
}

// SnapshotInit: all restart twice in a row (section 7).
func SnapshotInit(t T, code cluster.Code, seed uint64) {
	t.Helper()
	judge(t, "TestSnapshotInit", code, seed)
}
