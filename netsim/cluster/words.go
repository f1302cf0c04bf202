package cluster

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"raftarium/kv"
	"raftarium/netsim/cluster/script"
	"raftarium/raft"
)

// name is how sentences call a server.
func name(id raft.ID) string { return strings.ToUpper(id.String()) }

// names lists servers as people do: "S1, S2 and S3".
func names(ids []raft.ID) string {
	words := make([]string, len(ids))
	for i, id := range ids {
		words[i] = name(id)
	}
	return listed(words)
}

func listed(words []string) string {
	if n := len(words); n > 1 {
		return strings.Join(words[:n-1], ", ") + " and " + words[n-1]
	}
	return strings.Join(words, "")
}

func endpointName(e script.Endpoint) string { return strings.ToUpper(e.String()) }

func linkText(from, to script.Endpoint, oneWay bool) string {
	if oneWay {
		return "the way from " + endpointName(from) + " to " + endpointName(to)
	}
	return "the link between " + endpointName(from) + " and " + endpointName(to)
}

func partitionText(groups [][]script.Endpoint) string {
	parts := make([]string, len(groups))
	for i, g := range groups {
		words := make([]string, len(g))
		for j, e := range g {
			words[j] = endpointName(e)
		}
		parts[i] = listed(words)
	}
	switch len(parts) {
	case 1:
		return "cut " + parts[0] + " from all the others"
	case 2:
		return "cut " + parts[0] + " from " + parts[1]
	}
	return fmt.Sprintf("cut the network into %d parts: %s", len(parts), strings.Join(parts, " | "))
}

// opText is an operation in a sentence: short, even where the value is long.
func opText(o kv.Op) string {
	o.Key, o.Value = script.Visible(o.Key), script.Visible(o.Value)
	if o.Kind != kv.Get && o.Value == "" {
		o.Value = `""`
	}
	s := strings.TrimRight(o.String(), " ")
	if len(s) > 40 {
		end := 37
		for !utf8.RuneStart(s[end]) {
			end--
		}
		s = s[:end] + "..."
	}
	return s
}

func span(first, last raft.Index) string {
	if first == last {
		return "entry " + strconv.FormatUint(uint64(first), 10)
	}
	return fmt.Sprintf("entries %d-%d", first, last)
}

func isOrAre(first, last raft.Index) string {
	if first == last {
		return "it is"
	}
	return "they are"
}
