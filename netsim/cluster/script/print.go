package script

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"raftarium/kv"
	"raftarium/netsim"
	"raftarium/raft"
)

// String is "s1" for a server, "c1" for a client, and "nobody" for neither.
func (e Endpoint) String() string {
	if e.Client != 0 {
		return e.Client.String()
	}
	return e.Server.String()
}

// String is what follows the verb: "s1 s2", "leader", "all".
func (t Target) String() string {
	if t.All {
		return "all"
	}
	words := make([]string, 0, len(t.IDs)+1)
	if t.Leader {
		words = append(words, "leader")
	}
	for _, id := range t.IDs {
		words = append(words, id.String())
	}
	return strings.Join(words, " ")
}

// Resolve lists the servers that are meant, each once, when a run has the given
// servers and leader leads ([raft.None] if nobody does): the leader first, then the
// others in the order given.
func (t Target) Resolve(servers []raft.ID, leader raft.ID) []raft.ID {
	if t.All {
		return slices.Clone(servers)
	}
	var out []raft.ID
	if t.Leader && leader != raft.None {
		out = append(out, leader)
	}
	for _, id := range t.IDs {
		if !t.Leader || id != leader {
			out = append(out, id)
		}
	}
	return out
}

// Verb is the first word of the action's line.
func (Partition) Verb() string { return "partition" }

// Verb is the first word of the action's line.
func (Isolate) Verb() string { return "isolate" }

// Verb is the first word of the action's line.
func (Bridge) Verb() string { return "bridge" }

// Verb is the first word of the action's line.
func (Cut) Verb() string { return "cut" }

// Verb is the first word of the action's line.
func (Mend) Verb() string { return "mend" }

// Verb is the first word of the action's line.
func (Heal) Verb() string { return "heal" }

// Verb is the first word of the action's line.
func (Crash) Verb() string { return "crash" }

// Verb is the first word of the action's line.
func (Restart) Verb() string { return "restart" }

// Verb is the first word of the action's line.
func (Pause) Verb() string { return "pause" }

// Verb is the first word of the action's line.
func (Resume) Verb() string { return "resume" }

// Verb is the first word of the action's line.
func (Timeout) Verb() string { return "timeout" }

// Verb is the first word of the action's line.
func (Transfer) Verb() string { return "transfer" }

// Verb is the first word of the action's line.
func (Expire) Verb() string { return "expire" }

// Verb is the first word of the action's line.
func (Add) Verb() string { return "add" }

// Verb is the first word of the action's line.
func (Promote) Verb() string { return "promote" }

// Verb is the first word of the action's line.
func (Remove) Verb() string { return "remove" }

// Verb is the first word of the action's line.
func (Drop) Verb() string { return "drop" }

// Verb is "append", "put" or "get".
func (a Do) Verb() string { return a.Op.Kind.String() }

// Verb is the first word of the action's line.
func (Fire) Verb() string { return "fire" }

// Verb is the first word of the action's line.
func (Load) Verb() string { return "load" }

// Verb is the first word of the action's line.
func (Reads) Verb() string { return "reads" }

// Verb is the first word of the action's line.
func (Clients) Verb() string { return "clients" }

// Verb is the first word of the action's line.
func (Latency) Verb() string { return "latency" }

// Verb is the first word of the action's line.
func (Loss) Verb() string { return "loss" }

// Verb is the first word of the action's line.
func (Duplicate) Verb() string { return "duplicate" }

// Verb is the first word of the action's line.
func (Reorder) Verb() string { return "reorder" }

// Verb is the first word of the action's line.
func (Disk) Verb() string { return "disk" }

// Verb is the first word of the action's line.
func (SlowDisk) Verb() string { return "disk" }

// Verb is the first word of the action's line.
func (Tear) Verb() string { return "tear" }

// Verb is the first word of the action's line.
func (Fill) Verb() string { return "fill" }

// Verb is the first word of the action's line.
func (Free) Verb() string { return "free" }

// Verb is the first word of the action's line.
func (Clock) Verb() string { return "clock" }

// Verb is the first word of the action's line.
func (Without) Verb() string { return "without" }

// Verb is the first word of the action's line.
func (With) Verb() string { return "with" }

// Verb is the first word of the action's line.
func (Note) Verb() string { return "note" }

// String is the action's line.
func (a Partition) String() string {
	var b strings.Builder
	b.WriteString("partition")
	for i, group := range a.Groups {
		if i > 0 {
			b.WriteString(" |")
		}
		for _, e := range group {
			b.WriteByte(' ')
			b.WriteString(e.String())
		}
	}
	return b.String()
}

// String is the action's line.
func (a Isolate) String() string { return "isolate " + a.Servers.String() }

// String is the action's line.
func (a Bridge) String() string { return "bridge " + a.Server.String() }

// String is the action's line.
func (a Cut) String() string { return "cut " + linkString(a.From, a.To, a.OneWay) }

// String is the action's line.
func (a Mend) String() string { return "mend " + linkString(a.From, a.To, a.OneWay) }

// String is the action's line.
func (Heal) String() string { return "heal" }

// String is the action's line.
func (a Crash) String() string { return "crash " + a.Servers.String() }

// String is the action's line.
func (a Restart) String() string { return "restart " + a.Servers.String() }

// String is the action's line.
func (a Pause) String() string { return "pause " + a.Servers.String() }

// String is the action's line.
func (a Resume) String() string { return "resume " + a.Servers.String() }

