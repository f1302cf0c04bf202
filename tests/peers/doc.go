// Package peers measures raftarium's Raft beside what a user would pick instead:
// etcd-io/raft, driven the same way, in the same run, on the same machine. It is a
// module of its own, so that nobody who imports raftarium pays for its peers.
//
// Both clusters live in one process without a network, and their disks write at
// once. Both have pre-vote and the check of the quorum switched on. Commands are of 16
// or 256 bytes and come in three shapes: one at a time, 64 in flight (64 events of one
// proposal before any message is delivered) and 64 in one message.
//
// From tests/peers:
//
//	go test -v -run TestCost .                   the table; fails over 0.5 times etcd's cost, 0.9 in one message
//	go test -v -run TestCost . -limit 0.3        the same with another limit
//	go test -run '^$' -bench . -count 10 .       for benchstat
//
// With 64 in flight the two differ in kind: raftarium bounds the appends under way
// to a follower, and what waits behind them travels together; etcd sends each
// proposal as it comes.
//
// Figures depend on the machine; the ratio depends on it little.
package peers
