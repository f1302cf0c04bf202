// Package house holds the rules of the project that a compiler does not check:
// which package may import which, that nothing below viz reads a clock, draws at
// random, starts a goroutine or computes in floating point, and that every
// exported name says what it is.
package house

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// file is a Go file of the project.
type file struct {
	path string // from the module's root, with slashes
	dir  string
	test bool
	ast  *ast.File
	size int // lines
}

func files(t *testing.T) (*token.FileSet, []file) {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(root, "go.mod")); err != nil {
		t.Fatalf("the module's root is not where it is expected: %v", err)
	}
	set := token.NewFileSet()
	var all []file
	err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(root, path)
		rel = filepath.ToSlash(rel)
		if d.IsDir() {
			// Modules of their own, and what is no Go of ours.
			if rel == "tests/peers" || d.Name() == "testdata" || d.Name() == "node_modules" || rel != "." && strings.HasPrefix(d.Name(), ".") {
				return fs.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(rel, ".go") {
			return nil
		}
		f, err := parser.ParseFile(set, path, nil, parser.ParseComments)
		if err != nil {
			return err
		}
		all = append(all, file{
			path: rel, dir: rel[:max(strings.LastIndex(rel, "/"), 0)], test: strings.HasSuffix(rel, "_test.go"),
			ast: f, size: set.Position(f.End()).Line,
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 50 {
		t.Fatalf("only %d Go files found under %s", len(all), root)
	}
	return set, all
}

func under(dir string, roots ...string) bool {
	return slices.ContainsFunc(roots, func(r string) bool { return dir == r || strings.HasPrefix(dir, r+"/") })
}

// directions says what the files below a folder may import of ours. The longest
// folder that fits counts. Tests may import more: they are the wiring.
var directions = []struct {
	dir     string
	allowed []string
}{
	{"raft", nil},
	{"raft/core", []string{"raft"}},
	{"kv", []string{"raft"}},
	{"kv/server", []string{"raft", "kv"}},
	{"kv/client", []string{"raft", "kv"}},
	{"netsim", nil},
	{"netsim/cluster", []string{"raft", "kv", "netsim", "netsim/cluster/..."}},
	{"netsim/cluster/check", []string{"raft", "kv", "netsim"}},
	{"netsim/cluster/script", []string{"raft", "kv", "netsim"}},
	{"viz", []string{"raft", "kv", "netsim", "netsim/cluster/...", "viz/..."}},
	// The form of an address is shared by the page, by web and by the program in it.
	{"viz/app", []string{"raft", "kv", "netsim", "netsim/cluster/...", "viz/...", "web/link"}},
	{"viz/internal/face", nil},
	{"viz/draw", []string{"viz/internal/face"}},
	{"viz/text", []string{"viz/draw", "viz/internal/face"}},
	{"viz/paint", []string{"viz/draw", "viz/text", "viz/internal/face"}},
	{"viz/ui", []string{"raft", "viz/draw", "viz/text"}},
	{"web", []string{"web/..."}},
	{"cmd", []string{"..."}},
	{"tests", []string{"..."}},
}

func TestImportsGoOneWay(t *testing.T) {
	_, all := files(t)
	for _, f := range all {
		if f.test {
			continue
		}
		best := -1
		for i, d := range directions {
			if under(f.dir, d.dir) && (best < 0 || len(d.dir) > len(directions[best].dir)) {
				best = i
			}
		}
		if best < 0 {
			t.Errorf("%s: no import direction is stated for its folder; state one in tests/house", f.path)
			continue
		}
		for _, imp := range f.ast.Imports {
			path, _ := strconv.Unquote(imp.Path.Value)
			ours, ok := strings.CutPrefix(path, "raftarium/")
			if !ok || ours == f.dir {
				continue
			}
			if !slices.ContainsFunc(directions[best].allowed, func(a string) bool {
				root, deep := strings.CutSuffix(a, "...")
				return deep && (root == "" || under(ours, strings.TrimSuffix(root, "/"))) || a == ours
			}) {
				t.Errorf("%s imports %s; files below %s may import of ours: %v", f.path, path, directions[best].dir, directions[best].allowed)
			}
		}
	}
}

// Only the wiring names our algorithm, so that a handout can leave it out.
func TestOnlyTheWiringNamesTheAlgorithm(t *testing.T) {
	_, all := files(t)
	for _, f := range all {
		if under(f.dir, "cmd", "tests", "raft/core", "kv/server", "kv/client") || f.test {
			continue
		}
		for _, imp := range f.ast.Imports {
			switch imp.Path.Value {
			case `"raftarium/raft/core"`, `"raftarium/kv/server"`, `"raftarium/kv/client"`:
				t.Errorf("%s imports %s; only cmd and tests may", f.path, imp.Path.Value)
			}
		}
	}
}

var impureImports = []string{
	"math/rand", "math/rand/v2", "crypto/rand", "hash/maphash", "sync", "sync/atomic", "runtime", "os", "net",
	"net/http", "unsafe", "context", "log", "log/slog", "math", "math/big", "math/cmplx",
}

var clockNames = []string{"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "Tick", "NewTimer", "NewTicker"}

// floatNames are what computes in floating point without naming a type of it.
var floatNames = []string{"ParseFloat", "FormatFloat", "AppendFloat", "Seconds", "Minutes", "Hours"}

// A run is a pure function of its configuration, its seed and its actions: what
// runs below viz has no clock, no goroutine, no global randomness and no floating
// point. (math is allowed for its integer limits where it is named here, and
// runtime for the line in which a machine panicked.)
func TestNothingBelowVizIsImpure(t *testing.T) {
	set, all := files(t)
	mathForLimits := []string{"netsim/sim.go", "netsim/cluster/world.go", "netsim/cluster/check/progress.go"}
	for _, f := range all {
		if f.test || !under(f.dir, "raft", "kv", "netsim") {
			continue
		}
		at := func(n ast.Node) string { p := set.Position(n.Pos()); return f.path + ":" + strconv.Itoa(p.Line) }
		for _, imp := range f.ast.Imports {
			path, _ := strconv.Unquote(imp.Path.Value)
			if slices.Contains(impureImports, path) && !(path == "math" && slices.Contains(mathForLimits, f.path)) &&
				!(path == "runtime" && f.path == "netsim/cluster/culprit.go") {
				t.Errorf("%s imports %s", at(imp), path)
			}
		}
		ast.Inspect(f.ast, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.GoStmt:
				t.Errorf("%s starts a goroutine", at(n))
			case *ast.SelectStmt, *ast.ChanType:
				t.Errorf("%s uses a channel", at(n))
			case *ast.BasicLit:
				if n.Kind == token.FLOAT || n.Kind == token.IMAG {
					t.Errorf("%s has the floating-point number %s", at(n), n.Value)
				}
			case *ast.Ident:
				if n.Name == "float64" || n.Name == "float32" {
					t.Errorf("%s uses %s", at(n), n.Name)
				}
			case *ast.SelectorExpr:
				if slices.Contains(floatNames, n.Sel.Name) {
					t.Errorf("%s computes in floating point: %s", at(n), n.Sel.Name)
				}
				if x, ok := n.X.(*ast.Ident); ok {
					if x.Name == "time" && slices.Contains(clockNames, n.Sel.Name) {
						t.Errorf("%s reads the clock: time.%s", at(n), n.Sel.Name)
					}
					if x.Name == "math" && !strings.HasPrefix(n.Sel.Name, "Max") && !strings.HasPrefix(n.Sel.Name, "Min") {
						t.Errorf("%s computes in floating point: math.%s", at(n), n.Sel.Name)
					}
				}
			}
			return true
		})
	}
}

func TestEveryExportedNameIsDocumented(t *testing.T) {
	set, all := files(t)
	for _, f := range all {
		if f.test {
			continue
		}
		missing := func(n ast.Node, name string) {
			t.Errorf("%s:%d: %s has no doc comment", f.path, set.Position(n.Pos()).Line, name)
		}
		for _, decl := range f.ast.Decls {
			switch d := decl.(type) {
			case *ast.FuncDecl:
				if d.Name.IsExported() && d.Doc == nil && exportedReceiver(d) {
					missing(d, d.Name.Name)
				}
			case *ast.GenDecl:
				for _, spec := range d.Specs {
					switch s := spec.(type) {
					case *ast.TypeSpec:
						if s.Name.IsExported() && d.Doc == nil && s.Doc == nil && s.Comment == nil {
							missing(s, s.Name.Name)
						}
					case *ast.ValueSpec:
						for _, n := range s.Names {
							if n.IsExported() && d.Doc == nil && s.Doc == nil && s.Comment == nil {
								missing(s, n.Name)
							}
						}
					}
				}
			}
		}
	}
}

func exportedReceiver(d *ast.FuncDecl) bool {
	if d.Recv == nil || len(d.Recv.List) == 0 {
		return true
	}
	x := d.Recv.List[0].Type
	for {
		switch e := x.(type) {
		case *ast.StarExpr:
			x = e.X
		case *ast.IndexExpr:
			x = e.X
		case *ast.Ident:
			return e.IsExported()
		default:
			return true
		}
	}
}

// A file is one role; a long one has usually taken on a second. Tests, which are
// tables and stories one after another, may run longer.
func TestNoFileIsTooLong(t *testing.T) {
	_, all := files(t)
	for _, f := range all {
		limit := 600
		if f.test {
			limit = 1000
		}
		if f.size > limit {
			t.Errorf("%s has %d lines: is there a second role in it?", f.path, f.size)
		}
	}
}
