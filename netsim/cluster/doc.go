// Package cluster is the world: it puts servers (a consensus node with the
// key-value service on top) and clients on a simulated network, carries out their
// effects, takes actions from people, scenarios and schedules, lets the judge
// watch, and writes everything down.
//
// A [World] is a pure function of its configuration, its seed and the actions
// taken, and can be cloned at any moment. A [Session] is a world together with
// its journal: what was done, and after how many events, so that the run can be
// made again, byte for byte.
//
// The package knows the contracts of raft and kv and none of their algorithms:
// those come in as a [Code], ours by the same door as anybody's.
package cluster
