package script

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"raftarium/kv"
	"raftarium/netsim"
	"raftarium/raft"
)

var (
	workloads = []Workload{NoWorkload, Appends, Mixed}
	faults    = []Fault{FaultCrash, FaultPartition, FaultPause, FaultDisk, FaultClock}
)

// limits is the run that an action must fit.
type limits struct {
	servers []raft.ID // in increasing order
	clients int
	rules   []string // nil: any name will do
	open    bool     // no certain run, but the largest there can be
	full    bool     // there are errors enough: further ones only count
}

var anyRun = limits{servers: FirstServers(MaxServers), clients: MaxClients, open: true}

// FirstServers lists s1 to sN: the servers with which a run of n starts.
func FirstServers(n int) []raft.ID {
	ids := make([]raft.ID, max(n, 0))
	for i := range ids {
		ids[i] = raft.ID(i + 1)
	}
	return ids
}

// Check says why an action does not fit a run with these servers, in increasing
// order, and so many clients, or returns nil. rules are the names of all known rules;
// with nil, rules go unchecked. The error is an *[Error] without a place.
func Check(a Action, servers []raft.ID, clients int, rules []string) error {
	if err := check(a, limits{servers: servers, clients: clients, rules: rules}); err != nil {
		return err
	}
	return nil
}

func serversExist(run limits) string {
	n := len(run.servers)
	switch {
	case run.open:
		return fmt.Sprintf("servers are called s1 to s%d", n)
	case n == 0:
		return "this run has no servers"
	case n == 1:
		return fmt.Sprintf("this run has only %v", run.servers[0])
	case run.servers[n-1] == raft.ID(n):
		return fmt.Sprintf("this run has s1 to s%d", n)
	}
	words := make([]string, n)
	for i, id := range run.servers {
		words[i] = id.String()
	}
	return "this run has " + oneOf(words, "and")
}

func clientsExist(run limits) string {
	switch {
	case run.open:
		return fmt.Sprintf("clients are called c1 to c%d", run.clients)
	case run.clients == 0:
		return "this run has no clients"
	case run.clients == 1:
		return "this run has only the client c1"
	}
	return fmt.Sprintf("this run has the clients c1 to c%d", run.clients)
}

// at makes an error about the nth time that a word stands in the action's line.
func at(word string, nth int, format string, args ...any) *Error {
	return &Error{Found: shown(word), Want: fmt.Sprintf(format, args...), word: word, nth: nth}
}

