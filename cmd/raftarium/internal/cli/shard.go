package cli

import (
	"fmt"
	"strconv"
	"strings"
)

// shard is a part of the seeds: every of-th one, beginning with the index-th, which
// is counted from 1.
type shard struct {
	index, of uint64
	origin    string // where it comes from, for people; "" for the flag
}

// String is the shard as --shard takes it.
func (s shard) String() string { return fmt.Sprintf("%d/%d", s.index, s.of) }

// shardVariables are the environment variables that say which part is whose: the
// index, what it starts from, and how many there are.
var shardVariables = []struct {
	index, of string
	first     uint64
	who       string
}{
	{"JOB_COMPLETION_INDEX", "JOB_COMPLETIONS", 0, "a Kubernetes Indexed Job"},
	{"CI_NODE_INDEX", "CI_NODE_TOTAL", 1, "a CI matrix"},
}

// whichShard finds out which part of the seeds is to be tried: by the flag, by the
// environment, or all of them.
func whichShard(flag string, env func(string) string) (shard, error) {
	if flag != "" {
		i, n, ok := strings.Cut(flag, "/")
		s, err := parseShard(i, n, 1)
		if !ok || err != nil {
			return s, fmt.Errorf("--shard: found %q, but it is a part of several, from 1/n to n/n, like 2/8", flag)
		}
		return s, nil
	}
	for _, v := range shardVariables {
		i, n := env(v.index), env(v.of)
		if i == "" {
			continue
		}
		if n == "" {
			return shard{}, fmt.Errorf("%s is set, as by %s, but %s is not: set it to the number of parts, or use --shard i/n", v.index, v.who, v.of)
		}
		s, err := parseShard(i, n, v.first)
		if err != nil {
			return s, fmt.Errorf("%s is %q and %s is %q, but they should be a number from %d on and how many there are", v.index, i, v.of, n, v.first)
		}
		s.origin = fmt.Sprintf(", as %s and %s say", v.index, v.of)
		return s, nil
	}
	return shard{index: 1, of: 1}, nil
}

func parseShard(i, n string, first uint64) (shard, error) {
	index, err := strconv.ParseUint(i, 10, 32)
	if err != nil {
		return shard{}, err
	}
	of, err := strconv.ParseUint(n, 10, 32)
	if err != nil {
		return shard{}, err
	}
	index = index - first + 1
	if index < 1 || index > of {
		return shard{}, fmt.Errorf("there is no part %d of %d", index, of)
	}
	return shard{index: index, of: of}, nil
}
