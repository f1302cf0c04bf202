package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"time"

	"raftarium/netsim/cluster/check"
	"raftarium/netsim/cluster/hunt"
	"raftarium/raft"
)

// tracker is a hunt under way.
type tracker struct {
	o       huntOptions
	h       hunt.Options
	part    shard
	name    string // of the program
	command string
	rules   []raft.Rule
	s       Streams
	begun   time.Time
	shown   time.Time // when progress was shown last

	summary huntSummary
	lowest  *hunt.Result // the lowest seed that failed
	failure *huntFailure
	// unwritten is why the small run could not be written down; it is reported first.
	unwritten error
	// interrupted is why seeds were left untried that should have been tried.
	interrupted error
}

// seedLine is a seed in `hunt --json`.
type seedLine struct {
	Seed         uint64          `json:"seed"`
	Status       int             `json:"status"` // as `raftarium run` would end
	Events       uint64          `json:"events"`
	Messages     uint64          `json:"messages"`
	Digest       string          `json:"digest"`
	Linearizable check.Answer    `json:"linearizable"`
	Violations   []violationJSON `json:"violations,omitempty"`
	Replay       string          `json:"replay,omitempty"`
}

// huntSummary ends the JSON lines of a hunt.
type huntSummary struct {
	Summary     bool         `json:"summary"` // always true: tells the line from others
	Hunt        string       `json:"hunt"`    // the command, without the seeds
	From        uint64       `json:"from"`
	Seeds       uint64       `json:"seeds"` // of all shards
	Shard       string       `json:"shard"`
	Tried       uint64       `json:"tried"`
	Undecided   uint64       `json:"undecided"` // linearizability unknown
	Failed      []uint64     `json:"failed"`
	Events      uint64       `json:"events"`
	WallSeconds float64      `json:"wall_seconds"`
	Status      int          `json:"status"`
	Failure     *huntFailure `json:"failure,omitempty"`
	// UntriedBelow is how many seeds below the one of Failure a merge has no line of.
	UntriedBelow uint64 `json:"untried_below,omitempty"`
}

// size is how many seeds this part has.
func (t *tracker) size() uint64 {
	if t.part.index > t.o.seeds {
		return 0
	}
	return (t.o.seeds-t.part.index)/t.part.of + 1
}

// seed is the i-th seed of this part, from 0.
func (t *tracker) seed(i uint64) uint64 { return t.o.from + t.part.index - 1 + i*t.part.of }

// hunt tries the seeds, many at a time, and takes their results in order.
func (t *tracker) hunt(ctx context.Context, p Program) error {
	t.summary = huntSummary{
		Summary: true, Hunt: t.command, From: t.o.from, Seeds: t.o.seeds, Shard: t.part.String(), Failed: []uint64{},
	}
	type outcome struct {
		i   uint64
		r   hunt.Result
		err error
	}
	var mu sync.Mutex // guards next and end
	next, end := uint64(0), t.size()
	// take gives a worker its next seed.
	take := func() (uint64, bool) {
		mu.Lock()
		defer mu.Unlock()
		if next >= end || ctx.Err() != nil {
			return 0, false
		}
		next++
		return next - 1, true
	}
	outcomes := make(chan outcome)
	var workers sync.WaitGroup
	for range min(uint64(t.o.jobs), t.size()) { // more would have nothing to do
		workers.Go(func() {
			for i, ok := take(); ok; i, ok = take() {
				r, err := hunt.Run(p.Code, hunt.Scenario(t.h, t.seed(i)))
				if (err != nil || r.Failed()) && !t.o.keepGoing {
					// What comes later is not needed, what comes before is.
					mu.Lock()
					end = min(end, i+1)
					mu.Unlock()
				}
				outcomes <- outcome{i, r, err}
			}
		})
	}
	go func() {
		workers.Wait()
		close(outcomes)
	}()

	early := map[uint64]outcome{} // results that came before their turn
	var err error
	stopped := false
	for turn := uint64(0); ; {
		out, ok := <-outcomes
		if !ok {
			break
		}
		early[out.i] = out
		for {
			out, ok := early[turn]
			if !ok || stopped {
				break
			}
			delete(early, turn)
			turn++
			if err = out.err; err == nil {
				err = t.take(&out.r)
			}
			if stopped = err != nil || out.r.Failed() && !t.o.keepGoing; stopped {
				mu.Lock()
				end = min(end, turn)
				mu.Unlock()
			}
		}
		t.progress()
	}
	t.clear()
	if err != nil {
		return err
	}
	if ctx.Err() != nil && !stopped && t.summary.Tried < t.size() {
		t.interrupted = fmt.Errorf("interrupted after %d of %d seeds", t.summary.Tried, t.size())
	}
	return nil
}