// String is the action's line.
func (a Timeout) String() string { return "timeout " + a.Servers.String() }

// String is the action's line.
func (a Transfer) String() string { return "transfer " + a.To.String() }

// String is the action's line.
func (a Expire) String() string { return "expire " + a.Client.String() }

// String is the action's line.
func (a Add) String() string { return "add " + a.Servers.String() + joint(a.Joint) }

// String is the action's line.
func (a Promote) String() string { return "promote " + a.Servers.String() + joint(a.Joint) }

// String is the action's line.
func (a Remove) String() string { return "remove " + a.Servers.String() + joint(a.Joint) }

func joint(wanted bool) string {
	if wanted {
		return " joint"
	}
	return ""
}

// String is the action's line.
func (a Drop) String() string { return "drop " + strconv.FormatUint(uint64(a.Message), 10) }

// String is the action's line, with key and value in quotes where they need it.
func (a Do) String() string {
	s := a.Op.Kind.String() + " " + a.Client.String() + " " + word(a.Op.Key)
	if a.Op.Kind != kv.Get {
		s += " " + word(a.Op.Value)
	}
	return s
}

// String is the action's line.
func (a Fire) String() string { return "fire " + strconv.Itoa(a.N) + " " + word(a.Key) }

// String is the action's line.
func (a Load) String() string {
	if a.Keys == 0 {
		return "load " + string(a.Workload)
	}
	return "load " + string(a.Workload) + " " + strconv.Itoa(a.Keys)
}

// String is the action's line.
func (a Reads) String() string { return "reads " + a.By.String() }

// String is the action's line.
func (a Clients) String() string { return "clients " + strconv.Itoa(a.N) }

// String is the action's line.
func (a Latency) String() string {
	if a.From == (Endpoint{}) && a.To == (Endpoint{}) {
		return "latency " + rangeString(a.Range)
	}
	return "latency " + linkString(a.From, a.To, false) + " " + rangeString(a.Range)
}

// String is the action's line.
func (a Loss) String() string { return "loss " + a.Ratio.String() }

// String is the action's line.
func (a Duplicate) String() string { return "duplicate " + a.Ratio.String() }

// String is the action's line.
func (a Reorder) String() string {
	if a.Detour == (netsim.Range{}) {
		return "reorder " + a.Ratio.String()
	}
	return "reorder " + a.Ratio.String() + " " + rangeString(a.Detour)
}

// String is the action's line.
func (a Disk) String() string { return "disk " + durationString(a.Write) }

// String is the action's line.
func (a SlowDisk) String() string {
	return "disk " + a.Servers.String() + " " + durationString(a.Write)
}

// String is the action's line.
func (a Tear) String() string { return "tear " + a.Servers.String() }

// String is the action's line.
func (a Fill) String() string { return "fill " + a.Servers.String() }

// String is the action's line.
func (a Free) String() string { return "free " + a.Servers.String() }

// String is the action's line.
func (a Clock) String() string { return "clock " + a.Servers.String() + " " + a.Drift.String() }

// String is the action's line.
func (a Without) String() string { return "without " + strings.Join(a.Rules, " ") }

// String is the action's line.
func (a With) String() string { return "with " + strings.Join(a.Rules, " ") }

// String is the action's line, the text in quotes where it would be read as
// something else without.
func (a Note) String() string {
	if plainText(a.Text) {
		return "note " + a.Text
	}
	return "note " + strconv.Quote(a.Text)
}

// String is the step's line in a scenario file: "at 1.5s crash s1" or, with an
// exact place, "at 1.5s event 8123 crash s1".
func (s Step) String() string {
	line := "at " + durationString(s.At.Duration()) + " "
	if s.Event != 0 {
		line += "event " + strconv.FormatUint(uint64(s.Event), 10) + " "
	}
	return line + s.Action.String()
}

func linkString(from, to Endpoint, oneWay bool) string {
	if oneWay {
		return from.String() + " -> " + to.String()
	}
	return from.String() + " " + to.String()
}

// durationString writes a duration so that anybody can type it: "us", not "µs",
// and no units that count nothing.
func durationString(d time.Duration) string {
	s := strings.Replace(d.String(), "µ", "u", 1)
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

func rangeString(r netsim.Range) string {
	if r.Min == r.Max {
		return durationString(r.Min)
	}
	return durationString(r.Min) + ".." + durationString(r.Max)
}

// word is a key or a value as a line holds it: in quotes if it would be read
// differently, or be taken for something else, without.
func word(s string) string {
	if s == "" || strings.ContainsAny(s, "\"#|\\ ") || strings.Contains(s, "->") || !printable(s) {
		return strconv.Quote(s)
	}
	return s
}

// plainText says whether a note reads back as it is without quotes.
func plainText(s string) bool {
	return s != "" && s[0] != '"' && s[0] != '#' && s == strings.TrimSpace(s) &&
		!strings.Contains(s, " #") && printable(s)
}

// Visible is a text of a user's in a sentence or in front of an error: in quotes, as an
// action line has it, where it would not be seen as it is. A line break, or what a
// terminal takes for a command, would make of it what nobody said.
func Visible(s string) string {
	if strings.HasPrefix(s, `"`) || !printable(s) {
		return strconv.Quote(s)
	}
	return s
}

// printable says whether s consists of visible characters and plain blanks.
func printable(s string) bool {
	if !utf8.ValidString(s) {
		return false
	}
	for _, r := range s {
		if !unicode.IsPrint(r) {
			return false
		}
	}
	return true
}
