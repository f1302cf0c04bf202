// Package catalog is the catalogue of seeded bugs: what somebody noticed, a scenario
// that shows it, and the rule that is off. It is the staff's: nothing of it is handed
// out. Its names are those of fish, which tell nothing.
//
// The scenarios are runs that the hunt found and made small; the command in tests/bugs
// makes them anew.
package catalog

import (
	"embed"

	"raftarium/netsim/cluster"
	"raftarium/netsim/cluster/check"
)

//go:embed *.txt
var files embed.FS

// Suffix ends the name of a bug's scenario file.
const Suffix = ".txt"

// Entry is a bug and the property that its scenario violates first.
type Entry struct {
	Name     string
	Rule     string
	Property check.Property
	Noticed  string
}

// Entries lists the catalogue, in the order in which it is shown. The slice is the
// caller's.
func Entries() []Entry { return append([]Entry(nil), entries...) }

// Bugs are the bugs of the catalogue that have a scenario, for a cluster.Code.
func Bugs() []cluster.Bug {
	list := make([]cluster.Bug, 0, len(entries))
	for _, e := range entries {
		text, err := files.ReadFile(e.Name + Suffix)
		if err != nil {
			continue // not made yet: the tests say so
		}
		list = append(list, cluster.Bug{Name: e.Name, Noticed: e.Noticed, Scenario: string(text), Rule: e.Rule})
	}
	return list
}
