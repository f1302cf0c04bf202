// Command program holds wrong solutions of the exercises and runs the tests of an
// exercise on one of them, as a process that lab.Supervise can supervise:
//
//	program EXERCISE SOLUTION --report FILE ...
//
// The solutions come in by an overlay when the tests of package wrong build it; alone
// it has none.
package main

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"

	"raftarium/netsim/cluster"
	"raftarium/tests/exercises/catalog"
	"raftarium/tests/exercises/lab"
	"raftarium/tests/exercises/reference/node"
	"raftarium/tests/exercises/reference/service"
)

// solutions are the wrong ones, by exercise and name: "01-election/no-timer".
var solutions = map[string]cluster.Code{}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
}

func run(args []string) error {
	if len(args) < 2 {
		return fmt.Errorf("want an exercise and a solution of it, found %q", args)
	}
	code, ok := solutions[args[0]+"/"+args[1]]
	if !ok {
		return fmt.Errorf("there is no solution %s of %s in this program", args[1], args[0])
	}
	// What a solution has not, the reference has.
	if code.Raft.New == nil {
		code.Raft = node.Node()
	}
	if code.Server.New == nil {
		code.Server, code.Client = service.Server(), service.Client()
	}
	var w lab.Worker
	var tests string
	o := lab.Options{Whole: true}
	f := flag.NewFlagSet(args[1], flag.ContinueOnError)
	f.StringVar(&w.Report, lab.FlagReport, "", "")
	f.StringVar(&w.Token, lab.FlagToken, "", "")
	f.Uint64Var(&w.Memory, lab.FlagMemory, 0, "")
	f.DurationVar(&w.Patience, lab.FlagPatience, 0, "")
	f.StringVar(&tests, lab.FlagTests, "", "")
	f.Func(lab.FlagSources, "", func(s string) error { o.Sources = append(o.Sources, s); return nil })
	if err := f.Parse(args[2:]); err != nil {
		return err
	}
	if tests != "" {
		o.Only = strings.Split(tests, ",")
	}
	all := catalog.All()
	i := slices.IndexFunc(all, func(e lab.Exercise) bool { return e.Name == args[0] })
	if i < 0 {
		return fmt.Errorf("there is no exercise %s", args[0])
	}
	return w.Run(&all[i], code, o)
}