func check(a Action, run limits) *Error {
	switch a := a.(type) {
	case Partition:
		return checkPartition(a, run)
	case Isolate:
		if a.Servers.All {
			return at("all", 1, "nobody would be left to be isolated from; `partition s1 | s2 | s3` separates them all")
		}
		return checkTarget(a.Servers, run)
	case Bridge:
		if len(run.servers) < 3 {
			return at(a.Server.String(), 1, "a bridge needs a server on each side, and this run has %d", len(run.servers))
		}
		return checkEndpoint(Endpoint{Server: a.Server}, 1, run)
	case Cut:
		return checkLink(a.From, a.To, run)
	case Mend:
		return checkLink(a.From, a.To, run)
	case Heal, Note:
		return nil
	case Crash:
		return checkTarget(a.Servers, run)
	case Restart:
		if a.Servers.Leader {
			return at("leader", 1, "a crashed server does not lead: name it, like `restart s1`, or write `restart all`")
		}
		return checkTarget(a.Servers, run)
	case Pause:
		return checkTarget(a.Servers, run)
	case Resume:
		return checkTarget(a.Servers, run)
	case Timeout:
		return checkTarget(a.Servers, run)
	case Transfer:
		if len(run.servers) < 2 {
			return at(a.To.String(), 1, "there is nobody else to hand over to: this run has 1 server")
		}
		return checkEndpoint(Endpoint{Server: a.To}, 1, run)
	case Expire:
		return checkEndpoint(Endpoint{Client: a.Client}, 1, run)
	case Add:
		if a.Servers.Leader || a.Servers.All {
			return at(a.Servers.String(), 1, "who is to join has a number: name it, like `add s6`")
		}
		return checkTarget(a.Servers, anyRun)
	case Promote:
		if a.Servers.Leader {
			return at("leader", 1, "a leader votes already: name a learner, like `promote s6`, or write `promote all`")
		}
		return checkTarget(a.Servers, anyRun)
	case Remove:
		if a.Servers.All {
			return at("all", 1, "somebody must remain: name those to remove, like `remove s1 s2`")
		}
		return checkTarget(a.Servers, anyRun)
	case Drop:
		if a.Message == 0 {
			return at("0", 1, "events are counted from 1")
		}
		return nil
	case Do:
		if a.Op.Kind < kv.Get || a.Op.Kind > kv.Append {
			return &Error{Want: "an operation is one of get, put and append, not " + a.Op.Kind.String()}
		}
		if a.Op.Kind == kv.Get && a.Op.Value != "" {
			return at(a.Op.Value, 1, "a get has no value")
		}
		return checkEndpoint(Endpoint{Client: a.Client}, 1, run)
	case Fire:
		return checkFire(a, run)
	case Load:
		if !slices.Contains(workloads, a.Workload) {
			return at(string(a.Workload), 1, "a workload is `append`, `mixed` or `none`")
		}
		if a.Keys < 0 || a.Keys > MaxKeys {
			return at(fmt.Sprint(a.Keys), 1, "a load goes over 1 to %d keys", MaxKeys)
		}
		return nil
	case Reads:
		return checkReads(a.By)
	case Clients:
		return checkCount("clients", a.N, 0, MaxClients)
	case Latency:
		if a.From != (Endpoint{}) || a.To != (Endpoint{}) {
			if err := checkLink(a.From, a.To, run); err != nil {
				return err
			}
		}
		return checkLatency(a.Range)
	case Loss:
		return checkRatio(a.Ratio)
	case Duplicate:
		return checkRatio(a.Ratio)
	case Reorder:
		if err := checkRatio(a.Ratio); err != nil {
			return err
		}
		return checkRange(a.Detour, 0)
	case Disk:
		return checkDuration(a.Write, 0)
	case SlowDisk:
		if err := checkTarget(a.Servers, run); err != nil {
			return err
		}
		return checkDuration(a.Write, 0)
	case Tear:
		return checkTarget(a.Servers, run)
	case Fill:
		return checkTarget(a.Servers, run)
	case Free:
		return checkTarget(a.Servers, run)
	case Clock:
		if a.Drift < netsim.MinDrift || a.Drift > netsim.MaxDrift {
			return at(a.Drift.String(), 1, "a drift is from %v to %v", netsim.MinDrift, netsim.MaxDrift)
		}
		return checkTarget(a.Servers, run)
	case Without:
		return checkRules(a.Rules, run.rules, run.full)
	case With:
		return checkRules(a.Rules, run.rules, run.full)
	}
	return &Error{Want: fmt.Sprintf("%T is no action that this language knows", a)}
}

func checkEndpoint(e Endpoint, nth int, run limits) *Error {
	switch {
	case e.Server != 0 && e.Client != 0:
		return at(e.Server.String()+" and "+e.Client.String(), 1, "an endpoint is a server or a client")
	case e.Client != 0:
		if int64(e.Client) > int64(run.clients) {
			return at(e.String(), nth, "%s", clientsExist(run))
		}
	case !slices.Contains(run.servers, e.Server):
		return at(e.String(), nth, "%s", serversExist(run))
	}
	return nil
}

func checkPartition(a Partition, run limits) *Error {
	if len(a.Groups) == 0 {
		return &Error{Want: "`partition` takes at least one group, " + lookup(verbs, "partition").like()}
	}
	seen := make(map[Endpoint]bool)
	for _, group := range a.Groups {
		if len(group) == 0 {
			return &Error{Want: "a group of a partition names at least one server or client"}
		}
		for _, e := range group {
			if seen[e] {
				return at(e.String(), 2, "it is in a group already: an endpoint is on one side only")
			}
			seen[e] = true
			if err := checkEndpoint(e, 1, run); err != nil {
				return err
			}
		}
	}
	return nil
}

