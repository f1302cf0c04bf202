package script

import (
	"slices"
	"strings"
)

// VerbInfo describes an action or a header line to people, and to completion.
type VerbInfo struct {
	Name     string   // the first word, as in [Action.Verb]
	Usage    string   // the whole line, with placeholders in capitals
	Help     string   // one sentence
	Examples []string // lines that parse; at least one

	meant []string // what people write when they mean this
}

var verbs = []VerbInfo{
	{Name: "add", Usage: "add SERVER... [joint]", Help: "Have servers join the cluster as learners: they get the log and have no vote.",
		Examples: []string{"add s6", "add s6 s7"}, meant: []string{"enlarge", "grow", "learner"}},
	{Name: "append", Usage: "append CLIENT KEY VALUE", Help: "Have a client append a value to a key's value.",
		Examples: []string{"append c1 x hello", `append c1 x "two words"`}},
	{Name: "bridge", Usage: "bridge SERVER", Help: "Split the other servers into two halves that are joined through this one only.",
		Examples: []string{"bridge s3"}},
	{Name: "clients", Usage: "clients N", Help: "Change the number of clients.",
		Examples: []string{"clients 7"}},
	{Name: "clock", Usage: "clock SERVER...|leader|all PERCENT", Help: "Let clocks, and so timers, run fast or slow.",
		Examples: []string{"clock s1 +10%", "clock s2 -5%", "clock all 0%"}, meant: []string{"drift", "skew", "rate"}},
	{Name: "crash", Usage: "crash SERVER... | leader | all", Help: "Stop servers, which lose all that their disks do not hold.",
		Examples: []string{"crash s1", "crash leader", "crash all"}, meant: []string{"kill", "stop", "down", "fail"}},
	{Name: "cut", Usage: "cut FROM [->] TO", Help: "Cut the link between two endpoints; with -> one way only.",
		Examples: []string{"cut s1 s2", "cut s1 -> s2", "cut c1 s2"}, meant: []string{"break", "sever", "unlink"}},
	{Name: "disk", Usage: "disk [SERVER...|leader|all] DURATION", Help: "Set how long a durable write takes, on every disk or on some.",
		Examples: []string{"disk 5ms", "disk s1 20ms"}, meant: []string{"fsync"}},
	{Name: "drop", Usage: "drop MESSAGE", Help: "Lose a message that is in flight, by its event number.",
		Examples: []string{"drop 1234"}, meant: []string{"lose"}},
	{Name: "duplicate", Usage: "duplicate PERCENT", Help: "Set how many messages arrive twice.",
		Examples: []string{"duplicate 1%"}, meant: []string{"dup", "duplication"}},
	{Name: "expire", Usage: "expire CLIENT", Help: "Have the leader propose that a client's session ends; for runs with `sessions`.",
		Examples: []string{"expire c1"}, meant: []string{"forget", "logout"}},
	{Name: "fill", Usage: "fill SERVER... | leader | all", Help: "Fill disks: what is to be written waits.",
		Examples: []string{"fill s1", "fill leader"}, meant: []string{"full"}},
	{Name: "fire", Usage: "fire N [KEY]", Help: `Have N clients append to a key ("x" if none is given) at the same instant.`,
		Examples: []string{"fire 5", "fire 5 y"}},
	{Name: "free", Usage: "free SERVER... | leader | all", Help: "Undo fill: make room on disks.",
		Examples: []string{"free s1", "free all"}, meant: []string{"empty", "room"}},
	{Name: "get", Usage: "get CLIENT KEY", Help: "Have a client read a key's value.",
		Examples: []string{"get c1 x"}, meant: []string{"read"}},
	{Name: "heal", Usage: "heal", Help: "Mend every link.",
		Examples: []string{"heal"}, meant: []string{"repair", "fix", "unite"}},
	{Name: "isolate", Usage: "isolate SERVER... | leader", Help: "Cut servers, as one group, from all other servers.",
		Examples: []string{"isolate s1 s2", "isolate leader"}, meant: []string{"disconnect"}},
	{Name: "latency", Usage: "latency [FROM TO] RANGE", Help: "Set how long messages travel, on every link or on one.",
		Examples: []string{"latency 1ms..10ms", "latency s1 s2 80ms"}, meant: []string{"delay", "jitter"}},
	{Name: "load", Usage: "load append|mixed|none [KEYS]", Help: "Set what idle clients do by themselves, and over how many keys.",
		Examples: []string{"load mixed 16", "load append 1", "load none"}, meant: []string{"workload"}},
	{Name: "loss", Usage: "loss PERCENT", Help: "Set how many messages are lost.",
		Examples: []string{"loss 5%"}, meant: []string{"unreliable"}},
	{Name: "mend", Usage: "mend FROM [->] TO", Help: "Undo cut: join two endpoints again; with -> one way only.",
		Examples: []string{"mend s1 s2", "mend s1 -> s2"}, meant: []string{"connect", "reconnect", "join", "uncut"}},
	{Name: "note", Usage: "note TEXT", Help: "Say something; nothing happens.",
		Examples: []string{"note S1 cannot reach anybody"}, meant: []string{"comment", "say", "echo", "print"}},
	{Name: "partition", Usage: "partition ENDPOINT... | ENDPOINT...", Help: "Cut all links between groups of servers. Those not named form one more group.",
		Examples: []string{"partition s1 s2 | s3 s4 s5", "partition s1"}, meant: []string{"split", "slice"}},
	{Name: "pause", Usage: "pause SERVER... | leader | all", Help: "Freeze servers; what arrives waits.",
		Examples: []string{"pause s1", "pause leader"}, meant: []string{"freeze", "suspend"}},
	{Name: "promote", Usage: "promote SERVER... | all [joint]", Help: "Make learners voters, once they have caught up; all are those that are learners then.",
		Examples: []string{"promote s6", "promote s6 s7", "promote s6 joint"}, meant: []string{"upgrade", "voter"}},
	{Name: "put", Usage: "put CLIENT KEY VALUE", Help: "Have a client set a key's value.",
		Examples: []string{"put c1 x 1", `put c1 x ""`}, meant: []string{"set", "write"}},
	{Name: "reads", Usage: "reads log|index|lease", Help: "Set how servers answer a Get: by an entry in the log, by asking a majority, or by a lease.",
		Examples: []string{"reads index", "reads lease", "reads log"}},
	{Name: "remove", Usage: "remove SERVER... | leader [joint]", Help: "Take servers out of the cluster; they run on until they are crashed.",
		Examples: []string{"remove s2", "remove s1 s2", "remove leader"}, meant: []string{"delete", "evict", "expel", "leave", "shrink"}},
	{Name: "reorder", Usage: "reorder PERCENT [RANGE]", Help: "Set how many messages take a detour and are overtaken, and how long that takes.",
		Examples: []string{"reorder 1%", "reorder 1% 200ms..2s"}, meant: []string{"reordering"}},
	{Name: "restart", Usage: "restart SERVER... | all", Help: "Start crashed servers again from their disks.",
		Examples: []string{"restart s1", "restart all"}, meant: []string{"start", "up", "boot", "recover", "revive"}},
	{Name: "resume", Usage: "resume SERVER... | leader | all", Help: "Undo pause.",
		Examples: []string{"resume s1", "resume all"}, meant: []string{"unpause", "continue", "thaw"}},
	{Name: "tear", Usage: "tear SERVER... | leader | all", Help: "Stop servers in the midst of a write, of which the disk holds a part.",
		Examples: []string{"tear s1", "tear leader"}, meant: []string{"torn", "rip"}},
	{Name: "timeout", Usage: "timeout SERVER...", Help: "Let election timers run out now, together.",
		Examples: []string{"timeout s1 s2"}, meant: []string{"elect", "campaign"}},
	{Name: "transfer", Usage: "transfer SERVER", Help: "Have the leader hand its leadership to a server.",
		Examples: []string{"transfer s3"}, meant: []string{"handover", "yield", "abdicate"}},
	{Name: "with", Usage: "with RULE...", Help: "Switch rules on again.",
		Examples: []string{"with election-restriction"}, meant: []string{"enable"}},
	{Name: "without", Usage: "without RULE...", Help: "Switch rules of the algorithm off.",
		Examples: []string{"without election-restriction"}, meant: []string{"disable"}},
}

