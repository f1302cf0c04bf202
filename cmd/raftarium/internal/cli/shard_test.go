package cli

import (
	"slices"
	"testing"

	"raftarium/netsim/cluster/hunt"
)

func TestShardsShareAllSeedsAndNoneTwice(t *testing.T) {
	for _, seeds := range []uint64{1, 7, 8, 100} {
		for _, of := range []uint64{1, 3, 8, 200} {
			var all []uint64
			for index := range of {
				tr := tracker{o: huntOptions{seeds: seeds, from: 11}, h: hunt.Options{}, part: shard{index: index + 1, of: of}}
				for i := range tr.size() {
					all = append(all, tr.seed(i))
				}
			}
			slices.Sort(all)
			if n := uint64(len(all)); n != seeds || all[0] != 11 || all[n-1] != 10+seeds || len(slices.Compact(all)) != int(seeds) {
				t.Errorf("%d shards of %d seeds try %v", of, seeds, all)
			}
		}
	}
}

func TestAShardComesFromTheFlagOrTheEnvironment(t *testing.T) {
	for _, c := range []struct {
		flag string
		env  map[string]string
		want string // "" is an error
	}{
		{"", nil, "1/1"},
		{"2/8", nil, "2/8"},
		{"2/8", map[string]string{"CI_NODE_INDEX": "1", "CI_NODE_TOTAL": "4"}, "2/8"},
		{"", map[string]string{"JOB_COMPLETION_INDEX": "0", "JOB_COMPLETIONS": "4"}, "1/4"},
		{"", map[string]string{"JOB_COMPLETION_INDEX": "3", "JOB_COMPLETIONS": "4"}, "4/4"},
		{"", map[string]string{"CI_NODE_INDEX": "4", "CI_NODE_TOTAL": "4"}, "4/4"},
		{"0/8", nil, ""}, {"9/8", nil, ""}, {"8", nil, ""}, {"a/b", nil, ""}, {"1/0", nil, ""}, {"-1/2", nil, ""},
		{"", map[string]string{"JOB_COMPLETION_INDEX": "4", "JOB_COMPLETIONS": "4"}, ""},
		{"", map[string]string{"JOB_COMPLETION_INDEX": "0"}, ""},
		{"", map[string]string{"CI_NODE_INDEX": "0", "CI_NODE_TOTAL": "4"}, ""},
	} {
		s, err := whichShard(c.flag, func(name string) string { return c.env[name] })
		if got := s.String(); (err != nil) != (c.want == "") || err == nil && got != c.want {
			t.Errorf("%q, %v: %s, %v; want %q", c.flag, c.env, got, err, c.want)
		}
	}
}
