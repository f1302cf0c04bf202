package hunt_test

import (
	"testing"

	"raftarium/kv/client"
	"raftarium/kv/server"
	"raftarium/netsim/cluster"
	"raftarium/netsim/cluster/check"
	"raftarium/netsim/cluster/hunt"
	"raftarium/raft"
	"raftarium/raft/core"
)

func ours() cluster.Code {
	return cluster.Code{Raft: core.Implementation(), Server: server.Implementation(), Client: client.Implementation()}
}

func TestARunOfEveryKindIsInOrderWhileAllRulesHold(t *testing.T) {
	unknown, unserved := 0, 0
	const seeds = 60
	for seed := range uint64(seeds) {
		r, err := hunt.Run(ours(), hunt.Scenario(hunt.Default(ours()), seed+1))
		if err != nil {
			t.Fatal(err)
		}
		if r.Failed() {
			t.Errorf("seed %d: %+v", r.Seed, r.Verdict.Violations)
		}
		if r.Verdict.Linearizable == check.Unknown {
			unknown++
		}
		if r.Verdict.Progress != check.Yes {
			unserved++
		}
	}
	// A hunt that could not judge would be worth nothing.
	if unknown > seeds/10 || unserved > 0 {
		t.Errorf("of %d runs %d were not decided, and in %d nothing was asked of a majority", seeds, unknown, unserved)
	}
}

// Without the rules of cost a follower may come into line entry by entry, which takes
// seconds if thousands are missing. That is slow, and no more.
func TestNothingButCostDependsOnTheRulesOfCost(t *testing.T) {
	code := ours()
	o := hunt.Default(code)
	for _, r := range code.Rules() {
		if r.Kind == raft.Cost {
			o.Without = append(o.Without, r.Name)
		}
	}
	for seed := uint64(40); seed < 110; seed++ {
		r, err := hunt.Run(code, hunt.Scenario(o, seed))
		if err != nil {
			t.Fatal(err)
		}
		if r.Failed() {
			t.Errorf("seed %d: %+v", r.Seed, r.Verdict.Violations)
		}
	}
}

// Four servers vote at the end of this run. One of the four crashes as the leader, and one
// is haunted: it still hears of that leader.
func TestAHauntedRunWhoseMembershipChangedKeepsAMajority(t *testing.T) {
	r, err := hunt.Run(ours(), hunt.Scenario(hunt.Default(ours()), 20478))
	if err != nil {
		t.Fatal(err)
	}
	if r.Failed() {
		t.Errorf("%+v", r.Verdict.Violations)
	}
}