// take takes the result of the next seed.
func (t *tracker) take(r *hunt.Result) error {
	line := seedLine{
		Seed: r.Seed, Status: statusOf(&r.Verdict), Events: r.Events, Messages: r.Messages,
		Digest: fmt.Sprintf("%016x", r.Digest), Linearizable: r.Verdict.Linearizable,
	}
	t.summary.Tried++
	t.summary.Events += r.Events
	switch {
	case r.Failed():
		t.summary.Failed = append(t.summary.Failed, r.Seed)
		if t.lowest == nil {
			t.lowest = r
			t.summary.Status = line.Status
		}
		line.Violations = violationLines(r.Verdict.Violations)
		line.Replay = t.replay(r.Seed)
		if !t.o.json && t.o.keepGoing {
			t.clear()
			fmt.Fprintf(t.s.Out, "seed %d violates %s\n", r.Seed, propertyList(r))
		}
	case r.Verdict.Linearizable == check.Unknown && r.Verdict.Judges(check.Linearizability):
		t.summary.Undecided++
	}
	if t.o.json {
		return t.line(line)
	}
	return nil
}

// replay is the command that tries a seed again.
func (t *tracker) replay(seed uint64) string {
	return fmt.Sprintf("%s --from %d --seeds 1", t.command, seed)
}

// line prints a value as one line of JSON.
func (t *tracker) line(v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("writing JSON: %w", err)
	}
	_, err = fmt.Fprintf(t.s.Out, "%s\n", text)
	return err
}

// How often progress is shown: to somebody who watches, and in a log.
const (
	progressPace = 100 * time.Millisecond
	logPace      = 10 * time.Second
)

// progress shows how far the hunt is.
func (t *tracker) progress() {
	now := time.Now()
	done := t.summary.Tried
	text := fmt.Sprintf("%d of %s%s, none failed", done, count(t.size(), "seed"), pace(done, now.Sub(t.begun)))
	if n := len(t.summary.Failed); n > 0 {
		text = strings.TrimSuffix(text, "none failed") + fmt.Sprintf("%d failed", n)
	}
	t.show(now, text)
}

// pace is how fast a hunt is that has tried so many seeds, with a comma in front, "" if
// that cannot be said yet.
func pace(done uint64, in time.Duration) string {
	perSecond := float64(done) / max(in.Seconds(), 1e-3)
	switch {
	case done == 0:
		return ""
	case perSecond < 0.95:
		return fmt.Sprintf(", %.1f seconds a seed", 1/perSecond)
	}
	return fmt.Sprintf(", %s a second", count(uint64(perSecond+0.5), "seed"))
}

func (t *tracker) show(now time.Time, text string) {
	since := t.shown
	if since.IsZero() {
		since = t.begun
	}
	switch {
	case t.s.Terminal && now.Sub(since) > progressPace:
		fmt.Fprintf(t.s.Err, "\r\x1b[K%s", text)
	case !t.s.Terminal && now.Sub(since) > logPace:
		fmt.Fprintln(t.s.Err, text)
	default:
		return
	}
	t.shown = now
}

// clear takes the line of progress away, if there is one.
func (t *tracker) clear() {
	if t.s.Terminal && !t.shown.IsZero() {
		fmt.Fprint(t.s.Err, "\r\x1b[K")
	}
}

// propertyList names what a run violates, first things first.
func propertyList(r *hunt.Result) string {
	var words []string
	for _, p := range r.Properties() {
		words = append(words, string(p))
	}
	return strings.Join(words, ", ")
}
