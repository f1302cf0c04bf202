// Seeds finds out, for each rule of safety and of liveness, how many seeds the hunt
// needs, with its defaults, until a run without the rule violates something. It
// prints the table that `raftarium rules` shows:
//
//	go run ./tests/seeds > cmd/raftarium/internal/cli/seeds.txt
//
// After a small change most lines still hold. Then it is quicker to look only for those
// that do not, or are missing, and to write them into the table where it is:
//
//	go run ./tests/seeds -changed
package main

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"raftarium/kv/client"
	"raftarium/kv/server"
	"raftarium/netsim/cluster"
	"raftarium/netsim/cluster/hunt"
	"raftarium/raft"
	"raftarium/raft/core"
)

const table = "cmd/raftarium/internal/cli/seeds.txt"

func main() {
	s := search{code: cluster.Code{Raft: core.Implementation(), Server: server.Implementation(), Client: client.Implementation()}}
	flag.Uint64Var(&s.limit, "limit", 400, "how many seeds to try for a rule")
	flag.StringVar(&s.only, "only", "", "look at these rules only, separated by commas")
	changed := flag.Bool("changed", false, "look only for the rules whose line in "+table+" does not hold, and write it anew")
	flag.Parse()
	if err := s.write(*changed); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func (s *search) write(changed bool) error {
	if !changed {
		return s.all(os.Stdout, nil)
	}
	old, err := os.ReadFile(table)
	if err != nil {
		return err
	}
	lines := map[string]string{}
	for line := range strings.Lines(string(old)) {
		name, _, _ := strings.Cut(line, " ")
		lines[name] = line
	}
	var text bytes.Buffer
	if err := s.all(&text, lines); err != nil {
		return err
	}
	return os.WriteFile(table, text.Bytes(), 0o644)
}

// search is what is looked for.
type search struct {
	code  cluster.Code
	limit uint64
	only  string
}

// all writes the lines of all rules, those of old that still hold as they are.
func (s *search) all(w io.Writer, old map[string]string) error {
	const head = "# How many seeds `raftarium hunt --without RULE` needs, and what it names.\n# Made by: go run ./tests/seeds > " + table + "\n"
	if _, err := io.WriteString(w, head); err != nil {
		return err
	}
	for _, rule := range s.code.Rules() {
		if rule.Kind == raft.Cost || s.only != "" && !slices.Contains(strings.Split(s.only, ","), rule.Name) {
			continue
		}
		line := old[rule.Name]
		if line == "" || !s.holds(line) {
			line = s.line(&rule)
		}
		if _, err := io.WriteString(w, line); err != nil {
			return err
		}
	}
	return nil
}

// holds reports whether the run that a line names still violates what it says.
func (s *search) holds(line string) bool {
	var name string
	var seed uint64
	if _, err := fmt.Sscan(line, &name, &seed); err != nil || seed > s.limit {
		return false
	}
	r := s.try(name, seed)
	return r.Failed() && lineOf(name, &r) == line
}

// line looks for the seed that a rule needs, and tells how that went.
func (s *search) line(rule *raft.Rule) string {
	begun := time.Now()
	r, ok := s.firstFailure(rule.Name)
	took := time.Since(begun).Round(10 * time.Millisecond)
	switch {
	case !ok:
		fmt.Fprintf(os.Stderr, "%s: nothing in %d seeds and %v; it defends %s\n", rule.Name, s.limit, took, rule.Defends)
		return ""
	case !slices.Contains(names(&r), rule.Defends):
		fmt.Fprintf(os.Stderr, "%s: seed %d after %v, which does not violate what it defends, %s\n", rule.Name, r.Seed, took, rule.Defends)
	default:
		fmt.Fprintf(os.Stderr, "%s: seed %d after %v\n", rule.Name, r.Seed, took)
	}
	return lineOf(rule.Name, &r)
}

func lineOf(rule string, r *hunt.Result) string {
	return fmt.Sprintf("%s %d %s\n", rule, r.Seed, strings.Join(names(r), ", "))
}

func names(r *hunt.Result) []string {
	list := make([]string, 0, 4)
	for _, p := range r.Properties() {
		list = append(list, string(p))
	}
	return list
}

// try makes the run of a seed without a rule.
func (s *search) try(without string, seed uint64) hunt.Result {
	o := hunt.Default(s.code)
	o.Without = []string{without}
	r, err := hunt.Run(s.code, hunt.Scenario(o, seed))
	if err != nil {
		panic(err) // the hunt makes scenarios that can be run
	}
	return r
}

// firstFailure looks for the lowest seed, up to the limit, whose run without a rule
// fails, with all processors.
func (s *search) firstFailure(without string) (hunt.Result, bool) {
	var mu sync.Mutex
	var wg sync.WaitGroup
	next, best := uint64(1), s.limit+1
	var found hunt.Result
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for {
				mu.Lock()
				seed := next
				next++
				done := seed >= best
				mu.Unlock()
				if done {
					return
				}
				r := s.try(without, seed)
				mu.Lock()
				if r.Failed() && seed < best {
					best, found = seed, r
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	return found, best <= s.limit
}
