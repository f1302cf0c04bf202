// Seeds finds out, for each rule of safety and of liveness, how many seeds the hunt
// needs, with its defaults, until a run without the rule violates something. It
// prints the table that `raftarium rules` shows:
//
//	go run ./tests/seeds > cmd/raftarium/internal/cli/seeds.txt
package main

import (
	"bufio"
	"flag"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"

	"raftarium/kv/client"
	"raftarium/kv/server"
	"raftarium/netsim/cluster"
	"raftarium/netsim/cluster/hunt"
	"raftarium/raft"
	"raftarium/raft/core"
)

func main() {
	limit := flag.Uint64("limit", 1000, "how many seeds to try for a rule")
	only := flag.String("only", "", "look at this rule only")
	flag.Parse()
	w := bufio.NewWriter(os.Stdout)
	fmt.Fprintln(w, "# How many seeds `raftarium hunt --without RULE` needs, and what it names.")
	fmt.Fprintln(w, "# Made by: go run ./tests/seeds > cmd/raftarium/internal/cli/seeds.txt")
	code := cluster.Code{Raft: core.Implementation(), Server: server.Implementation(), Client: client.Implementation()}
	for _, rule := range code.Rules() {
		if rule.Kind == raft.Cost || *only != "" && rule.Name != *only {
			continue
		}
		r, ok := firstFailure(code, rule.Name, *limit)
		if !ok {
			fmt.Fprintf(os.Stderr, "%s: nothing in %d seeds; it defends %s\n", rule.Name, *limit, rule.Defends)
			continue
		}
		names := make([]string, 0, 4)
		for _, p := range r.Properties() {
			names = append(names, string(p))
		}
		fmt.Fprintf(w, "%s %d %s\n", rule.Name, r.Seed, strings.Join(names, ", "))
		w.Flush()
		if !slices.Contains(names, rule.Defends) {
			fmt.Fprintf(os.Stderr, "%s: seed %d does not violate what it defends, %s\n", rule.Name, r.Seed, rule.Defends)
		}
	}
}

// firstFailure looks for the lowest seed, up to limit, whose run without a rule
// fails.
func firstFailure(code cluster.Code, without string, limit uint64) (hunt.Result, bool) {
	o := hunt.Default(code)
	o.Without = []string{without}
	var mu sync.Mutex
	var wg sync.WaitGroup
	next, best := uint64(1), limit+1
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
				r, err := hunt.Run(code, hunt.Scenario(o, seed))
				if err != nil {
					panic(err) // the hunt makes scenarios that can be run
				}
				mu.Lock()
				if r.Failed() && seed < best {
					best, found = seed, r
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	return found, best <= limit
}
