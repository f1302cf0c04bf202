// Package service is the reference solution of the exercises on the key-value
// service: the server that sits on a Raft node, and the client.
//
//	server.go    exercise 6: propose, wait, apply, answer
//	store.go     exercise 6: the keys and their values
//	client.go    exercise 6: ask until somebody answers
//	sessions.go  exercise 7: each operation takes effect once
//	reads.go     Gets without an entry in the log, for exercise 8: §8
//
// sessions_off.go, by the build tag no_sessions, is a server without exercise 7.
package service
