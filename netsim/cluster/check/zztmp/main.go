package main

import (
	"flag"
	"fmt"
	"time"

	"raftarium/kv/client"
	"raftarium/kv/server"
	"raftarium/netsim"
	"raftarium/netsim/cluster"
	"raftarium/netsim/cluster/check"
	"raftarium/netsim/cluster/script"
	"raftarium/raft/core"
)

func main() {
	seeds := flag.Int("seeds", 10, "")
	from := flag.Int("from", 1, "")
	rule := flag.String("without", "", "")
	keys := flag.Int("keys", 16, "")
	secs := flag.Int("secs", 10, "")
	wl := flag.String("workload", "mixed", "")
	flag.Parse()
	code := cluster.Code{Raft: core.Implementation(), Server: server.Implementation(), Client: client.Implementation()}
	props := map[check.Property]int{}
	first := map[check.Property]check.Violation{}
	lin := map[check.Answer]int{}
	quick := map[check.Answer]int{}
	prog := map[check.Answer]int{}
	var final time.Duration
	bad := 0
	for k := 0; k < *seeds; k++ {
		c := script.DefaultConfig()
		c.For = time.Duration(*secs) * time.Second
		c.Seed = uint64(*from + k)
		c.Servers = []int{5, 3, 5, 7, 4, 1, 2}[(int(c.Seed)-1000)%7]
		c.Keys = *keys
		c.Workload = script.Workload(*wl)
		c.Loss, c.Duplicate, c.Reorder = netsim.Percent(5), netsim.Percent(3), netsim.Percent(10)
		c.Faults = []script.Fault{script.FaultCrash, script.FaultPartition, script.FaultPause}
		switch k % 4 {
		case 1:
			c.Latency = netsim.Range{Min: time.Millisecond, Max: 120 * time.Millisecond}
		case 2:
			c.Loss = netsim.Percent(20)
			c.Clients = 20
		case 3:
			c.Latency = netsim.Exactly(5 * time.Millisecond)
			c.Loss = 0
			c.Disk = 30 * time.Millisecond
		}
		if *rule != "" {
			c.Without = []string{*rule}
		}
		s, err := cluster.Open(code, &script.Scenario{Config: c}, cluster.Options{})
		if err != nil {
			panic(err)
		}
		for !s.AdvanceTo(netsim.Time(c.For)) {
		}
		quick[s.Judge().Quick().Linearizable]++
		t := time.Now()
		v := s.Final()
		final += time.Since(t)
		lin[v.Linearizable]++
		prog[v.Progress]++
		if !v.OK() {
			bad++
			if *rule == "" {
				fmt.Printf("seed %d servers %d: %+v\n", c.Seed, c.Servers, v.Violations)
			}
		}
		seen := map[check.Property]bool{}
		for _, x := range v.Violations {
			if !seen[x.Property] {
				seen[x.Property] = true
				props[x.Property]++
				if _, ok := first[x.Property]; !ok {
					first[x.Property] = x
				}
			}
		}
	}
	fmt.Printf("%-28s bad %d/%d lin %v quick %v prog %v final %v\n", *rule, bad, *seeds, lin, quick, prog, final/time.Duration(*seeds))
	for p, n := range props {
		fmt.Printf("    %3d %-28s %s\n", n, p, first[p].Text)
	}
}
