package check

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/anishathalye/porcupine"

	"raftarium/kv"
	"raftarium/netsim"
	"raftarium/raft"
)

// Linearizability of the clients' history: porcupine searches, key by key, for an
// order that explains all results. It is the judge where the witness is open, and
// an independent second one where the witness accepted.
//
// The search is bounded by operations and by steps, never by time, so that the
// verdict does not depend on the machine. How many steps a key needs grows with
// how many of its operations overlap: beyond some ten the search may not end in
// any bound. What neither can decide is Unknown.
//
// What it cannot see: a real-time order between operations that overlap, and
// whether a write that never returned, or whose session expired, took effect, if
// nobody read it.
const (
	// maxKeyOperations is how many operations of one key are searched at most.
	maxKeyOperations = 20_000
	// searchBytes bounds the memory of a search, and with it the steps: a step
	// remembers one bit for each operation, and some more.
	searchBytes = 64 << 20
	stepBytes   = 256
	// finalSteps bounds the steps that Final takes over all keys.
	finalSteps = 1_000_000
	// searchesNow is how often a run is searched before its end, each time for one
	// key with at most operationsNow operations and stepsNow steps.
	searchesNow   = 32
	operationsNow = 2_000
	stepsNow      = 20_000
	// secondOpinion is how many operations of a key that the witness accepted, the
	// first to return, are searched as well, and secondSteps with how many steps for
	// each. A history has an explanation only if its beginning has one. So each key of
	// each run, however long, gets a second opinion at a bounded cost.
	secondOpinion = 250
	secondSteps   = 100
)

// Final judges all that has happened, up to the time of the last At; who wants a
// stall to count that lasts to the end of the run calls At once more before. It
// changes nothing and may be called again later. It costs much more than Quick, but no more than its limits allow for each
// key.
func (j *Judge) Final() Verdict {
	v := j.Quick()
	if v.Judges(ExactlyOnce) {
		if lost := j.lost(slices.Clone(v.Violations)); len(lost) > len(v.Violations) {
			v.Violations, v.ExactlyOnce = lost, false
		}
	}
	if j.now >= min(j.progress.by, j.progress.jointBy) && v.Judges(Progress) {
		v.Progress = No
		if len(v.Violations) < MaxViolations {
			v.Violations = append(slices.Clip(v.Violations), j.stall(j.now))
		}
	}
	if !j.cfg.KeepHistory || v.Linearizable == No || !v.Judges(Linearizability) {
		return v
	}
	v.Linearizable = Yes
	budget := finalSteps
	for key, ops := range j.byKey() {
		accepted := !j.model.blind && !j.model.keys[key].open
		switch j.search(ops, accepted, &budget) {
		case porcupine.Ok:
		case porcupine.Illegal:
			v.Linearizable = No
			if len(v.Violations) < MaxViolations {
				v.Violations = append(slices.Clip(v.Violations), j.culprit(key, ops))
			}
		default:
			if !accepted && v.Linearizable == Yes {
				v.Linearizable = Unknown
			}
		}
	}
	return v
}

// searchNow looks at once whether a key's history can be explained in another order
// than that of the witness: where Gets do without the log, what they saw may be old,
// and that is best seen when it happens.
func (j *Judge) searchNow(key int) {
	if j.searches >= searchesNow {
		return
	}
	j.searches++
	ops, budget := j.byKey()[key], stepsNow
	if len(ops) <= operationsNow && j.search(ops, false, &budget) == porcupine.Illegal {
		j.Report(j.culprit(key, ops))
	}
}

// byKey sorts the operations by key, those of a key by return. Reads that did not
// return tell nothing and are left out.
func (j *Judge) byKey() [][]*record {
	keys, most := make([][]*record, len(j.model.keys)), make([]int, len(j.model.keys))
	for k := range j.history.n {
		most[j.history.ref(k).key]++
	}
	for k, n := range most {
		keys[k] = make([]*record, 0, n)
	}
	for k := range j.history.n {
		if r := j.history.ref(k); !r.pending() || r.kind != kv.Get {
			keys[r.key] = append(keys[r.key], r)
		}
	}
	for k := range j.clients {
		for i := range j.clients[k].ops {
			if o := &j.clients[k].ops[i]; o.open && o.kind != kv.Get {
				r := pendingRecord(kv.ClientID(k+1), o)
				keys[r.key] = append(keys[r.key], &r)
			}
		}
	}
	for _, ops := range keys {
		if !inOrder(ops) {
			slices.SortStableFunc(ops, func(a, b *record) int { return cmp.Compare(a.ret, b.ret) })
		}
	}
	return keys
}

// inOrder reports whether operations are sorted by return, as they are unless a client
// left.
func inOrder(ops []*record) bool {
	for k := 1; k < len(ops); k++ {
		if ops[k].ret < ops[k-1].ret {
			return false
		}
	}
	return true
}

// search looks for an order of the operations of one key. Writes that did not
// return and were not applied cost most and explain least: the first try is
// without them, which proves as much if it succeeds.
func (j *Judge) search(ops []*record, accepted bool, budget *int) porcupine.CheckResult {
	if len(ops) == 0 {
		return porcupine.Ok
	}
	if accepted && len(ops) > secondOpinion {
		ops = until(ops, secondOpinion)
	}
	if len(ops) > maxKeyOperations {
		return porcupine.Unknown
	}
	steps := maxSteps(ops)
	if accepted {
		steps = secondSteps*len(ops) + 1000
	}
	few := make([]*record, 0, len(ops))
	for _, r := range ops {
		if !r.pending() || j.clients[r.client-1].taken.has(r.number) {
			few = append(few, r)
		}
	}
	res, used := explain(few, min(steps, *budget))
	*budget -= used
	if res != porcupine.Ok && len(few) < len(ops) {
		res, used = explain(ops, min(steps, *budget))
		*budget -= used
	}
	return res
}

