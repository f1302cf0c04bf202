// Package netsim is a simulated world of endpoints: virtual time, links with
// latency, loss, duplication and cuts, timers, disks that lose what was not
// synced, and a trace in which every event knows what caused it.
//
// A [Sim] is a pure function of its seed and of the calls made: no wall clock, no
// goroutine, no floating point, no map order. What endpoints send is opaque to
// it; a payload comes with a digest, so that its fate depends on what it is and
// not on how many other messages were sent before.
//
// The package imports nothing of raftarium.
package netsim
