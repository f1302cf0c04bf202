package lab

import "raftarium/netsim/cluster/check"

// What exercises count. Some checkers follow what servers write to their disks: they
// have nothing to say of one that writes nothing, or say that it forgets, which is
// true and not the matter yet.
var (
	// Elections are what leader election must not violate.
	Elections = []check.Property{check.ElectionSafety}
	// Logs are what replicated logs must not, as far as it shows without disks.
	Logs = []check.Property{
		check.ElectionSafety, check.LeaderAppendOnly, check.LogMatching, check.StateMachineSafety,
		check.CommitMonotonic, check.Progress,
	}
	// Raft is all that the consensus node must not violate.
	Raft = append([]check.Property{check.LeaderCompleteness, check.AckDurable, check.LeaderTruth}, Logs...)
	// Everything is that, and what the service must not.
	Everything = append([]check.Property{check.ExactlyOnce, check.Linearizability}, Raft...)
)
