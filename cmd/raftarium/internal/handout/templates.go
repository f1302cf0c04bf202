package handout

import "text/template"

var exerciseTest = template.Must(template.New("test").Parse(`package main

import (
	"testing"

	"raftarium/netsim/cluster"
	"raftarium/tests/exercises/{{.Name}}/exam"
	"raftarium/tests/exercises/course"
)

// TestExercise runs the tests of the exercise on your code, in this process. ` + "`check`" + `
// runs them in one of their own, so that code that hangs or exits fails one test only.
func TestExercise(t *testing.T) {
	code := cluster.Code{Raft: Node(){{if or (eq .Number 6) (eq .Number 7)}}, Server: Server(), Client: Client(){{end}}}
	e := exam.Exercise()
	for _, res := range e.Run(course.Complete(code), course.Options(), nil, nil) {
		if !res.Passed {
			t.Errorf("%s, seed %d: %s", res.Name, res.Seed, res.Reason)
		}
	}
}
`))

var partsFile = template.Must(template.New("parts").Parse(`package course

import (
	"raftarium/kv"
	"raftarium/raft"
{{- if .Service}}
	service "raftarium/tests/exercises/reference/{{.Service}}"
{{- else}}
	service "raftarium/tests/exercises/plain"
{{- end}}
{{- if .Raft}}
	node "raftarium/tests/exercises/reference/{{.Raft}}"
{{- end}}
)
{{if .Raft}}
// Raft is the Raft below a student's service.
func Raft() raft.Implementation { return node.Node() }
{{else}}
// Raft is the Raft below a student's service: this course hands out none.
func Raft() raft.Implementation {
	return raft.Implementation{Name: "none", New: func() raft.Machine { return missing{} }}
}

// missing only says what is missing.
type missing struct{}

// Step says what is missing.
func (missing) Step(raft.Event, *raft.Effects) {
	panic("there is no Raft below your service: copy yours into this folder, and remove raft.go")
}

// Clone returns the same.
func (missing) Clone() raft.Machine { return missing{} }

// AppendState appends nothing.
func (missing) AppendState(b []byte) []byte { return b }

// Inspect says nothing.
func (missing) Inspect(st *raft.Status) { st.Reset() }
{{end}}
// Service is the service and the client above a student's Raft.
func Service() (kv.ServerImplementation, kv.ClientImplementation) {
	return service.Server(), service.Client()
}
`))

var referenceFile = template.Must(template.New("reference").Parse(`//go:build !js || !viz

package course

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"raftarium/tests/exercises/lab"
)

// Reference are the files to begin an exercise with: the reference for the one before,
// if it was handed out.
func Reference(number int) (map[string][]byte, error) {
	name, ok := before[number]
	if !ok {
		return nil, fmt.Errorf("exercise %d begins with what is in its folder", number)
	}
	dir := filepath.Join(filepath.Dir(lab.Folder(name)), "reference", name)
	list, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("the reference for %s was not handed out", name)
	}
	files := map[string][]byte{}
	for _, f := range list {
		text, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil {
			return nil, err
		}
		if strings.HasSuffix(f.Name(), ".go") {
			files[f.Name()] = bytes.Replace(text, []byte("package reference\n"), []byte("package main\n"), 1)
		}
	}
	return files, nil
}
`))

const rootReadme = `# Write your own Raft

This is [raftarium](tests/exercises/README.md) without its Raft: the network, the disks, the
checkers, the stage and the exercises are here. What is missing is for you to write.

Begin with [the exercises](tests/exercises/README.md). The contract that your machines keep is
package [raft](raft/machine.go), and [kv](kv/server.go) for the service.

` + "```" + `
go run ./tests/exercises/00-hello check
` + "```" + `
`
