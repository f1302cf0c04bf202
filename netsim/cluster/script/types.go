// Package script is the vocabulary of actions: what the mouse produces, what a
// scenario file holds, what the command line takes and what a test replays is
// the same [Action], written and parsed as one line.
//
// A scenario file starts with what the run is ([Config]) and goes on with action
// lines and their times. Parsing never panics and every error names line,
// column, what was found and what would fit ([Error]).
package script

import (
	"time"

	"raftarium/kv"
	"raftarium/netsim"
	"raftarium/raft"
)

// Config is what a run is, apart from the code that takes part in it. The zero
// value is not useful: start from [DefaultConfig].
type Config struct {
	Servers   int    // 1 to 25
	Clients   int    // 0 to MaxClients
	Seed      uint64 // of every draw
	Latency   netsim.Range
	Loss      netsim.Ratio // of each message
	Duplicate netsim.Ratio
	Reorder   netsim.Ratio  // of messages that take a detour and are overtaken
	Disk      time.Duration // of one durable write
	For       time.Duration // length of the run; 0 is "until told otherwise"
	Without   []string      // rules that are switched off, in the order given
	// Bug names a seeded bug: a rule that is off, and that the run does not name
	// (cluster.Bug). "" is none.
	Bug      string
	Workload Workload
	Keys     int     // of the workload, 1 to 10,000
	Faults   []Fault // random faults, for a run without a person
	Timing   raft.Timing
	// Snapshot is at how many bytes of log a server makes a snapshot and compacts
	// it, 0 for never.
	Snapshot int
	// Sessions is how many sessions servers keep at most (kv.ServerStart.Sessions), 1 to
	// MaxSessions. 0 is: clients do not register, and are known for ever.
	Sessions int
	// Window is how many operations a client has outstanding at most, 1 to MaxWindow.
	Window int
	// Uncommitted is how many bytes of commands a leader takes on that are not
	// committed (raft.Limits); beyond it refuses clients as busy. 0 is as much as the
	// Raft takes by itself.
	Uncommitted int
	Reads       kv.Reads // how servers answer Gets
}

// Limits of a Config.
const (
	MaxServers = raft.MaxServers
	MaxClients = 100
	MaxKeys    = 10_000
	// MinSnapshot and MaxSnapshot bound Config.Snapshot where it is not 0.
	MinSnapshot = 100
	MaxSnapshot = 1 << 30
	MaxSessions = 1_000
	MaxWindow   = 16
	// MaxUncommitted bounds Config.Uncommitted.
	MaxUncommitted = 1 << 30
	// DefaultSessions is the limit where `sessions registered` leaves it open: twice
	// as many as most runs have clients, so that only those expire that are not used.
	DefaultSessions = 16
)

// DefaultConfig is a run as `raftarium run` makes it unless told otherwise.
func DefaultConfig() Config {
	return Config{
		Servers: 5, Clients: 5, Seed: 1,
		Latency:  netsim.Range{Min: time.Millisecond, Max: 10 * time.Millisecond},
		Disk:     200 * time.Microsecond,
		For:      60 * time.Second,
		Workload: Mixed, Keys: 16, Window: 1,
		Timing: raft.DefaultTiming,
	}
}

// Workload is what idle clients do by themselves, in a closed loop.
type Workload string

// The workloads.
const (
	NoWorkload Workload = "none"   // clients wait to be told
	Appends    Workload = "append" // unique Appends
	Mixed      Workload = "mixed"  // Put, Append and Get in thirds
)

// Fault is a family of random faults.
type Fault string

// The families of random faults.
const (
	FaultCrash     Fault = "crash"
	FaultPartition Fault = "partition"
	FaultPause     Fault = "pause"
	FaultDisk      Fault = "disk"  // slow, torn and full disks
	FaultClock     Fault = "clock" // clocks that run fast or slow
)

// Endpoint is a server or a client; exactly one of the two is set.
type Endpoint struct {
	Server raft.ID
	Client kv.ClientID
}

// Target names servers: by number, or by what they are when the action happens.
// IDs and Leader may go together, All stands alone. [Target.Resolve] says who is
// meant.
type Target struct {
	IDs    []raft.ID // in the order given
	Leader bool      // the server that leads the highest term, if any
	All    bool
}

// Action is one thing that a person, a scenario or a schedule does to a run. An
// action is a value and is never changed after it was made. String is its
// canonical line, which [ParseAction] reads back to an equal action.
type Action interface {
	Verb() string
	String() string
}