var headers = []VerbInfo{
	{Name: "servers", Usage: "servers N", Help: "How many servers there are, 1 to 25.",
		Examples: []string{"servers 5"}, meant: []string{"nodes", "peers", "cluster", "size"}},
	{Name: "clients", Usage: "clients N", Help: "How many clients there are, 0 to 100.",
		Examples: []string{"clients 3"}},
	{Name: "seed", Usage: "seed N", Help: "The number from which all chance is drawn.",
		Examples: []string{"seed 42"}, meant: []string{"random"}},
	{Name: "latency", Usage: "latency RANGE", Help: "How long messages travel.",
		Examples: []string{"latency 1ms..10ms", "latency 5ms"}, meant: []string{"delay", "jitter"}},
	{Name: "loss", Usage: "loss PERCENT", Help: "How many messages are lost.",
		Examples: []string{"loss 5%"}, meant: []string{"unreliable"}},
	{Name: "duplicate", Usage: "duplicate PERCENT", Help: "How many messages arrive twice.",
		Examples: []string{"duplicate 1%"}, meant: []string{"dup", "duplication"}},
	{Name: "reorder", Usage: "reorder PERCENT", Help: "How many messages take a detour and are overtaken.",
		Examples: []string{"reorder 1%"}, meant: []string{"reordering"}},
	{Name: "disk", Usage: "disk DURATION", Help: "How long a durable write takes.",
		Examples: []string{"disk 200us"}, meant: []string{"fsync"}},
	{Name: "for", Usage: "for DURATION", Help: "How long the run lasts; 0 is until told otherwise.",
		Examples: []string{"for 30s"}, meant: []string{"duration", "length", "until", "time"}},
	{Name: "without", Usage: "without RULE...", Help: "Which rules of the algorithm are switched off, or none.",
		Examples: []string{"without election-restriction"}, meant: []string{"disable"}},
	{Name: "bug", Usage: "bug NAME|none", Help: "Which seeded bug the code has: one rule is off, and nothing says which.",
		Examples: []string{"bug perch", "bug none"}, meant: []string{"mistake"}},
	{Name: "workload", Usage: "workload append|mixed|none", Help: "What idle clients do by themselves.",
		Examples: []string{"workload mixed"}, meant: []string{"load"}},
	{Name: "keys", Usage: "keys N", Help: "Over how many keys the workload goes, 1 to 10000.",
		Examples: []string{"keys 16"}},
	{Name: "faults", Usage: "faults crash,partition,pause,disk,clock", Help: "Which random faults happen; or none.",
		Examples: []string{"faults crash,partition", "faults none"}, meant: []string{"chaos", "nemesis"}},
	{Name: "heartbeat", Usage: "heartbeat DURATION", Help: "How often an idle leader is heard from.",
		Examples: []string{"heartbeat 50ms"}},
	{Name: "election", Usage: "election RANGE", Help: "How long a server waits for a leader before it asks for votes.",
		Examples: []string{"election 150ms..300ms"}},
	{Name: "snapshot", Usage: "snapshot BYTES|none", Help: "At how many bytes of log a server makes a snapshot and compacts it.",
		Examples: []string{"snapshot 1000", "snapshot none"}, meant: []string{"compact", "compaction"}},
	{Name: "sessions", Usage: "sessions N|registered|implicit", Help: "Clients register sessions, of which servers keep the N used last; implicit knows each client for ever.",
		Examples: []string{"sessions 3", "sessions registered", "sessions implicit"}, meant: []string{"session", "register"}},
	{Name: "window", Usage: "window N", Help: "How many operations a client has outstanding at most, 1 to 16.",
		Examples: []string{"window 4"}, meant: []string{"outstanding", "pipeline"}},
	{Name: "uncommitted", Usage: "uncommitted BYTES|default", Help: "How many bytes a leader takes on before they are committed; beyond it refuses clients as busy.",
		Examples: []string{"uncommitted 200", "uncommitted default"}, meant: []string{"busy", "backpressure"}},
	{Name: "reads", Usage: "reads log|index|lease", Help: "How servers answer a Get: by an entry in the log, by asking a majority, or by a lease.",
		Examples: []string{"reads index", "reads lease"}, meant: []string{"readindex", "lease"}},
}

