package cli

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"raftarium/netsim"
	"raftarium/netsim/cluster/check"
)

// report is what `run` says in the end; its JSON is `run --json`.
type report struct {
	Seed           uint64      `json:"seed"`
	Servers        int         `json:"servers"`
	Clients        int         `json:"clients"`
	VirtualSeconds float64     `json:"virtual_seconds"`
	WallSeconds    float64     `json:"wall_seconds"`
	Events         uint64      `json:"events"`
	Messages       uint64      `json:"messages"`
	Elections      uint64      `json:"elections"`
	Ops            opsReport   `json:"ops"`
	Committed      uint64      `json:"committed"`
	Verdict        verdictJSON `json:"verdict"`
	Digest         string      `json:"digest"`
	// Interrupted says that the run was ended from outside, and that this is what there
	// was to see until then.
	Interrupted bool `json:"interrupted,omitempty"`
	// Bug is the seeded bug of the code, if any.
	Bug string `json:"bug,omitempty"`

	virtual, wall time.Duration
	lost          uint64
	without       []string
	skipped       []string
	unfit         uint64 // random faults that could not be done
	replay        string
	verdict       check.Verdict
}

type opsReport struct {
	Put                  uint64 `json:"put"`
	Append               uint64 `json:"append"`
	Get                  uint64 `json:"get"`
	Retries              uint64 `json:"retries"`
	DuplicatesSuppressed uint64 `json:"duplicates_suppressed"`
	// Expired were given up because their session had ended; Busy are refusals.
	Expired uint64 `json:"expired"`
	Busy    uint64 `json:"busy"`
}

type verdictJSON struct {
	Safety       bool            `json:"safety"`
	ExactlyOnce  bool            `json:"exactly_once"`
	Linearizable check.Answer    `json:"linearizable"`
	Progress     bool            `json:"progress"` // false once a stall was seen
	Violations   []violationJSON `json:"violations"`
	// Judged are the properties that counted; left out if all did.
	Judged []check.Property `json:"judged,omitempty"`
	// Unjudged has progress where it is true because nothing was due: nothing was asked
	// of a connected majority, or its links and disks are too slow for its timeouts.
	Unjudged []check.Property `json:"unjudged,omitempty"`
}

type violationJSON struct {
	Property check.Property `json:"property"`
	Seconds  float64        `json:"at_seconds"`
	Event    uint64         `json:"event"`
	Server   uint16         `json:"server,omitempty"`
	Text     string         `json:"text"`
	// Causes is the chain that led to it, the first cause first (--explain).
	Causes  []string     `json:"causes,omitempty"`
	Against *againstJSON `json:"against,omitempty"`
}

// againstJSON is what a violation is at odds with.
type againstJSON struct {
	Seconds float64  `json:"at_seconds"`
	Event   uint64   `json:"event"`
	Text    string   `json:"text"`
	Causes  []string `json:"causes,omitempty"`

	at netsim.Time
}

func newAgainst(a *check.Against) *againstJSON {
	if a.Event == 0 {
		return nil
	}
	return &againstJSON{Seconds: a.At.Duration().Seconds(), Event: uint64(a.Event), Text: a.Text, at: a.At}
}

// tell says what it is, and its chain of causes but for the beginning that it has in
// common with that of the violation. Of what the violation before was at odds with, too,
// it says only that.
func (a *againstJSON) tell(say func(format string, args ...any), causes []string, before *againstJSON) {
	if a == nil {
		return
	}
	if before != nil && before.Event == a.Event && before.Text == a.Text {
		say("at odds with the same, in event %d", a.Event)
		return
	}
	say("at odds with what was at %s, in event %d: %s", a.at, a.Event, a.Text)
	tellChain(say, a.Causes, causes)
}

// tellChain tells a chain of causes but for the beginning that it has in common with
// the one that was told before.
func tellChain(say func(format string, args ...any), causes, before []string) {
	told := sharedLines(causes, before)
	if told > 2 {
		at, _, _ := strings.Cut(strings.TrimSpace(causes[told-1]), " ")
		say("    (as above up to %s)", at)
	} else {
		told = 0
	}
	for _, c := range causes[told:] {
		say("    %s", c)
	}
}

func (r *runner) report(v check.Verdict, wall time.Duration) *report {
	r.explain()
	r.narrate()
	cfg, st := r.Config(), r.Stats()
	rep := &report{
		Seed: cfg.Seed, Servers: cfg.Servers, Clients: cfg.Clients,
		VirtualSeconds: r.Now().Duration().Seconds(), WallSeconds: wall.Seconds(),
		Events: st.Events, Messages: st.Messages, Elections: st.Elections,
		Ops:       opsReport{st.Puts, st.Appends, st.Gets, st.Retries, st.DuplicatesSuppressed, st.Expired, st.Busy},
		Committed: uint64(st.Committed),
		Verdict: verdictJSON{
			Safety: v.Safety, ExactlyOnce: v.ExactlyOnce, Linearizable: v.Linearizable,
			Progress: v.Progress != check.No, Violations: []violationJSON{}, Judged: v.Judged,
		},
		Digest: fmt.Sprintf("%016x", r.Digest()), Interrupted: r.interrupted,
		Bug:     cfg.Bug,
		virtual: r.Now().Duration(), wall: wall, lost: st.Lost,
		without: cfg.Without, replay: r.o.replay, verdict: v,
	}
	if v.Progress == check.Unknown && v.Judges(check.Progress) {
		rep.Verdict.Unjudged = []check.Property{check.Progress}
	}
	rep.Verdict.Violations = violationLines(v.Violations)
	var marks marks
	if !r.interrupted { // or who waits no longer would wait for the run to be made again
		marks = marksOf(r.code, r.sc, slices.Collect(maps.Values(r.chains))...)
	}
	for i, x := range v.Violations {
		line := &rep.Verdict.Violations[i]
		chain, other := r.chains[x.Event], r.chains[x.Against.Event]
		line.Causes = chainLines(chain, marks)
		if line.Against != nil {
			line.Against.Causes = chainLines(other, marks)
		}
		if i == 0 && r.o.explain && !r.interrupted && !marked(line.Causes, chainLines(other, marks)) {
			line.Causes = append(firstMarks(r.code, r.sc, x.Event), line.Causes...)
		}
	}
	for _, sk := range r.Skipped() {
		if sk.Random {
			rep.unfit++
			continue
		}
		rep.skipped = append(rep.skipped, fmt.Sprintf("%s: %v", sk.Step, sk.Err))
	}
	return rep
}

