package client

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"

	"raftarium/raft"
)

func TestEachRuleHasExactlyOneCallSite(t *testing.T) {
	sites := callSites(t)
	var names []string
	for i, name := range ruleConstants(t) {
		names = append(names, name)
		if sites[name] != 1 {
			t.Errorf("rule %s (%s) is asked for at %d places, want 1", table[i].Name, name, sites[name])
		}
	}
	for name := range sites {
		if !slices.Contains(names, name) {
			t.Errorf("%s is asked for but is no rule", name)
		}
	}
}

func TestRulesAreComplete(t *testing.T) {
	rules := Rules()
	if n := len(ruleConstants(t)); n != len(rules) {
		t.Fatalf("%d rules are listed, %d are declared", len(rules), n)
	}
	for i, r := range rules {
		if r.Name == "" || r.Defends == "" || r.Section == "" || r.Summary == "" || r.Layer != "kv client" {
			t.Errorf("rule %d is incomplete: %+v", i, r)
		}
		if !slices.Contains([]raft.RuleKind{raft.Safety, raft.Liveness, raft.Cost}, r.Kind) {
			t.Errorf("rule %s is of kind %q", r.Name, r.Kind)
		}
		if strings.ToLower(r.Name) != r.Name || strings.ContainsAny(r.Name, " _") {
			t.Errorf("rule name %q is not lower case words joined by -", r.Name)
		}
		for j := range rules {
			if off := without([]string{r.Name, "somebody-elses-rule"}); off.on(rule(j)) == (i == j) {
				t.Errorf("without %s, rule %s is on: %v", r.Name, rules[j].Name, off.on(rule(j)))
			}
		}
	}
	rules[0].Name = "changed"
	if table[0].Name == "changed" {
		t.Error("Rules hands out the table itself")
	}
}

// callSites counts the arguments of calls of the method on.
func callSites(t *testing.T) map[string]int {
	sites := map[string]int{}
	for _, f := range sources(t) {
		ast.Inspect(f, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok && len(call.Args) == 1 {
				if sel, ok := call.Fun.(*ast.SelectorExpr); ok && sel.Sel.Name == "on" {
					arg, ok := call.Args[0].(*ast.Ident)
					if !ok {
						t.Errorf("a rule is asked for by something else than its name: %v", call.Args[0])
						return true
					}
					sites[arg.Name]++
				}
			}
			return true
		})
	}
	return sites
}

// ruleConstants lists the constants of type rule.
func ruleConstants(t *testing.T) []string {
	var names []string
	for _, f := range sources(t) {
		for _, d := range f.Decls {
			g, ok := d.(*ast.GenDecl)
			if !ok || g.Tok != token.CONST {
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
	return names
}

func sources(t *testing.T) []*ast.File {
	names, err := fs.Glob(os.DirFS("."), "*.go")
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