// Verbs lists the actions by name. The caller may change what it gets.
func Verbs() []VerbInfo { return cloneInfos(verbs) }

// Headers lists the header lines of a scenario file, in the order in which they
// are written. The caller may change what it gets.
func Headers() []VerbInfo { return cloneInfos(headers) }

func cloneInfos(infos []VerbInfo) []VerbInfo {
	out := slices.Clone(infos)
	for i := range out {
		out[i].Examples = slices.Clone(out[i].Examples)
	}
	return out
}

func lookup(infos []VerbInfo, name string) *VerbInfo {
	i := slices.IndexFunc(infos, func(v VerbInfo) bool { return v.Name == name })
	if i < 0 {
		return nil
	}
	return &infos[i]
}

func names(infos []VerbInfo) []string {
	out := make([]string, len(infos))
	for i, v := range infos {
		out[i] = v.Name
	}
	return out
}

// meant finds the name that a wrong one stands for, "" if that cannot be told.
func meant(word string, infos []VerbInfo) string {
	for _, v := range infos {
		if slices.Contains(v.meant, word) {
			return v.Name
		}
	}
	return Nearest(word, names(infos))
}

// like shows how a line is written: like "cut s1 s2" or "cut s1 -> s2".
func (v *VerbInfo) like() string {
	quoted := make([]string, len(v.Examples))
	for i, ex := range v.Examples {
		quoted[i] = "`" + ex + "`"
	}
	return "like " + oneOf(quoted, "or")
}

