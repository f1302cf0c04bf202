// Package suite is the twelve tests that a replicated key-value service has to
// pass, as the well-known course defines them, in virtual time: one client and
// several, a kind network and an unkind one, partitions, crashes, and all of
// them together.
//
// A test knows the contracts only: whose servers and clients it judges comes in
// as a [cluster.Code]. It judges three times over. The users compare each answer
// with what they wrote, as the course does; the judge of the world watches every
// event; and at the end the clients' history must be linearizable.
//
// A test is a pure function of the code and the seed. What it did stands in the
// journal of its run, which a [Failure] carries as a scenario, so that the same
// run can be looked at with `raftarium run FILE`.
package suite
