package server

import "raftarium/raft"

// rule numbers the switches of the server. Each is asked for at exactly one
// place.
type rule uint8

const (
	sessionTable rule = iota
	dedupAtApply
	answerAfterCommit
	readsThroughLog
	checkAppliedEntry
	sessionsInSnapshot
	waitForReadIndex
	registerThroughLog
	expireThroughLog
	keepAnswers
)

const layer = "kv server"

// table is in the order of the constants.
var table = [...]raft.Rule{
	sessionTable: {
		Name: "session-table", Kind: raft.Safety, Layer: layer,
		Defends: "exactly once", Section: "§8; dissertation §6.3",
		Summary: "A server remembers of each client which operation took effect last, and does not let it take effect again.",
	},
	dedupAtApply: {
		Name: "dedup-at-apply", Kind: raft.Safety, Layer: layer,
		Defends: "exactly once", Section: "dissertation §6.3",
		Summary: "The session table is asked when an entry is applied, not only when a request comes in: the same operation may stand in the log twice.",
	},
	answerAfterCommit: {
		Name: "answer-after-commit", Kind: raft.Safety, Layer: layer,
		Defends: "acknowledged means durable", Section: "§5.3, §8",
		Summary: "A server answers when the entry is committed and applied, not when the leader has put it into its log.",
	},
	readsThroughLog: {
		Name: "reads-through-log", Kind: raft.Safety, Layer: layer,
		Defends: "linearizability", Section: "§8; dissertation §6.4",
		Summary: "A Get takes its place in the log like any other operation, so that a server that was deposed without knowing it cannot answer from old state.",
	},
	checkAppliedEntry: {
		Name: "check-applied-entry", Kind: raft.Safety, Layer: layer,
		Defends: "acknowledged means durable", Section: "§8; dissertation §6.3",
		Summary: "A request is answered only if the entry applied at its index is the one that was proposed for it, and is given up when leadership is lost.",
	},
	sessionsInSnapshot: {
		Name: "sessions-in-snapshot", Kind: raft.Safety, Layer: layer,
		Defends: "exactly once", Section: "§7, §8; dissertation §6.3", Needs: raft.NeedsSnapshots,
		Summary: "A snapshot holds the session table too: who restores it knows what has taken effect.",
	},
	waitForReadIndex: {
		Name: "wait-for-read-index", Kind: raft.Safety, Layer: layer,
		Defends: "linearizability", Section: "§8; dissertation §6.4", Needs: raft.NeedsReads,
		Summary: "A Get without an entry in the log is answered only once the state has applied all that was committed when it came.",
	},
	registerThroughLog: {
		Name: "register-through-log", Kind: raft.Safety, Layer: layer,
		Defends: "exactly once", Section: "dissertation §6.3", Needs: raft.NeedsSessions,
		Summary: "A session is opened by an entry of the log, so that all servers know it, and not by the server that was asked for it.",
	},
	expireThroughLog: {
		Name: "expire-through-log", Kind: raft.Safety, Layer: layer,
		Defends: "exactly once", Section: "dissertation §6.3", Needs: raft.NeedsSessions,
		Summary: "Which session ends follows from the log, the same on all servers, and not from what requests or what time a server has seen.",
	},
	keepAnswers: {
		Name: "keep-answers", Kind: raft.Safety, Layer: layer,
		Defends: "exactly once", Section: "dissertation §6.3", Needs: raft.NeedsSessions,
		Summary: "Of a client with several operations outstanding the table keeps all that took effect, down to the lowest that the client waits for, not the last one only.",
	},
}

// Rules lists the switches of the server, all on unless an event's Without names
// them. The slice is the caller's.
func Rules() []raft.Rule { return append([]raft.Rule(nil), table[:]...) }

// ruleSet says which rules are off.
type ruleSet uint16

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
