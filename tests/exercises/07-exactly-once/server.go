package main

import (
	"raftarium/kv"
)

// Server is the door by which your service enters the world.
//
// This file is the skeleton. Exercises build upon each other: replace it by what you
// wrote in 06-service, or by the reference for it, and go on from there:
//
//	go run ./tests/exercises/07-exactly-once start
func Server() kv.ServerImplementation {
	return kv.ServerImplementation{Name: "mine", New: func() kv.Server { return skeleton{} }}
}

// Client is the door by which your client enters the world.
func Client() kv.ClientImplementation {
	return kv.ClientImplementation{Name: "mine", New: func() kv.Client { return skeletonClient{} }}
}

const missing = "07-exactly-once/server.go is still the skeleton: begin with `go run ./tests/exercises/07-exactly-once start`"

// skeleton is a server that only says what is missing.
type skeleton struct{}

// Step says what is missing.
func (skeleton) Step(kv.ServerEvent, *kv.ServerEffects) { panic(missing) }

// Clone returns the skeleton.
func (skeleton) Clone() kv.Server { return skeleton{} }

// AppendState appends nothing.
func (skeleton) AppendState(b []byte) []byte { return b }

// Inspect says nothing.
func (skeleton) Inspect(st *kv.ServerStatus) { st.Reset() }

// skeletonClient is a client that only says what is missing.
type skeletonClient struct{}

// Step says what is missing.
func (skeletonClient) Step(kv.ClientEvent, *kv.ClientEffects) { panic(missing) }

// Clone returns the skeleton.
func (skeletonClient) Clone() kv.Client { return skeletonClient{} }

// AppendState appends nothing.
func (skeletonClient) AppendState(b []byte) []byte { return b }

// Inspect says nothing.
func (skeletonClient) Inspect(st *kv.ClientStatus) { *st = kv.ClientStatus{} }