// violationLines are violations in JSON.
func violationLines(list []check.Violation) []violationJSON {
	lines := make([]violationJSON, len(list))
	for i, x := range list {
		lines[i] = violationJSON{
			Property: x.Property, Seconds: x.At.Duration().Seconds(), Event: uint64(x.Event),
			Server: uint16(x.Server), Text: x.Text, Against: newAgainst(&x.Against),
		}
	}
	return lines
}

// status is the exit status of a run.
func (r *report) status() int { return statusOf(&r.verdict) }

// statusOf is the exit status of a run with a verdict.
func statusOf(v *check.Verdict) int {
	switch {
	case !v.Safety || !v.ExactlyOnce:
		return StatusUnsafe
	case v.Linearizable == check.No:
		return StatusNotLinear
	case v.Progress == check.No:
		return StatusNoProgress
	case v.Linearizable == check.Unknown && v.Judges(check.Linearizability):
		return StatusLinearUnsure
	}
	return StatusOK
}

// shownViolations is how many violations are put into words.
const shownViolations = 5

// print writes the report for people.
func (r *report) print(w io.Writer) error {
	var b strings.Builder
	say := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }

	say("%s and %s, seed %d: %s of virtual time in %s, %.0f times faster than real time",
		count(uint64(r.Servers), "server"), count(uint64(r.Clients), "client"), r.Seed,
		r.virtual, r.wall.Round(time.Millisecond), r.virtual.Seconds()/max(r.wall.Seconds(), 1e-9))
	if r.Interrupted {
		say("interrupted: what follows is what there was to see until then")
	}
	if len(r.without) > 0 {
		say("modified Raft: without %s", strings.Join(r.without, ", "))
	}
	if r.Bug != "" {
		say("a Raft with a bug (%s): one rule is off, and you are to find out which", r.Bug)
	}
	say("%s, %s (%d lost), %s, %s committed",
		count(r.Events, "event"), count(r.Messages, "message"), r.lost, count(r.Elections, "election"), plural(r.Committed, "entry", "entries"))
	say("%d put, %d append, %d get; %s, %s swallowed",
		r.Ops.Put, r.Ops.Append, r.Ops.Get, plural(r.Ops.Retries, "retry", "retries"), count(r.Ops.DuplicatesSuppressed, "duplicate"))
	if r.Ops.Expired > 0 {
		say("%s may or may not have happened: their session expired", count(r.Ops.Expired, "operation"))
	}
	if r.Ops.Busy > 0 {
		say("%s of a busy leader", count(r.Ops.Busy, "refusal"))
	}
	for _, sk := range r.skipped {
		say("not done: %s", sk)
	}
	if r.unfit > 0 {
		say("%s not done: who they were for had left, or nobody led",
			plural(r.unfit, "random fault was", "random faults were"))
	}
	say("")
	v, kept := r.verdict, "kept: no committed entry was lost or differs"
	if v.Judged != nil {
		say("  judged here   %s, and the contract; the other properties are not, yet", check.List(v.Judged))
		kept = "kept, as far as it is judged"
	}
	say("  safety        %s", words(v.Safety, kept, "VIOLATED"))
	if v.Judges(check.ExactlyOnce) {
		say("  exactly once  %s", words(v.ExactlyOnce, "kept: every operation took effect once", "VIOLATED"))
	}
	if v.Judges(check.Linearizability) {
		say("  linearizable  %s", map[check.Answer]string{
			check.Yes: "yes", check.No: "NO", check.Unknown: "unknown: the search ended at its limits",
		}[v.Linearizable])
	}
	if v.Judges(check.Progress) {
		say("  progress      %s", map[check.Answer]string{
			check.Yes: "yes", check.No: "NO: a connected majority stood still", check.Unknown: "not judged: nothing was asked of a connected majority, or its timeouts do not fit its links and disks, or links to it work one way only",
		}[v.Progress])
	}
	for i, x := range r.Verdict.Violations {
		if i == 0 {
			say("")
		}
		if i == shownViolations {
			say("and %d more; the first ones matter (--json has all that were kept)", len(r.Verdict.Violations)-i)
			break
		}
		say("violation of %s at %s, in event %d: %s", x.Property, v.Violations[i].At, x.Event, x.Text)
		var before violationJSON
		if i > 0 {
			before = r.Verdict.Violations[i-1]
		}
		tellChain(say, x.Causes, before.Causes)
		x.Against.tell(say, x.Causes, before.Against)
	}
	if slices.ContainsFunc(r.Verdict.Violations, func(x violationJSON) bool {
		return marked(x.Causes) || x.Against != nil && marked(x.Against.Causes)
	}) {
		say(whatMarksSay)
	}
	say("")
	say("digest %s", r.Digest)
	if r.status() != StatusOK {
		say("run it again: %s", r.replay)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func words(ok bool, yes, no string) string {
	if ok {
		return yes
	}
	return no
}

func count(n uint64, what string) string { return plural(n, what, what+"s") }

func plural(n uint64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
