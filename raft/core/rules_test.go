package core_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"raftarium/raft"
	"raftarium/raft/core"
)

// parsed is the package's own code, tests left out.
func parsed(t *testing.T) []*ast.File {
	t.Helper()
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var files []*ast.File
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, f)
	}
	return files
}

// ruleConstants are the names of the constants of type rule, in order, without
// their count at the end.
func ruleConstants(files []*ast.File) []string {
	var names []string
	for _, f := range files {
		for _, d := range f.Decls {
			g, ok := d.(*ast.GenDecl)
			if !ok || g.Tok != token.CONST || len(g.Specs) == 0 {
				continue
			}
			if typ, ok := g.Specs[0].(*ast.ValueSpec).Type.(*ast.Ident); !ok || typ.Name != "rule" {
				continue
			}
			for _, s := range g.Specs {
				names = append(names, s.(*ast.ValueSpec).Names[0].Name)
			}
		}
	}
	return names[:len(names)-1]
}

func TestEachRuleIsConsultedAtOnePlace(t *testing.T) {
	files := parsed(t)
	calls := map[string]int{}
	for _, f := range files {
		ast.Inspect(f, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			sel, ok := call.Fun.(*ast.SelectorExpr)
			if !ok || sel.Sel.Name != "on" {
				return true
			}
			arg, ok := call.Args[0].(*ast.Ident)
			if !ok {
				t.Errorf("a rule is consulted by something else than its constant: %T", call.Args[0])
				return true
			}
			calls[arg.Name]++
			return true
		})
	}
	constants := ruleConstants(files)
	for _, name := range constants {
		if calls[name] != 1 {
			t.Errorf("rule %s is consulted at %d places, want one", name, calls[name])
		}
		delete(calls, name)
	}
	for name := range calls {
		t.Errorf("%s is consulted but is no rule", name)
	}
}

func TestTheTableDescribesEachConstant(t *testing.T) {
	constants := ruleConstants(parsed(t))
	rules := core.Rules()
	if len(rules) != len(constants) {
		t.Fatalf("%d rules in the table, %d constants", len(rules), len(constants))
	}
	upper := regexp.MustCompile("[A-Z]")
	for i, r := range rules {
		want := upper.ReplaceAllStringFunc(constants[i], func(s string) string { return "-" + strings.ToLower(s) })
		if r.Name != want {
			t.Errorf("constant %s is named %q in the table, want %q", constants[i], r.Name, want)
		}
		if !slices.Contains([]raft.RuleKind{raft.Safety, raft.Liveness, raft.Cost}, r.Kind) {
			t.Errorf("%s: unknown kind %q", r.Name, r.Kind)
		}
		if r.Layer != "raft" || r.Defends == "" || !strings.Contains(r.Section, "§") || !strings.HasSuffix(r.Summary, ".") {
			t.Errorf("incomplete: %+v", r)
		}
	}
}

func TestTheRulesAreTheCallersToChange(t *testing.T) {
	core.Rules()[0].Name = "changed"
	if got := core.Rules()[0].Name; got == "changed" {
		t.Error("a caller changed the table")
	}
	if impl := core.Implementation(); impl.Name != "raftarium" || !slices.Equal(impl.Rules, core.Rules()) {
		t.Errorf("the implementation is %q with %d rules", impl.Name, len(impl.Rules))
	}
}

func TestSwitchedOffRulesAreListedInTableOrder(t *testing.T) {
	b := newBench(1, "batching", "no-such-rule", "election-restriction")
	n := b.nodes[0]
	if want := []string{"election-restriction", "batching"}; !slices.Equal(n.st.Without, want) {
		t.Errorf("started without %v, want %v", n.st.Without, want)
	}
	b.step(n, &raft.SetRules{Without: []string{"leader-noop"}})
	if want := []string{"leader-noop"}; !slices.Equal(n.st.Without, want) {
		t.Errorf("runs without %v, want %v", n.st.Without, want)
	}
	b.step(n, &raft.SetRules{})
	if len(n.st.Without) != 0 {
		t.Errorf("runs without %v, want all rules", n.st.Without)
	}
}
