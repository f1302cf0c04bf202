// Package suite is what a replicated key-value service and the Raft below it have to
// pass, scenario by scenario as the well-known course defines them, in virtual time:
// the twelve tests of the service, with one client and several, a kind network and an
// unkind one, partitions, crashes, and all of them together; the same with snapshots;
// and the tests of Raft alone, from the first election to Figure 8.
//
// A test knows the contracts only: whose servers and clients it judges comes in
// as a [cluster.Code]. It judges three times over. The users compare each answer
// with what they wrote, as the course does; the judge of the world watches every
// event; and at the end the clients' history must be linearizable.
//
// A test is a pure function of the code and the seed. What it did stands in the
// journal of its run, which a [Failure] carries as a scenario, so that the same
// run can be looked at with `raftarium run FILE`.
//
// [Named] finds a test by its name in the course, [Test.Run] runs it, and [Test.Judge]
// does so for a Go test. The tests of Raft alone are functions too, such as
// [InitialElection].
package suite
