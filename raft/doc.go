// Package raft is the contract of a consensus node: what a node is told
// ([Event]), what it may want done ([Effects]), what nodes say to each other
// ([Message]) and what a node tells people about itself ([Status]).
//
// The package holds no algorithm. Ours is in the package core below it; a
// student's enters by the same door, as a [Machine] made by an
// [Implementation]. Figure numbers and sections refer to the extended Raft
// paper (Ongaro and Ousterhout, 2014) and to Ongaro's dissertation.
//
// A machine refuses to do four things, and everything else rests on that: it
// does no I/O, reads no clock, draws no random number and starts no goroutine.
// It asks for all of them as effects, and the world answers with events. A run
// is therefore a pure function of its configuration, its seed and the actions
// taken, and any moment of it can be cloned, hashed and inspected.
package raft
