package client

import "raftarium/raft"

// rule numbers the switches of the client. Each is asked for at exactly one
// place.
type rule uint8

const (
	oneSequenceNumber rule = iota
	retryElsewhere
	leaderHint
	giveUpExpired
)

const layer = "kv client"

// table is in the order of the constants.
var table = [...]raft.Rule{
	oneSequenceNumber: {
		Name: "one-sequence-number", Kind: raft.Safety, Layer: layer,
		Defends: "exactly once", Section: "§8; dissertation §6.3",
		Summary: "All tries of an operation carry the same sequence number, by which servers know them for one.",
	},
	retryElsewhere: {
		Name: "retry-elsewhere", Kind: raft.Liveness, Layer: layer,
		Defends: "progress", Section: "§8; dissertation §6.2",
		Summary: "A client that got no answer, or a refusal without a hint, asks another server next.",
	},
	leaderHint: {
		Name: "leader-hint", Kind: raft.Cost, Layer: layer,
		Defends: "tries per operation", Section: "§8; dissertation §6.2",
		Summary: "A client that is refused by a follower goes straight to the leader that the follower names.",
	},
	giveUpExpired: {
		Name: "give-up-expired", Kind: raft.Safety, Layer: layer,
		Defends: "exactly once", Section: "dissertation §6.3", Needs: raft.NeedsSessions,
		Summary: "An operation whose session has ended is reported as one that may or may not have happened, and never asked for again under a new session.",
	},
}

// Rules lists the switches of the client, all on unless an event's Without names
// them. The slice is the caller's.
func Rules() []raft.Rule { return append([]raft.Rule(nil), table[:]...) }

// ruleSet says which rules are off.
type ruleSet uint8

// without makes a set from names. Names of others' rules are passed over.
func without(names []string) ruleSet {
	var s ruleSet
	for _, name := range names {
		for i := range table {
			if table[i].Name == name {
				s |= 1 << i
			}
		}
	}
	return s
}

func (s ruleSet) on(r rule) bool { return s&(1<<r) == 0 }