func checkTarget(t Target, run limits) *Error {
	if t.All {
		if t.Leader || len(t.IDs) > 0 {
			return at("all", 1, "`all` stands alone: it includes everybody")
		}
		return nil
	}
	if !t.Leader && len(t.IDs) == 0 {
		return &Error{Want: "servers belong here: s1, or leader, or all"}
	}
	for i, id := range t.IDs {
		if slices.Contains(t.IDs[:i], id) {
			return at(id.String(), 2, "it is named already")
		}
		if err := checkEndpoint(Endpoint{Server: id}, 1, run); err != nil {
			return err
		}
	}
	return nil
}

func checkLink(from, to Endpoint, run limits) *Error {
	if err := checkEndpoint(from, 1, run); err != nil {
		return err
	}
	if from == to {
		return at(to.String(), 2, "a link has two different ends")
	}
	if err := checkEndpoint(to, 1, run); err != nil {
		return err
	}
	if from.Client != 0 && to.Client != 0 {
		return at(to.String(), 1, "there is no link between two clients: one end is a server")
	}
	return nil
}

func checkFire(a Fire, run limits) *Error {
	if a.N < 1 {
		return at(fmt.Sprint(a.N), 1, "at least 1 client has to fire")
	}
	if a.N > run.clients {
		return at(fmt.Sprint(a.N), 1, "%s", clientsExist(run))
	}
	return nil
}

func checkCount(what string, n, lo, hi int) *Error {
	if n < lo || n > hi {
		return at(fmt.Sprint(n), 1, "a run has %d to %d %s", lo, hi, what)
	}
	return nil
}

func checkRatio(r netsim.Ratio) *Error {
	if r > netsim.Always {
		return at(r.String(), 1, "no percentage here is more than 100%%")
	}
	return nil
}

// minLatency keeps a run from doing without end at one instant.
const minLatency = time.Microsecond

func checkLatency(r netsim.Range) *Error {
	if err := checkRange(r, 0); err != nil {
		return err
	}
	if r.Max < minLatency {
		return at(rangeString(r), 1, "a message takes some time: at least %s", durationString(minLatency))
	}
	return nil
}

func checkRange(r netsim.Range, least time.Duration) *Error {
	if r.Max < r.Min {
		return at(rangeString(r), 1, "the shorter duration comes first")
	}
	if err := checkDuration(r.Min, least); err != nil {
		return err
	}
	return checkDuration(r.Max, least)
}

func checkDuration(d, least time.Duration) *Error {
	if d < least || d > MaxDuration {
		return at(durationString(d), 1, "it must be from %s to %s", durationString(least), durationString(MaxDuration))
	}
	return nil
}

// isRule says whether a word has the form of a rule's name.
func isRule(s string) bool {
	return s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789-") == "" && s[0] != '-'
}

// checkRules looks at names of rules; if full, what was meant is not looked for.
func checkRules(rules, known []string, full bool) *Error {
	if len(rules) == 0 {
		return &Error{Want: "at least one name of a rule belongs here"}
	}
	seen := make(map[string]bool, len(rules))
	for _, r := range rules {
		twice := seen[r]
		seen[r] = true
		switch {
		case !isRule(r):
			return at(r, 1, "a rule has a name like election-restriction")
		case twice:
			return at(r, 2, "that rule is named already")
		case known == nil || slices.Contains(known, r):
			continue
		}
		if full {
			return new(Error)
		}
		if m := Nearest(r, known); m != "" {
			return at(r, 1, "no rule has that name; did you mean `%s`?", m)
		}
		return at(r, 1, "no rule has that name; the command `rules` lists them")
	}
	return nil
}

// Known are the names that code knows, for those that a scenario uses.
type Known struct {
	Rules []string // of all rules
	Bugs  []string // of the seeded bugs, if it has some
}

// Check says what in a configuration is out of its range, or returns nil. Without
// known, the names of rules and bugs go unchecked. The error is an *[Errors] whose
// elements name the header line concerned.
func (c *Config) Check(known *Known) error {
	var errs Errors
	for _, err := range c.check(known) {
		errs.add(err)
	}
	return errs.or()
}

