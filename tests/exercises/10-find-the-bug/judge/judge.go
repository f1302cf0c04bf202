// Package judge knows what is wrong in each seeded bug. What students are handed has
// another in its place, which knows the names only.
package judge

import (
	"fmt"
	"strings"

	"raftarium/kv/client"
	"raftarium/kv/server"
	"raftarium/netsim/cluster"
	"raftarium/netsim/cluster/bug"
	"raftarium/netsim/cluster/script"
	"raftarium/raft/core"
	"raftarium/tests/bugs/catalog"
)

// Judge is exam.Judge. The zero value is ready.
type Judge struct{}

// Code is the code with the bugs.
func Code() cluster.Code {
	return cluster.Code{
		Raft: core.Implementation(), Server: server.Implementation(), Client: client.Implementation(), Bugs: catalog.Bugs(),
	}
}

// Bugs are the names of the bugs, in order.
func (Judge) Bugs() []string {
	var names []string
	for _, b := range catalog.Bugs() {
		names = append(names, b.Name)
	}
	return names
}

// Mark says what an answer is worth, and what of it is not right.
func (Judge) Mark(name string, a bug.Answer) (points int, why string, sc *script.Scenario, at string, err error) {
	code := Code()
	b, ok := code.Bug(name)
	if !ok {
		return 0, "", nil, "", fmt.Errorf("there is no bug %q", name)
	}
	if sc, err = bug.Scenario(code, b); err != nil {
		return 0, "", nil, "", err
	}
	s, err := bug.Solve(code, b)
	if err != nil {
		return 0, "", nil, "", err
	}
	at = strings.Replace(s.Violation.At.Duration().String(), "µ", "u", 1)
	if a == (bug.Answer{}) {
		return 0, "nothing was answered", sc, at, nil
	}
	m, err := s.Grade(code, a)
	if err != nil {
		return 0, "", nil, "", err
	}
	return m.Points(), m.Why(), sc, at, nil
}