// unknownVerb says what is wrong with a word that should have been an action.
func unknownVerb(word string) string {
	if word == "at" {
		return "an action belongs here, without a time of its own, like `crash s1`"
	}
	if lookup(headers, word) != nil {
		return "that says what a run is and cannot change while it goes on: it belongs above the first `at` line"
	}
	if m := meant(word, verbs); m != "" {
		return "no action has that name; did you mean `" + m + "`?"
	}
	return "no action has that name; there are " + oneOf(names(verbs), "and")
}

// unknownHeader says what is wrong with a word that should have started a header
// line.
func unknownHeader(word string, line string) string {
	if lookup(verbs, word) != nil {
		return "an action needs its time: write `at 1s " + clip(line) + "`"
	}
	if isTime(word) {
		return "a step starts with `at`: write `at " + clip(line) + "`"
	}
	if m := meant(word, headers); m != "" {
		return "no header line starts like that; did you mean `" + m + "`?"
	}
	if m := meant(word, verbs); m != "" {
		return "no line starts like that; did you mean the action `" + m + "`, with its time in front: `at 1s " + m + " ...`?"
	}
	return "no header line starts like that; there are " + oneOf(names(headers), "and") +
		", and after them lines like `at 1.5s crash s1`"
}

// clip shortens a line for an error.
func clip(line string) string {
	const most = 40
	line = strings.Join(strings.Fields(line), " ")
	if r := []rune(line); len(r) > most {
		return string(r[:most]) + "…"
	}
	return line
}
