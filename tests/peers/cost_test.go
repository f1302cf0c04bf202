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
)

var (
	limit    = flag.Float64("limit", 0.5, "the highest allowed cost of a commit, as a multiple of etcd's")
	batched  = flag.Float64("batched", 0.9, "the same for commands that come in one message")
	slack    = flag.Float64("slack", 1.2, "the highest allowed ratio, as a multiple of the recorded one")
	recorded = flag.String("recorded", "ratios.txt", "the file of recorded ratios")
	turns    = flag.String("turns", "", "take turns at these comparisons only, and print what they took: for the test's own processes")
	record   = flag.Bool("record", false, "write the ratios of this run into that file")
)

const (
	// mostAllocs is how many allocations a commit of a command that comes alone may take.
	mostAllocs = 4
	// tries is how often turns are taken where the outcome is over a bound and needs to
	// be sure.
	tries = 4
	// again is how many more turns of ours there are for each of etcd's.
	again = 3
)

// TestCostBesideEtcd prints what a commit costs and fails when it costs too much
// beside the peer, or a fifth more than was recorded. In wasm nothing is recorded,
// for there is only the clock to go by.
func TestCostBesideEtcd(t *testing.T) {
	// With a processor to spare the collector would use that too, and wait there for
	// its turn: processor time that buys nothing.
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	if *turns != "" {
		for _, name := range strings.Split(*turns, ",") {
			for _, turn := range takeTurns(t, name) {
				fmt.Println(turnPrefix, turn)
			}
		}
		return
	}
	was, err := readRatios(*recorded)
	if err != nil && !*record {
		t.Fatal(err)
	}
	all := map[string]*comparison{}
	var unsure []string
	for name := range contests {
		all[name] = &comparison{}
		unsure = append(unsure, name)
	}
	slices.Sort(unsure)
	names := slices.Clone(unsure)
	for try := 0; try < tries && len(unsure) > 0; try++ {
		for _, turn := range take(t, unsure) {
			all[turn.name].add(turn)
		}
		unsure = slices.DeleteFunc(unsure, func(name string) bool {
			return !*record && all[name].ratio() <= most(name) && (!toldApart || all[name].best() <= was[name]**slack)
		})
	}
	is := map[string]float64{}
	var table strings.Builder
	fmt.Fprintf(&table, "\n%-26s %22s %22s %7s %9s %9s\n", "servers, bytes, shape", "raftarium", "etcd", "ratio", "of bests", "recorded")
	for _, name := range names {
		c := all[name]
		is[name] = c.best()
		us, them := c.us[len(c.us)/2], c.them[len(c.them)/2]
		old, known := was[name]
		fmt.Fprintf(&table, "%-26s %s %s %7.2f %9.3f %9.3f\n", name, us, them, c.ratio(), c.best(), old)
		if c.ratio() > most(name) {
			t.Errorf("%s: a commit costs %.2f times etcd's processor time, over the limit of %.2f", name, c.ratio(), most(name))
		}
		if us.allocs > mostAllocs && contests[name].shape.each == 1 {
			t.Errorf("%s: a commit takes %.1f allocations, over the limit of %d", name, us.allocs, mostAllocs)
		}
		switch {
		case *record, !toldApart:
		case !known:
			t.Errorf("%s: no ratio is recorded: go test -run TestCost -record .", name)
		case c.best() > old**slack:
			t.Errorf("%s: a commit costs %.4f times etcd's processor time, where %.4f was recorded", name, c.best(), old)
		}
	}
	t.Log(table.String())
	if *record && toldApart {
		if err := writeRatios(*recorded, is); err != nil {
			t.Fatal(err)
		}
	}
}

// contest is what both are compared at.
type contest struct {
	size, bytes int
	shape       shape
}

// contests are all of them, by name: "3 16 64-in-flight".
var contests = func() map[string]contest {
	all := map[string]contest{}
	for _, size := range []int{3, 5} {
		for _, bytes := range []int{16, 256} {
			for _, s := range shapes {
				all[fmt.Sprintf("%d %d %s", size, bytes, strings.ReplaceAll(s.name, " ", "-"))] = contest{size, bytes, s}
			}
		}
	}
	return all
}()

// most is the highest median of the ratio.
func most(name string) float64 {
	if contests[name].shape.each > 1 {
		return *batched
	}
	return *limit
}

// cost is the processor time in ns, and the allocations, of a commit.
type cost struct{ time, allocs float64 }

func (c cost) String() string { return fmt.Sprintf("%9.0f ns %6.2f al.", c.time, c.allocs) }

// turn is one of ours, and one of etcd's right after it.
type turn struct {
	name     string
	us, them cost
}

// turnPrefix begins the lines in which a process tells of its turns.
const turnPrefix = "turn:"

func (t turn) String() string {
	return fmt.Sprint(t.us.time, t.us.allocs, t.them.time, t.them.allocs, " ", t.name)
}

// parseTurn reads what String wrote.
func parseTurn(line string) (turn, error) {
	var t turn
	var size, bytes int
	var shape string
	_, err := fmt.Sscan(line, &t.us.time, &t.us.allocs, &t.them.time, &t.them.allocs, &size, &bytes, &shape)
	t.name = fmt.Sprintf("%d %d %s", size, bytes, shape)
	return t, err
}

// takeTurns takes turns, so that whatever else the machine does hits both.
func takeTurns(t *testing.T, name string) []turn {
	c, ok := contests[name]
	if !ok {
		t.Fatalf("there is nothing to compare by the name of %q", name)
	}
	us := &runner{contender: ours, size: c.size, bytes: c.bytes}
	them := &runner{contender: etcd, size: c.size, bytes: c.bytes}
	var all []turn
	for range pairs {
		one := turn{name, us.measure(t, c.shape), them.measure(t, c.shape)}
		for range again { // ours are short, and so more easily disturbed
			if next := us.measure(t, c.shape); next.time < one.us.time {
				one.us = next
			}
		}
		all = append(all, one)
	}
	return all
}

// comparison is what turns of both took, by increasing time.
type comparison struct {
	us, them []cost
	ratios   []float64 // of a turn to the other's right after it
}

func (c *comparison) add(t turn) {
	insert := func(list []cost, one cost) []cost {
		i, _ := slices.BinarySearchFunc(list, one, func(a, b cost) int { return cmp.Compare(a.time, b.time) })
		return slices.Insert(list, i, one)
	}
	c.us, c.them = insert(c.us, t.us), insert(c.them, t.them)
	c.ratios = append(c.ratios, t.us.time/t.them.time)
	slices.Sort(c.ratios)
}

// ratio is the median over the pairs, and best that of the best turns of any process,
// which other work on the machine, and where a process happens to have its code and
// memory, disturb least.
func (c *comparison) ratio() float64 { return c.ratios[len(c.ratios)/2] }
func (c *comparison) best() float64  { return c.us[0].time / c.them[0].time }

// measure commits a turn's commands on a fresh cluster. The garbage that they leave
// is paid for too.
func (r *runner) measure(t *testing.T, s shape) cost {
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
	r.cluster = nil // what is kept, the collector would go through in the other's turn
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
		lines = append(lines, fmt.Sprintf("%s %.4f", name, ratio))
	}
	slices.Sort(lines)
	text := "# Processor time of a commit, as a multiple of that of etcd-io/raft: servers,\n" +
		"# bytes of a command, how they come, ratio of the best turns. Made by go test -run TestCost -record .\n" +
		strings.Join(lines, "\n") + "\n"
	return os.WriteFile(file, []byte(text), 0o644)
}