func maxSteps(ops []*record) int { return searchBytes / (len(ops)/8 + stepBytes) }

// explain searches with a bound on the steps, and says how many it took.
func explain(ops []*record, steps int) (res porcupine.CheckResult, used int) {
	left := steps
	m := porcupine.Model{
		Init: func() any { return value{} },
		Step: func(state, input, _ any) (bool, any) {
			if left <= 0 {
				// From here on nothing fits, so that the search soon ends.
				return false, state
			}
			left--
			return input.(*record).step(state)
		},
		Equal: func(a, b any) bool { return a.(value) == b.(value) },
		Hash:  func(s any) uint64 { return s.(value).digest().hash },
	}
	history := make([]porcupine.Operation, len(ops))
	for k, r := range ops {
		history[k] = porcupine.Operation{Input: r, Call: int64(r.call), Return: int64(r.ret)}
	}
	ok := porcupine.CheckOperations(m, history)
	switch used = steps - left; {
	case ok:
		return porcupine.Ok, used
	case left <= 0:
		return porcupine.Unknown, used
	}
	return porcupine.Illegal, used
}

// step performs the operation on a state, which is a value, and says whether its
// result fits.
func (r *record) step(state any) (bool, any) {
	v := state.(value)
	switch r.kind {
	case kv.Get:
		return r.pending() || v.digest() == r.out, state
	case kv.Put:
		v = value{}
	}
	v.writeString(r.value)
	return true, v
}

// culprit names the operation at whose return a history without an explanation
// became one: the histories before it have an explanation.
func (j *Judge) culprit(key int, ops []*record) Violation {
	lo, hi := 0, len(ops) // the first lo returns are explained, the first hi are not
	for hi-lo > 1 {
		mid := (lo + hi) / 2
		if res, _ := explain(until(ops, mid), maxSteps(ops)); res == porcupine.Illegal {
			hi = mid
		} else {
			lo = mid
		}
	}
	r := ops[hi-1]
	var near []string
	for _, o := range ops {
		if o != r && o.kind != kv.Get && o.call < r.ret && o.ret > r.call {
			if len(near) == 4 {
				near[3] = "and others"
				break
			}
			near = append(near, fmt.Sprintf("%s's %s", named(o.client), quoted(j.op(o))))
		}
	}
	text := fmt.Sprintf("key %q: no order of the operations explains %v's %s, which %s at %s",
		j.model.keys[key].name, named(r.client), quoted(j.op(r)), r.result(), moment(r.retAt))
	if len(near) > 0 {
		text += "; at the same time: " + strings.Join(near, ", ")
	}
	v := Violation{Property: Linearizability, At: r.retAt, Event: r.event, Server: raft.None, Text: text}
	if last := lastBefore(ops, r); last != nil {
		v.against(Moment{last.retAt, last.event}, "%v's %s had come to its end before that began", last.client, quoted(j.op(last)))
	}
	return v
}

// lastBefore is the last write that had returned when an operation was called, or nil.
func lastBefore(ops []*record, r *record) (last *record) {
	for _, o := range ops {
		if o.kind != kv.Get && o.ret < r.call && (last == nil || o.ret > last.ret) {
			last = o
		}
	}
	return last
}

// until is the history of a key up to its nth return: later returns have not
// happened, later calls neither.
func until(ops []*record, n int) []*record {
	end := ops[n-1].ret
	out := slices.Clone(ops[:n])
	for _, o := range ops[n:] {
		if o.call < end && o.kind != kv.Get {
			p := *o
			p.ret = unending
			out = append(out, &p)
		}
	}
	return out
}

func (j *Judge) op(r *record) kv.Op {
	return kv.Op{Kind: r.kind, Key: j.model.keys[r.key].name, Value: r.value}
}

// result says what came out of an operation.
func (r *record) result() string {
	tail := strconv.Quote(string(r.tail[:r.tails]))
	switch {
	case r.pending():
		return "did not return"
	case r.kind != kv.Get:
		return "returned"
	case r.out.n > uint64(r.tails):
		return fmt.Sprintf("returned %d bytes that end in %s", r.out.n, tail)
	}
	return "returned " + tail
}

// quoted is an operation for people, its value shortened.
func quoted(op kv.Op) string {
	if op.Kind == kv.Get {
		return fmt.Sprintf("get %q", op.Key)
	}
	if len(op.Value) > 40 {
		return fmt.Sprintf("%v %q %q... (%d bytes)", op.Kind, op.Key, op.Value[:40], len(op.Value))
	}
	return fmt.Sprintf("%v %q %q", op.Kind, op.Key, op.Value)
}

// moment is a time for people, cut to whole milliseconds as the clock of the stage
// shows it; Violation.At is exact.
func moment(t netsim.Time) string {
	ms := int64(t.Duration() / time.Millisecond)
	return fmt.Sprintf("%d.%03d s", ms/1000, ms%1000)
}
