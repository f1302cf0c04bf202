package lab

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// maxSuspects is how many places are named.
const maxSuspects = 6

// Suspects looks in Go files for what makes a machine show a symptom, and says where to
// look, as a sentence; "" if it finds nothing. It goes by names, so it may suspect the
// innocent.
func Suspects(files []string, kind Symptom) string {
	if found := places(files, kind, false); found != "" {
		return "Look at: " + found
	}
	return ""
}

// Forbidden looks in Go files for what no machine may have, wherever it fails, and
// says where, likewise.
func Forbidden(files []string) string {
	if found := places(files, RunsPart, true); found != "" {
		return "A machine reads no clock, draws no random numbers and starts no goroutine, but " + found
	}
	return ""
}

// places lists places, only those beyond doubt if certain.
func places(files []string, kind Symptom, certain bool) string {
	set := token.NewFileSet()
	var parsed []*ast.File
	for _, name := range files {
		if f, err := parser.ParseFile(set, name, nil, parser.SkipObjectResolution); err == nil {
			parsed = append(parsed, f)
		}
	}
	maps := mapNames(parsed)
	var found []string
	if !certain && kind != RunsPart {
		found = fieldSuspects(set, parsed, kind == StateHides)
	}
	ordered := false // in this function, the order of a map does not matter
	add := func(n ast.Node, what string) {
		p := set.Position(n.Pos())
		if text := fmt.Sprintf("%s:%d %s", filepath.Base(p.Filename), p.Line, what); !slices.Contains(found, text) {
			found = append(found, text)
		}
	}
	for _, f := range parsed {
		for _, imp := range f.Imports {
			if path, _ := strconv.Unquote(imp.Path.Value); slices.Contains([]string{"math/rand", "math/rand/v2", "crypto/rand", "sync", "sync/atomic"}, path) {
				add(imp, "imports "+path)
			}
		}
		for _, d := range f.Decls {
			if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.VAR && !certain && kind != StateHides {
				add(g, "has a package variable")
			}
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if fn, ok := n.(*ast.FuncDecl); ok {
				// What Inspect says changes no run, and what is sorted has one order.
				ordered = fn.Name.Name == "Inspect" || sorts(fn)
			}
			switch n := n.(type) {
			case *ast.GoStmt:
				add(n, "starts a goroutine")
			case *ast.ChanType:
				add(n, "uses a channel")
			case *ast.RangeStmt:
				if maps[lastName(n.X)] && !certain && kind == RunsPart && !ordered {
					add(n, "ranges over a map")
				}
			case *ast.SelectorExpr:
				x, ok := n.X.(*ast.Ident)
				if ok && x.Name == "time" && slices.Contains([]string{"Now", "Since", "Until", "After", "Sleep", "NewTimer", "Tick"}, n.Sel.Name) {
					add(n, "uses time."+n.Sel.Name)
				}
				if ok && x.Name == "maps" && !certain && kind == RunsPart && !ordered && slices.Contains([]string{"Keys", "Values", "All"}, n.Sel.Name) {
					add(n, "takes the elements of a map in its order")
				}
			}
			return true
		})
	}
	if len(found) == 0 {
		return ""
	}
	rest := ""
	if n := len(found) - maxSuspects; n > 0 {
		found, rest = found[:maxSuspects], fmt.Sprintf(", and %d more", n)
	}
	return strings.Join(found, "; ") + rest
}

// sorts reports whether a function sorts something.
func sorts(f *ast.FuncDecl) bool {
	found := false
	ast.Inspect(f, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok {
			x, ok := s.X.(*ast.Ident)
			found = found || ok && (x.Name == "sort" || x.Name == "slices" && strings.HasPrefix(s.Sel.Name, "Sort"))
		}
		return true
	})
	return found
}

// mapNames are the names of all fields and variables that are maps.
func mapNames(files []*ast.File) map[string]bool {
	names := map[string]bool{}
	isMap := func(e ast.Expr) bool {
		switch e := e.(type) {
		case *ast.MapType:
			return true
		case *ast.CompositeLit:
			_, ok := e.Type.(*ast.MapType)
			return ok
		case *ast.CallExpr:
			if len(e.Args) > 0 {
				_, ok := e.Args[0].(*ast.MapType)
				return ok
			}
		}
		return false
	}
	for _, f := range files {
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.Field:
				for _, id := range n.Names {
					names[id.Name] = names[id.Name] || isMap(n.Type)
				}
			case *ast.ValueSpec:
				for _, id := range n.Names {
					names[id.Name] = names[id.Name] || n.Type != nil && isMap(n.Type)
				}
			case *ast.AssignStmt:
				for i, x := range n.Lhs {
					if i < len(n.Rhs) && isMap(n.Rhs[i]) {
						names[lastName(x)] = true
					}
				}
			}
			return true
		})
	}
	return names
}

// lastName is the name by which an expression is known: of n.votes, votes.
func lastName(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return e.Sel.Name
	}
	return ""
}