// The actions. The line that makes each is in its comment.
type (
	// Partition cuts all links between servers of different groups and mends those
	// inside a group: "partition s1 s2 | s3 s4 s5". Servers that are not named
	// form one more group. Clients keep their links, unless they are named: then
	// they reach the servers of their group only.
	Partition struct{ Groups [][]Endpoint }
	// Isolate cuts the named servers, as a group, from all other servers:
	// "isolate s1 s2", "isolate leader".
	Isolate struct{ Servers Target }
	// Bridge leaves two halves that are joined through one server only:
	// "bridge s3". The halves are the other servers in order.
	Bridge struct{ Server raft.ID }
	// Cut cuts the link between two endpoints: "cut s1 s2", "cut c1 s2"; one way
	// only, from From to To: "cut s1 -> s2".
	Cut struct {
		From, To Endpoint
		OneWay   bool
	}
	// Mend undoes Cut: "mend s1 s2", "mend s1 -> s2".
	Mend struct {
		From, To Endpoint
		OneWay   bool
	}
	// Heal mends every link: "heal".
	Heal struct{}
	// Crash stops servers and loses all that was not durable: "crash s1",
	// "crash leader", "crash all".
	Crash struct{ Servers Target }
	// Restart starts crashed servers from their disks: "restart s1", "restart all".
	// There is no "restart leader": who is down does not lead.
	Restart struct{ Servers Target }
	// Pause freezes servers; what arrives waits: "pause s1".
	Pause struct{ Servers Target }
	// Resume undoes Pause: "resume s1", "resume all".
	Resume struct{ Servers Target }
	// Timeout lets the election timers of servers run out now, together:
	// "timeout s1 s2".
	Timeout struct{ Servers Target }
	// Transfer has the leader hand over to another server: "transfer s3".
	Transfer struct{ To raft.ID }
	// Expire has the leader propose that a client's session ends: "expire c1".
	Expire struct{ Client kv.ClientID }
	// Add has servers join as learners: "add s6 s7". A server that there never was
	// comes to life with an empty disk; one that has left comes back with its own.
	// Servers names them by number.
	Add struct {
		Servers Target
		Joint   bool // by joint consensus, also where a single entry would do
	}
	// Promote makes learners voters, once they have caught up: "promote s6",
	// "promote all", "promote s6 joint".
	Promote struct {
		Servers Target
		Joint   bool
	}
	// Remove takes servers out of the configuration: "remove s2", "remove s1 s2",
	// "remove leader". Those removed run on until they are stopped, and then leave.
	Remove struct {
		Servers Target
		Joint   bool
	}
	// Drop loses a message in flight: "drop 1234", by its event number.
	Drop struct{ Message netsim.EventID }
	// Do has a client start an operation: "append c1 x hello", "put c1 x 1",
	// "get c1 x". Where the client is busy, the operation waits its turn.
	Do struct {
		Client kv.ClientID
		Op     kv.Op
	}
	// Fire has N clients append to Key at the same instant, each something of its
	// own: "fire 5 x", "fire 5". Key is "x" if not given.
	Fire struct {
		N   int
		Key string
	}
	// Load sets what idle clients do by themselves: "load mixed 16", "load append 1",
	// "load none". Keys is 0 where not given: as before.
	Load struct {
		Workload Workload
		Keys     int
	}
	// Reads sets how servers answer the Gets that come from now on: "reads lease".
	Reads struct{ By kv.Reads }
	// Clients sets the number of clients: "clients 7".
	Clients struct{ N int }
	// Latency sets the latency of every link: "latency 1ms..10ms"; of one link,
	// both ways: "latency s1 s2 80ms".
	Latency struct {
		Range    netsim.Range
		From, To Endpoint // both zero: every link
	}
	// Loss and Duplicate set the ratio for every link: "loss 5%".
	Loss      struct{ Ratio netsim.Ratio }
	Duplicate struct{ Ratio netsim.Ratio }
	// Reorder sets how many messages take a detour, on every link, and how long that
	// takes: "reorder 5%", "reorder 5% 200ms..2s". Where Detour is empty, it is one to
	// four times the longest latency.
	Reorder struct {
		Ratio  netsim.Ratio
		Detour netsim.Range
	}
	// Disk sets the time of a durable write, on every disk: "disk 5ms".
	Disk struct{ Write time.Duration }
	// SlowDisk sets it on the disks of some servers: "disk s1 20ms". "disk 5ms" makes
	// them all alike again.
	SlowDisk struct {
		Servers Target
		Write   time.Duration
	}
	// Tear crashes servers in the midst of a write: "tear s1". Of what the disk was
	// writing, a part that is drawn has reached it: some whole records, perhaps all
	// of them, although nobody was told. The record on which it was torn is found
	// out by its checksum at the next start and dropped. What the disk had not begun
	// to write is lost, as with Crash.
	Tear struct{ Servers Target }
	// Fill fills the disks of servers: "fill s1". No write begins on a full disk;
	// what is asked for waits. A crash makes no room.
	Fill struct{ Servers Target }
	// Free undoes Fill: "free s1", "free all".
	Free struct{ Servers Target }
	// Clock lets the clocks of servers run fast or slow, and with them their timers:
	// "clock s1 +10%". "clock all 0%" makes them true again.
	Clock struct {
		Servers Target
		Drift   netsim.Drift
	}
	// Without switches rules off and With on again, while the run goes on:
	// "without election-restriction", "with election-restriction".
	Without struct{ Rules []string }
	With    struct{ Rules []string }
	// Nothing happens; a comment that narrates: "note S1 cannot reach anybody".
	Note struct{ Text string }
)

// Step is an action with its place in a run.
type Step struct {
	// At is when the action happens: before everything else that happens at this
	// time, unless Event says otherwise. Steps of a scenario never go back.
	At netsim.Time
	// Event, if not 0, places the action exactly: once this many events have
	// happened, though not later than At. Journals written by a run have it, so
	// that they replay byte for byte.
	Event netsim.EventID
	// Action is what happens.
	Action Action
	// Line is where the step stands in its file, from 1; 0 if it comes from elsewhere.
	Line int
}

// Scenario is a run in writing: what it is and what is done to it.
type Scenario struct {
	Config Config
	Steps  []Step
	// Set tells which header lines the file had, by their first word, so that
	// flags can win over the file and the file over defaults.
	Set map[string]bool
	// Source is the file that was parsed, for errors that are noticed later; empty
	// if the scenario comes from elsewhere.
	Source Source
}

// Source is the text of a scenario file.
type Source struct {
	Name string // as errors show it
	Text string
}
