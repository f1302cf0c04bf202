package check

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"testing"
	"time"

	"raftarium/raft"
)

func noop(term raft.Term, index int) raft.Entry {
	return raft.Entry{Term: term, Index: raft.Index(index), Kind: raft.EntryNoOp}
}

// crime is a run that a checker must catch, and a similar one that is legal.
type crime struct {
	name   string
	want   []Property
	broken func(p *play)
	legal  func(p *play)
}

var cases = slices.Concat(raftCases, serviceCases, followerCases, transferCases)

func TestEachCheckerCatchesItsViolationAndNoLegalRun(t *testing.T) {
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			p := led()
			c.broken(p)
			wantOnly(t, p.j, c.want...)
			if v := p.j.Final(); v.OK() {
				t.Error("the verdict says that all is well")
			}
			p = led()
			c.legal(p)
			wantOnly(t, p.j)
			if v := p.j.Final(); !v.OK() {
				t.Errorf("the verdict on the legal run is %+v", v)
			}
		})
	}
}

func TestEveryPropertyHasACase(t *testing.T) {
	broken := make(map[Property]bool)
	for _, c := range slices.Concat(cases, memberCases) {
		broken[c.want[0]] = true
	}
	for _, want := range Properties() {
		if !broken[want] {
			t.Errorf("no case breaks %q", want)
		}
	}
}

// A property that is declared and not listed would be judged by nothing that goes
// through the list.
func TestPropertiesListsAllThatAreDeclared(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "types.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var declared []Property
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if typ, ok := spec.Type.(*ast.Ident); ok && typ.Name == "Property" {
			for _, v := range spec.Values {
				text, err := strconv.Unquote(v.(*ast.BasicLit).Value)
				if err != nil {
					t.Fatal(err)
				}
				declared = append(declared, Property(text))
			}
		}
		return true
	})
	listed := Properties()
	slices.Sort(declared)
	slices.Sort(listed)
	if len(declared) == 0 || !slices.Equal(declared, listed) {
		t.Errorf("declared are %q, listed %q", declared, listed)
	}
}

func TestViolationSaysWhenWhereAndWhat(t *testing.T) {
	p := led()
	led := p.j.reigns[0].since
	p.pass(time.Second)
	p.now = p.now.Add(-time.Microsecond)
	p.send(2, 3, &raft.AppendEntries{Term: 1})
	want := Violation{
		Property: ElectionSafety, At: p.now, Event: p.event, Server: 2,
		Text:    "S2 sent AppendEntries in term 1, which S1 leads already",
		Against: Against{led, "S1 began to lead term 1"},
	}
	if got := p.j.Violations(); len(got) != 1 || got[0] != want {
		t.Errorf("violations are %+v, want %+v", got, want)
	}
}
