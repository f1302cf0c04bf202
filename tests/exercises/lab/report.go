package lab

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/metrics"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"raftarium/netsim/cluster"
)

// line is what a worker reports, one JSON object a line: a test that begins, on a
// seed, or the result of one.
type line struct {
	Token string  `json:"token"`
	Begin string  `json:"begin,omitempty"`
	Seed  uint64  `json:"seed,omitempty"`
	Dies  string  `json:"dies,omitempty"` // why the worker ends itself
	Done  *Result `json:"done,omitempty"`
}

// Worker is one process that runs a student's code. See [Supervise].
type Worker struct {
	// Report is the file to which it reports, and Token what it puts on each line, so
	// that what somebody else writes there does not count.
	Report, Token string
	// Memory is how many bytes it may use, 0 for any.
	Memory uint64
	// Patience is how long a test may take on one seed, 0 for ever.
	Patience time.Duration
}

// Run runs the exercise and reports as it goes. It ends the process where a test
// does not come to an end, or takes too much memory.
func (w *Worker) Run(e *Exercise, code cluster.Code, o Options) error {
	f, err := os.OpenFile(w.Report, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return fmt.Errorf("the report of the tests: %w", err)
	}
	defer f.Close()
	r := reporter{enc: json.NewEncoder(f), token: w.Token}
	stop := make(chan struct{})
	defer close(stop)
	go w.watch(&r, stop)
	e.Run(code, o, r.begin, r.done)
	return r.err
}

type reporter struct {
	mu    sync.Mutex
	enc   *json.Encoder
	token string
	begun time.Time // when the test that runs began
	err   error
}

func (r *reporter) write(l line) {
	l.Token = r.token
	if err := r.enc.Encode(&l); r.err == nil {
		r.err = err
	}
}

func (r *reporter) begin(t *Test, seed uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.begun = time.Now()
	r.write(line{Begin: t.Name, Seed: seed})
}

func (r *reporter) done(res Result) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.begun = time.Time{}
	r.write(line{Done: &res})
}

// look is how often the worker looks at itself.
const look = 10 * time.Millisecond

// watch ends the process once it does what it may not.
func (w *Worker) watch(r *reporter, stop <-chan struct{}) {
	tick := time.NewTicker(look)
	defer tick.Stop()
	for {
		select {
		case <-stop:
			return
		case <-tick.C:
		}
		r.mu.Lock()
		switch {
		case w.Memory > 0 && memory() > w.Memory:
			w.die(r, w.tooMuch())
		case w.Patience > 0 && !r.begun.IsZero() && time.Since(r.begun) > w.Patience:
			w.die(r, fmt.Sprintf("it did not come to an end within %v by the clock: does a Step loop, or block, for ever?%s", w.Patience, lastSeen(stacks())))
		}
		r.mu.Unlock()
	}
}

// stacks is where all goroutines are.
func stacks() string {
	text := make([]byte, 1<<20)
	return string(text[:runtime.Stack(text, true)])
}

// lastSeen says, as a sentence, where a machine is that is in a step just now, by the
// stacks of all goroutines; "" if none is. Innermost functions come first, each with its
// file and line on the line below.
func lastSeen(stacks string) string {
	for _, goroutine := range strings.Split(stacks, "\n\n") {
		if !strings.Contains(goroutine, "lab.(*Exercise).play(") {
			continue
		}
		list := strings.Split(goroutine, "\n")
		for i, function := range list[:len(list)-1] {
			name, _, called := cutLast(function, "(")
			where, number, ok := cutLast(list[i+1], ":")
			if !called || !ok || !strings.HasPrefix(where, "\t") || !cluster.OfMachine(name) {
				continue
			}
			number, _, _ = strings.Cut(number, " ")
			if line, err := strconv.Atoi(number); err == nil && name != "main.main" {
				return " It was last seen at " + cluster.Place(name, strings.TrimSpace(where), line)
			}
		}
	}
	return ""
}

// cutLast is strings.Cut at the last place where sep stands.
func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}

// memory is how many bytes this process has of the operating system.
func memory() uint64 {
	sample := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64() - sample[1].Value.Uint64()
}

func (w *Worker) tooMuch() string {
	return fmt.Sprintf("it took more than %d MB of memory", w.Memory>>20)
}

// A worker's memory is watched from before a student's variables have their values:
// this package is initialised before theirs.
func init() {
	w := Worker{Report: argument(FlagReport), Token: argument(FlagToken)}
	var err error
	if w.Memory, err = strconv.ParseUint(argument(FlagMemory), 10, 64); err != nil || w.Report == "" {
		return // it is no worker
	}
	go func() {
		for range time.Tick(look) {
			if memory() <= w.Memory {
				continue
			}
			if f, err := os.OpenFile(w.Report, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600); err == nil {
				w.die(&reporter{enc: json.NewEncoder(f), token: w.Token}, w.tooMuch())
			}
			os.Exit(3)
		}
	}()
}

// argument is the value of a flag as a supervisor gives it, "" if it does not.
func argument(flag string) string {
	if i := slices.Index(os.Args, "--"+flag); i >= 0 && i+1 < len(os.Args) {
		return os.Args[i+1]
	}
	return ""
}

func (w *Worker) die(r *reporter, why string) {
	r.write(line{Dies: why})
	os.Exit(3)
}

// readReport reads what a worker has reported, as far as it goes.
func readReport(name, token string, each func(*line)) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	b := bufio.NewReader(io.LimitReader(f, 64<<20))
	for {
		text, err := b.ReadBytes('\n')
		var l line
		if len(text) > 0 && json.Unmarshal(text, &l) == nil && l.Token == token {
			each(&l)
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}