// check returns the errors with header set.
func (c *Config) check(known *Known) []*Error {
	var errs errorList
	errs.add("servers", checkCount("servers", c.Servers, 1, MaxServers))
	errs.add("clients", checkCount("clients", c.Clients, 0, MaxClients))
	errs.add("latency", checkLatency(c.Latency))
	errs.add("loss", checkRatio(c.Loss))
	errs.add("duplicate", checkRatio(c.Duplicate))
	errs.add("reorder", checkRatio(c.Reorder))
	errs.add("disk", checkDuration(c.Disk, 0))
	errs.add("for", checkDuration(c.For, 0))
	if len(c.Without) > 0 {
		errs.add("without", checkRules(c.Without, known.rules(), false))
	}
	if c.Bug != "" {
		errs.add("bug", checkBug(c.Bug, known))
	}
	if !slices.Contains(workloads, c.Workload) {
		errs.add("workload", at(string(c.Workload), 1, "a workload is `append`, `mixed` or `none`"))
	}
	errs.add("keys", checkCount("keys", c.Keys, 1, MaxKeys))
	errs.add("faults", checkFaults(c.Faults))
	errs.add("heartbeat", checkDuration(c.Timing.Heartbeat, minTimer))
	errs.add("election", checkRange(netsim.Range{Min: c.Timing.ElectionMin, Max: c.Timing.ElectionMax}, minTimer))
	if n := c.Snapshot; n != 0 && (n < MinSnapshot || n > MaxSnapshot) {
		errs.add("snapshot", at(fmt.Sprint(n), 1, "a log is compacted at %d to %d bytes, or never (0)", MinSnapshot, MaxSnapshot))
	}
	errs.add("reads", checkReads(c.Reads))
	errs.add("sessions", checkCount("sessions", c.Sessions, 0, MaxSessions))
	errs.add("window", checkCount("window", max(c.Window, 1), 1, MaxWindow))
	errs.add("uncommitted", checkCount("bytes", c.Uncommitted, 0, MaxUncommitted))
	return errs
}

// errorList is what is wrong with a configuration.
type errorList []*Error

// add adds an error, if there is one, that concerns a header. It is not inlined, because
// that would make a large function out of check, which WebAssembly engines would then
// spend their time on.
//
//go:noinline
func (l *errorList) add(header string, err *Error) {
	if err != nil {
		err.header = header
		*l = append(*l, err)
	}
}

// rules are the names of all rules, nil if those go unchecked.
func (k *Known) rules() []string {
	if k == nil {
		return nil
	}
	if k.Rules == nil {
		return []string{}
	}
	return k.Rules
}

func checkBug(name string, known *Known) *Error {
	switch {
	case !isRule(name):
		return at(name, 1, "a bug has a name like perch")
	case known == nil || slices.Contains(known.Bugs, name):
		return nil
	case len(known.Bugs) == 0:
		return at(name, 1, "this program has no seeded bugs: they are in the code of raftarium itself")
	}
	if m := Nearest(name, known.Bugs); m != "" {
		return at(name, 1, "no seeded bug has that name; did you mean `%s`?", m)
	}
	return at(name, 1, "no seeded bug has that name; there are %s", oneOf(known.Bugs, "and"))
}

func checkReads(r kv.Reads) *Error {
	if _, ok := kv.ParseReads(r.String()); !ok {
		return &Error{Want: "Gets are answered by `log`, `index` or `lease`"}
	}
	return nil
}

// minTimer keeps servers from doing nothing but run their timers.
const minTimer = 100 * time.Microsecond

func checkFaults(list []Fault) *Error {
	for i, f := range list {
		if !slices.Contains(faults, f) {
			return at(string(f), 1, "a random fault is `crash`, `partition`, `pause`, `disk` or `clock`")
		}
		if slices.Contains(list[:i], f) {
			return at(string(f), 2, "that fault is named already")
		}
	}
	return nil
}
