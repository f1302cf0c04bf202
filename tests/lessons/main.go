// Lessons makes the scenarios of package lesson: for each rule of safety and of
// liveness one that breaks what it defends while it is off. A scenario that still
// does, and that all checkers pass with the rule on, stays as it is.
//
//	go run ./tests/lessons [-seeds N] [RULE...]
//
// Run it at the top of the checkout.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"raftarium/kv/client"
	"raftarium/kv/server"
	"raftarium/netsim/cluster"
	"raftarium/netsim/cluster/check"
	"raftarium/netsim/cluster/hunt"
	"raftarium/netsim/cluster/script"
	"raftarium/raft"
	"raftarium/raft/core"
)

// effort bounds the search for a smaller scenario, in events; see [hunt.Minimize].
const effort = 6_000_000

var dir = filepath.Join("netsim", "cluster", "lesson")

func main() {
	seeds := flag.Uint64("seeds", 1000, "how many seeds to try for a rule")
	flag.Parse()
	code := cluster.Code{Raft: core.Implementation(), Server: server.Implementation(), Client: client.Implementation()}
	missing := 0
	for _, rule := range code.Rules() {
		if rule.Kind == raft.Cost || flag.NArg() > 0 && !slices.Contains(flag.Args(), rule.Name) {
			continue
		}
		file := filepath.Join(dir, rule.Name+".txt")
		text, err := os.ReadFile(file)
		if err == nil {
			if err = teaches(code, rule, string(text)); err == nil {
				fmt.Printf("%-32s as it is\n", rule.Name)
				continue
			}
		}
		small, err := find(code, rule, *seeds)
		if err == nil {
			err = teaches(code, rule, small)
		}
		if err == nil {
			err = os.WriteFile(file, []byte(small), 0o644)
		}
		if err != nil {
			missing++
			fmt.Printf("%-32s %v\n", rule.Name, err)
			continue
		}
		fmt.Printf("%-32s %d lines\n", rule.Name, strings.Count(small, "\n"))
	}
	if missing > 0 {
		fmt.Fprintf(os.Stderr, "lessons: %d rules have none\n", missing)
		os.Exit(1)
	}
}

// teaches checks that a scenario breaks what the rule defends while it is off, and
// nothing once it is on.
func teaches(code cluster.Code, rule raft.Rule, text string) error {
	sc, err := script.Parse(strings.NewReader(text), rule.Name)
	if err != nil {
		return err
	}
	off, err := hunt.Run(code, sc)
	if err != nil {
		return err
	}
	if !slices.Contains(off.Properties(), check.Property(rule.Defends)) {
		return fmt.Errorf("without it, %v is violated and not %s, which it defends", off.Properties(), rule.Defends)
	}
	sc.Config.Without = nil
	on, err := hunt.Run(code, sc)
	if err != nil {
		return err
	}
	if on.Failed() {
		return fmt.Errorf("with it, %v is violated", on.Properties())
	}
	return nil
}

// A scenario of so many lines can be read at a glance; of longer ones the shortest of
// some is taken.
const (
	short = 30
	tries = 6
)

// find hunts for runs that violate what the rule defends, and makes them small.
func find(code cluster.Code, rule raft.Rule, seeds uint64) (best string, err error) {
	tried := 0
	o := hunt.Default(code)
	o.Without = []string{rule.Name}
	for seed := uint64(1); seed <= seeds && tried < tries; seed++ {
		sc := hunt.Scenario(o, seed)
		r, err := hunt.Run(code, sc)
		if err != nil {
			return "", err
		}
		if v, ok := r.First(); !ok || v.Property != check.Property(rule.Defends) {
			continue
		}
		// What breaks with the rule on teaches nothing about it: a fast clock, say.
		if m, err := hunt.Minimize(code, sc, check.Property(rule.Defends), effort, func(m hunt.Minimal) bool { return true }); err == nil {
			text, err := write(m.Scenario)
			if err != nil {
				return "", err
			}
			if teaches(code, rule, text) != nil {
				continue
			}
			if lines := strings.Count(text, "\n"); best == "" || lines < strings.Count(best, "\n") {
				best = text
			}
			if tried++; strings.Count(best, "\n") <= short {
				break
			}
		}
	}
	if best == "" {
		return "", errors.New("no seed shows it")
	}
	return best, nil
}

func write(sc *script.Scenario) (string, error) {
	var b strings.Builder
	_, err := sc.WriteTo(&b)
	return b.String(), err
}
