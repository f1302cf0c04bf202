//go:build unix || js

package peers

import (
	"bufio"
	"bytes"
	"cmp"
	"flag"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

var (
	limit    = flag.Float64("limit", 0.5, "the highest allowed cost of a commit, as a multiple of etcd's")
	batched  = flag.Float64("batched", 0.9, "the same for commands that come in one message")
	slack    = flag.Float64("slack", 1.2, "the highest allowed ratio, as a multiple of the recorded one")
	busy     = flag.Float64("busy", 1.5, "the same on a machine that does other things at the same time")
	recorded = flag.String("recorded", "ratios.txt", "the file of recorded ratios")
	record   = flag.Bool("record", false, "write the ratios of this run into that file")
)

const (
	// mostAllocs is how many allocations a commit of a command that comes alone may take.
	mostAllocs = 4
	// pairs is how many turns of each are compared, and tries how often that is done
	// where the outcome is over a bound and needs to be sure.
	pairs, tries = 7, 4
	// shared is from which multiple of the processor's time on the clock's tells that
	// others had the processor too. They then take more than their time: caches.
	shared = 1.25
)

// TestCostBesideEtcd prints what a commit costs and fails when it costs too much
// beside the peer, or a fifth more than was recorded. In wasm nothing is recorded,
// for there is only the clock to go by.
func TestCostBesideEtcd(t *testing.T) {
	// With a processor to spare the collector would use that too, and wait there for
	// its turn: processor time that buys nothing.
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	was, err := readRatios(*recorded)
	if err != nil && !*record {
		t.Fatal(err)
	}
	is := map[string]float64{}
	var table strings.Builder
	fmt.Fprintf(&table, "\n%-26s %22s %22s %7s %9s %9s\n", "servers, bytes, shape", "raftarium", "etcd", "ratio", "of bests", "recorded")
	for _, size := range []int{3, 5} {
		for _, bytes := range []int{16, 256} {
			for _, s := range shapes {
				name := fmt.Sprintf("%d %d %s", size, bytes, strings.ReplaceAll(s.name, " ", "-"))
				most := *limit
				if s.each > 1 {
					most = *batched
				}
				old, known := was[name]
				c := newComparison(size, bytes, s)
				for range tries {
					c.measure(t)
					if c.ratio() <= most && (!toldApart || c.best() <= old*c.slack()) {
						break
					}
				}
				is[name] = c.best()
				us, them := c.us[len(c.us)/2], c.them[len(c.them)/2]
				fmt.Fprintf(&table, "%-26s %s %s %7.2f %9.3f %9.3f\n", name, us, them, c.ratio(), c.best(), old)
				if c.ratio() > most {
					t.Errorf("%s: a commit costs %.2f times etcd's processor time, over the limit of %.2f", name, c.ratio(), most)
				}
				if us.allocs > mostAllocs && s.each == 1 {
					t.Errorf("%s: a commit takes %.1f allocations, over the limit of %d", name, us.allocs, mostAllocs)
				}
				switch {
				case *record, !toldApart:
				case !known:
					t.Errorf("%s: no ratio is recorded: go test -run TestCost -record .", name)
				case c.best() > old*c.slack():
					t.Errorf("%s: a commit costs %.3f times etcd's processor time, where %.3f was recorded", name, c.best(), old)
				}
			}
		}
	}
	t.Log(table.String())
	if *record && toldApart {
		for name, ratio := range is {
			if was == nil {
				was = map[string]float64{}
			}
			was[name] = ratio
		}
		if err := writeRatios(*recorded, was); err != nil {
			t.Fatal(err)
		}
	}
}

// cost is the processor time in ns, and the allocations, of a commit.
type cost struct{ time, allocs float64 }

func (c cost) String() string { return fmt.Sprintf("%9.0f ns %6.2f al.", c.time, c.allocs) }

// comparison is what turns of both took, by increasing time.
type comparison struct {
	shape       shape
	ours, etcds *runner
	us, them    []cost
	ratios      []float64     // of a turn to the other's right after it
	used, took  time.Duration // by the processor, and by the clock
}

func newComparison(size, bytes int, s shape) *comparison {
	return &comparison{
		shape: s, ours: &runner{contender: ours, size: size, bytes: bytes}, etcds: &runner{contender: etcd, size: size, bytes: bytes},
	}
}

// measure takes turns, so that whatever else the machine does hits both.
func (c *comparison) measure(t *testing.T) {
	start, used := time.Now(), processorTime(t)
	for range pairs {
		a, b := c.ours.measure(t, c.shape), c.etcds.measure(t, c.shape)
		c.us, c.them, c.ratios = append(c.us, a), append(c.them, b), append(c.ratios, a.time/b.time)
	}
	c.took, c.used = c.took+time.Since(start), c.used+processorTime(t)-used
	for _, list := range [...][]cost{c.us, c.them} {
		slices.SortFunc(list, func(a, b cost) int { return cmp.Compare(a.time, b.time) })
	}
	slices.Sort(c.ratios)
}

// ratio is the median over the pairs, and best that of the best turns, which other
// work on the machine disturbs least.
func (c *comparison) ratio() float64 { return c.ratios[len(c.ratios)/2] }
func (c *comparison) best() float64  { return c.us[0].time / c.them[0].time }

// slack is by how much best may be over what was recorded.
func (c *comparison) slack() float64 {
	if float64(c.took) > shared*float64(c.used) {
		return *busy
	}
	return *slack
}

// measure commits a turn's commands on a fresh cluster. The garbage that they leave
// is paid for too.
func (r *runner) measure(t *testing.T, s shape) cost {
	r.cluster = nil
	r.renew(t)
	r.run(t, s)
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := processorTime(t)
	commits := s.commits / shorter
	for done := 0; done < commits; done += s.events * s.each {
		r.run(t, s)
	}
	used := processorTime(t) - start
	runtime.ReadMemStats(&after)
	return cost{
		time:   float64(used.Nanoseconds()) / float64(commits),
		allocs: float64(after.Mallocs-before.Mallocs) / float64(commits),
	}
}

// readRatios reads lines such as "3 16 64-in-flight 0.06".
func readRatios(file string) (map[string]float64, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	ratios := map[string]float64{}
	lines := bufio.NewScanner(bytes.NewReader(text))
	for n := 1; lines.Scan(); n++ {
		if strings.HasPrefix(lines.Text(), "#") {
			continue
		}
		var shape string
		var size, bytes int
		var ratio float64
		if _, err := fmt.Sscan(lines.Text(), &size, &bytes, &shape, &ratio); err != nil {
			return nil, fmt.Errorf("%s:%d: %w", file, n, err)
		}
		ratios[fmt.Sprintf("%d %d %s", size, bytes, shape)] = ratio
	}
	return ratios, lines.Err()
}

func writeRatios(file string, ratios map[string]float64) error {
	var lines []string
	for name, ratio := range ratios {
		lines = append(lines, fmt.Sprintf("%s %.3f", name, ratio))
	}
	slices.Sort(lines)
	text := "# Processor time of a commit, as a multiple of that of etcd-io/raft: servers,\n" +
		"# bytes of a command, how they come, ratio of the best turns. Made by go test -run TestCost -record .\n" +
		strings.Join(lines, "\n") + "\n"
	return os.WriteFile(file, []byte(text), 0o644)
}
